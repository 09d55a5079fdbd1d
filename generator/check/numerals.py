"""Reads numbers as people write them: 1,824; 75 %; 0.75; three in four; two thirds; twelve.

English number words stand here, not in the data, because they are part of how numbers are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Bound: TypeAlias = Literal["", "about", "over", "under"]

_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {
    **{word: value for value, word in enumerate((*_UNITS, *_TEENS, "eighteen", "nineteen"))},
    **{word: 20 + 10 * place for place, word in enumerate(_TENS)},
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "eighth": 8,
    "tenth": 10,
}
_TIMES = {"twice": 2.0, "double": 2.0, "doubled": 2.0, "thrice": 3.0}
_BOUNDS: tuple[tuple[Bound, str], ...] = (
    ("over", r"more than|over|at least|above|no fewer than|upwards of"),
    ("under", r"almost|nearly|fewer than|less than|under|at most|no more than|up to|below"),
    ("about", r"about|around|some|roughly|approximately|close to|an estimated"),
)

_WORD = "(?:" + "|".join((*_VALUES, *_SCALES)) + ")"
_WORDS = rf"{_WORD}(?:(?:-|\s+and\s+|\s+){_WORD})*"
_FIGURE = r"\d{1,3}(?:[,\u202f\u2009\u00a0]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_ONE = rf"(?:{_FIGURE})(?:\s+(?:thousand|million))?|{_WORDS}"
_PART = "|".join(_PARTS)
_NUMBER = re.compile(
    rf"""(?<![\w.])(?<!\w-)(?:
      (?P<of>{_ONE})\s+(?:in|out\sof|of\severy|in\severy)\s+(?P<every>{_ONE})(?!\w|%|,\d|\.\d)
    | (?P<count>an?|{_WORDS})[\s-](?P<part>(?:{_PART})s?)(?=\s+(?:of|as)\b|s\b|(?<=s)\b)
    | (?P<half>half)(?![\w-])
    | (?P<share>{_ONE})\s?(?:%|per\s?cent\b)
    | (?P<times>{"|".join(_TIMES)})(?!\w)
    | (?P<plain>{_ONE})(?![^\W\d_])
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_OF_COUNT = re.compile(
    r"(?<!\d)(?<!\d[,\u202f\u2009\u00a0])"
    rf"({_FIGURE})\s+(?:out\s+)?of\s+(?:the\s+|about\s+)?({_FIGURE})"
)
_MOST_EVERY = 1_000
_MOST = 10**15
_REACH = 1_000
_LONGEST_BOUND = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as a text has it.

    `share` tells whether it is a part of a whole (75 % is 0.75), `bound` how exactly it is meant,
    and `end` where in the `whole` text it ends.
    """

    text: str
    value: float
    share: bool = False
    bound: Bound = ""
    whole: str = ""
    end: int = 0

    @property
    def behind(self) -> str:
        """The text behind the number, as far as a list that it counts may go."""
        return self.whole[self.end : self.end + _REACH]


def numbers_in(text: str) -> Iterator[Number]:
    """The numbers of a text in order; a lone 'one' is a word like any other and no number."""
    start = 0
    while match := _NUMBER.search(text, start):
        number = _read(match)
        start = match.end()
        if number is None and match["of"]:
            number, start = _first_of(match), match.end("of")
        if number is not None:
            yield number


def shares_of_counts(text: str) -> Iterator[float]:
    """What '115 of 301' comes to, for texts that give counts where others give per cents."""
    for count, total in _OF_COUNT.findall(text):
        if 0 < value_of(count) <= value_of(total):
            yield value_of(count) / value_of(total)


def value_of(written: str) -> float:
    """The value of one number in figures or words, such as '1,824', '1.2 million', 'sixty-two'.

    Past some size one number is as good as another, and no float holds them all.
    """
    figure, *scale = re.split(
        r"(?<!\s)\s+(?=thousand|million)", written.strip(), flags=re.IGNORECASE
    )
    if figure[0].isdigit() or figure[0] == ".":
        plain = float(re.sub(r"[,\s\u202f\u2009\u00a0]", "", figure))
        return min(plain * (_SCALES[scale[0].lower()] if scale else 1), _MOST)
    return float(min(_in_words(written), _MOST))


def _in_words(written: str) -> int:
    total = current = 0
    for word in re.split(r"[-\s]+", written.lower()):
        if word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] > 100:
                total, current = total + current, 0
        else:
            current += _VALUES.get(word, 0)
    return total + current


def _read(match: re.Match[str]) -> Number | None:
    """The number of a match; None for a lone 'one' and for 'N in M' that is no proportion."""
    value, share = 0.0, True
    if match["of"]:
        part, whole = value_of(match["of"]), value_of(match["every"])
        if not 0 < part < whole <= _MOST_EVERY or _is_odd_whole(match["every"], whole):
            return None
        value = part / whole
    elif match["part"]:
        name = match["part"].lower()
        count = 1.0 if match["count"].lower() in ("a", "an") else value_of(match["count"])
        value = count / (_PARTS.get(name) or _PARTS[name.removesuffix("s")])
    elif match["half"]:
        value = 0.5
    elif match["share"]:
        value = value_of(match["share"]) / 100
    elif match["times"]:
        value, share = _TIMES[match["times"].lower()], False
    elif match["plain"].lower() == "one":
        return None
    else:
        value, share = value_of(match["plain"]), False
    return _number(match, 0, value, share=share)


def _is_odd_whole(written: str, whole: float) -> bool:
    """Whether 'N in M' in figures is no proportion but, say, '42 in 297 places'."""
    return written[0].isdigit() and whole > 10 and whole % 10 != 0


def _first_of(match: re.Match[str]) -> Number | None:
    if match["of"].lower() == "one":
        return None
    return _number(match, "of", value_of(match["of"]))


def _number(
    match: re.Match[str],
    group: int | str,
    value: float,
    *,
    share: bool = False,
) -> Number:
    whole = match.string
    return Number(
        text=match[group],
        value=value,
        share=share,
        bound=_bound(whole[max(0, match.start() - _LONGEST_BOUND) : match.start()]),
        whole=whole,
        end=match.end(group),
    )


def _bound(before: str) -> Bound:
    for bound, words in _BOUNDS:
        if re.search(rf"(?<!\w)(?:{words})\s+\Z", before, re.IGNORECASE):
            return bound
    return ""
