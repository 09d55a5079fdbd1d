"""Single inputs that have broken other programs: each is answered in words, and in good time."""

from __future__ import annotations

import errno
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from generator.examine import Checked
from generator.load.source import MAX_CHARACTERS, MAX_ITEMS, MAX_LIBRARY, MAX_TEXT
from tests.hostile.documents import (
    BRIEF,
    LEDGER,
    LIBRARY,
    RECORDS,
    RUN,
    SETTINGS,
    STUDY,
    VOCABULARY,
    WORDING,
    site,
    written,
)
from tests.hostile.law import LONG, examined

SITE: Final = site()
YAML: Final = (*RECORDS, SETTINGS)
ALL: Final = (*YAML, LIBRARY, BRIEF, LEDGER, RUN)
DEEP: Final = 10_000
# How much is given to what reads prose, and to the command: all that a file may hold takes longer.
MOST_PROSE: Final = 190_000 if LONG else 6_000
TIMES: Final = 10 if LONG else 1
HEAD: Final = SITE[BRIEF].decode().split("\n\n")[0] + "\n\n"
CLAIM: Final = """
```claim
id: song
outcome: cheer
population: recipients
direction: benefit
```
"""


def text(path: str) -> str:
    return SITE[path].decode()


def tried(root: Path, changed: Mapping[str, str | bytes]) -> Checked:
    """The site with some files changed, examined by the law of `examined`."""
    files = {p: c.encode() if isinstance(c, str) else c for p, c in changed.items()}
    return examined(written(root / "site", {**SITE, **files}))


def rules_of(checked: Checked, path: str) -> set[str]:
    return {problem.rule for problem in checked.problems if problem.place.path == path}


# --- size ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL)
def test_a_file_of_ten_megabytes(path: str, tmp_path: Path) -> None:
    checked = tried(tmp_path, {path: b"a: bcd efg\n" * 1_000_000})
    assert rules_of(checked, path) & {"file-size", "stray-text"}
    assert len(checked.problems) < 2_500


def test_a_library_that_is_too_large(tmp_path: Path) -> None:
    checked = tried(tmp_path, {LIBRARY: b"%" * (MAX_LIBRARY + 1)})
    assert rules_of(checked, LIBRARY) == {"file-size"}


@pytest.mark.parametrize("path", ALL)
def test_a_line_of_a_megabyte(path: str, tmp_path: Path) -> None:
    line = {LIBRARY: "@misc{a, note = {%s}}", BRIEF: "%s", LEDGER: '{"key": "%s"}'}
    whole = line.get(path, "title: %s") % ("x" * (MAX_CHARACTERS - 100))
    checked = tried(tmp_path, {path: whole})
    assert rules_of(checked, path)
    assert checked.errors


def test_texts_and_lists_of_a_record_end_somewhere(tmp_path: Path) -> None:
    long = text(STUDY).replace("Choirs on four towers", "x" * (MAX_TEXT + 1))
    assert rules_of(tried(tmp_path, {STUDY: long}), STUDY) == {"too-long"}
    many = text(STUDY).replace("[ahlgren2001]", f"[{'a,' * MAX_ITEMS}a]", 1)
    assert rules_of(tried(tmp_path, {STUDY: many}), STUDY) == {"too-long"}
    paragraph = HEAD + "Choirs sing. " * 400 + CLAIM
    assert "too-long" in rules_of(tried(tmp_path, {BRIEF: paragraph}), BRIEF)


def test_a_list_of_a_million(tmp_path: Path) -> None:
    checked = tried(tmp_path, {STUDY: f"title: [{'1,' * 49_000 * TIMES}1]"})
    assert rules_of(checked, STUDY) == {"too-long"}


def test_a_hundred_thousand_findings(tmp_path: Path) -> None:
    finding = re.search(r"  - id: boredom\n(?:    .*\n)*", text(STUDY))
    assert finding is not None
    head = text(STUDY).split("  - id: cheer")[0]
    findings = (finding[0].replace("boredom", f"b{n}", 1) for n in range(100_000))
    assert rules_of(tried(tmp_path, {STUDY: head + "".join(findings)}), STUDY) == {"file-size"}
    findings = (finding[0].replace("boredom", f"b{n}", 1) for n in range(4_000))
    assert not rules_of(tried(tmp_path, {STUDY: head + "".join(findings)}), STUDY)


def test_ten_thousand_works_that_nothing_cites(tmp_path: Path) -> None:
    works = "".join(f"@misc{{k{n}, title = {{T {n}}}}}\n" for n in range(10_000))
    checked = tried(tmp_path, {LIBRARY: text(LIBRARY) + works})
    told = [p.place.line for p in checked.problems if p.rule == "uncited-work"]
    assert len(told) == 1_000
    assert told == sorted(told)
    assert "too-many-problems" in rules_of(checked, LIBRARY)
    assert checked.errors == 0


def test_a_thousand_claims(tmp_path: Path) -> None:
    claims = "".join(f"Choirs sing.\n{CLAIM.replace('song', f's{n}')}\n" for n in range(1_000))
    assert "too-long" in rules_of(tried(tmp_path, {BRIEF: HEAD + claims}), BRIEF)


def test_a_vocabulary_of_thousands(tmp_path: Path) -> None:
    more = "".join(
        f"  o{n}: {{label: Song {n}, definition: A song., domain: mood, good: more}}\n"
        for n in range(6_000)
    )
    claims = "".join(f"Choirs may sing.\n{CLAIM.replace('song', f's{n}')}\n" for n in range(300))
    words = text(WORDING).replace(
        "[proves, always]", f"[{','.join(f'w{n}' for n in range(9_000))}]"
    )
    vocabulary = text(VOCABULARY).replace("themes:", f"{more}themes:")
    changed = {VOCABULARY: vocabulary, WORDING: words, BRIEF: HEAD + claims}
    assert tried(tmp_path, changed).library is not None


# --- depth -----------------------------------------------------------------------------------

NESTED: Final[Mapping[str, str]] = {
    "flow lists": "a: " + "[" * DEEP + "]" * DEEP,
    "flow groups": "a: " + "{a: " * DEEP + "}" * DEEP,
    "block lists": "- " * DEEP + "a",
    "block groups": "".join(f"{' ' * n}a:\n" for n in range(400)),
    "open lists": "a: " + "[" * (10 * DEEP),
    "questions": "? " * DEEP + "a",
}


@pytest.mark.parametrize("name", NESTED)
@pytest.mark.parametrize("path", [STUDY, VOCABULARY, SETTINGS, RUN])
def test_yaml_that_stands_too_deep(path: str, name: str, tmp_path: Path) -> None:
    checked = tried(tmp_path, {path: NESTED[name]})
    assert rules_of(checked, path) <= {
        *("yaml-depth", "yaml-syntax", "yaml-key", "site-settings", "file-size")
    }
    assert rules_of(checked, path)


@pytest.mark.parametrize("path", [STUDY, SETTINGS])
def test_laughs_by_the_billion(path: str, tmp_path: Path) -> None:
    laughs = "a0: &a0 lol\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
    )
    checked = tried(tmp_path, {path: f"{laughs}site_name: *a9\nnav: *a9\ntitle: *a9\n"})
    assert rules_of(checked, path) & {"yaml-anchor", "site-settings"}


@pytest.mark.parametrize("depth", [21, 100, 300, 900, 990, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_json_that_stands_too_deep(depth: int, opening: str, closing: str, tmp_path: Path) -> None:
    checked = tried(tmp_path, {LEDGER: opening * depth + "1" + closing * depth})
    assert rules_of(checked, LEDGER) <= {"ledger-json", "file-size"}
    assert rules_of(checked, LEDGER)


BRACES: Final[Mapping[str, str]] = {
    "closed": "note = {" + "{" * DEEP + "}" * DEEP + "},",
    "open": "note = {" + "{" * DEEP + "},",
    "names": "editor = {A " + "{" * DEEP + "b" + "}" * DEEP + "},",
    "quoted": 'note = "' + "{}" * DEEP + '",',
    "accents": "note = {" + r"\'" * DEEP + "e},",
    "scripts": "note = {" + r"\textsuperscript" * DEEP + "},",
    "formulas": "note = {" + "$x^" * DEEP + "},",
    "fields": "note = {\n" * 4_000,
    "spaces": "note" + " " * 200_000 + "= {a},",
    "lines": "\n \t" * 60_000 + "x",
    "parts": "note = " + "{a} # " * DEEP + "{a},",
    "digits": f"month = {'9' * 5_000},",
    "ats": "@a{" * DEEP,
}


@pytest.mark.parametrize("name", BRACES)
def test_bibtex_that_stands_too_deep(name: str, tmp_path: Path) -> None:
    entry = f"@misc{{deep, title = {{T}},\n {BRACES[name]}\n}}\n"
    checked = tried(tmp_path, {LIBRARY: f"{text(LIBRARY)}\n{entry}"})
    assert rules_of(checked, LIBRARY)
    assert checked.library is not None


PIECES: Final = (
    *(
        "[",
        "![",
        "](",
        "[a](",
        "[a][",
        "[@a; ",
        "[@",
        "<",
        "<a ",
        "<!--",
        "&#x",
        "`a",
        "*a ",
        "a**b",
    ),
    *(
        "*_",
        "_a ",
        "~~~",
        "|a",
        "> ",
        "- ",
        "1. ",
        "# ",
        "\\",
        "(",
        "http://a",
        "&amp;",
        "<b>",
        "$",
    ),
    *("> \n", "- a\n  ", "* a\n", "a\n-\n", "|a|\n", "a|b\n-|-\n", "```claim\n```\n", "[a]: b\n\n"),
)


@pytest.mark.parametrize("piece", PIECES)
def test_markdown_that_stands_too_deep(piece: str, tmp_path: Path) -> None:
    tried(tmp_path, {BRIEF: HEAD + piece * (MOST_PROSE // len(piece)) + "a\n"})
    tried(tmp_path, {BRIEF: HEAD + piece * (MAX_TEXT // len(piece) - 1) + "a\n" + CLAIM})


PROSE: Final = (
    *("2000 ", "(2000, p.", "(; 2000 ", "A 2000 ", "Aa, Bb, ", "Aa & ", "van ", "Aa et al. ", "Z’"),
    *("one ", "one hundred ", "1,000", "0,000.", "0", "9", "5 in ", "1 of 2 ", "half ", "about 5 "),
    *(
        ". ",
        "!",
        "!?",
        "A. ",
        "al. ",
        "e.g. ",
        "; ",
        ", and ",
        "may ",
        "not ",
        "more less ",
        "aeiou",
    ),
    *("[@ahlgren2001] ", "A. [@ahlgren2001] ", "cheer ", "probably ", "than half ", "\u00a0"),
)


@pytest.mark.parametrize("piece", PROSE)
def test_a_claim_that_says_one_thing_again_and_again(piece: str, tmp_path: Path) -> None:
    said = f"Choirs probably sing {piece * (4_900 // len(piece))}."
    tried(tmp_path, {BRIEF: HEAD + said + "\n" + CLAIM})


# --- what is no text -------------------------------------------------------------------------

NO_TEXT: Final[Mapping[str, tuple[bytes, str]]] = {
    "NUL": (b"title: a\0b\n", "U+0000"),
    "only NUL": (b"\0" * 10_000, "U+0000"),
    "no UTF-8": (bytes(range(128, 256)) * 40, "UTF-8"),
    "cut UTF-8": ("title: é".encode()[:-1], "UTF-8"),
    "half a pair": (b"title: \xed\xa0\x80\n", "UTF-8"),
    "UTF-16": ("title: x\n".encode("utf-16"), "UTF-8"),
    "UTF-32": ("title: x\n".encode("utf-32-le"), "U+0000"),
    "an override": ("title: a\u202eb\n".encode(), "U+202E"),
    "an escape": (b"title: \x1b[31m\n", "U+001B"),
}


@pytest.mark.parametrize("name", NO_TEXT)
@pytest.mark.parametrize("path", ALL)
def test_bytes_that_are_no_text(path: str, name: str, tmp_path: Path) -> None:
    content, named = NO_TEXT[name]
    checked = tried(tmp_path, {path: content})
    own = [problem for problem in checked.problems if problem.place.path == path]
    # JSON and mkdocs.yml are not looked through sign by sign where they cannot be parsed.
    assert own
    assert any(named in p.message for p in own) or path in {LEDGER, SETTINGS, RUN}


@pytest.mark.parametrize("path", ALL)
def test_other_line_ends_and_a_mark_at_the_start_make_no_difference(
    path: str, tmp_path: Path
) -> None:
    for end in ("\r\n", "\r"):
        changed = "\ufeff" + text(path).replace("\n", end)
        assert tried(tmp_path, {path: changed}).errors == 0


@pytest.mark.parametrize("path", [STUDY, SETTINGS, LEDGER, RUN])
def test_an_escape_that_is_half_a_pair(path: str, tmp_path: Path) -> None:
    whole = '{"key": "\\ud800", "title": "\\udfff\\ud800", "site_name": "\\ud800"}'
    assert rules_of(tried(tmp_path, {path: whole}), path)


# --- letters that look alike -----------------------------------------------------------------

ALIKE: Final[Mapping[str, tuple[str, str, str, str]]] = {
    # the file, what stands there, what looks the same, what is offered
    "a field": (STUDY, "title:", "titlе:", "title"),
    "a word": (STUDY, "randomised-trial", "randomisеd-trial", "randomised-trial"),
    "a report": (STUDY, "[ahlgren2001]", "[аhlgren2001]", "ahlgren2001"),
    "a citation": (BRIEF, "[@ahlgren2001; @c", "[@аhlgren2001; @c", "ahlgren2001"),
    "a citation in a sentence": (BRIEF, "@dahl2012 asked", "@dаhl2012 asked", "dahl2012"),
    "a BibTeX field": (LIBRARY, "journal = {Journal of T", "jоurnal = {Journal of T", ""),
    "a key": (LIBRARY, "{brandt2005", "{brаndt2005", ""),
    "an id": (STUDY, "outcome: cheer", "outcome: сheer", ""),
}


@pytest.mark.parametrize("name", ALIKE)
def test_a_letter_that_looks_like_another(name: str, tmp_path: Path) -> None:
    path, right, alike, offered = ALIKE[name]
    assert right in text(path)
    checked = tried(tmp_path, {path: text(path).replace(right, alike, 1)})
    told = [p for p in checked.problems if p.place.path == path]
    assert any(f"'{offered}'" in p.hint for p in told) or not offered
    assert any("CYRILLIC" in p.hint for p in told) or name == "a BibTeX field"
    assert checked.errors


# --- files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL)
def test_a_folder_where_a_file_should_be(path: str, tmp_path: Path) -> None:
    root = written(tmp_path / "site", SITE)
    (root / path).unlink()
    (root / path).mkdir()
    assert rules_of(examined(root), path) & {"missing-file", "stray-file", "site-settings"}


@pytest.mark.parametrize("folder", ["briefs", "data", "data/studies", "data/ledger"])
def test_a_file_where_a_folder_should_be(folder: str, tmp_path: Path) -> None:
    root = written(tmp_path / "site", SITE)
    shutil.rmtree(root / folder)
    (root / folder).write_text("a file")
    assert examined(root).errors or folder == "data/ledger"


@pytest.mark.parametrize("path", ALL)
def test_a_file_that_never_ends(path: str, tmp_path: Path) -> None:
    root = written(tmp_path / "site", SITE)
    (root / path).unlink()
    os.mkfifo(root / path)
    assert rules_of(examined(root), path)


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ELOOP])
def test_a_file_that_cannot_be_read(
    path: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = written(tmp_path / "site", SITE)
    whole = Path.open

    def refused(self: Path, *given: object, **named: object) -> object:
        if self == root / path:
            raise OSError(number, os.strerror(number), str(self))
        opened: Callable[..., object] = whole
        return opened(self, *given, **named)

    monkeypatch.setattr(Path, "open", refused)
    checked = examined(root)
    assert "unreadable-file" in rules_of(checked, path)
    assert any(os.strerror(number) in problem.message for problem in checked.problems)


@pytest.mark.parametrize("below", ["data", "data/studies", "briefs", "data/ledger"])
def test_a_folder_that_may_not_be_entered(
    below: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files can be listed, but neither looked at nor opened."""
    root = written(tmp_path / "site", SITE)
    for name in ("stat", "open"):
        monkeypatch.setattr(Path, name, refusing(getattr(Path, name), root / below))
    checked = examined(root)
    assert any(os.strerror(errno.EACCES) in problem.message for problem in checked.problems)


def refusing(whole: Callable[..., object], below: Path) -> Callable[..., object]:
    def refused(self: Path, *given: object, **named: object) -> object:
        if below in self.parents:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        return whole(self, *given, **named)

    return refused


@pytest.mark.parametrize(
    "name",
    ["a\nb.yaml", "'\"$(x).yaml", "é.yaml", "\u202egpj.yaml", "a b.yaml", "con.yaml", "x" * 200],
)
@pytest.mark.parametrize("folder", ["data/studies", "briefs", "data/ledger"])
def test_a_file_of_an_odd_name(folder: str, name: str, tmp_path: Path) -> None:
    root = written(tmp_path / "site", SITE)
    (root / folder / name).write_text("title: x\n")
    own = [p for p in examined(root).problems if p.place.path.startswith(f"{folder}/")]
    assert own
    assert all(problem.place.path.isprintable() for problem in own)


def test_links_that_lead_round_or_away(tmp_path: Path) -> None:
    root = written(tmp_path / "site", SITE)
    (root / "briefs/round.md").symlink_to("round.md")
    (root / "briefs/away.md").symlink_to("/etc/passwd")
    (root / "data/studies/up.yaml").symlink_to("../../..")
    (root / "data/ledger/gone.json").symlink_to("nowhere")
    checked = examined(root)
    assert {"outside-root"} <= {problem.rule for problem in checked.problems}
    assert all("root:" not in problem.message for problem in checked.problems)


# --- the command -----------------------------------------------------------------------------


def test_the_command_stays_within_a_gigabyte_and_a_minute(tmp_path: Path) -> None:
    """Everything at once, in a process that is ended if it takes more."""
    changed = {
        STUDY: f"title: [{'{},' * 30_000 * TIMES}{{}}]",
        BRIEF: HEAD + "|a" * 9_000 * TIMES + "\n" + "|-" * 1_000,
        LIBRARY: "\n@a{" * 30_000 * TIMES,
        VOCABULARY: text(VOCABULARY) + "x: " + "[" * DEEP,
        LEDGER: "[" * 900_000,
        SETTINGS: NESTED["flow groups"],
    }
    root = written(tmp_path / "site", {**SITE, **{p: c.encode() for p, c in changed.items()}})

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    done = subprocess.run(
        [sys.executable, "-m", "generator", "check", "--format", "json", "--root", str(root)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=bounded,
    )
    assert done.returncode == 1, done.stderr[-2_000:]
    assert "Traceback" not in done.stderr
    assert {p["path"] for p in json.loads(done.stdout)["problems"]} >= set(changed)
