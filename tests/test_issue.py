"""A suggested study: a form's answers become a record, or an answer that says what to mend."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.contribute.form import Form, answers, chosen, read_form, unticked
from generator.contribute.issue import Issue, Proposal, dump_record, main, read_event, suggest
from generator.contribute.propose import main as propose
from generator.contribute.suggestion import judge
from generator.library import Library
from generator.load import load
from generator.load.yaml import read_yaml
from generator.verify.add import add
from generator.verify.run import Say
from tests.stand_in_host import StandIn, stand_in

Run = Callable[..., int]

ROOT = Path(__file__).resolve().parents[1]
FORM = ROOT / ".github" / "ISSUE_TEMPLATE" / "suggest-study.yml"
GOOD = {
    "identifier": "10.5555/new.1",
    "reference": "_No response_",
    "why": "It is the first one\nwith sailors.",
    "outcome": "Cheer\n- boredom",
    "statement": "Keepers who sang were more cheerful.",
    "direction": "benefit: people were better off",
    "population": "recipients: people who receive the support",
    "design": "randomised-trial: people were put into groups by chance",
    "category": "choirs",
    "participants": "1,066",
    "where": "abstract",
    "quote": "“They were more cheerful.”",
    "checks": "",
}
HOSTILE = (
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned #",
    "::set-output name=x::y",
    "{{ 7 * 7 }}{% raw %}",
    "<script>alert(1)</script>",
    "!!python/object/apply:os.system [touch pwned]",
    "*alias &anchor {a: b}",
    "- [x](javascript:alert(1))",
    "key: value # no comment",
    "0o17",
    "no",
    "@someone #1 https://evil.example",
    "---",
    '"',
    "\\",
    "${{ github.token }}",
)


@pytest.fixture(scope="module")
def form() -> Form:
    found, problems = read_form(FORM.read_text(encoding="utf-8"), "form")
    assert found is not None
    assert not problems
    return found


@pytest.fixture
def library(tree: Path) -> Library:
    found, _ = load(tree)
    assert found is not None
    return found


@pytest.fixture
def host(tmp_path: Path) -> StandIn:
    return stand_in(tmp_path / "bin")


def filled(form: Form, **changed: str) -> str:
    """An issue's text as the code host writes it from a form."""
    given = {**GOOD, **changed}
    parts = []
    for question in form.questions:
        boxes = "\n".join(f"- [X] {label}" for label in question.ticks)
        answer = given.get(question.id) or boxes or "_No response_"
        parts.append(f"### {question.label}\n\n{answer}\n")
    return "\n".join(parts)


def nobody(root: Path, identifier: str, say: Say) -> int:
    """A registry that is out of reach."""
    say("Crossref could not be asked.")
    return 2


def written(tree: Path, proposal: Proposal | str) -> Any:
    """The record that a proposal wrote, as our own reader reads it."""
    assert isinstance(proposal, Proposal), proposal
    text = (tree / proposal.paths[0]).read_text(encoding="utf-8")
    data, problems = read_yaml(text, "")
    assert not problems
    return data


def test_a_good_suggestion_becomes_a_record(tree: Path, form: Form, library: Library) -> None:
    proposal = suggest(Issue(number=12, body=filled(form)), form, library, tree, register=nobody)
    finding = {
        "population": "recipients",
        "direction": "benefit",
        "basis": "comparison",
        "statement": "Keepers who sang were more cheerful.",
        "source": {"report": "doi-10-5555-new-1", "where": "abstract"},
        "quote": "They were more cheerful.",
    }
    assert written(tree, proposal) == {
        "reports": ["doi-10-5555-new-1"],
        "design": "randomised-trial",
        "category": "choir",
        "participants": {"n": 1066},
        "findings": [
            {"id": "cheer", "outcome": "cheer", **finding},
            {"id": "boredom", "outcome": "boredom", **finding},
        ],
    }
    assert isinstance(proposal, Proposal)
    assert proposal.paths == ("data/studies/doi-10-5555-new-1.yaml",)
    assert proposal.title == "Add the study doi-10-5555-new-1"
    assert proposal.message.endswith("Suggested in #12.\n")
    assert "Closes #12." in proposal.body
    assert "It is the first one\nwith sailors." in proposal.body
    # The check's own words say what is still missing.
    assert "doi-10-5555-new-1.yaml:2:1: error" in proposal.body
    assert "`title`" in proposal.body


def test_a_work_that_the_library_has_gets_its_record(
    tree: Path, form: Form, library: Library
) -> None:
    (tree / "data/studies/brandt2005.yaml").unlink()
    text = (tree / "data/library.bib").read_text(encoding="utf-8")
    (tree / "data/library.bib").write_text(
        text.replace("title = {Choirs in the north}", "title = {Choirs: a {North}}, pmid = {777}")
    )
    found, _ = load(tree)
    assert found is not None
    body = filled(form, identifier="https://pubmed.ncbi.nlm.nih.gov/777/")
    proposal = suggest(Issue(number=1, body=body), form, found, tree, register=nobody)
    assert written(tree, proposal)["reports"] == ["brandt2005"]
    assert written(tree, proposal)["title"] == "Choirs: a North"


def test_a_study_with_a_record_is_refused(tree: Path, form: Form, library: Library) -> None:
    body = filled(form, identifier="doi:10.1234/TOWERS.2001.3")
    answer = suggest(Issue(number=1, body=body), form, library, tree, register=nobody)
    assert isinstance(answer, str)
    assert "has a record of this study already: ahlgren2001" in answer


def test_a_work_that_a_registry_knows_is_added(tree: Path, form: Form, library: Library) -> None:
    def known(root: Path, identifier: str, say: Say) -> int:
        assert identifier == "10.5555/new.1"
        path = root / "data/library.bib"
        entry = (
            "\n@article{alm2020,\n  author = {Alm, Åsa},\n  title = {Song \\& sea: 100\\%},\n"
            "  journal = {J},\n  year = {2020},\n  doi = {10.5555/new.1},\n}\n"
        )
        path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
        stub = root / "data/studies/alm2020.yaml"
        stub.write_text("reports: [alm2020]\ndesign: meta-analysis # look it up\ncategory:\n")
        return 0

    body = filled(form, design="unsure: I do not know", participants="_No response_")
    proposal = suggest(Issue(number=1, body=body), form, library, tree, register=known)
    data = written(tree, proposal)
    assert (data["title"], data["reports"]) == ("Song & sea: 100%", ["alm2020"])
    assert (data["design"], data["findings"][0]["basis"]) == ("meta-analysis", "synthesis")
    assert isinstance(proposal, Proposal)
    assert proposal.paths == (
        "data/studies/alm2020.yaml",
        "data/library.bib",
        "data/ledger/alm2020.json",
    )


def test_a_work_that_no_registry_knows_is_answered(
    tree: Path, form: Form, library: Library
) -> None:
    def unknown(root: Path, identifier: str, say: Say) -> int:
        say("Crossref knows no work '10.5555/new.1'.")
        return 1

    answer = suggest(Issue(number=1, body=filled(form)), form, library, tree, register=unknown)
    assert isinstance(answer, str)
    assert "**DOI or PMID:** Crossref knows no work" in answer


def test_a_reference_alone_is_enough(tree: Path, form: Form, library: Library) -> None:
    reference = "O'Hara-Müller, N., & Berg, B. (2019). Songs. Tower Press."
    body = filled(form, identifier="_No response_", reference=reference)
    proposal = suggest(Issue(number=9, body=body), form, library, tree, register=nobody)
    assert isinstance(proposal, Proposal)
    assert proposal.id == "oharamuller2019"
    assert reference in proposal.body


@pytest.mark.parametrize("reference", ["CON (2019)", "../../x", "李明。歌", "aux", "$(id)", "[]"])
def test_a_reference_never_makes_a_bad_name(
    tree: Path, form: Form, library: Library, reference: str
) -> None:
    before = {path for path in tree.parent.rglob("*") if "build" not in path.parts}
    body = filled(form, identifier="_No response_", reference=reference)
    proposal = suggest(Issue(number=9, body=body), form, library, tree, register=nobody)
    assert isinstance(proposal, Proposal)
    assert proposal.id in {"study-9", "con2019"}
    after = {path for path in tree.parent.rglob("*") if "build" not in path.parts}
    assert after - before == {tree / f"data/studies/{proposal.id}.yaml"}


@pytest.mark.parametrize(
    ("question", "answer", "meant"),
    [
        ("identifier", "https://doi.org/10.5555/New.1.", "10.5555/new.1"),
        ("identifier", "10.5555/new.1;", "10.5555/new.1"),
        ("outcome", "cheers, nightvision", (("outcome", "cheer"), ("outcome", "night-vision"))),
        ("category", "Solo-singng", "solo"),
    ],
)
def test_an_answer_that_can_only_be_meant_one_way_is_understood(
    question: str, answer: str, meant: object, form: Form, library: Library
) -> None:
    given = answers(filled(form, **{question: answer}), form)
    suggestion, faults = judge(given, form, library.vocabulary)
    assert faults == ()
    assert suggestion is not None
    assert meant in {suggestion.doi, suggestion.subjects, suggestion.category}


@pytest.mark.parametrize(
    "doi", ["10.1234/../../../etc/passwd", "10.1234/$(id)", "10.1234/con", "10.1234/`a`;rm", "1"]
)
def test_an_identifier_never_makes_a_bad_name(
    tree: Path, form: Form, library: Library, doi: str
) -> None:
    body = filled(form, identifier=doi)
    proposal = suggest(Issue(number=9, body=body), form, library, tree, register=nobody)
    assert isinstance(proposal, Proposal)
    assert re.fullmatch(r"(doi|pmid)-[a-z0-9-]+", proposal.id)
    assert (tree / f"data/studies/{proposal.id}.yaml").is_file()


def test_nothing_is_written_over(tree: Path, form: Form, library: Library) -> None:
    issue = Issue(number=9, body=filled(form))
    first = suggest(issue, form, library, tree, register=nobody)
    path = tree / "data/studies/doi-10-5555-new-1.yaml"
    path.write_text("mine", encoding="utf-8")
    again = suggest(issue, form, library, tree, register=nobody)
    assert isinstance(first, Proposal)
    assert isinstance(again, str)
    assert "exists already" in again
    assert path.read_text(encoding="utf-8") == "mine"


FAULTS: list[tuple[str, str, str]] = [
    ("identifier", "10.5555", "'10.5555' is not a well-formed DOI. A DOI looks like"),
    ("identifier", "_No response_", "needs a DOI or a PMID, or else its full reference"),
    ("identifier", "x" * 201, "The answer has 201 characters; at most 200 fit. Please shorten"),
    ("outcome", "chears", "'chears' is no outcome, theme or concept of this site. Did you mean"),
    ("outcome", "_No response_", "This needs an answer."),
    ("direction", "better", "'better' is none of the form's choices."),
    ("direction", "benefit: $(id)", "is none of the form's choices."),
    ("population", "None", "This needs an answer."),
    ("category", "chior", "'chior' is no kind that this site knows. Did you mean"),
    ("participants", "many", "'many' must be a whole number. Such as 120."),
    ("participants", "1.5", "'1.5' must be a whole number."),
    ("participants", "0", "'0' cannot be the number of people."),
    ("quote", "word " * 40, "must have fewer than 40 words; this one has 40."),
    ("quote", "w" * 401, "The answer has 401 characters; at most 400 fit."),
    ("statement", "no\u202eeb", "The invisible character U+202E"),
    ("statement", "bell\x07", "The control character U+0007 must not stand in the text."),
    ("where", "_No response_", "This needs an answer."),
    ("checks", "- [ ] nothing", "Please tick the box: I read this in the source itself"),
    ("why", "x" * 65_000, "The answer has 65,000 characters; at most 3,000 fit."),
]


@pytest.mark.parametrize(("question", "answer", "told"), FAULTS)
def test_each_answer_is_judged(
    form: Form, library: Library, question: str, answer: str, told: str
) -> None:
    suggestion, faults = judge(
        answers(filled(form, **{question: answer}), form), form, library.vocabulary
    )
    assert suggestion is None
    assert {fault.question for fault in faults} == {question}
    assert told in f"{faults[0].message} {faults[0].hint}"


def test_all_faults_are_told_at_once_and_nothing_is_written(
    tree: Path, form: Form, library: Library
) -> None:
    before = sorted(tree.rglob("*"))
    body = filled(form, identifier="x", outcome="glee", quote="w " * 50)
    answer = suggest(Issue(number=9, body=body), form, library, tree, register=nobody)
    assert isinstance(answer, str)
    assert answer.count("\n- **") == 3
    assert answer.startswith("Thank you for the suggestion.")
    assert sorted(tree.rglob("*")) == before


@pytest.mark.parametrize("body", ["", "Hello", "### Something else\n\nx", "x" * 65_000, "### " * 9])
def test_an_issue_without_the_form_is_answered(
    tree: Path, form: Form, library: Library, body: str
) -> None:
    answer = suggest(Issue(number=9, body=body), form, library, tree, register=nobody)
    assert isinstance(answer, str)
    assert "It was not made with the form." in answer


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(tree: Path, form: Form, library: Library, text: str) -> None:
    body = filled(form, statement=text, why=text, where=text, quote=text, identifier="31000001")
    proposal = suggest(Issue(number=9, body=body), form, library, tree, register=nobody)
    data = written(tree, proposal)
    assert isinstance(proposal, Proposal)
    assert data["findings"][0]["statement"] == text
    assert data["findings"][0]["source"]["where"] == text
    assert text not in proposal.title + proposal.message
    html = MarkdownIt("commonmark", {"html": True}).render(proposal.body)
    shown = re.sub(r"<pre>.*?</pre>", "", html, flags=re.DOTALL)
    assert text.split(maxsplit=1)[0] not in shown or text in {"no", "---", '"', "\\"}
    assert not list(tree.parent.rglob("pwned"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_quoted_without_power(
    tree: Path, form: Form, library: Library, text: str
) -> None:
    body = filled(form, identifier=text, outcome=text, category=text, participants=text)
    answer = suggest(Issue(number=9, body=body), form, library, tree, register=nobody)
    assert isinstance(answer, str)
    html = MarkdownIt("commonmark", {"html": True}).render(answer)
    assert set(re.findall(r"<(\w+)", html)) <= {"p", "ul", "li", "strong", "span"}
    assert not re.search(r"@\w|#\d|://", re.sub(r"<[^>]+>", "", html))


def test_headings_inside_an_answer_are_part_of_it(form: Form) -> None:
    why = "First\n\n### Not a question\n\n### DOI or PMID\n\n10.9999/other"
    given = answers(filled(form, why=why), form)
    assert given["why"] == why
    assert given["identifier"] == GOOD["identifier"]


def test_line_ends_of_any_kind_are_read(form: Form) -> None:
    plain = answers(filled(form), form)
    assert answers(filled(form).replace("\n", "\r\n"), form) == plain
    assert "reference" not in plain


def test_choices_and_boxes(form: Form) -> None:
    question = next(q for q in form.questions if q.id == "design")
    assert chosen("cohort: people were followed over time", question) == ("cohort", True)
    assert chosen("cohort", question) == ("cohort", False)
    assert chosen("", question) == ("", True)
    boxes = next(q for q in form.questions if q.id == "checks")
    ticked = "\n".join(f"* [x] {label}" for label in boxes.ticks)
    assert unticked(ticked, boxes) == ()
    assert unticked(ticked.replace("[x]", "[ ]", 1), boxes) == boxes.ticks[:1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(body=st.text(max_size=200), place=st.integers(0, 60))
def test_no_body_breaks_it(form: Form, library: Library, body: str, place: int) -> None:
    lines = filled(form).split("\n")
    text = "\n".join([*lines[:place], body, *lines[place:]])
    suggestion, faults = judge(answers(text, form), form, library.vocabulary)
    assert (suggestion is None) == bool(faults)


@given(st.text(max_size=40))
def test_every_text_survives_the_record(text: str) -> None:
    data = {"title": text.strip(), "reports": [text.strip()], "n": 5}
    read, _ = read_yaml(dump_record(data), "")
    clean = not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]", text)
    assert not clean or read == data


def event(path: Path, body: str, title: str = "Study: x", number: object = 12) -> Path:
    """The file of an event, as the code host writes it."""
    issue = {"number": number, "title": title, "body": body, "user": {"login": "x"}}
    path.write_text(json.dumps({"action": "labeled", "issue": issue}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"issue": {}}', '{"issue": {"number": "1; id"}}', "[" * 99_999]
)
def test_an_event_that_tells_of_no_issue_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "event.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"issue|line 1"):
        read_event(path)
    assert main([str(path), "--root", str(tmp_path), "--answer", str(tmp_path / "a.md")]) == 2


@pytest.fixture
def run(tree: Path, host: StandIn, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one of the two steps as the workflow does, with registries out of reach."""
    for name, value in {
        **host.environment,
        "GITHUB_SHA": "c" * 40,
        "GITHUB_REF_NAME": "main",
        "BRIEFS_CROSSREF_URL": "http://127.0.0.1:9",
        "BRIEFS_DOI_URL": "http://127.0.0.1:9",
        "BRIEFS_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    folder = tree.parent
    files = [str(folder / "event.json"), "--root", str(tree), "--answer", str(folder / "answer.md")]

    def step(main: Callable[[list[str]], int], *arguments: str) -> int:
        return main([*files, *arguments])

    return step


PUSHED = {
    "GET git/matching-refs/heads/study/doi-10-5555-new-1": [
        {"ref": "refs/heads/study/doi-10-5555-new-1-more"}
    ],
    f"GET git/commits/{'c' * 40}": {"tree": {"sha": "d" * 40}},
    "POST git/trees": {"sha": "e" * 40},
    "POST git/commits": {"sha": "f" * 40},
    "POST git/refs": {},
    "POST pulls": {"number": 13},
    "POST issues/12/comments": {},
}


def test_the_two_steps_make_a_pull_request(tree: Path, form: Form, host: StandIn, run: Run) -> None:
    event(tree.parent / "event.json", filled(form), title="$(touch pwned) `id` ::error::")
    assert run(main, "--form", str(FORM)) == 0
    result = json.loads((tree.parent / "answer.json").read_text(encoding="utf-8"))
    host.answers(PUSHED)
    assert run(propose) == 0
    record = (tree / "data/studies/doi-10-5555-new-1.yaml").read_text(encoding="utf-8")
    assert [question[:2] for question in host.asked] == [tuple(key.split(" ", 1)) for key in PUSHED]
    _, tree_made, commit, ref, pull, told = (body for _, _, body in host.asked[1:])
    file = {"path": result["paths"][0], "mode": "100644", "type": "blob", "content": record}
    assert tree_made == {"base_tree": "d" * 40, "tree": [file]}
    assert commit == {"message": result["message"], "tree": "e" * 40, "parents": ["c" * 40]}
    assert ref == {"ref": "refs/heads/study/doi-10-5555-new-1", "sha": "f" * 40}
    assert (pull["head"], pull["base"]) == ("study/doi-10-5555-new-1", "main")
    assert told["body"].startswith("Thank you. #13 holds the record now")
    assert "pwned" not in json.dumps(host.asked)


def test_an_existing_branch_is_left_alone(tree: Path, form: Form, host: StandIn, run: Run) -> None:
    event(tree.parent / "event.json", filled(form))
    assert run(main, "--form", str(FORM)) == 0
    found = [{"ref": "refs/heads/study/doi-10-5555-new-1"}]
    key = "GET git/matching-refs/heads/study/doi-10-5555-new-1"
    host.answers({**PUSHED, key: found})
    assert run(propose) == 0
    assert [path for _, path, _ in host.sent] == ["issues/12/comments"]
    assert "There is a branch" in host.sent[0][2]["body"]


def test_a_refused_pull_request_leaves_the_branch_and_says_so(
    tree: Path, form: Form, host: StandIn, run: Run
) -> None:
    event(tree.parent / "event.json", filled(form))
    assert run(main, "--form", str(FORM)) == 0
    host.answers({key: answer for key, answer in PUSHED.items() if key != "POST pulls"})
    assert run(propose) == 0
    assert "a maintainer opens it" in host.sent[-1][2]["body"]


def test_an_issue_to_be_mended_is_answered_and_loses_its_label(
    tree: Path, form: Form, host: StandIn, run: Run
) -> None:
    event(tree.parent / "event.json", filled(form, outcome="$(touch pwned)"))
    assert run(main, "--form", str(FORM)) == 1
    host.answers({"POST issues/12/comments": {}})
    assert run(propose, "--label", "add study") == 0
    (off, path, nothing), (_, where, told) = host.sent
    assert (off, path, nothing) == ("DELETE", "issues/12/labels/add%20study", None)
    assert where == "issues/12/comments"
    assert "**What it looked at:**" in told["body"]
    assert not list(tree.parent.rglob("pwned"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "../x"),
        ("id", "con"),
        ("paths", [".github/workflows/check.yml"]),
        ("paths", ["data/ledger/../../.github/x.json"]),
        ("paths", []),
    ],
)
def test_a_proposal_of_anything_else_is_refused(
    tree: Path, run: Run, host: StandIn, field: str, value: object
) -> None:
    event(tree.parent / "event.json", "x")
    good = {"id": "x", "paths": ["data/studies/x.yaml"], "title": "", "message": "", "body": ""}
    result = tree.parent / "answer.json"
    result.write_text(json.dumps({**good, field: value}), encoding="utf-8")
    assert run(propose) == 2
    assert not host.asked


def test_without_answers_there_is_nothing_to_offer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "o/r")
    event(tmp_path / "event.json", "x")
    assert propose([str(tmp_path / "event.json"), "--answer", str(tmp_path / "none.md")]) == 2
    assert "could not be answered" in capsys.readouterr().err


def test_a_library_that_cannot_be_added_to_is_told(
    tree: Path, form: Form, library: Library
) -> None:
    """What a suggestion asks a registry goes through `briefs add`, with its own exit codes."""

    def through(root: Path, identifier: str, say: Say) -> int:
        wrong = {"BRIEFS_TIMEOUT": "never"}
        return add(root, identifier, environment=wrong, say=say, today=date(2026, 1, 1))

    proposal = suggest(Issue(number=9, body=filled(form)), form, library, tree, register=through)
    assert isinstance(proposal, Proposal)
    assert "`briefs add 10.5555/new.1` is still to be done. BRIEFS_TIMEOUT must" in proposal.body
