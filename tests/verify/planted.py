"""A made-up library of 200 sound references and of faulty ones, and the world it is checked in."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

from generator.model import Name, Work

SOUND = 200
_FAMILIES = [
    "Åkerblom",
    "Berg",
    "Castañeda",
    "Dvořák",
    "Eriksen",
    "Fjeld",
    "García-Ruiz",
    "Højgaard",
    "Ibsen",
    "Jørgensen",
    "Kowalczyk",
    "Lindqvist",
    "Müller",
    "Nakamura",
    "O'Brien",
    "Petrov",
    "Quist",
    "Rossi",
    "Søndergaard",
    "Tanaka",
    "Ueda",
    "Voss",
    "Weiss",
    "Xu",
    "Young",
    "Zhang",
    "Abbott",
    "Bakker",
    "Chen",
    "Duarte",
]
_GIVEN = [
    "Ann",
    "Bo",
    "Clara",
    "Dag",
    "Eva",
    "Finn",
    "Gro",
    "Hal",
    "Ida",
    "Jan",
    "Kai",
    "Lea",
    "Mia",
    "Nils",
    "Ola",
    "Per",
    "Rut",
    "Siv",
    "Tor",
    "Una",
]
_DOING = [
    "Singing",
    "Rowing",
    "Knitting",
    "Walking",
    "Gardening",
    "Cooking",
    "Drumming",
    "Painting",
]
_WHO = ["tower keepers", "lighthouse staff", "night watchers", "bell ringers", "harbour pilots"]
_WHAT = [
    "night vision",
    "cheer",
    "boredom",
    "loneliness at sea",
    "sleep",
    "the will to climb stairs",
    "trust",
    "memory for tides",
]
_HOW = [
    "a randomised trial",
    "a cohort of {n} seasons",
    "a qualitative study",
    "findings from {n} islands",
    "a survey",
]
_WAYS = (
    *("500", "html", "malformed", "truncated", "loop", "429-long"),
    *("reset", "403", "odd", "empty", "timeout"),
)
_JOURNALS = (
    ("Journal of Towers", "J Towers"),
    ("The Lighthouse & Harbour Review", "Lighthouse Harb Rev"),
    ("Annals of Bell Ringing", "Ann Bell Ring"),
    ("International Journal of Night Work", "Int J Night Work"),
    ("Coastal Psychology: Research and Practice", "Coast Psychol"),
)


@dataclass(slots=True, kw_only=True)
class Planted:
    """Works of ours, what the registries hold, what goes wrong there, and the faults by key."""

    works: dict[str, Work] = field(default_factory=dict)
    world: list[dict[str, Any]] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    unreachable: set[str] = field(default_factory=set)
    standings: dict[str, str] = field(default_factory=dict)


def plant() -> Planted:
    """The same library each time."""
    planted = Planted()
    chance = random.Random(20261122)
    for number in range(SOUND):
        truth = _truth(number, chance)
        work = _ours(f"sound{number:03d}", truth)
        planted.works[work.key] = _sound_variant(number, work, truth, planted)
        planted.world.append(truth)
    number = SOUND
    for kind, make in _FAULTS.items():
        for which in range(5):
            truth = _truth(number, chance)
            key = f"{kind.replace('-', '')}{which}"
            planted.works[key] = make(_ours(key, truth), truth, planted, which)
            planted.world.append(truth)
            planted.kinds[key] = kind
            number += 1
    return planted


def _truth(number: int, chance: random.Random) -> dict[str, Any]:
    """A work as it is."""
    journal, short = _JOURNALS[number % len(_JOURNALS)]
    doing, what = _DOING[number % 8], _WHAT[number // 8 % 8]
    who, how = _WHO[number // 3 % 5], _HOW[number % 5].format(n=number + 2)
    people = chance.sample(_FAMILIES, 2 + number % 4)
    start = 10 + 7 * number
    return {
        "doi": f"10.{5000 + number % 9}/tower.{1990 + number % 30}.{number:04d}",
        "pmid": str(30000000 + 37 * number),
        "title": f"{doing} and {what} among {who} of district {number}: {how}",
        "authors": [[family, chance.choice(_GIVEN)] for family in people],
        "year": 1990 + number % 30,
        "container": journal,
        "short": short,
        "volume": str(1 + number % 40),
        "issue": str(1 + number % 4),
        "pages": f"{start}-{start + 9}",
    }


def _ours(key: str, truth: dict[str, Any]) -> Work:
    """The same work as our library has it."""
    return Work(
        key=key,
        type="article",
        title=truth["title"],
        authors=tuple(Name(family=a[0], given=a[1]) for a in truth["authors"]),
        year=truth["year"],
        container=truth["container"],
        volume=truth["volume"],
        issue=truth["issue"],
        pages=truth["pages"].replace("-", "–"),
        doi=truth["doi"],
        pmid=truth["pmid"],
    )


def _sound_variant(number: int, work: Work, truth: dict[str, Any], planted: Planted) -> Work:
    """One of the ways in which a sound reference and its record look different, or are hard to
    get."""
    main, _, sub = truth["title"].partition(": ")
    match number % 32:
        case 0:  # title case, initials, a journal without its article
            title = " ".join(word.capitalize() for word in work.title.split(" "))
            people = tuple(replace(n, given=n.given[0]) for n in work.authors)
            return replace(work, title=title, authors=people, pmid="")
        case 1:  # the registry keeps the subtitle apart
            truth.update(title=main, subtitle=sub)
        case 2:  # the registry has no subtitle at all
            truth.update(title=main)
            return replace(work, pmid="")
        case 3:  # online a year before the issue
            truth["online"] = truth["year"] - 1
            return replace(work, year=truth["year"] - 1)
        case 4:  # markup and entities in the registry's title, which has a sign
            truth["title"] = truth["title"].replace(" and ", " <i>&amp;</i> ")
            truth["pubmed"] = {"title": work.title}
        case 5:  # letters without their marks
            plain = {"Å": "A", "ñ": "n", "ř": "r", "á": "a", "í": "i", "ø": "o", "ü": "ue"}
            for author in truth["authors"]:
                author[0] = "".join(plain.get(char, char) for char in author[0])
        case 6:  # a report kept by DataCite
            truth.update(agency="DataCite", doi=f"10.5281/towers.{number}")
            return replace(work, type="report", doi=truth["doi"], pmid="", container="")
        case 7:  # kept by another agency
            truth["agency"] = "mEDRA"
            return replace(work, pmid="")
        case 8:  # brackets and angles in the DOI, other capitals in the registry
            truth["doi"] = f"10.1002/(SICI)1097-{number}(199905)14:2<91::AID-TOW{number}>3.0.CO;2-B"
            return replace(work, doi=truth["doi"].lower(), pmid="")
        case 9:  # an abbreviated journal, abbreviated pages
            return replace(work, container=truth["short"], pages=truth["pages"].split("-")[0])
        case 10:  # only a PMID
            return replace(work, doi="")
        case 11:  # an article number
            truth.update({"pages": "", "article-number": f"e{number}77"})
            return replace(work, pages="", article_number=f"e{number}77")
        case 12:  # corrected: sound, and the ledger says so
            truth["updated-by"] = [_update("10.5000/erratum", "correction", "publisher")]
            planted.standings[work.key] = "corrected"
        case 13:  # a group among the authors
            truth["authors"].append(["The Tower Study Group"])
            return replace(
                work, authors=(*work.authors, Name(family="Tower Study Group", group=True))
            )
        case 14:  # OpenAlex has another paper's title, and marks it as retracted
            truth["openalex"] = {"title": "Something else entirely", "is_retracted": True}
        case _:
            return _hard_to_get(number, work, truth, planted)
    return work


def _hard_to_get(number: int, work: Work, truth: dict[str, Any], planted: Planted) -> Work:
    """Ways in which registries answer late, badly or not at all; and more that looks different."""
    doi = truth["doi"]
    match number % 32:
        case 15:  # retracted, and put back
            truth["updated-by"] = [
                _update("10.5000/r", "retraction", "retraction-watch", 2001),
                _update("10.5000/i", "reinstatement", "retraction-watch", 2002),
            ]
            planted.standings[work.key] = "reinstated"
        case 16 if number < 64:  # patience: too many requests, then an answer
            planted.faults[f"Crossref:{doi}"] = ["429"]
        case 17:  # a bad moment of the server
            planted.faults[f"Crossref:{doi}"] = ["500", "truncated"]
            planted.faults[f"PubMed:{truth['pmid']}"] = ["503", "html"]
        case 18:  # moved
            planted.faults[f"Crossref:{doi}"] = ["redirect"]
        case 19:  # a second version: it updates another record and is the work itself
            truth["update-to"] = [_update("10.5000/v1", "new_version", "publisher")]
        case 20:  # a list of authors that PubMed says is cut
            truth["pubmed"] = {"complete": "N"}
            extra = Name(family="Sørby", given="Åse")
            return replace(work, doi="", authors=(*work.authors, extra))
        case 21 | 22:  # out of reach, one way or another
            way = _WAYS[(number // 32 * 2 + number % 2) % len(_WAYS)]
            planted.faults[f"Crossref:{doi}"] = [f"{way}!"]
            planted.faults[f"OpenAlex:{doi}"] = ["502!"]
            planted.unreachable.add(work.key)
            return replace(work, pmid="")
        case 23:  # Crossref is out of reach, PubMed is not
            planted.faults[f"Crossref:{doi}"] = ["503!"]
        case 24:  # a supplement
            truth["volume"] += " Suppl 1"
        case 25:  # no identifier at all
            return replace(work, doi="", pmid="")
        case 26:  # a dash and quotation marks of another kind
            truth["title"] = truth["title"].replace(": ", " \N{EN DASH} ")
            truth["pubmed"] = {"title": work.title.replace(" of ", " “of” ")}
        case 27:  # only a PMCID
            truth["pmcid"] = f"PMC{4000000 + number}"
            return replace(work, doi="", pmid="", pmcid=truth["pmcid"])
        case _:
            pass
    return work


def _update(doi: str, kind: str, source: str, year: int = 2010) -> dict[str, Any]:
    return {
        "DOI": doi,
        "type": kind,
        "label": kind.replace("_", " ").capitalize(),
        "source": source,
        "updated": {"date-parts": [[year, 2, 6]], "date-time": f"{year}-02-06T00:00:00Z"},
        "record-id": "4242",
    }


def _invented(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    truth["doi"], truth["pmid"] = truth["doi"] + ".real", truth["pmid"] + "9"
    return work if which % 2 else replace(work, doi="", pmid=f"9999{which}9")


def _other_paper(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    other = planted.world[which * 32 + 29]
    return replace(work, doi=other["doi"], pmid="")


def _year(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    return replace(work, year=truth["year"] + (2 if which % 2 else -2))


def _swapped(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    first, second, *rest = work.authors
    return replace(work, authors=(second, first, *rest))


def _added(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    return replace(work, authors=(*work.authors, Name(family="Phantom", given="Fay")))


def _left_out(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    truth["authors"].insert(1, ["Leftout", "Lou"])
    return work


def _journal(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    wrong = ("Journal of Wells", "Annals of Bell Casting", "Night Work", "Towers Today", "Coast")
    return replace(work, container=wrong[which])


def _cut(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    if which % 2:
        return replace(work, title=work.title.partition(":")[0])
    if which == 4:
        truth["title"], _, truth["subtitle"] = work.title.partition(": ")
        return replace(work, title=truth["title"])
    return replace(work, title=" ".join(work.title.split()[:4]))


def _notice(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    about = _update(truth["doi"] + ".paper", "retraction", "publisher")
    if which % 2:
        truth["pubmed"] = {
            "types": ["Retraction Notice"],
            "references": [{"type": "RetractionOf", "source": "J Towers. 2001", "pmid": "1"}],
        }
        return replace(work, doi="")
    truth["update-to"] = [about]
    truth["title"] = truth["title"] if which == 2 else f"Retraction: {truth['title']}"
    return replace(work, pmid="")


def _retracted(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    planted.standings[work.key] = "retracted"
    if which % 2:
        reference = {"type": "RetractionIn", "source": "J Towers. 2010 Feb 6;3(2):5", "pmid": "77"}
        truth["pubmed"] = {"types": ["Retracted Publication"], "references": [reference]}
        return work
    source = "publisher" if which == 2 else "retraction-watch"
    notice = _update(f"10.5000/notice{which}", "retraction", source)
    truth["updated-by"] = [_update("10.5000/c", "correction", "publisher", 2004), notice]
    truth["openalex"] = {"is_retracted": True}
    if which == 4:
        truth["title"] = f"RETRACTED: {truth['title']}"
    return replace(work, pmid="")


def _concern(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    planted.standings[work.key] = "concern"
    if which % 2:
        reference = {"type": "ExpressionOfConcernIn", "source": "J Towers. 2011", "pmid": "78"}
        truth["pubmed"] = {"references": [reference]}
    else:
        truth["updated-by"] = [_update("10.5000/e", "expression_of_concern", "publisher")]
    return work


def _preprint(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    truth.update({"type": "posted-content", "subtype": "preprint", "container": "", "volume": ""})
    truth.update({"pages": "", "issue": "", "group-title": "TowerRxiv", "short": ""})
    if which % 2:
        published = {"id-type": "doi", "id": "10.5000/published", "asserted-by": "subject"}
        truth["relation"] = {"is-preprint-of": [published]}
    return replace(work, pmid="")


def _typo(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    doi = work.doi[:-1] + "x" if which % 2 else work.doi.replace("tower", "towre")
    return replace(work, doi=doi, pmid=work.pmid if which > 2 else "")


def _two_papers(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    other = planted.world[which * 32 + 30]
    if which % 2:
        return replace(work, doi=other["doi"])
    return replace(work, pmid=other["pmid"])


def _twice(work: Work, truth: dict[str, Any], planted: Planted, which: int) -> Work:
    twin = replace(work, key=f"{work.key}again")
    planted.works[twin.key] = replace(twin, doi="") if which % 2 else twin
    planted.kinds[twin.key] = "same-work-twice"
    return replace(work, pmid="") if which % 2 else work


_FAULTS = {
    "invented-work": _invented,
    "doi-of-another-paper": _other_paper,
    "wrong-year": _year,
    "swapped-first-author": _swapped,
    "added-author": _added,
    "missing-author": _left_out,
    "wrong-journal": _journal,
    "truncated-title": _cut,
    "notice-for-paper": _notice,
    "retracted": _retracted,
    "concern": _concern,
    "preprint-for-paper": _preprint,
    "doi-typo": _typo,
    "doi-and-pmid-disagree": _two_papers,
    "same-work-twice": _twice,
}
