"""JSON Schemas for editors, generated from the model so that they cannot drift from it.

Beside the model's own words they hold an example of each value that people write freely; these
stand here alone, and a test holds each of them to its schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any, Final, get_type_hints

from pydantic import TypeAdapter

from generator import background, model
from generator.load.names import SLUG
from generator.load.shape import EACH_KEY, doc_of, orcid_paths, slug_paths

FOLDER: Final = "data/schema"
_RECORDS: Final[Mapping[str, type]] = {
    "study": model.Study,
    "vocabulary": model.Vocabulary,
    "wording": model.Wording,
    "flow": background.Flow,
    "synthesis": background.Synthesis,
    "citations": background.Citations,
}
_SLUG: Final = f"^{SLUG.pattern}$"
_ORCID: Final = r"^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$"
# An invented topic, school gardens, so that nobody copies a finding from here.
_EXAMPLES: Final[Mapping[str, Mapping[str, tuple[Any, ...]]]] = {
    "CitationCount": {
        "work": ("jensen2020",),
        "source": ("Crossref",),
        "seen": ("2026-11-22",),
        "cited_by": (42,),
        "supporting": (5,),
        "mentioning": (30,),
        "contrasting": (2,),
        "unclassified": (5,),
        "note": ("Counted without the authors' own later works.",),
    },
    "CitationLink": {
        "citing": ("lund2023",),
        "cited": ("jensen2020",),
        "section": ("discussion",),
        "source": ("read in the citing work, page 4",),
    },
    "Certainty": {
        "by": ("lund2023",),
        "where": ("Table 3",),
        "system": ("GRADE",),
    },
    "Contributor": {"name": ("Your Name",), "orcid": ("0000-0002-1825-0097",)},
    "Correction": {
        "report": ("lund2023",),
        "page": ("https://www.example.org/gardens",),
        "where": ("Table 1",),
        "says": ("It says that 120 children took part.",),
        "shows": ("The study's own report names 102 children.",),
    },
    "DirectionWords": {
        "better": (["better", "improved"],),
        "worse": (["worse", "suffered"],),
        "more": (["more", "rose"],),
        "less": (["fewer", "fell"],),
        "same": (["no clear difference", "did not differ"],),
        "others": (["comparison group", "without"],),
    },
    "Effect": {
        "value": (0.4, -2.1),
        "ci": ([0.1, 0.7],),
        "level": (95, 99),
        "k": (7,),
        "n": (1066,),
        "timepoint": ("12 months", "end of the school year"),
        "note": ("Adjusted for age.",),
    },
    "Exclusion": {
        "after": ("screened",),
        "n": (31,),
        "reasons": (["no comparison group", "not about children"],),
    },
    "Finding": {
        "id": ("vegetables-eaten",),
        "outcome": ("vegetables-eaten",),
        "theme": ("muddy-shoes",),
        "concept": ("learning-by-doing",),
        "statement": ("Children with a garden ate more vegetables at lunch.",),
        "comparator": ("lessons about plants without a garden",),
        "quote": ("ate more vegetables at lunch",),
    },
    "Flow": {
        "review": ("lund2023",),
        "title": ("How studies of school gardens were found",),
        "databases": (["Medline", "ERIC"],),
        "searched_from": ("1990",),
        "searched_to": ("March 2022",),
        "language": ("English",),
        "search_terms": (["school garden*", "garden-based learning"],),
        "included": (["children aged 6 to 12"],),
        "excluded": (["gardens at home"],),
    },
    "Hedges": {
        "label": ("Early evidence",),
        "meaning": ("One comparison, or weaker studies, point this way.",),
        "needs": (["may", "might"],),
    },
    "Outcome": {"domain": ("eating",)},
    "Part": {"label": ("qualitative studies",), "n": (12,)},
    "Participants": {
        "n": (102,),
        "description": ("children aged 8 to 10",),
        "note": ("102 of 118 who began",),
    },
    "Source": {"report": ("jensen2020",), "where": ("abstract", "page 12", "Table 2")},
    "Stage": {
        "id": ("screened",),
        "label": ("Titles and abstracts read",),
        "n": (250,),
        "note": ("Two people read each.",),
    },
    "Study": {
        "title": ("A school garden for nine-year-olds",),
        "reports": (["jensen2020", "jensen2022"],),
        "category": ("school-garden",),
        "group": ("teenagers",),
        "country": ("Denmark", "Denmark, Norway"),
        "setting": ("four village schools",),
        "studies_included": (14,),
        "comparator": ("lessons about plants without a garden",),
        "included_in": (["lund2023"],),
        "notes": ("Only the abstract was read.",),
    },
    "Swim": {
        "grouping": ("Findings are grouped by outcome.",),
        "metric": ("Direction of effect.",),
        "method": ("Each study has one vote on an outcome.",),
        "prioritising": ("Randomised trials are counted once more on their own.",),
        "heterogeneity": ("We look at how results differ by age.",),
        "certainty": ("We give no rating of our own.",),
        "presentation": ("Tables list every study, reviews first.",),
        "results": ("The page says how many votes point each way.",),
        "limitations": ("Counting votes says nothing about the size of an effect.",),
    },
    "Term": {
        "label": ("Vegetables eaten",),
        "definition": ("How many portions of vegetables a child eats on a day.",),
        "synonyms": (["greens", "portions of vegetables"],),
    },
    "Vocabulary": {
        "own_group": ("children at primary school",),
        "category_label": ("Kind of garden",),
    },
    "Wording": {
        "reporting": (["describe", "report"],),
        "refused": (["proves", "always"],),
        "certain": (["clearly", "strongly"],),
        "negations": (["not", "without"],),
        "limits": (["we do not know", "no clear"],),
        "sources": (["study", "trial"],),
        "causal": (["leads to", "causes"],),
        "modals": (["may", "might"],),
        "comparing": (["more than", "compared with"],),
        "not_comparing": (["than before"],),
        "significance": (["significant", "significantly"],),
        "no_effect": (["no effect", "does not work"],),
    },
}


def schemas() -> dict[str, str]:
    """The schema files by their path: one for each kind of YAML file that people write."""
    return {f"{FOLDER}/{name}.schema.json": _schema(kind) for name, kind in _RECORDS.items()}


def _schema(kind: type) -> str:
    schema = TypeAdapter(kind).json_schema()
    for name, definition in {kind.__name__: schema, **schema.get("$defs", {})}.items():
        described = getattr(model, name, None) or getattr(background, name, None)
        if is_dataclass(described) and isinstance(described, type):
            _describe(described, definition)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _describe(kind: type, definition: dict[str, Any]) -> None:
    """Give each field what an editor shows: the model's `Doc`, an example, and an id's pattern."""
    hints = get_type_hints(kind, include_extras=True)
    definition["description"] = (kind.__doc__ or "").strip()
    properties = definition.get("properties", {})
    for name, part in properties.items():
        # A title made of the field's name says nothing.
        part.pop("title", None)
        part["description"] = doc_of(hints[name])
        if examples := _examples(kind, name):
            part["examples"] = list(examples)
    for pattern, part in _patterns(kind, properties):
        part["pattern"] = pattern


def _examples(kind: type, name: str) -> tuple[Any, ...]:
    """The examples of a field; a kind that builds on another one has that one's, too."""
    of_bases = (_EXAMPLES.get(base.__name__, {}).get(name, ()) for base in kind.__mro__)
    return next(filter(None, of_bases), ())


def _patterns(kind: type, properties: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The parts of the schema in which ids and ORCIDs stand, each with its pattern."""
    for path in slug_paths(kind):
        match path:
            case (str(name),):
                yield _SLUG, _text_of(properties[name])
            case (str(name), key) if key == EACH_KEY:
                yield _SLUG, properties[name]["propertyNames"]
    for path in orcid_paths(kind):
        if len(path) == 1:
            yield _ORCID, _text_of(properties[str(path[0])])


def _text_of(part: dict[str, Any]) -> dict[str, Any]:
    """The part that describes the text itself, where it may also be left out."""
    return next((one for one in part.get("anyOf", ()) if one.get("type") == "string"), part)
