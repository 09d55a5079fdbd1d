"""A whole site from its sources: checked, rendered, printed and published, or left as it was."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from filelock import FileLock, Timeout

from generator.crew import Crew
from generator.examine import Checked
from generator.publish.pdf import PdfFailed, PdfFile, Typesetting, begin_pdfs
from generator.publish.site import bring_back, publish
from generator.publish.texts import Texts
from generator.publish.theme import BuildFailed, sound_templates
from generator.render.context import Context, prepare
from generator.render.views import Download

Say: TypeAlias = Callable[[str], None]

HOME: Final = Path(__file__).resolve().parents[2]
_STAYS: Final = "the last good site stays in place."


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What came of a build: what was printed, by brief, or why there is no new site."""

    fault: str = ""
    printed: Mapping[str, tuple[Download, ...]] = field(default_factory=dict)


def templates_of(root: Path) -> tuple[Path, ...]:
    """Where a site's templates are looked up: its own folder first, then ours."""
    return (root / "templates", HOME / "templates")


def build(checked: Checked, root: Path, site: Path, *, pdfs: bool, say: Say) -> Built:
    """Build `site` from what was read below `root`; with `pdfs`, the printed files too.

    Where anything is wrong `site` stays as it was. Two builds of one site wait for each other.
    """
    if not site.exists():
        with _alone(root, say):
            bring_back(site)
    if checked.errors or not (checked.library and checked.evidence and checked.site):
        return Built(fault=f"Nothing was built; {_STAYS}")
    context = prepare(checked.site, checked.library, checked.evidence)
    try:
        with _alone(root, say), sound_templates():
            printing = _write(context, root, pdfs=pdfs, say=say)
            _publish(root, site, printing.files(), say)
    except PdfFailed as error:
        return Built(fault=f"A PDF could not be made; {_STAYS}\n{error}")
    except BuildFailed as error:
        fault = f"The site builder refused the pages; {_STAYS}\n{error}"
        return Built(fault=fault)
    return Built(printed=printing.downloads)


@contextmanager
def _alone(root: Path, say: Say) -> Iterator[None]:
    """Wait until no other build of this site is at work: they share the folder ``build``."""
    folder = root / "build"
    folder.mkdir(exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        say("Another build of this site is at work; this one waits for it.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _write(context: Context, root: Path, *, pdfs: bool, say: Say) -> Typesetting:
    """Write every page, and print; pages that offer printed files are written last."""
    folders, made = templates_of(root), root / "build"
    printing = Typesetting()
    offered = (lambda: printing.downloads) if pdfs else None
    # The typesetter takes a tenth longer in a copy, among all that stands in its memory.
    with Crew() as crew, Crew(fresh=True) as printers:
        finish = Texts.of(context, folders, made / "docs", offered).begun(crew)
        if pdfs:
            printing = begin_pdfs(context, folders, made, printers)
        changes = finish()
    say(f"{changes.written} files written, {changes.kept} unchanged, {changes.removed} removed")
    return printing


def _publish(root: Path, site: Path, files: Collection[PdfFile], say: Say) -> None:
    """Put the pages and the printed files into the place of the site."""
    published = publish(root, site, {file.path: file.source for file in files})
    say(
        f"{published.pages} pages, {published.made} of them made anew, and {len(files)} printed"
        f" files published in {site}"
    )
