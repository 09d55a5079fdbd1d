"""A fabricated site in which every field of free text holds hostile texts.

The fields are found by walking the records of the model, so that a new field is planted as soon as
a record here has it, and `unplanted` names it until then. Every planted text carries a mark of its
own (`zq12z`), by which it is found again in a file, a problem, a page or a table.
"""

from __future__ import annotations

import json
import re
import types
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

from generator.background import Citations, Flow, Synthesis
from generator.bibtex import dump_bibtex
from generator.examine import examine
from generator.ledger import fingerprint
from generator.model import (
    FrontMatter,
    LedgerEntry,
    Name,
    Orcid,
    Slug,
    Study,
    Vocabulary,
    Wording,
    Work,
    WorkKey,
)
from generator.problem import Problem, Severity
from generator.promise import Promises, Run
from generator.render.markdown import escape
from generator.site import Site
from tests.conftest import HERE, REPOSITORY
from tests.hostile.payloads import MARK, SEEN, Payload, cocktail

RECORDS: Final = (
    *(Study, Vocabulary, Wording, Flow, Synthesis, Citations, FrontMatter, LedgerEntry),
    *(Work, Site, Promises, Run),
)
# Settings that the builder shows as they stand, beside those that pages of ours need.
SETTINGS_SHOWN: Final = ("mkdocs.copyright", "mkdocs.nav")
# Texts of these forms are no free text: they are ids, keys and identifiers, and refused otherwise.
_STRICT: Final = tuple(mark for kind in (Slug, WorkKey, Orcid) for mark in get_args(kind)[2:])
_IDENTIFIERS: Final = {"doi", "pmid", "pmcid", "isbn", "issn", "url", "repository"}
_KEYS: Final = {("Work", "key"), ("Work", "type")}
TAME: Final = "A tame text"
_MOST_QUOTED: Final = 36
# A field of eight records meets a mixture and then seven payloads; so many turns later, all.
_SINGLES: Final = 7
TURNS: Final = -(-len(SEEN) // _SINGLES) + 2
_MOST_ROUNDS: Final = 6
_MARKS: Final = re.compile(r"zq\d+z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A text that was put into a field."""

    token: str
    field: str
    payload: Payload

    @property
    def text(self) -> str:
        """The payload with its mark: behind it, or before it where its end is what matters."""
        if int(self.token[2:-1]) % 3 == 2:
            return f"{self.token} {self.payload.text}"
        return f"{self.payload.text} {self.token}"


@dataclass(slots=True, kw_only=True)
class Planter:
    """Hands out a text for each field; `dropped` are marks whose texts were refused before."""

    turn: int = 0
    tame: bool = False
    corpus: Sequence[Payload] = SEEN
    mixed: bool = True
    dropped: frozenset[str] = frozenset()
    plants: dict[str, Plant] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def text(self, name: str) -> str:
        """The next text for a field: first a mixture of all kinds, then one payload at a time."""
        token = f"zq{len(self.plants)}z"
        number = self.seen[name]
        self.seen[name] += 1
        place = list(self.seen).index(name)
        step = number - 1 + _SINGLES * self.turn + 5 * place
        payload = self.corpus[step % len(self.corpus)]
        if self.mixed and number == 0:
            turn = self.turn + place
            payload = Payload(kind="mixed", name=f"mixed-{turn}", text=cocktail(turn))
        too_long = name.endswith(".quote") and len(payload.text.split()) > _MOST_QUOTED
        if self.tame or token in self.dropped or too_long:
            payload = Payload(kind="tame", name="tame", text=TAME)
        plant = Plant(token=token, field=name, payload=payload)
        self.plants[token] = plant
        return plant.text


# --- which fields there are ---------------------------------------------------------------------


def free_fields() -> frozenset[str]:
    """Every field of free text of the model, such as ``Study.findings.statement``."""
    return frozenset(name for kind in RECORDS for name in _free(kind, kind.__name__))


def _free(hint: Any, name: str) -> Iterator[str]:
    bare = _bare(hint)
    if is_dataclass(bare):
        for part, below in _hints(bare).items():
            if not _is_strict(bare, part, below):
                yield from _free(below, f"{name}.{part}")
    elif _origin(bare) is tuple:
        yield from _free(get_args(bare)[0], name)
    elif _origin(bare) is Mapping:
        yield from _free(get_args(bare)[1], name)
    elif bare is str:
        yield name


def planted(data: Any, hint: Any, name: str, planter: Planter) -> Any:
    """The data of a record with a hostile text in place of each of its free texts."""
    bare = _bare(hint)
    if is_dataclass(bare):
        hints = _hints(bare)
        return {
            part: value
            if _is_strict(bare, part, hints[part])
            else planted(value, hints[part], f"{name}.{part}", planter)
            for part, value in data.items()
        }
    if _origin(bare) is tuple:
        # What the checks need stays, and one hostile item more.
        items = [planted(one, get_args(bare)[0], name, planter) for one in data]
        return [*data, *items] if _bare(get_args(bare)[0]) is str else items
    if _origin(bare) is Mapping:
        below = get_args(bare)[1]
        return {key: planted(one, below, name, planter) for key, one in data.items()}
    return planter.text(name) if bare is str else data


def _is_strict(kind: Any, part: str, hint: Any) -> bool:
    if part in _IDENTIFIERS or (kind.__name__, part) in _KEYS or (kind is Site and part == "url"):
        return True
    marks = [mark for one in _layers(hint) for mark in getattr(one, "__metadata__", ())]
    return any(mark in _STRICT for mark in marks)


def _layers(hint: Any) -> Iterator[Any]:
    """An annotation and what it holds."""
    yield hint
    if get_origin(hint) is not Mapping:
        for inner in get_args(hint):
            yield from _layers(inner)


def _bare(hint: Any) -> Any:
    if get_origin(hint) is Annotated:
        return _bare(get_args(hint)[0])
    if get_origin(hint) in {Union, types.UnionType}:
        return _bare(next(one for one in get_args(hint) if one is not type(None)))
    return hint


def _origin(bare: Any) -> Any:
    return get_origin(bare)


def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


# --- the site -----------------------------------------------------------------------------------

_STANDINGS: Final = {
    "well-supported": [],
    "supported": ["probably"],
    "early": ["may"],
    "mixed": ["some studies"],
    "open": ["we do not know"],
    "contradicted": ["did not"],
}
_TERM: Final = {"label": "x", "definition": "x", "synonyms": ["qqq"]}
_SWIM: Final = dict.fromkeys(
    (
        *("grouping", "metric", "method", "prioritising", "heterogeneity", "certainty"),
        *("presentation", "results", "limitations"),
    ),
    "x",
)
_CONTRIBUTORS: Final = [{"name": "x", "orcid": "0000-0002-1825-0097"}, {"name": "x"}]
# What a DOI and a web address may hold.
_IN_ADDRESSES: Final = (
    *("", f'"><script>{MARK}</script>', "'onclick='x", ")[x](javascript:1)", "&quot;&lt;b&gt"),
    *("](//evil.example/", "<svg/onload=x>", "?a=1&b=2#c"),
)
_IN_URLS: Final = (
    *("", "'onclick='x'", ")[x](javascript:1)", "?a=1&quot;&lt;b", "#a](//evil.example/"),
    *("?=HYPERLINK('x')", "//evil.example/%22%3E", "?a=1&b=2#c"),
)
_TEST: Final = "tests/test_x.py::test_y"
_DESIGNS: Final = ("randomised-trial", "quasi-experimental", "qualitative", "meta-analysis")


def plant(root: Path, planter: Planter, *, records: int = 8) -> dict[str, Plant]:
    """Write a whole site below `root`, and return what was planted by its mark."""
    names = [f"w{number}" for number in range(records)]
    works = [_work(name, number, planter) for number, name in enumerate(names)]
    files: dict[str, Any] = {
        "data/vocabulary.yaml": planted(_vocabulary(records), Vocabulary, "Vocabulary", planter),
        "data/wording.yaml": planted(_wording(), Wording, "Wording", planter),
        "data/flow.yaml": planted(_flow(), Flow, "Flow", planter),
        "data/synthesis.yaml": planted(_synthesis(), Synthesis, "Synthesis", planter),
        "data/citations.yaml": planted(_citations(names), Citations, "Citations", planter),
        "data/promises.yaml": planted(_promises(), Promises, "Promises", planter),
        "data/test-run.json": planted(_test_run(), Run, "Run", planter),
        "mkdocs.yml": _settings(planter),
    }
    for number, name in enumerate(names):
        files[f"data/studies/s{number}.yaml"] = planted(
            _study(name, number, names), Study, "Study", planter
        )
        entry = planted(_entry(name, number), LedgerEntry, "LedgerEntry", planter)
        if number % 2:
            entry["fingerprint"] = fingerprint(works[number])
        files[f"data/ledger/{name}.json"] = entry
    texts = {path: as_json(data) for path, data in files.items()}
    texts["data/library.bib"] = dump_bibtex(works)
    for number in range(2):
        texts[f"briefs/b{number}.md"] = _brief(number, names, planter)
    for path, text in texts.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", errors="surrogatepass")
    return planter.plants


def as_json(data: object) -> str:
    """Data as JSON, which is YAML, with each text on a line of its own."""
    return json.dumps(data, indent=1, ensure_ascii=False)


def _work(key: str, number: int, planter: Planter) -> Work:
    """A work with hostile texts, written as BibTeX that means just these texts."""

    def text(name: str) -> str:
        return planter.text(f"Work.{name}")

    def name(of: str) -> Name:
        chosen = ("family", "given", "suffix", "particle")[
            : {0: 4, 1: 3, 2: 3, 3: 3}.get(number, 2)
        ]
        parts: dict[str, Any] = {part: text(f"{of}.{part}") for part in chosen}
        return Name(**parts)

    kinds = ("article", "incollection", "report", "book")
    kind = kinds[number % len(kinds)]
    texts: dict[str, Any] = {
        one: text(one)
        for one in (
            *("title", "container", "volume", "pages", "article_number", "edition"),
            *("issue" if kind == "article" else "number", "publisher", "genre", "note"),
        )
    }
    return Work(
        key=key,
        type=kind,  # type: ignore[arg-type]
        authors=(name("authors"), Name(family=text("authors.family"), group=True)),
        editors=(name("editors"),),
        year=2000 + number,
        doi=f"10.1234/x.{number}{_IN_ADDRESSES[number % len(_IN_ADDRESSES)]}",
        url=f"https://good.example.org/{number}{_IN_URLS[number % len(_IN_URLS)]}",
        **texts,
    )


def _study(name: str, number: int, names: Sequence[str]) -> dict[str, Any]:
    design = _DESIGNS[number % len(_DESIGNS)]
    review = design == "meta-analysis"
    basis = {"qualitative": "experience", "meta-analysis": "synthesis"}.get(design, "comparison")
    about = (
        {"theme": "t0"} if design == "qualitative" else {"outcome": "o0", "direction": "benefit"}
    )
    finding = {
        "id": "first",
        **about,
        "population": "recipients",
        "basis": basis,
        "statement": "x",
        "source": {"report": name, "where": "x"},
        "comparator": "x",
        "quote": "x",
    }
    if "outcome" in about:
        finding["effect"] = {
            "measure": "SMD",
            "value": 0.4,
            "ci": [0.1, 0.7],
            "n": 80,
            "timepoint": "x",
            "note": "x",
            "benefit_is": "positive",
        }
    if review:
        finding["certainty"] = {"rating": "low", "by": name, "where": "x", "system": "x"}
    idea = {**finding, "id": "second", "concept": "c0", "basis": "statement"}
    for gone in ("outcome", "theme", "direction", "effect", "certainty"):
        idea.pop(gone, None)
    return {
        "title": "x",
        "reports": [name],
        "design": design,
        "category": ("one", "two")[number % 2],
        **({"group": "others"} if number == 1 else {}),
        "country": "x",
        "setting": "x",
        "participants": {"n": 80, "description": "x", "note": "x"},
        "comparator": "x",
        "included_in": [] if review else [names[3]],
        "findings": [finding, idea],
        "corrections": [
            {"report": names[0], "where": "x", "says": "x", "shows": "x"},
            {"page": "x", "where": "x", "says": "x", "shows": "x"},
        ],
        "notes": "x",
        "contributors": _CONTRIBUTORS,
    }


def _vocabulary(records: int) -> dict[str, Any]:
    outcome = {**_TERM, "domain": "mood", "good": "more"}
    kinds = ("challenge", "benefit", "condition", "experience")
    return {
        "own_group": "x",
        "category_label": "x",
        "populations": dict.fromkeys(("recipients", "providers", "staff", "system"), _TERM),
        "categories": {"one": _TERM, "two": _TERM},
        "groups": {"others": _TERM},
        "domains": {"mood": _TERM},
        "outcomes": {f"o{number}": outcome for number in range(4)},
        "themes": {f"t{number}": {**_TERM, "kind": kind} for number, kind in enumerate(kinds)},
        "concepts": {f"c{number}": _TERM for number in range(2)},
        "glossary": {f"g{number}": _TERM for number in range(records)},
    }


def _wording() -> dict[str, Any]:
    def hedges() -> dict[str, Any]:
        return {
            name: {"label": "x", "meaning": "x", "needs": needs}
            for name, needs in _STANDINGS.items()
        }

    lists = (
        *("reporting", "refused", "certain", "negations", "limits", "sources", "causal", "modals"),
        *("comparing", "not_comparing", "significance", "no_effect"),
    )
    ways = ("better", "worse", "more", "less", "same", "others")
    return {
        "standings": hedges(),
        "themes": hedges(),
        "concepts": hedges(),
        **{name: [f"word {name}"] for name in lists},
        "reporting": ["describe"],
        "directions": {name: [f"word {name}"] for name in ways},
    }


def _flow() -> dict[str, Any]:
    stage = {"label": "x", "unit": "records", "note": "x"}
    return {
        "review": "w3",
        "title": "x",
        "databases": ["x", "y"],
        "searched_from": "x",
        "searched_to": "x",
        "language": "x",
        "search_terms": ["x", "y"],
        "included": ["x", "y"],
        "excluded": ["x", "y"],
        "stages": [
            {"id": "found", "n": 90, **stage},
            {"id": "kept", "n": 50, **stage},
            {"id": "last", "n": 10, **stage},
        ],
        "exclusions": [
            {"after": "found", "n": 40, "reasons": ["x", "y"]},
            {"after": "kept", "n": 40, "reasons": ["x"]},
        ],
        "parts": [{"label": "x", "n": 4}, {"label": "x", "n": 3}],
    }


def _synthesis() -> dict[str, Any]:
    return {"default": _SWIM, "outcomes": {"o0": _SWIM}}


def _citations(names: Sequence[str]) -> dict[str, Any]:
    return {
        "counts": [{"work": name, "source": "x", "cited_by": 4, "note": "x"} for name in names],
        "links": [
            {"citing": name, "cited": names[0], "how": "supporting", "section": "x", "source": "x"}
            for name in names[1:]
        ],
    }


def _promises() -> dict[str, Any]:
    promise = {"says": "x", "how": "x", "tests": [_TEST], "figures": {"songs": "x"}}
    return {"promises": [{"id": f"p{number}", **promise} for number in range(3)]}


def _test_run() -> dict[str, Any]:
    return {
        "day": "2026-01-02",
        "code": "x",
        "tests": {"passed": 3},
        "held": {_TEST: {"passed": 1}},
        "figures": {"songs": 3},
        "versions": {"Typst": "x", "MkDocs": "x"},
    }


def _entry(key: str, number: int) -> dict[str, Any]:
    kinds = ("retraction", "concern", "correction", "reinstatement")
    return {
        "key": key,
        "state": "differs" if number % 2 else "verified",
        "standing": "retracted" if number == 6 else ("clean", "corrected")[number % 2],
        "checked": "2026-01-02",
        "source": "x",
        "differs": [{"field": "x", "ours": "x", "theirs": "x"}] if number % 2 else [],
        "fingerprint": "x",
        "notices": [
            {
                "kind": kinds[number % 4],
                "identifier": "x",
                "date": "x",
                "witnesses": ["x"],
            }
        ],
        "notes": ["x"],
        "quotes": [
            {"finding": "x", "outcome": "found", "place": "x", "hash": "x"},
        ],
    }


def _settings(planter: Planter) -> dict[str, Any]:
    """mkdocs.yml of the fabricated site with hostile texts; JSON is YAML."""
    import yaml

    text = (HERE / "data" / "good" / "mkdocs.yml").read_text(encoding="utf-8")
    settings: dict[str, Any] = yaml.safe_load(text)
    settings["theme"]["custom_dir"] = str(REPOSITORY / "site_overrides")
    settings["site_name"] = planter.text("Site.name")
    settings["site_description"] = planter.text("Site.description")
    settings["copyright"] = planter.text("mkdocs.copyright")
    # The text of an entry is its key.
    pages = ("map.md", "methods.md", "corrections.md")
    settings["nav"] = [*settings["nav"], *({planter.text("mkdocs.nav"): page} for page in pages)]
    settings["extra"]["tagline"] = planter.text("Site.tagline")
    settings["extra"]["repository"] = "https://code.example.org/team/site"
    settings["extra"]["help"] = [
        {
            "place": planter.text("Site.help_lines.place"),
            "contact": planter.text("Site.help_lines.contact"),
            **({"url": "tel:123"} if number else {}),
        }
        for number in range(3)
    ]
    return settings


def _brief(number: int, names: Sequence[str], planter: Planter) -> str:
    """A brief with hostile texts, written in Markdown so that they mean just themselves."""
    front = {
        "title": "x",
        "kind": "reasons",
        "audience": "public",
        "summary": "x",
        "updated": "2026-01-02",
        "question": "x",
        "contributors": _CONTRIBUTORS,
    }
    head = as_json(planted(front, FrontMatter, "FrontMatter", planter))

    def text(name: str) -> str:
        written = planter.text(f"Brief.{name}")
        if planter.corpus is not SEEN:
            return written  # what nobody can see is not to be written otherwise
        # An `@` would begin a citation.
        return str(escape(written)).replace("@", "&#64;")

    cites = f"[@{names[0]}; @{names[4]}]"
    blocks = [
        *(text("paragraph") for _ in range(8)),
        *(f"## {text('heading')}" for _ in range(3)),
        *(f"**{text('strong')}** and *{text('emphasis')}*" for _ in range(3)),
        *(f"-   {text('item')}" for _ in range(2)),
        *(f"1.  {text('item')}" for _ in range(1)),
        *(f"> {text('quotation')}" for _ in range(2)),
        f"| {text('head cell')} | {text('head cell')} |\n| --- | --- |\n"
        + "\n".join(f"| {text('cell')} | {text('cell')} |" for _ in range(4)),
        *(f"[{text('link')}](outcome:o0)" for _ in range(3)),
        *(f"[@{name}, {text('locator')}]" for name in names),
        *(
            f"Choirs probably cheer {text('claim')} {cites}.\n\n```claim\nid: c{one}\n"
            "outcome: o0\npopulation: recipients\ndirection: benefit\n```"
            for one in range(4)
        ),
        *(f"```{name}\n```" for name in ("evidence-map", "flow", "study-table")),
        *(f"```{name}\noutcome: o0\n```" for name in ("forest", "effect-direction")),
    ]
    return "\n\n".join([f"---\n{head}\n---", *blocks, ""])


# --- planting until all is accepted -------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Sown:
    """A site that compiles, what is planted in it, and what was refused before."""

    root: Path
    plants: Mapping[str, Plant]
    refused: tuple[tuple[Plant, Problem], ...]


def sow(root: Path, *, turn: int = 0, tame: bool = False, records: int = 8) -> Sown:
    """A site with a hostile text in every field; what is refused gives way to a tame text.

    Raises `AssertionError` where a problem is about nothing that was planted.
    """
    dropped: frozenset[str] = frozenset()
    refused: list[tuple[Plant, Problem]] = []
    for _ in range(_MOST_ROUNDS):
        planter = Planter(turn=turn, tame=tame, dropped=dropped)
        plants = plant(root, planter, records=records)
        found = [one for one in examine(root).problems if one.severity is Severity.ERROR]
        if not found:
            return Sown(root=root, plants=plants, refused=tuple(refused))
        lines = marked_lines(root)
        before = dropped
        for problem in found:
            marks = frozenset(whose(problem, lines))
            assert marks - before, problem
            refused.extend((plants[mark], problem) for mark in sorted(marks - dropped))
            dropped |= marks
    raise AssertionError("there is no end of problems")


def marked_lines(root: Path) -> dict[tuple[str, int], list[str]]:
    """The marks that stand on each line of the sources."""
    found: dict[tuple[str, int], list[str]] = {}
    for path in sorted(one for one in root.rglob("*") if one.is_file()):
        text = path.read_bytes().decode("utf-8", "replace")
        for number, line in enumerate(text.split("\n"), 1):
            if tokens := _MARKS.findall(line):
                found[path.relative_to(root).as_posix(), number] = tokens
    return found


def whose(problem: Problem, lines: Mapping[tuple[str, int], list[str]]) -> list[str]:
    """The marks that a problem is about: those of its line, or of the line of text above it."""
    place = problem.place
    for line in range(place.line, max(place.line - 4, 0), -1):
        if found := lines.get((place.path, line)):
            return found
    return []
