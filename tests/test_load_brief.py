"""Briefs: the tree that Markdown becomes, citations, blocks, and everything that is refused."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.library import Brief
from generator.load import locate
from generator.load.brief import MAX_BRIEF, parse_brief
from generator.load.links import target_of
from generator.problem import Problem, in_order
from generator.prose import (
    Break,
    Citation,
    Cite,
    Claim,
    Code,
    Heading,
    Inline,
    Items,
    Link,
    Marked,
    Paragraph,
    Quote,
    SlotBlock,
    Table,
    Text,
    inlines_of,
    plain,
    walk,
)

PATH = "briefs/songs.md"
FRONT = """\
---
title: Why singing helps
kind: reasons
audience: public
summary: Singing may help.
updated: 2026-11-22
---
"""
FIRST_LINE = FRONT.count("\n") + 1
CLAIM = "```claim\nid: mood\noutcome: good-mood\npopulation: recipients\ndirection: benefit\n```\n"


def read(body: str) -> Brief:
    """The brief with a body that has no problems."""
    brief, problems = parse_brief(FRONT + body, PATH)
    assert problems == ()
    assert brief is not None
    return brief


def inlines(body: str) -> tuple[Inline, ...]:
    """What the one paragraph of a body holds."""
    (paragraph,) = read(body).blocks
    assert isinstance(paragraph, Paragraph)
    return paragraph.children


def cites(body: str) -> list[tuple[bool, list[tuple[str, str]]]]:
    """Every group of citations: whether it stands in the sentence, and its keys and locators."""
    return [
        (node.narrative, [(citation.key, citation.locator) for citation in node.citations])
        for node in walk(inlines(body))
        if isinstance(node, Cite)
    ]


def faults(body: str, tmp_path: Path | None = None) -> list[str]:
    """The problems of a body as 'line:column rule: message', lines counted from the body's."""
    problems = parse_brief(FRONT + body, PATH)[1]
    if tmp_path is not None:
        (tmp_path / "briefs").mkdir()
        (tmp_path / PATH).write_text(FRONT + body, encoding="utf-8")
        problems = in_order(locate(problems, tmp_path))
    return [told(problem) for problem in problems]


def told(problem: Problem) -> str:
    line = problem.place.line - FIRST_LINE + 1
    return f"{line}:{problem.place.column} {problem.rule}: {problem.message}"


# --- the tree --------------------------------------------------------------------------------


def test_the_front_matter_and_name_of_a_brief() -> None:
    brief = read("")
    assert (brief.slug, brief.path, brief.blocks) == ("songs", PATH, ())
    assert (brief.front.kind, brief.front.updated.isoformat()) == ("reasons", "2026-11-22")


def test_inlines_become_the_tree() -> None:
    body = "One *two **three*** `fo*ur`\nfive &lt;b&gt; \\*six\\* caf&eacute;\\\nseven"
    assert inlines(body) == (
        Text(value="One "),
        Marked(
            kind="emphasis",
            children=(
                Text(value="two "),
                Marked(kind="strong", children=(Text(value="three"),)),
            ),
        ),
        Text(value=" "),
        Code(value="fo*ur"),
        Text(value=" five <b> *six* café"),
        Break(),
        Text(value="seven"),
    )


def test_blocks_become_the_tree_with_their_places() -> None:
    body = """\
## Head *one*

- a
  1. b

  c
-

> said
> so

| x | y |
|---|---|
| 1 \\| 2 | [@doe2001] |

```study-table
outcome: good-mood
limit: 10
```

```flow
```
"""
    heading, items, quote, table, first_slot, second_slot = read(body).blocks
    assert isinstance(heading, Heading)
    assert (heading.level, heading.anchor, heading.place.line) == (2, "head-one", FIRST_LINE)
    assert isinstance(items, Items)
    first, second = items.items
    assert [type(block) for block in first] == [Paragraph, Items, Paragraph]
    assert isinstance(first[1], Items)
    assert (items.ordered, first[1].ordered, second) == (False, True, ())
    assert [(b.place.line - FIRST_LINE, b.place.column) for b in first] == [(2, 3), (3, 3), (5, 3)]
    assert isinstance(quote, Quote)
    assert plain(next(inlines_of(quote))) == "said so"
    assert isinstance(table, Table)
    assert [plain(cell) for cell in table.head] == ["x", "y"]
    assert plain(table.rows[0][0]) == "1 | 2"
    (cite,) = table.rows[0][1]
    assert isinstance(cite, Cite)
    assert (cite.citations[0].place.line - FIRST_LINE, cite.citations[0].place.column) == (13, 13)
    assert isinstance(first_slot, SlotBlock)
    assert first_slot.slot.kind == "study-table"
    assert dict(first_slot.slot.options) == {"outcome": "good-mood", "limit": "10"}
    assert isinstance(second_slot, SlotBlock)
    assert dict(second_slot.slot.options) == {}


def test_a_claim_takes_the_paragraph_above_and_the_heading_above_that() -> None:
    body = f"## Good *mood*\n\nBefore.\n\nSinging lifts the mood [@doe2001].\n\n{CLAIM}\nAfter.\n"
    heading, before, claim, after = read(body).blocks
    assert isinstance(heading, Heading)
    assert isinstance(before, Paragraph)
    assert isinstance(after, Paragraph)
    assert isinstance(claim, Claim)
    assert (claim.block.id, claim.block.outcome, claim.heading) == (
        "mood",
        "good-mood",
        "Good mood",
    )
    assert plain(claim.statement.children) == "Singing lifts the mood."
    assert claim.place.line == FIRST_LINE + 7
    assert claim.statement.place.line == FIRST_LINE + 4


def test_anchors_are_unlike_each_other() -> None:
    body = "## Café au lait!\n\n## Cafe au lait\n\n## Cafe au lait 2\n\n## 東京\n\n## 京都\n"
    anchors = [block.anchor for block in read(body).blocks if isinstance(block, Heading)]
    assert anchors == ["cafe-au-lait", "cafe-au-lait-2", "cafe-au-lait-2-2", "section", "section-2"]


# --- citations -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("[@doe2001]", [(False, [("doe2001", "")])]),
        ("x [@doe2001, p. 12]", [(False, [("doe2001", "p. 12")])]),
        ("[@doe2001 p. 12; @roe:2.b-c]", [(False, [("doe2001", "p. 12"), ("roe:2.b-c", "")])]),
        ("[@a;\n  @b, pp.&nbsp;3&ndash;5]", [(False, [("a", ""), ("b", "pp. 3–5")])]),
        ("[@a][@b]", [(False, [("a", "")]), (False, [("b", "")])]),
        ("@doe2001 says so.", [(True, [("doe2001", "")])]),
        ("As @doe2001's and @roe2002.", [(True, [("doe2001", "")]), (True, [("roe2002", "")])]),
        ("@doe2001 [p. 12] says", [(True, [("doe2001", "p. 12")])]),
        ("@doe2001 [@roe2002]", [(True, [("doe2001", "")]), (False, [("roe2002", "")])]),
        ("(@doe2001)", [(True, [("doe2001", "")])]),
        ("*see @a_b*", [(True, [("a_b", "")])]),
        ("_@a_", [(True, [("a", "")])]),
        ("dash—@a, “@b”", [(True, [("a", "")]), (True, [("b", "")])]),
        ("@a [b](https://example.org)", [(True, [("a", "")])]),
    ],
)
def test_citations(body: str, expected: list[tuple[bool, list[tuple[str, str]]]]) -> None:
    assert cites(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "Write to jo@example.org.",
        "<jo@example.org>",
        "[ask jo@example.org]",
        "[jo@example.org](mailto:jo@example.org)",
        "`[@code]` and `@code`",
        "\\@escaped and [\\@escaped]",
        "https://example.org/@name",
        "a @ b, @, @- and [1]",
    ],
)
def test_what_is_no_citation(body: str) -> None:
    assert cites(body) == []


def test_citations_know_their_line_and_column() -> None:
    body = "> Some,\n> and *more [@a;\n>   @b]* then @c\nlazy @d.\n\n1. x\n\n   - é @e [@f, p. 2]\n"
    found = [
        (citation.key, citation.place.line - FIRST_LINE + 1, citation.place.column)
        for citation in read(body).citations
    ]
    lines = body.split("\n")
    assert [key for key, _, _ in found] == list("abcdef")
    for key, line, column in found:
        assert lines[line - 1][column - 1 :].startswith(f"@{key}")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "x [see @a, p. 1].",
            "1:3 citation-syntax: `[see @a, p. 1]` must have the form [@key, p. 12; @other].",
        ),
        ("[@a,]", "1:1 citation-syntax: `[@a,]` must have the form [@a]."),
        ("[@a, @b]", "1:1 citation-syntax: `[@a, @b]` must have the form [@a; @b]."),
        (
            "[@a and @b; c]",
            "1:1 citation-syntax: `[@a and @b; c]` must have the form [@a; @b; @c].",
        ),
        (
            "[@a; see b]",
            "1:1 citation-syntax: `[@a; see b]` must have the form [@key, p. 12; @other].",
        ),
        ("[@a @b]", "1:1 citation-syntax: `[@a @b]` must have the form [@a; @b]."),
        ("[-@a]", "1:1 citation-syntax: `[-@a]` must have the form [@key, p. 12; @other]."),
        ("Doe -@a", "1:6 citation-syntax: `-@a` is not used here: write it without the hyphen."),
        (
            "x [@a, [sic]]",
            "1:3 citation-syntax: A citation in brackets must end with `]`"
            " and hold no other bracket.",
        ),
        (
            "[see @a](https://example.org)",
            "1:6 citation-in-link: The citation @a must not stand in the text of a link.",
        ),
        (
            "[@a, p.&shy;1]",
            "1:2 invisible-character:"
            " The invisible character U+00AD (SOFT HYPHEN) must not stand here.",
        ),
    ],
)
def test_what_is_nearly_a_citation_is_told(body: str, expected: str) -> None:
    assert faults(body)[0] == expected


# --- links -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("https://example.org/a?b=c&d=%20#e", "https://example.org/a?b=c&d=%20#e"),
        ("HTTPS://example.org", None),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("https://münchen.example/ü", "https://xn--mnchen-3ya.example/%C3%BC"),
        ("mailto:jo.doe+x@mail.example.org", "mailto:jo.doe+x@mail.example.org"),
        ("#good-mood", "#good-mood"),
        ("brief:songs#good-mood", "brief:songs#good-mood"),
        ("study:doe_2001", "study:doe_2001"),
        ("work:Doe:2001", "work:Doe:2001"),
        ("page:methods", "page:methods"),
        ("", None),
        ("#", None),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("java\nscript:alert(1)", None),
        (" javascript:alert(1)", None),
        ("\x01javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("vbscript:x", None),
        ("file:///etc/passwd", None),
        ("//example.org", None),
        ("/etc/passwd", None),
        ("../studies/x.yaml", None),
        ("songs.md", None),
        ("https:example.org", None),
        ("https:///example.org", None),
        ("https://", None),
        ("https://user@example.org", None),
        ("https://example.org\\@evil.example", None),
        ("https://exa mple.org", None),
        ("https://[::1", None),
        ("https://example.org:99999/", None),
        ("https://example.org/\u202ecod.exe", None),
        ("brief:", None),
        ("brief:../x", None),
        ("briefs:songs", None),
        ("mailto:a@b.c?bcc=d@e.f", None),
    ],
)
def test_link_targets(written: str, target: str | None) -> None:
    assert target_of(written) == target


@pytest.mark.parametrize(
    ("body", "expected", "hint"),
    [
        (
            "x\ny [a](javascript:alert)",
            "2:3 link-target: A link must not lead to 'javascript:alert'.",
            "Use https://, mailto:, #heading, or one of"
            " brief:, study:, outcome:, theme:, concept:, work:, page:.",
        ),
        (
            "[a](java&#x73;cript&colon;x)",
            "1:1 link-target: A link must not lead to 'javascript:x'.",
            "Use https://, mailto:, #heading, or one of"
            " brief:, study:, outcome:, theme:, concept:, work:, page:.",
        ),
        (
            "[a](studies:doe2001)",
            "1:1 link-target: A link must not lead to 'studies:doe2001'.",
            "Did you mean 'study'?",
        ),
        (
            "[a](../briefs/songs.md#x)",
            "1:1 link-target: A link must not lead to '../briefs/songs.md#x'.",
            "Link to a brief with brief:songs.",
        ),
        (
            "[a](data/studies/doe2001.yaml)",
            "1:1 link-target: A link must not lead to 'data/studies/doe2001.yaml'.",
            "Link to a study with study:doe2001.",
        ),
        (
            "[a](www.example.org)",
            "1:1 link-target: A link must not lead to 'www.example.org'.",
            "Write https://www.example.org",
        ),
        (
            "[a][b]\n\n[b]: data:text/html,x",
            "1:1 link-target: A link must not lead to 'data:text/html,x'.",
            "Use https://, mailto:, #heading, or one of"
            " brief:, study:, outcome:, theme:, concept:, work:, page:.",
        ),
        (
            "[](https://example.org)",
            "1:1 link-text: A link must have a text that says where it leads.",
            "Write [text](target).",
        ),
    ],
)
def test_links_that_lead_nowhere_allowed_are_told(body: str, expected: str, hint: str) -> None:
    (problem,) = parse_brief(FRONT + body, PATH)[1]
    assert (told(problem), problem.hint) == (expected, hint)


def test_links_and_addresses_given_apart_become_links() -> None:
    body = "See [a *b*](brief:songs), [c][d] and <https://example.org>.\n\n[d]: https://d.example\n"
    links = [node for node in walk(inlines(body)) if isinstance(node, Link)]
    assert [(link.target, plain(link.children), link.place.column) for link in links] == [
        ("brief:songs", "a b", 5),
        ("https://d.example", "c", 27),
        ("https://example.org", "https://example.org", 38),
    ]


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "# Title\n",
            "1:1 heading-level: A heading must start with `##`:"
            " the title stands in the front matter.",
        ),
        (
            "Title\n=====\n",
            "1:1 heading-level: A heading must start with `##`:"
            " the title stands in the front matter.",
        ),
        (
            "## A\n\n#### B\n",
            "3:1 heading-level: A heading of level 4 must follow one of level 3.",
        ),
        (
            "### A\n",
            "1:1 heading-level: A heading of level 3 must follow one of level 2.",
        ),
        ("##### A\n", "1:1 heading-level: A heading must be of level 2 to 4, not 5."),
        ("##\n", "1:1 empty-heading: A heading must have a text."),
        (
            "- ## A\n",
            "1:1 nested-block: A heading must stand on its own, not in a list or a quotation.",
        ),
        (
            "a\n\n<div>\nb\n</div>\n",
            "3:1 raw-html: Briefs hold no HTML such as `<div>`.",
        ),
        ("<!-- a -->\n", "1:1 raw-html: Briefs hold no HTML such as `<!-- a -->`."),
        ("a\nb <b\nc>x\n", "2:3 raw-html: Briefs hold no HTML such as `<b c>`."),
        ("a <!-- b -->\n", "1:3 raw-html: Briefs hold no HTML such as `<!-- b -->`."),
        ("a ![b](c.png)\n", "1:3 image: Briefs hold no pictures of their own."),
        (
            "    code\n",
            "1:5 code-block: A paragraph must start at the first column: four spaces make it code.",
        ),
        (
            "```\ncode\n```\n",
            "1:1 code-block: A block must have a name behind its backticks: briefs hold no code.",
        ),
        ("~~~ python\ncode\n~~~\n", "1:1 unknown-block: There is no block `python`."),
        (
            "```flow x\n```\n",
            "1:1 unknown-block: Nothing must follow the name of the block `flow` on its line.",
        ),
        (
            "```flow\na: 1\n",
            "1:1 unclosed-block: A block must end with a line that holds only ```.",
        ),
        (
            "- a\n\n  ```flow\n  ```\n",
            "3:3 nested-block: A block `flow` must stand on its own, not in a list or a quotation.",
        ),
        ("```flow\n- a\n```\n", "2:1 block-option: The block `flow` must hold `key: value` lines."),
        (
            "```flow\na: 1\nb: true\n```\n",
            "3:4 block-option: The option `b` must be a text, not true.",
        ),
        (
            "```flow\na: [\n```\n",
            "2:5 yaml-syntax: A value must stand here.",
        ),
        (
            "***\n",
            "1:1 unsupported-markdown: Briefs hold no rules across the page (`---`).",
        ),
        (
            '[a](page:b "c")\n',
            "1:1 unsupported-markdown: The title 'c' of a link is not shown in briefs.",
        ),
        ("3. a\n", "1:1 list-start: A numbered list must start with 1, not 3."),
        (
            "|a|b|\n|-|-|\n|1|2|3|\n",
            "3:1 table-cells: A row must have no more cells than the head: 2, not 3.",
        ),
        (
            "|a|\n|:-:|\n|b|\n",
            "1:1 table-alignment: How the columns of a table are aligned is not kept.",
        ),
        (
            "a\n\n[b]: https://example.org\n",
            "3:1 link-definition: The link address `[b]:` is used nowhere.",
        ),
        (
            "[b]\n\n[b]: page:c\n[b]: page:d\n",
            "4:1 link-definition: The link address `[b]:` is given a second time.",
        ),
        (
            "> " * 12 + "a\n",
            "1:1 too-deep: Lists and quotations must not stand so deep in one another.",
        ),
        (
            "*a _b " * 12 + "c" + "_ *" * 12,
            "1:1 too-deep: Emphasis must not stand so deep in itself.",
        ),
        (
            "a\u200bb\n",
            "1:2 invisible-character:"
            " The invisible character U+200B (ZERO WIDTH SPACE) must not stand here.",
        ),
        (
            "a&zwnj;b\n",
            "1:1 invisible-character:"
            " The invisible character U+200C (ZERO WIDTH NON-JOINER) must not stand here.",
        ),
        (
            "a\x07b\n",
            "1:2 control-character: The control character U+0007 must not stand in the text.",
        ),
        (
            CLAIM,
            "1:1 claim-statement: A claim must stand directly below the paragraph that states it.",
        ),
        (
            f"## A\n\n{CLAIM}",
            "3:1 claim-statement: A claim must stand directly below the paragraph that states it.",
        ),
        (
            f"[@a]\n\n{CLAIM}",
            "3:1 claim-statement: A claim must stand directly below the paragraph that states it.",
        ),
        (
            f"a\n\n<hr>\n\n{CLAIM}",
            "5:1 claim-statement: A claim must stand directly below the paragraph that states it.",
        ),
        (
            f"a\n\n{CLAIM}\nb\n\n{CLAIM}",
            "13:5 duplicate-claim: The id 'mood' must belong to one claim of this brief only.",
        ),
        (
            "a\n\n```claim\nid: b\npopulation: staf\ntheme: c\n```\n",
            "5:13 unknown-value: `population` must be one of the known words, not 'staf'.",
        ),
        (
            "a\n\n   ```claim\n   id: b\n   id: c\n   population: staff\n   theme: c\n   ```\n",
            "5:4 duplicate-key: The key `id` must stand only once here; this is another one.",
        ),
        (
            "a\n\n```claim\n```\n",
            "4:1 missing-value: A claim block must stand here, but there is nothing.",
        ),
    ],
)
def test_what_briefs_cannot_hold_is_told(body: str, expected: str, tmp_path: Path) -> None:
    assert expected in faults(body, tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1 front-matter"),
        ("Text.\n", "1:1 front-matter"),
        ("---\ntitle: A\n", "1:1 front-matter"),
        ("---\n---\n", "2:1 missing-value"),
        ("---\ntitle: A: b\n---\n", "2:9 yaml-syntax"),
        (FRONT.replace("public", "publik"), "4:11 unknown-value"),
        (FRONT.replace("2026-11-22", "22.11.2026"), "6:10 wrong-type"),
        (FRONT.replace("reasons", "../reasons"), "3:7 invalid-id"),
        ("a" * (MAX_BRIEF + 1), "1:1 file-size"),
    ],
)
def test_a_brief_without_a_usable_head_is_none(text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "briefs").mkdir()
    (tmp_path / PATH).write_text(text, encoding="utf-8")
    brief, problems = parse_brief(text, PATH)
    assert brief is None
    found = locate(problems, tmp_path)
    assert [f"{p.place.line}:{p.place.column} {p.rule}" for p in found] == [expected]


def test_faults_of_head_and_body_are_told_together() -> None:
    text = FRONT.replace("public", "publik") + "# A\n\n<b>\n"
    brief, problems = parse_brief(text, PATH)
    assert brief is None
    assert [problem.rule for problem in problems] == ["unknown-value", "heading-level", "raw-html"]


def test_a_faulty_claim_leaves_its_paragraph_in_the_text() -> None:
    brief, problems = parse_brief(f"{FRONT}Singing helps.\n\n```claim\nid: a\n```\n", PATH)
    assert problems
    assert brief is not None
    (paragraph,) = brief.blocks
    assert isinstance(paragraph, Paragraph)


HOSTILE = {
    "brackets": "[" * 60_000,
    "stars": "*a " * 20_000,
    "open citations": "[@a; " * 15_000,
    "headings": "## h\n" * 10_000,
    "citations": "@a " * 20_000,
    "quotes": "> " * 50_000,
    "lists": "- " * 50_000,
    "ticks": "".join("`" * number + " " for number in range(400)),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_read_in_time(body: str) -> None:
    started = time.process_time()
    parse_brief(FRONT + body, PATH)
    assert time.process_time() - started < 15


# --- laws ------------------------------------------------------------------------------------

WORDS = st.integers(0, 10**6).map(lambda number: f"w{number}w")
MARKS = st.sampled_from(
    (
        *(
            "*",
            "**",
            "_",
            "`",
            "``",
            "[",
            "]",
            "(",
            ")",
            "](page:a)",
            "](x)",
            "![",
            "<",
            ">",
            "<b>",
        ),
        *("@", "-@", "; ", ", ", "\n", "\n\n", "\n- ", "\n1. ", "\n2) ", "\n> ", "\n## ", "\n# "),
        *("    ", "\n```claim\n", "\n```flow\n", "\n```\n", "\n~~~\n", "|", "\n|-|-|\n"),
        *("\n---\n", "\n===\n", "\\", "&", "&shy;", "&#x200b;", "\\\n", "  \n", "]: ", "\n["),
        *('"', "<!--", "-->", "\t", "\r", "id: ", "theme: ", "population: staff\n", "https://"),
        *("\x00", "\u202e", "\ud800", "é", " "),
    )
)
BODIES = st.lists(WORDS | MARKS, max_size=30).map("".join)


@given(BODIES | st.text())
def test_no_text_makes_the_reader_fail_or_point_outside(body: str) -> None:
    for text in (FRONT + body, body):
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        brief, problems = parse_brief(text, PATH)
        places = [problem.place for problem in problems]
        places += [citation.place for citation in brief.citations] if brief else []
        for place in places:
            assert 1 <= place.line <= len(lines)
            assert 1 <= place.column <= len(lines[place.line - 1]) + 1


@given(BODIES)
def test_no_word_is_lost_without_a_problem(body: str) -> None:
    brief, problems = parse_brief(FRONT + body, PATH)
    assert brief is not None
    if not problems:
        kept = repr(brief.blocks)
        assert [word for word in re.findall(r"w\d+w", body) if word not in kept] == []


@given(BODIES)
def test_every_citation_stands_where_it_says(body: str) -> None:
    text = FRONT + body.replace("\r", "").replace("\t", " ")
    brief, problems = parse_brief(text, PATH)
    if brief is None or problems:
        return
    lines = text.split("\n")
    for citation in brief.citations:
        assert isinstance(citation, Citation)
        assert lines[citation.place.line - 1][citation.place.column - 1 :].startswith(
            f"@{citation.key}"
        )
