"""Everything that was loaded, indexed: the one value that the later stages read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from generator.background import Citations, Flow, Synthesis
from generator.model import FrontMatter, LedgerEntry, Study, Vocabulary, Wording, Work
from generator.problem import Place
from generator.promise import Assurance
from generator.prose import Block, Citation, Claim, citations_in, inlines_of

LIBRARY_PATH = "data/library.bib"
VOCABULARY_PATH = "data/vocabulary.yaml"
WORDING_PATH = "data/wording.yaml"
FLOW_PATH = "data/flow.yaml"
SYNTHESIS_PATH = "data/synthesis.yaml"
CITATIONS_PATH = "data/citations.yaml"
STUDIES_FOLDER = "data/studies"
BRIEFS_FOLDER = "briefs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A brief as written: its head and its blocks."""

    slug: str
    path: str
    front: FrontMatter
    blocks: tuple[Block, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims, in reading order."""
        return tuple(block for block in self.blocks if isinstance(block, Claim))

    @property
    def citations(self) -> Iterator[Citation]:
        """Every citation, in reading order."""
        for block in self.blocks:
            for run in inlines_of(block):
                yield from citations_in(run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All records of a site. `broken` holds the paths that could not be read in full, so that
    no rule complains about what only seems to be missing; `drafts` holds the records that cannot be
    used, as they are written, so that other faults in them are told in the same run."""

    vocabulary: Vocabulary
    wording: Wording
    works: Mapping[str, Work] = field(default_factory=lambda: MappingProxyType({}))
    studies: Mapping[str, Study] = field(default_factory=lambda: MappingProxyType({}))
    briefs: Mapping[str, Brief] = field(default_factory=lambda: MappingProxyType({}))
    ledger: Mapping[str, LedgerEntry] = field(default_factory=lambda: MappingProxyType({}))
    flow: Flow | None = None
    synthesis: Synthesis = field(default_factory=Synthesis)
    citations: Citations = field(default_factory=Citations)
    tested: Assurance = field(default_factory=Assurance)
    broken: frozenset[str] = frozenset()
    drafts: Mapping[str, Mapping[str, object]] = field(default_factory=lambda: MappingProxyType({}))

    def checked(self, key: str) -> LedgerEntry:
        """What the ledger knows of a work; a work it does not know is unchecked."""
        return self.ledger.get(key) or LedgerEntry(key=key)

    def is_retracted(self, key: str) -> bool:
        """Whether a registry says that the work was retracted."""
        return self.checked(key).standing == "retracted"

    def studies_of(self, key: str) -> tuple[str, ...]:
        """The ids of the studies that a work reports."""
        return self.reported_in.get(key, ())

    reported_in: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the studies by the works that report them."""
        index: dict[str, list[str]] = {}
        for study_id, study in self.studies.items():
            for key in study.reports:
                index.setdefault(key, []).append(study_id)
        frozen = MappingProxyType({key: tuple(ids) for key, ids in index.items()})
        object.__setattr__(self, "reported_in", frozen)


def study_place(study_id: str) -> Place:
    """Where a study's record stands."""
    return Place(path=f"{STUDIES_FOLDER}/{study_id}.yaml")


def work_place(key: str) -> Place:
    """Where a work's entry stands."""
    return Place(path=LIBRARY_PATH, keys=(key,))
