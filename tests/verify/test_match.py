"""The pure stages: comparing, standing, verdicts, quotes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model import LedgerEntry, Name, Notice, QuoteCheck, Work
from generator.verify import crossref, pubmed
from generator.verify.fold import page_limits, same_journal, same_person, words
from generator.verify.judge import Heard, judge
from generator.verify.match import compare, judge_title
from generator.verify.quotes import check_quote, stands_in, unfit
from generator.verify.record import MalformedError, Missing, Record, Unreachable, Update
from generator.verify.standing import merged, standing_of
from tests.test_check_ledger import FINDING

TODAY = date(2026, 1, 2)
WORK = Work(
    key="ahlgren2011",
    type="article",
    title="Singing among keepers: part 1",
    authors=(Name(family="Ahlgren", given="Ann"), Name(family="Berg", given="Bo")),
    year=2011,
    container="Journal of Towers",
    volume="7",
    pages="101–109",
    doi="10.5000/x",
)
RECORD = Record(
    registry="Crossref",
    titles=("Singing among keepers: part 1",),
    authors=(Name(family="Ahlgren", given="A"), Name(family="Berg", given="B.")),
    years=(2011,),
    containers=("Journal of Towers",),
    volume="7",
    pages="101-9",
    doi="10.5000/x",
)


def differing(**changes: object) -> set[str]:
    record = replace(RECORD, **changes)  # type: ignore[arg-type]
    return {difference.field for difference in compare(WORK, record).differs}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, set()),
        ({"years": (2012,)}, set()),
        ({"years": (2013,)}, {"year"}),
        ({"years": (2014, 2012)}, set()),
        ({"volume": "8"}, {"volume"}),
        ({"volume": "07 Suppl 2"}, set()),
        ({"pages": "103-9"}, {"pages"}),
        ({"pages": "101-110"}, {"pages"}),
        ({"pages": "101"}, set()),
        ({"pages": "n/a-n/a"}, set()),
        ({"containers": ("J. Towers",)}, set()),
        ({"containers": ("Journal of Wells",)}, {"container"}),
        ({"authors": ()}, set()),
        ({"authors": RECORD.authors[:1]}, {"authors"}),
        ({"authors": RECORD.authors[:1], "complete": False}, set()),
        ({"authors": RECORD.authors[::-1]}, {"first_author"}),
        ({"titles": ("Singing among keepers: part 2",)}, {"title"}),
        ({"titles": ("SINGING among keepers – part 1",)}, set()),
    ],
)
def test_fields_that_differ(changes: dict[str, object], fields: set[str]) -> None:
    assert differing(**changes) == fields


def test_a_title_shared_by_another_paper() -> None:
    stranger = replace(RECORD, authors=(Name(family="Quist"),), years=(1990,))
    assert not compare(WORK, stranger).same
    assert compare(WORK, replace(stranger, years=(2011,))).same


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        ("A tower", ("A tower: a trial", "A tower"), "cut"),
        ("A tower: a trial", ("A tower",), "longer"),
        ("A tower a trial", ("A tower",), "other"),
        ("The <i>big</i> tower &amp; sea", ("The big tower and sea",), "same"),
        (
            "Colour of the towers in the very far north",
            ("Color of the towers in the very far north",),
            "alike",
        ),
    ],
)
def test_titles(ours: str, theirs: tuple[str, ...], verdict: str) -> None:
    assert judge_title(ours, theirs) == verdict


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Psychiatric Services", "Psychiatr Serv", True),
        ("Psychiatric services (Washington, D.C.)", "Psychiatric Services", True),
        ("The Lancet", "Lancet (London, England)", True),
        ("BMC Psychiatry", "BMC Psychology", False),
        ("Journal of Mental Health", "International Journal of Mental Health", False),
        ("Health & Social Care in the Community", "Health and Social Care in the Community", True),
    ],
)
def test_journals(one: str, other: str, same: bool) -> None:
    assert same_journal(one, other) is same
    assert same_journal(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Name(family="Müller", given="Jan"), Name(family="Mueller", given="J"), True),
        (Name(family="Berg", particle="van den"), Name(family="van den Berg"), True),
        (Name(family="García-Ruiz"), Name(family="Garcia Ruiz"), True),
        (Name(family="Smith", given="JD"), Name(family="Smith", given="David J."), True),
        (Name(family="Smith", given="Ann"), Name(family="Smith", given="Bo"), False),
        (Name(family="Li", given="Wei"), Name(family="Wei", given="Li"), True),
        (Name(family="Who", group=True), Name(family="Who"), False),
    ],
)
def test_persons(one: Name, other: Name, same: bool) -> None:
    assert same_person(one, other) is same


@given(st.text(max_size=40))
def test_folding_is_stable(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


def test_pages() -> None:
    assert page_limits("1037-44") == ("1037", "1044")
    assert page_limits("e1–e10") == ("1", "10")
    assert page_limits("S12") == ("s12", "")


def said(kind: str, when: str, name: str = "", witness: str = "the publisher") -> Update:
    return Update(kind=kind, date=when, identifier=name, witness=witness)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("updates", "standing"),
    [
        ([], "clean"),
        ([said("correction", "2001")], "corrected"),
        ([said("concern", "2001"), said("correction", "2002")], "concern"),
        ([said("concern", "2001"), said("retraction", "2002")], "retracted"),
        ([said("retraction", "2002"), said("reinstatement", "2003-01")], "reinstated"),
        ([said("retraction", "2004"), said("reinstatement", "2003-01")], "retracted"),
        ([said("partial-retraction", "2004")], "partially-retracted"),
    ],
)
def test_standings_whatever_the_order(updates: list[Update], standing: str) -> None:
    for order in permutations(updates):
        assert standing_of(merged(order)) == standing


def test_one_word_passed_on_is_one_witness() -> None:
    watch = "Retraction Watch"
    updates = [
        said("retraction", "2010-02-06", "10.5000/n", watch),
        said("retraction", "2010-02-06", "10.5000/n", watch),
        said("retraction", "2010-02", "20137807", "PubMed"),
        said("retraction", "", "", watch),
    ]
    notice = Notice(
        kind="retraction",
        identifier="10.5000/n",
        date="2010-02-06",
        witnesses=("PubMed", watch),
    )
    assert merged(updates) == merged(updates[::-1]) == (notice,)


def test_partial_retractions_hide_among_errata() -> None:
    body = """<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>5</PMID><Article>
    <ArticleTitle>[Towers].</ArticleTitle></Article><CommentsCorrectionsList>
    <CommentsCorrections RefType="ErratumIn"><RefSource>J Towers. 2010 Feb;3(2):5</RefSource>
    <PMID>9</PMID><Note>Partially retracted</Note></CommentsCorrections>
    </CommentsCorrectionsList></MedlineCitation></PubmedArticle></PubmedArticleSet>"""
    record = pubmed.parse_article(body, "5")
    assert isinstance(record, Record)
    assert record.titles == ("Towers",)
    assert record.updates == (said("partial-retraction", "2010-02", "9", "PubMed"),)


def test_an_update_to_itself_is_no_notice() -> None:
    itself = [{"DOI": "10.5000/x", "type": "withdrawal"}]
    work = {"DOI": "10.5000/X", "title": ["Towers"], "update-to": itself}
    record = crossref.record_of(work, "Crossref")
    assert record.notice_of is None
    assert [update.kind for update in record.updates] == ["retraction"]


@pytest.mark.parametrize("body", ["", "<html>", "[]", "3", '{"message": 1}', "<!ENTITY x>"])
def test_odd_bodies_are_malformed(body: str) -> None:
    with pytest.raises(MalformedError):
        crossref.parse_work(body)
    with pytest.raises(MalformedError):
        pubmed.parse_article(body, "1")


def verdict(
    *answers: object, third: object = None, prior: LedgerEntry | None = None
) -> LedgerEntry:
    work = replace(WORK, pmid="5")
    named = tuple(zip(("doi", "pmid"), answers, strict=False))
    heard = Heard(answers=named, third=third)  # type: ignore[arg-type]
    return judge(work, heard, TODAY, prior).entry


def test_one_registry_that_agrees_is_enough() -> None:
    assert verdict(RECORD, replace(RECORD, registry="PubMed", volume="9")).state == "verified"
    assert verdict(replace(RECORD, volume="9")).state == "differs"


def test_silence_is_never_fine_and_never_a_fault() -> None:
    silent = Unreachable(registry="Crossref", reason="it took too long")
    entry = verdict(silent, silent)
    assert (entry.state, entry.standing) == ("unreachable", "unknown")
    known = verdict(RECORD)
    kept = replace(known, checked=date(2025, 1, 1))
    assert verdict(silent, prior=kept) == kept
    edited = replace(kept, fingerprint="other")
    assert verdict(silent, prior=edited).state == "unreachable"
    assert verdict(silent, third=replace(RECORD, registry="OpenAlex")).state == "verified"


def test_openalex_alone_retracts_nothing_and_clears_nothing() -> None:
    flagged = replace(RECORD, registry="OpenAlex", flagged=True)
    entry = verdict(RECORD, third=flagged)
    assert (entry.state, entry.standing) == ("verified", "unknown")
    assert entry.notes == ("OpenAlex marks it as retracted; Crossref do not.",)


def test_an_identifier_that_leads_nowhere_beside_one_that_leads_here() -> None:
    entry = verdict(Missing(registry="doi.org"), replace(RECORD, doi="10.5000/right"))
    assert entry.state == "not-found"
    assert [(d.field, d.ours, d.theirs) for d in entry.differs] == [
        ("doi", "10.5000/x", "10.5000/right")
    ]


TEXT = "Back- ground: keepers’ night vision—in <i>both</i> towers—rose by 12\u00a0% (p < .05)."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("keepers' night vision - in both towers - rose", False),
        ("keepers' night vision-in both towers-rose by 12 %", True),
        ("Background: keepers' … rose by [...] (p < .05)", True),
        ("rose by 12 % ... keepers' night vision", False),
        ("night vision fell", False),
        ("ight vision", False),
        ("...", False),
    ],
)
def test_quotes(quote: str, found: bool) -> None:
    assert stands_in(quote, TEXT) is found


def test_what_is_no_quote() -> None:
    assert unfit("Singing Among Keepers, Part 1", WORK.title) == "it is the title of the work"
    assert unfit("one two three", WORK.title) == "it has 3 words, and a quote needs 8"
    finding = replace(FINDING, quote="one two three four five six seven eight")
    outcome = check_quote("a#b", finding, WORK.title, [("abstract", None), ("other", "x")])
    assert (outcome.outcome, outcome.place) == ("unreachable", "")
    assert isinstance(outcome, QuoteCheck)
    assert check_quote("a#b", finding, WORK.title, [("abstract", "")]).outcome == "no-text"
