"""What a change does to the evidence, as a comment for people who review evidence, not files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from generator.contribute.diff.changes import (
    BriefChange,
    Changes,
    ClaimChange,
    ClaimState,
    FieldChange,
    FindingChange,
    Kind,
    LedgerChange,
    ProblemLine,
    SentenceChange,
    StudyChange,
    SubjectChange,
    TermChange,
    Weight,
    WorkChange,
    WorkState,
)
from generator.contribute.diff.fit import Section, fit
from generator.contribute.diff.harmless import code, harmless
from generator.contribute.diff.summary import summary
from generator.render import words

# A comment holds 65,536 characters; some are left for whoever posts it.
LIMIT: Final = 64_000
_SHORT: Final = 120
_IN_CARD: Final = 12
_IN_CELL: Final = 4
_DONE: Final[dict[Kind, str]] = {
    "added": "New",
    "changed": "Changed",
    "removed": "Removed",
    "renamed": "Renamed",
}
_CLAIMS_HEAD: Final = (
    "| Brief | Claim | How it stands | For | Against | Wording now required |\n"
    "| --- | --- | --- | --- | --- | --- |"
)
_SUBJECTS_HEAD: Final = (
    "| Subject | For whom | Findings before | Findings now | Which findings | How it stands |\n"
    "| --- | --- | --- | --- | --- | --- |"
)


def as_markdown(changes: Changes, limit: int = LIMIT) -> str:
    """The changes as GitHub Markdown of at most `limit` characters, a summary sentence first.

    Every text of contributors in it is harmless; the table of claims is the last to be cut.
    """
    lead = "\n\n".join((summary(changes), *_notices(changes.notices)))
    rest = f"All of it: {code(f'briefs diff {changes.base} --format json')}."
    return fit(lead, list(_sections(changes)), limit, rest)


def _notices(notices: Sequence[str]) -> Iterator[str]:
    yield from (f"> {harmless(notice)}" for notice in notices[:_IN_CARD])
    if len(notices) > _IN_CARD:
        yield f"> And {len(notices) - _IN_CARD} more notices of this kind."


def _sections(changes: Changes) -> Iterator[Section]:
    claims = sorted(changes.claims, key=_gravity)
    yield Section(
        title="Claims that change",
        noun=("claim", "claims"),
        items=tuple(map(_claim_row, claims)),
        head=_CLAIMS_HEAD,
        folds=False,
    )
    yield Section(
        title="Why these claims change",
        noun=("claim", "claims"),
        items=tuple(map(_claim_reasons, (claim for claim in claims if claim.before))),
    )
    yield Section(
        title="Studies",
        noun=("study", "studies"),
        items=tuple(map(_study_card, changes.studies)),
        apart=True,
    )
    yield Section(
        title="Works", noun=("work", "works"), items=tuple(map(_work_line, changes.works))
    )
    yield Section(
        title="What registries say",
        noun=("work", "works"),
        items=(*map(_ledger_line, changes.ledger), *_rechecked(changes.rechecked)),
    )
    yield Section(
        title="Outcomes, themes and concepts whose evidence changes",
        noun=("line", "lines"),
        items=tuple(map(_subject_row, changes.subjects)),
        head=_SUBJECTS_HEAD,
    )
    yield Section(
        title="Briefs and their sentences",
        noun=("part", "parts"),
        items=tuple(item for brief in changes.briefs for item in _brief_items(brief)),
        apart=True,
    )
    yield Section(
        title="Words of the vocabulary",
        noun=("word", "words"),
        items=tuple(map(_term_line, changes.terms)),
    )
    yield Section(
        title="Other files", noun=("file", "files"), items=tuple(map(_listed, changes.files))
    )
    yield from _problems(changes)
    yield Section(
        title="Pages and PDFs affected",
        noun=("page or PDF", "pages and PDFs"),
        items=tuple(_pages(changes)),
    )


# --- claims ----------------------------------------------------------------------------------


def _gravity(change: ClaimChange) -> int:
    """Claims that stand otherwise come first, then those that come and go, then all others."""
    return 0 if change.changes_standing else 2 - (change.kind != "changed")


def _claim_row(change: ClaimChange) -> str:
    before, after = change.before, change.after
    name = f"{harmless(change.heading, _SHORT)} {code(change.id, _SHORT)}"
    cells = [
        harmless(change.brief_title, _SHORT),
        f"{name}, was {code(change.was, _SHORT)}" if change.was else name,
        _stands(before, after),
        _counts(before.pro if before else None, after.pro if after else None),
        _counts(before.con if before else None, after.con if after else None),
        _wording(change),
    ]
    return f"| {' | '.join(cells)} |"


def _stands(before: ClaimState | None, after: ClaimState | None) -> str:
    if before is None or after is None:
        done, state = ("new", after) if before is None else ("removed, was", before)
        return f"{done} {harmless(state.label, _SHORT)}" if state else done
    return _arrow(harmless(before.label, _SHORT), harmless(after.label, _SHORT))


def _counts(before: Sequence[str] | None, after: Sequence[str] | None) -> str:
    """How many findings; both numbers where the claim is made on both sides."""
    numbers = [str(len(refs)) for refs in (before, after) if refs is not None]
    return _arrow(numbers[0], numbers[-1])


def _arrow(before: str, after: str) -> str:
    return after if before == after else f"{before} → **{after}**"


def _wording(change: ClaimChange) -> str:
    """The words that a claim needs, before and after; "as before" where they are the same."""
    if change.after is None:
        return "none"
    now = _hedges(change.after.wording)
    if change.before is None:
        return now
    same = change.before.wording == change.after.wording
    return "as before" if same else f"{_hedges(change.before.wording)} → **{now}**"


def _hedges(wording: Sequence[str]) -> str:
    if not wording:
        return "plain words"
    shown = [f"“{harmless(word, _SHORT)}”" for word in wording[:_IN_CELL]]
    more = len(wording) - len(shown)
    return " or ".join(shown) + (f" and {more} more" if more else "")


def _claim_reasons(change: ClaimChange) -> str:
    """What a claim is about, which findings came and went, and what is counted now."""
    before, after = change.before, change.after
    name = f"- **{harmless(change.heading, _SHORT)}** {code(f'{change.brief}#{change.id}')}"
    if before is None or after is None:
        return f"{name}: no longer claimed."
    renamed = dict(change.renamed)
    told = []
    if _subject(before) != _subject(after):
        told.append(f"it was about {_subject(before)} and is now about {_subject(after)}.")
    told += _moves(before.pro, after.pro, renamed, "for it")
    told += _moves(before.con, after.con, renamed, "against it")
    if before.reasons != after.reasons:
        told.append(" ".join(map(harmless, after.reasons)))
    told = told or ["the words that it needs have changed."]
    return f"{name}: {' '.join(words.capitalised(part) for part in told)}"


def _subject(state: ClaimState) -> str:
    direction = f"{words.DIRECTIONS[state.direction][1]}: " if state.direction else ""
    return f"{direction}{harmless(state.about, _SHORT)}, {harmless(state.people, _SHORT)}"


def _moves(
    before: Sequence[str], after: Sequence[str], renamed: dict[str, str], side: str
) -> Iterator[str]:
    old = [renamed.get(ref, ref) for ref in before]
    come = [ref for ref in after if ref not in set(old)]
    gone = [ref for ref in old if ref not in set(after)]
    if come:
        yield f"now {side}: {_refs(come)}."
    if gone:
        yield f"no longer {side}: {_refs(gone)}."


def _refs(refs: Sequence[str]) -> str:
    shown = ", ".join(code(ref, _SHORT) for ref in refs[:_IN_CARD])
    return shown + (f" and {len(refs) - _IN_CARD} more" if len(refs) > _IN_CARD else "")


# --- studies and works -----------------------------------------------------------------------


def _study_card(change: StudyChange) -> str:
    name = f"**{_DONE[change.kind]}: {harmless(change.title)}** {code(change.id)}"
    lines = [f"{name}, was {code(change.was)}" if change.was else name]
    about = (words.DESIGNS[change.design], change.people, change.country)
    lines.append(f"- {', '.join(harmless(part) for part in about if part)}")
    lines += _fields(change.fields)
    findings = change.findings[:_IN_CARD]
    lines += (line for finding in findings for line in _finding(finding, change.kind))
    if len(change.findings) > _IN_CARD:
        lines.append(f"- and {len(change.findings) - _IN_CARD} more findings")
    if change.kind != "removed":
        lines += (f"- Reported in {_state(work)}" for work in change.works[:_IN_CARD])
    return "\n".join(lines)


def _finding(change: FindingChange, study: Kind) -> Iterator[str]:
    """A finding on one line: which way it points, what it says, where it was read."""
    line = change.finding
    symbol, direction = words.DIRECTIONS[line.direction]
    done = "" if change.kind == study else f"{_DONE[change.kind]}: "
    who = f"{harmless(line.about, _SHORT)}, {harmless(line.people, _SHORT)}"
    effect = f" {harmless(words.capitalised(line.effect))}." if line.effect else ""
    read = f"read in {code(line.report)}, {harmless(line.where, _SHORT)}"
    second = ", second-hand" if line.second_hand else ""
    yield (
        f"- {done}{symbol} **{direction}** · {who}: {harmless(line.statement)}{effect}"
        f" ({words.BASES[line.basis]}; {read}{second}) {code(change.id)}"
        + (f", was {code(change.was)}" if change.was else "")
    )
    yield from (f"  {field}" for field in _fields(change.fields))


def _fields(fields: Sequence[FieldChange]) -> Iterator[str]:
    for change in fields[:_IN_CARD]:
        name = harmless(change.field.replace("_", " ").replace(".", " "), _SHORT)
        yield f"- {words.capitalised(name)}: {_field(change.before, change.after)}"
    if len(fields) > _IN_CARD:
        yield f"- and {len(fields) - _IN_CARD} more fields"


def _field(before: str | None, after: str | None) -> str:
    if before is None:
        return f"added: {harmless(after or '')}"
    return f"{harmless(before)} → {harmless(after)}" if after else f"removed: {harmless(before)}"


def _state(work: WorkState) -> str:
    standing = words.WORK_STANDINGS.get(work.standing)
    told = f"{code(work.key)}: {words.LEDGER_STATES[work.state]}"
    return f"{told}. **This work {standing}**" if standing else f"{told}."


def _work_line(change: WorkChange) -> str:
    was = f", was {code(change.was)}" if change.was else ""
    head = (
        f"- {_DONE[change.kind]}: {harmless(change.cited, _SHORT)}. {harmless(change.title)}"
        f" {code(change.key)}{was}"
    )
    if change.kind == "added":
        head += f": {words.LEDGER_STATES[change.state.state]}"
    return "\n".join((head, *(f"  {field}" for field in _fields(change.fields))))


def _ledger_line(change: LedgerChange) -> str:
    before, after = (_checked(state) for state in (change.before, change.after))
    head = f"- {code(change.key)} {harmless(change.title, _SHORT)}: "
    head += after if before == after else f"{before} → **{after}**"
    details = [field for field in change.fields if field.field not in ("state", "standing")]
    return "\n".join((head, *(f"  {field}" for field in _fields(details))))


def _checked(state: WorkState | None) -> str:
    if state is None:
        return "no ledger file"
    told = words.LEDGER_STATES[state.state]
    known = state.standing not in ("clean", "unknown")
    return f"{told}; {state.standing.replace('-', ' ')}" if known else told


def _rechecked(keys: Sequence[str]) -> Iterator[str]:
    if keys:
        yield f"- {words.counted(len(keys), 'work', 'works')} checked again, with the same result"


# --- outcomes, briefs, words -----------------------------------------------------------------


def _subject_row(change: SubjectChange) -> str:
    cells = (
        harmless(change.label, _SHORT),
        harmless(change.people, _SHORT),
        _weight(change.before),
        _weight(change.after),
        "; ".join(_which(change)),
        _arrow(harmless(change.before.label, _SHORT), harmless(change.after.label, _SHORT)),
    )
    return f"| {' | '.join(cells)} |"


def _which(change: SubjectChange) -> Iterator[str]:
    """The findings that came, went or changed, as many as a cell can hold."""
    for done, refs in (("new", change.joined), ("gone", change.left), ("changed", change.changed)):
        if refs:
            shown = ", ".join(code(ref, _SHORT) for ref in refs[:_IN_CELL])
            more = f" and {len(refs) - _IN_CELL} more" if len(refs) > _IN_CELL else ""
            yield f"{done}: {shown}{more}"


def _weight(weight: Weight) -> str:
    counts = (
        ("benefit", weight.benefit),
        ("no-difference", weight.no_difference),
        ("mixed", weight.mixed),
        ("harm", weight.harm),
        (None, weight.described),
    )
    shown = ((words.DIRECTIONS[name], n) for name, n in counts if n)
    told = ", ".join(f"{symbol} {word} {n}" for (symbol, word), n in shown) or "none"
    return f"{told} ({weight.retracted} retracted)" if weight.retracted else told


def _brief_items(brief: BriefChange) -> Iterator[str]:
    was = f", was {code(brief.was)}" if brief.was else ""
    lines = [f"**{_DONE[brief.kind]}: {harmless(brief.title, _SHORT)}** {code(brief.slug)}{was}"]
    lines += _fields(brief.fields)
    if brief.moved:
        lines.append(f"- {words.counted(brief.moved, 'sentence', 'sentences')} moved, unchanged")
    if brief.form:
        lines.append("- Only its blocks, emphasis or order changed; its sentences are the same.")
    yield "\n".join(lines)
    yield from map(_sentence, brief.sentences)


def _sentence(change: SentenceChange) -> str:
    claim = f"claim {code(change.claim, _SHORT)}" if change.claim else ""
    where = ", ".join(filter(None, (harmless(change.heading, _SHORT), claim)))
    sides = (("Before", change.before), ("After", change.after))
    shown = [f"> **{name}:** {harmless(text)}" for name, text in sides if text is not None]
    return "\n\n".join(filter(None, (where, "\n>\n".join(shown))))


def _term_line(change: TermChange) -> str:
    group = change.group.replace("_", " ")
    head = f"- {_DONE[change.kind]}: {harmless(change.label, _SHORT)} {code(change.id)} ({group})"
    return "\n".join((head, *(f"  {field}" for field in _fields(change.fields))))


# --- problems and pages ----------------------------------------------------------------------


def _problems(changes: Changes) -> Iterator[Section]:
    for title, problems in (
        ("New problems", changes.problems.new),
        ("Problems that are mended", changes.problems.mended),
    ):
        yield Section(
            title=title, noun=("problem", "problems"), items=tuple(map(_problem, problems))
        )


def _problem(problem: ProblemLine) -> str:
    hint = f" {harmless(problem.hint)}" if problem.hint else ""
    message = harmless(problem.message)
    return (
        f"- {problem.severity}: {code(f'{problem.path}:{problem.line}')}"
        f" {message}{'' if message.endswith(('.', '!', '?')) else '.'}{hint}"
        f" ({harmless(problem.rule)})"
    )


def _pages(changes: Changes) -> Iterator[str]:
    pages = changes.pages
    for done, addresses in (
        ("new", pages.added),
        ("changed", pages.changed),
        ("removed", pages.removed),
        ("changed", pages.pdfs),
    ):
        yield from (f"- {code(address or '/')} {done}" for address in addresses)


def _listed(path: str) -> str:
    return f"- {code(path)}"
