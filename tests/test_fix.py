"""`briefs check --fix`: what is offered, what stands, what is taken back, what is left alone."""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.cli import main
from generator.contribute import fix as fixing
from generator.contribute.fix import fix, rewritten
from generator.examine import Checked, examine
from generator.load.identifiers import check_doi, check_isbn, check_issn, check_pmcid, check_pmid
from generator.problem import Fix, Place, Problem, mend, nearest
from tests.conftest import sources_of_good

Edit = Callable[[str, str, str], None]

GOOD = Path(__file__).parent / "data" / "good"
STUDY = "data/studies/ahlgren2001.yaml"
OTHER = "data/studies/dahl2012.yaml"
BRIEF = "briefs/choirs.md"
LIBRARY = "data/library.bib"
VOCABULARY = "data/vocabulary.yaml"


def run(root: Path) -> tuple[list[str], Checked]:
    """What the command says about its fixes, and what is wrong after it."""
    lines: list[str] = []
    checked = fix(root, say=lines.append)
    return lines, checked


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "mkdocs.yml"
    }


# --- what is a slip of the pen ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "allowed", "meant"),
    [
        ("benifit", ["benefit", "harm", "mixed"], "benefit"),
        ("chior", ["choir", "solo"], "choir"),
        ("randomized-trial", ["randomised-trial", "cohort"], "randomised-trial"),
        ("Night Vision", ["night-vision", "cheer"], "night-vision"),
        ("nightvision", ["night-vision", "cheer"], "night-vision"),
        ("included-in", ["included_in", "studies_included"], "included_in"),
        ("eckman2015", ["ekman2015", "ahlgren2001"], "ekman2015"),
        ("Ekman2015", ["ekman2015"], "ekman2015"),
    ],
)
def test_one_slip_has_a_fix_and_the_hint_agrees(value: str, allowed: list[str], meant: str) -> None:
    assert mend(value, allowed) == Fix(old=value, new=meant)
    assert nearest(value, allowed) == f"Did you mean '{meant}'?"


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        ("quantitative", ["qualitative", "mixed-methods"]),  # another word, two letters away
        ("employe", ["employee", "employed"]),  # two that are as near
        ("benifit", ["benefit", "benefits"]),  # a second one close behind
        ("employment", ["unemployment"]),  # how a word begins is its sense
        ("peer-employment", ["peer-unemployment"]),
        ("moral", ["amoral"]),
        ("hope", ["home"]),  # short words are near to everything
        ("smith2020a", ["smith2020b"]),  # another work of that year
        ("smith2020", ["smith2020a"]),
        ("ahlgren2010", ["ahlgren2001"]),
        ("week-12", ["week-21"]),
        ("night vision", ["night-vision", "nightvision"]),
        ("cheer", ["cheer"]),  # nothing is wrong with it
        ("", ["cheer"]),
        ("cheer", []),
    ],
)
def test_what_may_be_meant_otherwise_has_no_fix(value: str, allowed: list[str]) -> None:
    assert mend(value, allowed) is None


@given(st.lists(st.text("abc-_1", max_size=9), max_size=5), st.text("abc-_1", max_size=9))
def test_a_fix_is_one_of_the_allowed_values_whatever_their_order(
    allowed: list[str], value: str
) -> None:
    found = mend(value, dict.fromkeys(allowed))
    assert found == mend(value, dict.fromkeys(reversed(allowed)))
    assert found is None or (found.old == value and found.new in allowed and found.new != value)


@pytest.mark.parametrize(
    ("check", "text", "meant"),
    [
        (check_doi, "https://doi.org/10.1234/Towers.3", "10.1234/towers.3"),
        (check_doi, "http://dx.doi.org/10.1234/a", "10.1234/a"),
        (check_doi, "DOI: 10.1234/a", "10.1234/a"),
        (check_doi, "10.1234/a.", "10.1234/a"),
        (check_doi, "towers/2001", ""),
        (check_pmid, "PMID: 12345678", "12345678"),
        (check_pmid, "pmid12345678", "12345678"),
        (check_pmid, "https://pubmed.ncbi.nlm.nih.gov/12345678/", "12345678"),
        (check_pmid, "www.ncbi.nlm.nih.gov/pubmed/12345678", "12345678"),
        (check_pmid, "PMC12345678", ""),
        (check_pmid, "12345678 or 12345679", ""),
        (check_pmid, "012345678", ""),
        (check_pmcid, "pmc1234567", "PMC1234567"),
        (check_pmcid, "PMCID: PMC1234567", "PMC1234567"),
        (check_pmcid, "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1234567/", "PMC1234567"),
        (check_pmcid, "https://pmc.ncbi.nlm.nih.gov/articles/PMC1234567/", "PMC1234567"),
        (check_pmcid, "1234567", ""),  # it may be a PMID
        (check_isbn, "ISBN 978-0-306-40615-7", "978-0-306-40615-7"),
        (check_isbn, "ISBN-13: 9780306406157", "9780306406157"),
        (check_isbn, "ISBN 978-0-306-40615-8", ""),
        (check_isbn, "978-0-306-40615-8", ""),
        (check_isbn, "ISBN " * 10_000, ""),
        (check_issn, "ISSN 1234-5679", "1234-5679"),
        (check_issn, "1234–5679", "1234-5679"),
        (check_issn, "1234–5678", ""),
    ],
)
def test_an_identifier_has_one_right_form_or_none(
    check: Callable[[str], object], text: str, meant: str
) -> None:
    checked = check(text)
    assert getattr(checked, "message", "")
    assert getattr(checked, "meant", None) == meant
    if meant:
        assert check(meant) == type(checked)(value=meant)  # type: ignore[call-arg]


# --- where it is written ---------------------------------------------------------------------


def at(line: int, column: int, old: str, new: str) -> Problem:
    place = Place(path="x", line=line, column=column)
    return Problem(place=place, rule="r", message="M.", fix=Fix(old=old, new=new))


def test_only_the_places_are_written() -> None:
    data = codecs.BOM_UTF8 + "abc abc\r\nüñ\U0001f600 abc\rabc\n\nabc".encode()
    fixes = [
        at(1, 5, "abc", "longer"),
        at(1, 1, "abc", ""),
        at(2, 5, "abc", "ä"),
        at(3, 1, "abc", "d"),
        at(5, 1, "abc", "e"),
        at(4, 1, "abc", "not there"),
        at(9, 9, "abc", "not there"),
    ]
    assert rewritten(data, fixes) == codecs.BOM_UTF8 + " longer\r\nüñ\U0001f600 ä\rd\n\ne".encode()


@given(st.text(max_size=40))
def test_without_a_fitting_fix_no_byte_changes(text: str) -> None:
    data = text.encode("utf-8", "replace")
    assert rewritten(data, [at(1, 1, "nowhere to be found", "x")]) == data


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_encoding_and_line_ends_stay(tree: Path, edit: Edit, end: str, mark: bytes) -> None:
    edit(STUDY, "title: Choirs on four towers", "title: Fyra körer 🎵 på torn")
    edit(STUDY, "report: ahlgren2001, where: table 2", 'where: "på 🎵", report: ahlgren2001')
    text = (tree / STUDY).read_text(encoding="utf-8").replace("\n", end)
    wrong = text.replace('🎵", report: ahlgren2001', '🎵", report: ahlgern2001')
    (tree / STUDY).write_bytes(mark + wrong.encode())
    lines, checked = run(tree)
    assert checked.problems == ()
    assert lines[0] == f"{STUDY}:25:37: 'ahlgern2001' → 'ahlgren2001'"
    assert (tree / STUDY).read_bytes() == mark + text.encode()


# --- each kind -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "change", "said"),
    [
        (STUDY, ("category: choir", "category: choirr"), "4:11: 'choirr' → 'choir'"),
        (STUDY, ("category: choir", "category: 'chior'"), "4:11: 'chior' → 'choir'"),
        (STUDY, ("outcome: cheer", "outcome: chear"), "12:14: 'chear' → 'cheer'"),
        (STUDY, ("direction: benefit", "direction: benifit"), "14:16: 'benifit' → 'benefit'"),
        (STUDY, ("country: N", "cuontry: N"), "5:1: 'cuontry' → 'country'"),
        (STUDY, ("included_in:", "included-in:"), "9:1: 'included-in' → 'included_in'"),
        (STUDY, ("where: table 2", "wehre: table 2"), "25:35: 'wehre' → 'where'"),
        (STUDY, ("[ahlgren2001]", "[ahlgern2001]"), "2:11: 'ahlgern2001' → 'ahlgren2001'"),
        (STUDY, ("- id: cheer", "- id: Cheer"), "11:9: 'Cheer' → 'cheer'"),
        (
            BRIEF,
            ("[@ahlgren2001; @c", "[@ahlgern2001; @c"),
            "16:45: '@ahlgern2001' → '@ahlgren2001'",
        ),
        (BRIEF, ("@dahl2012 asked", "@Dahl2012 asked"), "11:40: '@Dahl2012' → '@dahl2012'"),
        (BRIEF, ("outcome: cheer", "outcome: chear"), "20:10: 'chear' → 'cheer'"),
        (BRIEF, ("population: p", "popluation: p"), "55:1: 'popluation' → 'population'"),
        (BRIEF, ("audience: public", "audience: pubilc"), "4:11: 'pubilc' → 'public'"),
        (BRIEF, ("```claim", "```cliam"), "18:1: '```cliam' → '```claim'"),
        (LIBRARY, ("@article{brandt", "@artcile{brandt"), "11:1: '@artcile' → '@article'"),
        (LIBRARY, ("journal = {R", "jurnal = {R"), "21:3: 'jurnal' → 'journal'"),
        (LIBRARY, ("{1--9}", "{pp. 1--9}"), "7:3: 'pages = {pp. 1--9}' → 'pages = {1--9}'"),
        (
            LIBRARY,
            ("{10.1234/", "{https://doi.org/10.1234/"),
            "8:3: 'doi = {https://doi.org/10.1234/towers.2001.3}'"
            " → 'doi = {10.1234/towers.2001.3}'",
        ),
        (
            LIBRARY,
            ("pmid = {12345678}", 'pmid = "PMID: 12345678"'),
            "23:3: 'pmid = \"PMID: 12345678\"' → 'pmid = \"12345678\"'",
        ),
    ],
)
def test_each_kind_is_mended_at_its_place(
    tree: Path, edit: Edit, path: str, change: tuple[str, str], said: str
) -> None:
    edit(path, *change)
    lines, checked = run(tree)
    assert lines == [f"{path}:{said}", "1 mended, 0 taken back"]
    assert checked.problems == ()
    text = (tree / path).read_text(encoding="utf-8")
    assert text.replace("'choir'", "choir").replace('"12345678"', "{12345678}") == (
        GOOD / path
    ).read_text(encoding="utf-8")
    assert run(tree)[0] == []


def test_a_month_and_an_issn_are_mended_in_their_fields(tree: Path, edit: Edit) -> None:
    edit(
        LIBRARY,
        "year = {2015},",
        "year = {2015},\n  month = {Septembr},\n  issn = {ISSN 1234-5679},",
    )
    lines, checked = run(tree)
    assert checked.problems == ()
    assert lines[:2] == [
        f"{LIBRARY}:38:3: 'month = {{Septembr}}' → 'month = {{september}}'",
        f"{LIBRARY}:39:3: 'issn = {{ISSN 1234-5679}}' → 'issn = {{1234-5679}}'",
    ]


def test_flow_and_slots_are_mended(tree: Path, edit: Edit) -> None:
    stages = (
        "[{id: found, label: Found, n: 9, unit: records},"
        " {id: screened, label: Screened, n: 5, unit: records}]"
    )
    (tree / "data/flow.yaml").write_text(
        "review: cedar2010\ntitle: T\ndatabases: [Index]\n"
        f"stages: {stages}\nexclusions: [{{after: fuond, n: 4, reasons: [double]}}]\n"
    )
    edit("briefs/ideas.md", "\n\n", "\n\n```forest\noutcome: boredem\n```\n\n")
    lines, checked = run(tree)
    assert checked.problems == ()
    assert [line.split(": ", 1)[1] for line in lines[:3]] == [
        "'boredem' → 'boredom'",
        "'cedar2010' → 'ceder2010'",
        "'fuond' → 'found'",
    ]


# --- several at once -------------------------------------------------------------------------


def test_two_in_one_line_and_those_behind_them(tree: Path, edit: Edit) -> None:
    """A record that becomes readable shows what rules find in it, and that is mended as well."""
    good = contents(tree)
    edit(BRIEF, "[@ahlgren2001; @ceder2010,", "[@ahlgern2001; @cedar2010,")
    edit(STUDY, "design: randomised-trial", "design: randomized-trial")
    edit(STUDY, "{report: ahlgren2001, where: table 2}", "{reports: ahlgern2001, where: table 2}")
    edit(STUDY, "outcome: boredom", "outcome: boredem")
    lines, checked = run(tree)
    assert checked.problems == ()
    assert lines == [
        f"{BRIEF}:16:45: '@ahlgern2001' → '@ahlgren2001'",
        f"{BRIEF}:16:59: '@cedar2010' → '@ceder2010'",
        f"{STUDY}:3:9: 'randomized-trial' → 'randomised-trial'",
        f"{STUDY}:20:14: 'boredem' → 'boredom'",
        f"{STUDY}:25:14: 'reports' → 'report'",
        f"{STUDY}:25:22: 'ahlgern2001' → 'ahlgren2001'",
        "6 mended, 0 taken back",
    ]
    assert contents(tree) == good


def test_the_same_word_wrong_twice_in_a_line(tree: Path, edit: Edit) -> None:
    edit(BRIEF, "[@ahlgren2001; @ceder2010, table 3]", "[@ahlgern2001; @ahlgern2001, table 3]")
    lines, checked = run(tree)
    assert [line.split(": ")[0] for line in lines[:2]] == [f"{BRIEF}:16:45", f"{BRIEF}:16:59"]
    assert checked.problems == ()


# --- what is taken back ----------------------------------------------------------------------


def test_a_fix_that_makes_another_problem_is_taken_back(tree: Path, edit: Edit) -> None:
    """The right name of the field stands there already."""
    edit(STUDY, "country: Norway", "country: Norway\ncuontry: Sweden")
    edit(STUDY, "outcome: cheer", "outcome: chear")
    edit(STUDY, "design: randomised-trial", "design: randomized-trial")
    lines, checked = run(tree)
    assert lines == [
        f"{STUDY}:3:9: 'randomized-trial' → 'randomised-trial'",
        f"{STUDY}:6:1: 'cuontry' stays, because with 'country' there, line 6 is wrong:"
        " The key `country` must stand only once here; this is another one.",
        f"{STUDY}:13:14: 'chear' → 'cheer'",
        "2 mended, 1 taken back",
    ]
    (left,) = checked.problems
    assert (left.rule, left.place.line, left.fix) == ("unknown-field", 6, None)
    text = (tree / STUDY).read_text(encoding="utf-8")
    assert "cuontry: Sweden" in text
    assert "design: randomised-trial" in text


def test_a_sound_id_that_names_nothing_is_taken_back(tree: Path, edit: Edit) -> None:
    """The record cannot be read before, so that the second fault is told only afterwards."""
    text = (tree / STUDY).read_text(encoding="utf-8")
    start = text.index("  - id: boredom")
    flow = (
        '  - {id: Bored, outcome: "Joy", population: recipients, basis: comparison,\n'
        "     statement: It fell., source: {report: ahlgren2001, where: table 2}}\n"
    )
    before = f"{text[:start]}{flow}{text[text.index('corrections:') :]}"
    (tree / STUDY).write_text(before, encoding="utf-8")
    lines, _ = run(tree)
    assert lines == [
        f"{STUDY}:19:10: 'Bored' → 'bored'",
        f'{STUDY}:19:26: "Joy" stays, because with "joy" there, line 19 is wrong:'
        " 'joy' is no outcome of data/vocabulary.yaml",
        "1 mended, 1 taken back",
    ]
    assert (tree / STUDY).read_text(encoding="utf-8") == before.replace("Bored", "bored")


def test_a_citation_that_would_not_stand_is_taken_back(tree: Path, edit: Edit) -> None:
    """The work that the key is nearest to has nothing to say about the claim."""
    edit(BRIEF, "[@dahl2012].", "[@ekmann2015].")
    before = contents(tree)
    lines, checked = run(tree)
    assert lines[0].startswith(
        f"{BRIEF}:50:36: '@ekmann2015' stays, because with '@ekman2015' there, line 50 is wrong:"
    )
    assert "unknown-citation" in {problem.rule for problem in checked.problems}
    assert contents(tree) == before


def test_a_fix_that_mends_nothing_is_taken_back(
    tree: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(STUDY, "outcome: cheer", "outcome: chear")
    before = contents(tree)

    def misled(root: Path) -> Checked:
        from dataclasses import replace

        checked = examine(root)
        wrong = [
            replace(p, fix=Fix(old=p.fix.old, new="choor")) if p.fix else p
            for p in checked.problems
        ]
        return replace(checked, problems=tuple(wrong))

    monkeypatch.setattr(fixing, "examine", misled)
    lines, checked = run(tree)
    assert lines[-1] == "0 mended, 1 taken back"
    assert "'chear' stays, because with 'choor' there, line 12 is wrong" in lines[0]
    assert contents(tree) == before
    assert all(problem.fix is None for problem in checked.problems)


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_what_was_not_checked_does_not_stay(
    tree: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    edit(STUDY, "outcome: cheer", "outcome: chear")
    before, calls = contents(tree), []

    def stopped(root: Path) -> Checked:
        calls.append(contents(tree))
        if len(calls) > 1:
            raise error
        return examine(root)

    monkeypatch.setattr(fixing, "examine", stopped)
    with pytest.raises(error):
        run(tree)
    assert calls[1] != before
    assert contents(tree) == before


def test_an_ambiguous_term_is_reported_and_left(tree: Path, edit: Edit) -> None:
    edit(
        VOCABULARY,
        "  boredom:",
        "  bored:\n    label: B\n    definition: B.\n    domain: mood\n    good: less\n  boredom:",
    )
    edit(
        VOCABULARY,
        "  cheer:",
        "  cheers:\n    label: C\n    definition: C.\n    domain: mood\n    good: more\n  cheer:",
    )
    edit(STUDY, "outcome: cheer", "outcome: cheerr")
    before = contents(tree)
    lines, checked = run(tree)
    assert lines == ["nothing here can be mended without a person"]
    (left,) = (problem for problem in checked.problems if problem.rule == "unknown-term")
    assert left.hint.startswith("Did you mean 'cheer")
    assert contents(tree) == before


# --- files that refuse -----------------------------------------------------------------------


def test_a_read_only_file_is_named_and_stays(tree: Path, edit: Edit) -> None:
    edit(STUDY, "outcome: cheer", "outcome: chear")
    edit(OTHER, "theme: cold-halls", "theme: cold-hals")
    (tree / STUDY).chmod(0o444)
    before = contents(tree)
    lines, checked = run(tree)
    assert lines == [
        f"{STUDY}: nothing in it was mended; it cannot be written: it is read-only",
        f"{OTHER}:8:12: 'cold-hals' → 'cold-halls'",
        "1 mended, 0 taken back",
    ]
    assert {problem.place.path for problem in checked.problems} >= {STUDY}
    after = contents(tree)
    assert [path for path in before if before[path] != after[path]] == [OTHER]
    assert before.keys() == after.keys()


def test_a_link_stays_a_link_and_a_mode_a_mode(tree: Path, edit: Edit) -> None:
    edit(STUDY, "outcome: cheer", "outcome: chear")
    kept = tree / "kept.yaml"
    shutil.move(tree / STUDY, kept)
    kept.chmod(0o640)
    (tree / STUDY).symlink_to("../../kept.yaml")
    assert run(tree)[1].problems == ()
    assert (tree / STUDY).is_symlink()
    assert kept.stat().st_mode & 0o777 == 0o640


def test_ledger_files_are_never_edited(tree: Path) -> None:
    ledger = tree / "data/ledger/ahlgren2001.json"
    ledger.parent.mkdir()
    ledger.write_text('{"key": "ahlgren2001", "state": "verifed"}')
    assert run(tree)[0] == ["nothing here can be mended without a person"]
    assert all(problem.fix is None for problem in examine(tree).problems)


# --- offers are true -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["outcome: >-\n      chear", 'outcome: "ch\\x65ar"', "outcome: chear\n      "],
)
def test_what_is_written_in_another_way_is_not_offered(
    tree: Path, edit: Edit, written: str
) -> None:
    edit(STUDY, "outcome: cheer", written)
    (found,) = (problem for problem in examine(tree).problems if problem.rule == "unknown-term")
    assert (found.fix is None) == (not written.startswith("outcome: chear"))


def test_the_command_mends_and_reports_what_is_left(
    tree: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(STUDY, "outcome: cheer", "outcome: chear")
    assert main(["check", "--root", str(tree), "--fix"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        f"{STUDY}:12:14: 'chear' → 'cheer'\n1 mended, 0 taken back\n"
        "checked 5 studies, 5 works, 2 briefs, 5 claims: 0 errors, 0 warnings\n"
    )


# --- a law -----------------------------------------------------------------------------------

TERMS = ("outcome: boredom", "outcome: cheer", "population: recipients", "category: choir")
_LETTERS = "abcdeghinorst-"


@st.composite
def slips(draw: st.DrawFn, word: str) -> str:
    """A word with up to three letters changed, lost, gained or swapped."""
    letters = list(word)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(letters) - 2)))
        match draw(st.sampled_from(("change", "lose", "gain", "swap"))):
            case "change":
                letters[at : at + 1] = draw(st.sampled_from(_LETTERS))
            case "lose":
                del letters[at : at + 1]
            case "gain":
                letters.insert(at, draw(st.sampled_from(_LETTERS)))
            case _:
                letters[at : at + 2] = reversed(letters[at : at + 2])
    return "".join(letters)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_slip_is_mended_to_what_it_was_or_left_alone(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("slips") / "site"
    sources_of_good(root)
    good = contents(root)
    term = data.draw(st.sampled_from(TERMS))
    key, word = term.split(": ")
    wrong = f"{key}: {data.draw(slips(word))}"
    text = (root / STUDY).read_text(encoding="utf-8").replace(term, wrong, 1)
    (root / STUDY).write_text(text, encoding="utf-8")
    slipped = contents(root)
    run(root)
    assert contents(root) in (good, slipped)
