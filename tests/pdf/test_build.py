"""Making: the same bytes for the same content, only what changed, and failures with a name."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path, PurePosixPath

import pikepdf
import pytest
import typst

from generator.library import Library
from generator.model import LedgerEntry, Slot
from generator.problem import Place
from generator.prose import SlotBlock
from generator.publish import pdf
from generator.publish import typeset as typeset_module
from generator.publish.pdf import PdfFailed, PdfFile
from generator.publish.typeset import (
    Form,
    TypesettingFailed,
    on_letter,
    typeset,
    typeset_to,
    unambiguous,
)
from generator.render.context import Context, prepare
from generator.render.pdf_sources import Source, sources
from tests.pdf.conftest import HOME, TEMPLATES, make_pdfs
from tests.pdf.reading import squeezed, text_of


def test_two_builds_give_the_same_bytes(
    context: Context, made: dict[str, PdfFile], tmp_path: Path
) -> None:
    again = make_pdfs(context, tmp_path)
    assert {file.path.name: file.source.read_bytes() for file in again} == {
        name: file.source.read_bytes() for name, file in made.items()
    }


def test_only_what_changed_is_made_again(
    context: Context,
    made: dict[str, PdfFile],
    build: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def times() -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in (tmp_path / "pdf").iterdir()}

    shutil.copytree(build, tmp_path, dirs_exist_ok=True)
    before = times()
    make_pdfs(context, tmp_path)
    assert times() == before
    kept = tuple(sources(context, TEMPLATES))
    changed = replace(kept[0], text=kept[0].text + "\n// changed\n")
    monkeypatch.setattr(pdf, "sources", lambda *_: iter((changed, *kept[1:])))
    made_again = make_pdfs(context, tmp_path)
    assert len(set(times().items()) - set(before.items())) == 1
    assert made_again[0].source.name in set(times()) - set(before)


def test_a_changed_brief_changes_its_own_sources_and_the_book(context: Context) -> None:
    library = context.library
    brief = library.briefs["ideas"]
    other = replace(brief, front=replace(brief.front, summary="Another summary."))
    changed = _with(context, replace(library, briefs={**library.briefs, "ideas": other}))
    before = {source.path.name: source.text for source in sources(context, TEMPLATES)}
    after = {source.path.name: source.text for source in sources(changed, TEMPLATES)}
    differing = {name for name in before if before[name] != after[name]}
    own = {"ideas.pdf", "ideas-letter.pdf", "ideas-summary.pdf", "ideas.png"}
    assert differing == own | {"all-briefs.pdf"}


def test_a_file_of_a_brief_that_is_gone_is_removed(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "sources", lambda *_: iter([]))
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "old.pdf").write_bytes(b"")
    assert make_pdfs(context, tmp_path) == ()
    assert not list((tmp_path / "pdf").iterdir())


def test_a_failure_names_the_document(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "sources", lambda *_: iter([_broken()]))
    with pytest.raises(PdfFailed, match=r"briefs/broken\.pdf: .*unknown variable"):
        make_pdfs(context, tmp_path)
    assert not [path for path in (tmp_path / "pdf").iterdir() if path.suffix == ".pdf"]


def _broken() -> Source:
    path = PurePosixPath("briefs/broken.pdf")
    return Source(path=path, text="#nonsense", form="pdf", download_name="x.pdf")


def test_typesetting_reads_nothing_outside_its_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(TypesettingFailed):
        typeset('#read("../secret.txt")', "pdf", inside)


def test_a_process_that_sets_type_starts_with_little() -> None:
    """It imports the module of the command again, and that of its task."""
    asked = "import generator.__main__, generator.publish.typeset, sys; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", asked], cwd=HOME, check=True, capture_output=True, text=True
    )
    ours = {name for name in ran.stdout.split() if name.startswith("generator")}
    assert ours == {
        "generator",
        "generator.__main__",
        "generator.disk",
        "generator.publish",
        "generator.publish.typeset",
    }


def test_every_document_comes_to_rest(context: Context, tmp_path: Path) -> None:
    """Page numbers and links are those of the last layout, or the typesetter warns."""
    for source in sources(context, TEMPLATES):
        assert not _warnings(source.text, tmp_path), source.path
    restless = "#context { for _ in range(query(<a>).len() + 1) [#metadata(none)<a>] }"
    assert "did not converge" in _warnings(restless, tmp_path)[0]


def _warnings(text: str, folder: Path) -> list[str]:
    (folder / "main.typ").write_text(text, encoding="utf-8")
    _, found = typst.compile_with_warnings(
        folder / "main.typ", root=folder, ignore_system_fonts=True
    )
    return [warning.message for warning in found]


@pytest.mark.parametrize("order", list(permutations(("pdf", "letter"))))
def test_both_papers_are_laid_out_once(
    order: tuple[Form, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out: list[str] = []
    compiled = typeset_module._compiled

    def counted(text: str, form: Form, root: Path) -> bytes:
        laid_out.append(form)
        return compiled(text, form, root)

    monkeypatch.setattr(typeset_module, "_compiled", counted)
    date = "datetime(year: 2026, month: 1, day: 2)"
    text = f'#set document(title: "A song", date: {date})\n#set page(paper: "a4")\n= A song\n'
    typeset_to(text, {form: tmp_path / form for form in order})
    assert laid_out == ["pdf"]
    for form in order:
        assert (tmp_path / form).read_bytes() == typeset(text, form, tmp_path)


def test_only_a4_is_put_on_letter_sheets() -> None:
    with pytest.raises(TypesettingFailed, match="only an A4 document"):
        on_letter(b"%PDF-1.7 /MediaBox[0 0 1200 630] %%EOF")


def test_a_stream_that_ends_like_a_line_is_told_from_its_line_end(tmp_path: Path) -> None:
    before = _small_pdf([b"A\r", b"B", b"C\r"])
    after = unambiguous(before)
    assert before.count(b"\r\nendstream") == after.count(b"\r\r\nendstream") == 2
    (tmp_path / "mended.pdf").write_bytes(after)
    with pikepdf.open(tmp_path / "mended.pdf") as mended:
        assert [mended.Root[name].read_bytes() for name in ("/S3", "/S4", "/S5")] == [
            b"A\r",
            b"B",
            b"C\r",
        ]
    places = re.findall(rb"(\d{10}) \d{5} n", after)
    assert len(places) == 5
    assert after[int(after.rsplit(b"startxref\n")[1].split()[0]) :].startswith(b"xref")
    for place in places:
        assert re.match(rb"\d+ 0 obj", after[int(place) :])


def _small_pdf(streams: list[bytes]) -> bytes:
    """A PDF with these streams, as the typesetter writes them."""
    names = b" ".join(b"/S%d %d 0 R" % (n, n) for n in range(3, 3 + len(streams)))
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R %s>>" % names,
        b"<</Type/Pages/Count 0/Kids[]>>",
        *(b"<</Length %d>>\nstream\n%s\nendstream" % (len(data), data) for data in streams),
    ]
    made, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    size = len(bodies) + 1
    return (
        made
        + b"xref\n0 %d\n0000000000 65535 f\r\n%s" % (size, table)
        + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(made))
    )


def test_a_file_without_such_a_stream_is_left_alone() -> None:
    clear = b"stream\nx\nendstream"
    assert unambiguous(clear) is clear


def test_a_retracted_work_is_marked_on_page_one(context: Context, tmp_path: Path) -> None:
    ledger = {"ahlgren2001": LedgerEntry(key="ahlgren2001", standing="retracted")}
    changed = _with(context, replace(context.library, ledger=ledger))
    text = _text(changed, "choirs-summary.pdf", tmp_path)
    assert squeezed("Ahlgren & Berg, 2001 was retracted. It counts for nothing here.") in text
    full = _text(changed, "choirs.pdf", tmp_path)
    assert squeezed("Retracted: counts for nothing.") in full


def test_page_one_says_how_many_works_were_looked_up(context: Context, tmp_path: Path) -> None:
    day = date(2026, 3, 5)
    ledger = {
        "ahlgren2001": LedgerEntry(key="ahlgren2001", state="verified", checked=day),
        "brandt2005": LedgerEntry(key="brandt2005", state="no-identifier", checked=day),
    }
    changed = _with(context, replace(context.library, ledger=ledger))
    text = _text(changed, "choirs-summary.pdf", tmp_path)
    said = "1 of 5 works were looked up in registries, last on 5 March 2026; none are marked"
    assert squeezed(said) in text


def test_without_an_address_nothing_leads_to_the_site(context: Context, tmp_path: Path) -> None:
    changed = replace(context, site=replace(context.site, url=""))
    assert squeezed("Is this still current?") in _text(changed, "choirs.pdf", tmp_path)


def test_a_drawing_stands_where_the_brief_asks_for_it(context: Context, tmp_path: Path) -> None:
    brief = context.library.briefs["ideas"]
    place = Place(path=brief.path)
    kinds = ("forest", "effect-direction")
    asked = [Slot(kind=kind, options={"outcome": "cheer"}) for kind in kinds]
    slots = tuple(SlotBlock(slot=slot, place=place) for slot in asked)
    briefs = {**context.library.briefs, "ideas": replace(brief, blocks=brief.blocks + slots)}
    text = _text(_with(context, replace(context.library, briefs=briefs)), "ideas.pdf", tmp_path)
    assert squeezed("SMD 0.25 (0.05 to 0.45)") in text
    assert squeezed("Brandt, 2005 comparison without random allocation, 30 people better") in text
    assert squeezed("Ceder, D., Ek, E., & Falk, F. (2010).") in text


def test_many_claims_under_the_first_heading_are_the_main_messages(
    context: Context, tmp_path: Path
) -> None:
    brief = context.library.briefs["choirs"]
    (cheer, *_) = brief.claims
    summary = tuple(
        replace(cheer, heading="In short", block=replace(cheer.block, id=f"short-{i}"))
        for i in range(5)
    )
    briefs = {**context.library.briefs, "choirs": replace(brief, blocks=summary + brief.blocks)}
    changed = _with(context, replace(context.library, briefs=briefs))
    text = _text(changed, "choirs-summary.pdf", tmp_path)
    assert squeezed("4 more claims follow in the brief.") in text
    assert squeezed(cheer.heading + "In some studies") not in text


def _with(context: Context, library: Library) -> Context:
    from generator.appraise import gather

    return prepare(context.site, library, gather(library))


def _text(context: Context, name: str, folder: Path) -> str:
    source = next(s for s in sources(context, TEMPLATES) if s.path.name == name)
    target = folder / name
    target.write_bytes(typeset(source.text, source.form, folder))
    return text_of(target)
