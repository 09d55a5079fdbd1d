"""The shape of PubMed's E-utilities: efetch gives XML, esearch gives JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final
from xml.etree import ElementTree

from generator.load.source import without_hidden
from generator.model import Name, NoticeKind
from generator.verify.record import MOST_CHARACTERS, MalformedError, Missing, Record, Update
from generator.verify.shape import items, joined_date, json_of, mapping, texts

FETCH: Final = "/efetch.fcgi"
SEARCH: Final = "/esearch.fcgi"

# On the article: a reference type that ends in "In" names the notice. The forms in "Of", "For" and
# "From" stand on the notice. NLM files partial retractions as errata and says so in the note.
_UPDATES: Final[dict[str, NoticeKind]] = {
    "RetractionIn": "retraction",
    "RetractedandRepublishedIn": "retraction",
    "PartialRetractionIn": "partial-retraction",
    "ExpressionOfConcernIn": "concern",
    "ErratumIn": "correction",
    "CorrectedandRepublishedIn": "correction",
}
_NOTICE_REFERENCES: Final[dict[str, NoticeKind]] = {
    "RetractionOf": "retraction",
    "PartialRetractionOf": "partial-retraction",
    "ExpressionOfConcernFor": "concern",
    "ErratumFor": "correction",
}
_NOTICE_TYPES: Final[dict[str, NoticeKind]] = {
    "Retraction of Publication": "retraction",
    "Retraction Notice": "retraction",
    "Expression of Concern": "concern",
    "Published Erratum": "correction",
}
_PARTIAL = re.compile(r"\bpartial(?:ly)?\b.{0,40}\bretract", re.IGNORECASE)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_DATE = re.compile(r"\b((?:19|20)\d\d)(?:\s+([A-Z][a-z]{2})[a-z]*)?(?:\s+(\d{1,2}))?")


def parse_article(body: str, pmid: str) -> Record | Missing:
    """The record of one article in an answer of efetch, or Missing where it holds none."""
    root = _root(body)
    if root.tag != "PubmedArticleSet":
        raise MalformedError("the answer is no set of articles")
    articles = {_text(a.find("MedlineCitation/PMID")): a for a in root.iter("PubmedArticle")}
    if not articles:
        return Missing(registry="PubMed")
    if pmid not in articles:
        raise MalformedError("the answer holds another article than the one asked for")
    return _record(articles[pmid], pmid)


def parse_search(body: str) -> tuple[str, ...]:
    """The PMIDs that esearch found, the best first."""
    result = mapping(json_of(body), "esearchresult")
    if "idlist" not in result:
        raise MalformedError("the answer holds no list")
    return texts(items(result["idlist"]))


def _root(body: str) -> ElementTree.Element:
    if "<!ENTITY" in body:
        raise MalformedError("the answer declares entities")
    try:
        return ElementTree.fromstring(body)  # noqa: S314 - no entities, and a bounded length
    except ElementTree.ParseError as error:
        raise MalformedError("the answer is not XML") from error


def _record(node: ElementTree.Element, pmid: str) -> Record:
    citation = node.find("MedlineCitation")
    article = node.find("MedlineCitation/Article")
    if citation is None or article is None:
        raise MalformedError("the answer holds no article")
    kinds = {_text(kind) for kind in article.iter("PublicationType")}
    names = article.find("AuthorList")
    identifiers = {
        each.get("IdType", ""): _text(each)
        for each in node.findall("PubmedData/ArticleIdList/ArticleId")
    }
    for place in article.findall("ELocationID"):
        identifiers.setdefault(place.get("EIdType", ""), _text(place))
    updates = tuple(_updates(citation))
    if "Retracted Publication" in kinds and not any(u.kind == "retraction" for u in updates):
        updates = (*updates, Update(kind="retraction", witness="PubMed"))
    return Record(
        registry="PubMed",
        titles=tuple(_titles(article)),
        authors=tuple(_authors(names)) if names is not None else (),
        complete=names is None or names.get("CompleteYN", "Y") == "Y",
        years=tuple(_years(article)),
        containers=tuple(
            filter(
                None,
                (
                    _text(article.find("Journal/Title")),
                    _text(article.find("Journal/ISOAbbreviation")),
                    _text(citation.find("MedlineJournalInfo/MedlineTA")),
                ),
            )
        ),
        volume=_text(article.find("Journal/JournalIssue/Volume")),
        issue=_text(article.find("Journal/JournalIssue/Issue")),
        pages=_text(article.find("Pagination/MedlinePgn")),
        article_number=identifiers.get("pii", ""),
        kind="; ".join(sorted(kinds)),
        doi=identifiers.get("doi", "").lower(),
        pmid=pmid,
        pmcid=identifiers.get("pmc", ""),
        preprint="Preprint" in kinds,
        published_as="",
        updates=updates,
        notice_of=_notice_of(citation, kinds),
        abstract=" ".join(filter(None, map(_text, article.findall("Abstract/AbstractText")))),
    )


def _titles(article: ElementTree.Element) -> Iterator[str]:
    """The title without the full stop and the brackets of a translation that PubMed adds."""
    for tag in ("ArticleTitle", "VernacularTitle"):
        title = _text(article.find(tag))
        if title:
            yield re.sub(r"^\[(.*)\]$", r"\1", title.rstrip(".")).rstrip(".")


def _authors(names: ElementTree.Element) -> Iterator[Name]:
    for author in names.findall("Author"):
        family, group = _text(author.find("LastName")), _text(author.find("CollectiveName"))
        given = _text(author.find("ForeName")) or _text(author.find("Initials"))
        if family:
            yield Name(family=family, given=given, suffix=_text(author.find("Suffix")))
        elif group:
            yield Name(family=group, group=True)


def _years(article: ElementTree.Element) -> Iterator[int]:
    for path in ("Journal/JournalIssue/PubDate", "ArticleDate"):
        date = article.find(path)
        if date is not None:
            told = _text(date.find("Year")) or _text(date.find("MedlineDate"))
            found = re.search(r"(?:19|20)\d\d", told)
            if found:
                yield int(found[0])


def _updates(citation: ElementTree.Element) -> Iterator[Update]:
    for reference in citation.iter("CommentsCorrections"):
        kind = _UPDATES.get(reference.get("RefType", ""))
        if kind is None:
            continue
        told = " ".join(_text(reference.find(name)) for name in ("RefSource", "Note"))
        if kind == "correction" and _PARTIAL.search(told):
            kind = "partial-retraction"
        yield Update(
            kind=kind,
            identifier=_text(reference.find("PMID")),
            date=_date(_text(reference.find("RefSource"))),
            witness="PubMed",
        )


def _notice_of(citation: ElementTree.Element, kinds: set[str]) -> NoticeKind | None:
    found = [_NOTICE_TYPES[kind] for kind in sorted(kinds) if kind in _NOTICE_TYPES]
    for reference in citation.iter("CommentsCorrections"):
        kind = _NOTICE_REFERENCES.get(reference.get("RefType", ""))
        if kind is not None:
            found.append(kind)
    return next((kind for kind in found if kind != "correction"), found[0] if found else None)


def _date(source: str) -> str:
    """The date in a source such as ``Lancet. 2010 Feb 6;375(9713):445``."""
    found = _DATE.search(source)
    if not found:
        return ""
    month = _MONTHS.get((found[2] or "").lower())
    return joined_date((found[1], month, found[3]))


def _text(node: ElementTree.Element | None) -> str:
    """The text of an element and of the marks inside it, without what nobody can see."""
    if node is None:
        return ""
    written = "".join(islice(node.itertext(), MOST_CHARACTERS))[:MOST_CHARACTERS]
    return " ".join(without_hidden(written).split())
