"""The two spellings of English words: this module alone knows how British and American ones differ.

Only endings and stems that differ by rule are known. A reader may type either, so search is told
both; a spelling that nobody uses does no harm there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_PAIRS: Final = (
    *(("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("iser", "izer")),
    *(("organis", "organiz"), ("recognis", "recogniz"), ("stigmatis", "stigmatiz")),
    *(("behaviour", "behavior"), ("labour", "labor"), ("neighbour", "neighbor")),
    *(("favour", "favor"), ("honour", "honor"), ("humour", "humor"), ("colour", "color")),
    *(("counsell", "counsel"), ("labell", "label"), ("travell", "travel"), ("modell", "model")),
    *(("centre", "center"), ("theatre", "theater"), ("programme", "program")),
    *(("defence", "defense"), ("offence", "offense"), ("practise", "practice")),
    *(("paediatr", "pediatr"), ("gynaecolog", "gynecolog"), ("anaem", "anem"), ("haem", "hem")),
    *(("enrolment", "enrollment"), ("fulfilment", "fulfillment"), ("ageing", "aging")),
)
_OTHER: Final = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}
# The longer of two parts is tried first: `counsell` holds `counsel`.
_PART: Final = re.compile("|".join(sorted(_OTHER, key=lambda part: (-len(part), part))))


def both_spellings(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts, each followed by its other spelling where it has one; every text stands once."""
    told: dict[str, None] = {}
    for text in texts:
        told[text] = None
        told[_PART.sub(lambda found: _OTHER[found.group()], text.lower())] = None
    known = {text.lower() for text in told if text != text.lower()}
    return tuple(text for text in told if text not in known)
