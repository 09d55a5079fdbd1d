"""What a change does to the evidence, as one typed value; every form of output is made from it.

Texts in these values are as people wrote them: whoever shows them makes them harmless.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from generator.model import (
    Basis,
    ClaimDirection,
    Design,
    Direction,
    LedgerState,
    Population,
    Standing,
    SubjectKind,
    WorkStanding,
)
from generator.problem import Severity

Kind: TypeAlias = Literal["added", "changed", "removed", "renamed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of a record; None on the side where it is not given."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimState:
    """How a claim stands on one side.

    `about`, `people` and `label` are its subject, population and standing as readers see them.
    `pro` and `con` name the findings for and against it as ``study#finding``; `wording` holds the
    words of which it needs one, and is empty where it may speak plainly.
    """

    kind: SubjectKind
    subject: str
    about: str
    population: Population
    people: str
    direction: ClaimDirection | None
    standing: Standing
    label: str
    pro: tuple[str, ...]
    con: tuple[str, ...]
    wording: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimChange:
    """A claim whose standing, findings, subject or wording changed; a state is None on the side
    where the claim is not made. `renamed` maps findings that only have another name now."""

    brief: str
    brief_title: str
    id: str
    was: str
    heading: str
    before: ClaimState | None
    after: ClaimState | None
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def kind(self) -> Kind:
        """What happened to it."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        return "changed"

    @property
    def changes_standing(self) -> bool:
        """Whether it was made before, is made still, and stands otherwise."""
        return bool(self.before and self.after and self.before.standing != self.after.standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """A finding as a reviewer weighs it."""

    about: str
    people: str
    direction: Direction | None
    basis: Basis
    statement: str
    report: str
    where: str
    second_hand: bool
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingChange:
    """A finding that was added, changed, removed or renamed; `finding` is its newest form."""

    kind: Kind
    id: str
    was: str
    finding: FindingLine
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkState:
    """What the ledger knows of a work."""

    key: str
    state: LedgerState
    standing: WorkStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyChange:
    """A study with what changed in it; `works` are its reports with their check states."""

    kind: Kind
    id: str
    was: str
    title: str
    design: Design
    people: str
    country: str
    fields: tuple[FieldChange, ...]
    findings: tuple[FindingChange, ...]
    works: tuple[WorkState, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkChange:
    """A work of the library with what changed in its entry."""

    kind: Kind
    key: str
    was: str
    title: str
    cited: str
    fields: tuple[FieldChange, ...]
    state: WorkState


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerChange:
    """A work of which the registries say something else; a state is None without a ledger file."""

    key: str
    title: str
    before: WorkState | None
    after: WorkState | None
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How many findings on a subject point which way, how many of them count for nothing because
    a work was retracted, and how the subject stands on its page."""

    findings: int
    benefit: int
    no_difference: int
    mixed: int
    harm: int
    described: int
    retracted: int
    standing: Standing
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectChange:
    """An outcome, theme or concept whose findings for one population changed."""

    kind: SubjectKind
    id: str
    label: str
    population: Population
    people: str
    before: Weight
    after: Weight
    joined: tuple[str, ...]
    left: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceChange:
    """A sentence of a brief; None on the side where it does not stand. `claim` is the id of the
    claim that it states, or empty."""

    heading: str
    claim: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefChange:
    """A brief with the fields of its head and the sentences that changed.

    `moved` counts sentences that only stand elsewhere; `form` says that nothing but blocks,
    emphasis or order changed. A new brief's sentences are not listed: all of them are new.
    """

    kind: Kind
    slug: str
    was: str
    title: str
    fields: tuple[FieldChange, ...]
    sentences: tuple[SentenceChange, ...]
    moved: int
    form: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TermChange:
    """A word of the vocabulary; `group` is its list there, such as ``outcomes``."""

    kind: Kind
    group: str
    id: str
    label: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """A problem; its line is that of the side where it stands, and is not compared."""

    path: str
    line: int
    rule: str
    severity: Severity
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemChanges:
    """Problems that only one side has, and how many both have."""

    new: tuple[ProblemLine, ...] = ()
    mended: tuple[ProblemLine, ...] = ()
    kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageChanges:
    """Addresses of pages, relative to the site's root ("" is the front page), and of PDFs."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    pdfs: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many pages are affected."""
        return len(self.added) + len(self.changed) + len(self.removed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Everything that differs between a revision and the work tree.

    `compared` is false where one side's vocabulary or wording cannot be used: only its problems
    are told then. `notices` say what could not be compared; `rechecked` are works of which the
    registries say the same as before, asked again; `files` are other files that differ.
    """

    base: str
    commit: str
    compared: bool = True
    notices: tuple[str, ...] = ()
    claims: tuple[ClaimChange, ...] = ()
    studies: tuple[StudyChange, ...] = ()
    works: tuple[WorkChange, ...] = ()
    ledger: tuple[LedgerChange, ...] = ()
    rechecked: tuple[str, ...] = ()
    subjects: tuple[SubjectChange, ...] = ()
    briefs: tuple[BriefChange, ...] = ()
    terms: tuple[TermChange, ...] = ()
    files: tuple[str, ...] = ()
    problems: ProblemChanges = ProblemChanges()
    pages: PageChanges = PageChanges()
