"""The search index of a built site: what is found of each page, and the same bytes each time."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from generator.publish import index
from generator.publish.index import index_site
from generator.publish.steady import steady
from generator.publish.theme import BuildFailed
from generator.render.spelling import both_spellings
from tests.conftest import planted_tree

HERE = Path(__file__).resolve().parent
HOSTILE = '<script>alert(1)</script> & "three" data-pagefind-meta="title:no"'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fabricated site with a name to escape, and a work that reports no study."""
    root = tmp_path_factory.mktemp("search") / "tree"
    planted_tree(root)
    replace(root / "data/studies/brandt2005.yaml", "A choir in the north", f"'{HOSTILE}'")
    replace(root / "data/vocabulary.yaml", "[joy, gladness]", "[joy, harmonisation of mood]")
    with (root / "data/library.bib").open("a", encoding="utf-8") as library:
        library.write(
            "\n@book{fjord1999,\n  author = {Fjord, Fred},\n  title = {On lamps},\n"
            "  year = {1999},\n}\n"
        )
    assert main(["build", "--no-pdf", "--root", str(root)]) == 0
    return root / "site"


@pytest.fixture(scope="module")
def found(site: Path) -> dict[str, dict[str, Any]]:
    """What the index holds of each page, by the page's address."""
    return {page["url"]: page for page in fragments(site)}


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text in a file, where it must be."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def fragments(site: Path) -> Iterator[dict[str, Any]]:
    """Every page as the index gives it to a searcher."""
    for path in sorted((site / "pagefind").rglob("*.pf_fragment")):
        yield json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))


def choices(page: dict[str, Any]) -> dict[str, set[str]]:
    """What a page can be narrowed by; the values of a filter are divided into several."""
    found: dict[str, set[str]] = {}
    for name, values in page["filters"].items():
        found.setdefault(name.partition("-")[0], set()).update(values)
        assert name.endswith(f"-{sum(map(ord, values[0])) % 16}"), "as the search page reckons"
    return found


def test_records_and_pages_about_the_site_are_found_but_no_lists(found: Any) -> None:
    assert {
        *("/briefs/choirs/", "/briefs/ideas/", "/outcomes/cheer/", "/themes/cold-halls/"),
        *("/concepts/breath/", "/studies/ahlgren2001/", "/works/fjord1999/", "/methods/"),
    } <= found.keys()
    assert not found.keys() & {"/", "/briefs/", "/studies/", "/outcomes/", "/search/"}
    assert "/works/ahlgren2001/" not in found, "its study is found in its place"


def test_a_brief_is_found_by_every_name_of_what_it_is_about(found: Any) -> None:
    brief = found["/briefs/choirs/"]
    names = set(brief["meta"]["about"].split("; "))
    assert {"Cheer", "joy", "harmonisation of mood", "harmonization of mood"} <= names
    assert brief["filters"].pop("Kind") == ["Briefs"]
    assert choices(brief) == {"Outcome": {"Cheer", "Boredom", "Night vision"}}
    assert "Choirs probably make keepers more cheerful" in brief["content"]


def test_a_brief_is_not_found_by_its_references_or_its_panels(found: Any) -> None:
    content = found["/briefs/choirs/"]["content"]
    assert "Ahlgren" in content, "citations are part of the text"
    for unread in ("Journal of Towers", "Findings for this", "How sure are we", "cite this brief"):
        assert unread not in content


def test_an_outcome_is_found_by_its_other_names(found: Any) -> None:
    outcome = found["/outcomes/cheer/"]
    assert outcome["meta"]["also"].split("; ")[:2] == ["Cheer", "joy"]
    assert outcome["content"] == "How cheerful people feel."


def test_a_study_is_found_by_its_authors_and_shows_its_facts(found: Any) -> None:
    study = found["/studies/ahlgren2001/"]
    assert study["meta"] == {
        "also": "Singing keepers",
        "authors": "Ann Ahlgren; Bo Berg",
        "cited": "Ahlgren & Berg, 2001",
        "country": "Norway",
        "design": "randomised trial",
        "ids": "10.1234/towers.2001.3",
        "people": "80",
        "title": "Choirs on four towers",
    }
    assert choices(study) == {"Design": {"Randomised trial"}, "Outcome": {"Cheer", "Boredom"}}
    assert found["/studies/ceder2010/"]["meta"]["studies"] == "7"


def test_a_study_is_not_found_by_what_every_study_says(found: Any) -> None:
    content = found["/studies/ahlgren2001/"]["content"]
    assert content.startswith("four towers.")
    assert "Boredom did not differ significantly." in content
    for unread in ("Compared between groups", "Kind of support", "Singing in a group", "probably"):
        assert unread not in content


def test_a_name_is_told_as_it_is_written(found: Any) -> None:
    assert found["/studies/brandt2005/"]["meta"]["title"] == HOSTILE


def test_only_what_a_searcher_needs_is_published(site: Path) -> None:
    names = {path.name for path in (site / "pagefind").iterdir()}
    assert {"pagefind.js", "pagefind-worker.js", "wasm.en.pagefind", "collection"} <= names
    assert not [name for name in names if "ui" in name or "highlight" in name or "unknown" in name]
    assert {path.suffix for path in (site / "pagefind/collection").glob("*/*")} <= {
        *("", ".json", ".pf_meta")
    }
    assert not list(site.glob(".*"))
    assert not list(site.rglob("search_index.json"))
    assert not list(site.rglob("*lunr*"))


def test_the_same_pages_give_the_same_bytes(site: Path, tmp_path: Path) -> None:
    copies = [tmp_path / name for name in ("one", "two", "three")]
    for copy in copies:
        shutil.copytree(site, copy, ignore=shutil.ignore_patterns("pagefind"))
        index_site(copy)
    held = [contents(copy / "pagefind") for copy in (site, *copies)]
    assert held[0] == held[1] == held[2] == held[3]


def test_a_large_collection_is_indexed_in_parts_that_stay(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_MOST_PAGES", 2)
    one, other = tmp_path / "one", tmp_path / "other"
    for copy in (one, other):
        shutil.copytree(site, copy, ignore=shutil.ignore_patterns("pagefind"))
    (other / "studies/brandt2005/index.html").unlink()
    total = index_site(one)
    assert total == len(list(fragments(site))) == len(list(fragments(one)))
    parts = json.loads((one / "pagefind/parts.json").read_bytes())
    assert len(parts) > 1
    assert parts == sorted(f"collection/{path.name}/" for path in (one / "pagefind").glob("c*/*"))
    assert index_site(other) == total - 1
    changed = {
        part
        for part in parts
        if contents(one / "pagefind" / part) != contents(other / "pagefind" / part)
    }
    assert len(changed) == 1


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is indexed: the folder that is called last on the way to each part."""
    made: list[str] = []
    whole = index._run

    def noted(folder: Path, options: Iterable[str]) -> None:
        made.append(folder.name.partition("-")[0])
        whole(folder, options)

    monkeypatch.setattr(index, "_run", noted)
    return made


FIRST, PART = "site", ".index"


@pytest.fixture
def kept(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: list[str]) -> Path:
    """A folder with the parts of an index: the first, and two of the collection or more."""
    monkeypatch.setattr(index, "_MOST_PAGES", 2)
    folder = tmp_path / "build" / "index"
    indexed(site, tmp_path, folder)
    assert sorted(runs) == [*[PART] * (len(runs) - 1), FIRST]
    assert len(runs) > 2
    runs.clear()
    return folder


def indexed(site: Path, folder: Path, kept: Path | None) -> dict[str, bytes]:
    """The index of a copy of the site."""
    copy = folder / FIRST
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(site, copy, ignore=shutil.ignore_patterns("pagefind"))
    index_site(copy, kept)
    return contents(copy / "pagefind")


def changed(site: Path, folder: Path, page: str) -> Path:
    """A copy of the site in which a page says something else."""
    other = folder / "other"
    shutil.copytree(site, other)
    replace(other / page, "</h1>", "</h1><p>Zephyrs</p>")
    return other


def test_what_did_not_change_is_not_indexed_again(
    site: Path, tmp_path: Path, kept: Path, runs: list[str]
) -> None:
    assert indexed(site, tmp_path, kept) == indexed(site, tmp_path / "fresh", None)
    assert runs.count(FIRST) == 1
    assert len(runs) == len(list(kept.iterdir()))


@pytest.mark.parametrize("page", ["studies/brandt2005/index.html", "briefs/choirs/index.html"])
def test_only_the_part_of_a_changed_page_is_indexed_again(
    site: Path, tmp_path: Path, kept: Path, runs: list[str], page: str
) -> None:
    other = changed(site, tmp_path, page)
    found = indexed(other, tmp_path, kept)
    assert runs == [FIRST if page.startswith("briefs") else PART]
    assert found == indexed(other, tmp_path / "fresh", None)
    runs.clear()
    assert indexed(other, tmp_path, kept) == found
    assert runs == []


def test_a_part_whose_page_went_away_is_no_longer_kept(
    site: Path, tmp_path: Path, kept: Path, runs: list[str]
) -> None:
    before = {path.name for path in kept.iterdir()}
    other = tmp_path / "other"
    shutil.copytree(site, other)
    for page in (*other.glob("studies/*/index.html"), *other.glob("works/*/index.html")):
        page.unlink()
    found = indexed(other, tmp_path, kept)
    assert {path.name for path in kept.iterdir()} < before
    assert found == indexed(other, tmp_path / "fresh", None)


def of_a_part(kept: Path) -> Path:
    return next(kept.rglob("*.pf_fragment"))


def same_size(kept: Path) -> None:
    path = of_a_part(kept)
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[::-1])


SPOILT: dict[str, Callable[[Path], object]] = {
    "a file is gone": lambda kept: of_a_part(kept).unlink(),
    "a file is empty": lambda kept: of_a_part(kept).write_bytes(b""),
    "a file of the same size came from elsewhere": same_size,
    "a file was added": lambda kept: (of_a_part(kept).parent / "more.js").write_text("alert(1)"),
    "a folder is gone": lambda kept: shutil.rmtree(of_a_part(kept).parent),
    "all folders are gone": shutil.rmtree,
    "the register is cut": lambda kept: kept.with_suffix(".json").write_bytes(b'{"pag'),
    "the register is of another form": lambda kept: kept.with_suffix(".json").write_text("[1]"),
    "the register is deep": lambda kept: kept.with_suffix(".json").write_text("[" * 10**6),
    "the register is gone": lambda kept: kept.with_suffix(".json").unlink(),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_part_is_made_again(
    site: Path, tmp_path: Path, kept: Path, runs: list[str], spoil: Callable[[Path], object]
) -> None:
    spoil(kept)
    found = indexed(site, tmp_path, kept)
    assert runs
    runs.clear()
    assert found == indexed(site, tmp_path / "fresh", None)


def test_another_version_uses_no_part(
    site: Path, tmp_path: Path, kept: Path, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "program", lambda: "another")
    indexed(site, tmp_path, kept)
    assert len(runs) == len(list(kept.iterdir()))


def contents(folder: Path) -> dict[str, bytes]:
    """What each file of a folder holds."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_settings_of_the_machine_change_nothing(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGEFIND_ROOT_SELECTOR", "nothing")
    copy = tmp_path / "site"
    shutil.copytree(site, copy, ignore=shutil.ignore_patterns("pagefind"))
    assert index_site(copy) == len(list(fragments(site)))


def test_an_index_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "briefs").mkdir()
    with pytest.raises(BuildFailed, match="could not be made"):
        index_site(tmp_path)


# -- the order of an index


def text(value: str) -> bytes:
    """A text in CBOR."""
    data = value.encode()
    return bytes([0x60 + len(data)]) + data


def array(*items: bytes) -> bytes:
    """An array in CBOR, with a head of two bytes where it is long."""
    head = bytes([0x80 + len(items)]) if len(items) < 24 else bytes([0x98, len(items)])
    return head + b"".join(items)


PAGES = ("en_ccccccc", "en_1234567")
NUMBERS = array(*[b"\x01", b"\x18\xff", b"\x19\x01\x00"] * 10)


def write_index(folder: Path, values: list[str], filters: list[tuple[str, str]]) -> None:
    """An index with two pages and one filter's file, in the form that Pagefind gives it."""
    pack(folder / "filter/en_aaaaaaa.pf_filter", kind_filter(values))
    for name in PAGES:
        pack(folder / f"fragment/{name}.pf_fragment", name.encode())
    head = array(
        text("1.5.2"), pages(*PAGES), array(), named(filters), array(), array(text("title"))
    )
    pack(folder / "pagefind.en_bbbbbbbbbb.pf_meta", head)
    entry = {"version": "1.5.2", "languages": {"en": {"hash": "en_bbbbbbbbbb"}}}
    (folder / "pagefind-entry.json").write_text(json.dumps(entry), encoding="utf-8")


def pages(*names: str) -> bytes:
    """Pages by the names of their files, each with its number of words."""
    return array(*(array(text(name), b"\x18\xff") for name in names))


def kind_filter(values: list[str]) -> bytes:
    """A filter: its name, and its values with the pages that have each."""
    return array(text("Kind"), array(*(array(text(value), NUMBERS) for value in values)))


def named(filters: list[tuple[str, str]]) -> bytes:
    """Filters by name, with the hash of each one's file."""
    return array(*(array(text(name), text(hash_)) for name, hash_ in filters))


def pack(path: Path, data: bytes) -> None:
    """Write data as Pagefind does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(b"pagefind_dcd" + data))


def test_an_index_is_put_into_one_order(tmp_path: Path) -> None:
    for name, values in (("one", ["b", "a", "c"]), ("two", ["c", "b", "a"])):
        write_index(tmp_path / name, values, [("Kind", "en_aaaaaaa")])
        steady(tmp_path / name)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert one == two
    [written] = [gzip.decompress(data) for path, data in one.items() if "filter/" in path]
    assert written == b"pagefind_dcd" + kind_filter(["a", "b", "c"])


def test_an_index_still_leads_to_its_files(tmp_path: Path) -> None:
    write_index(tmp_path, ["b", "a"], [("Kind", "en_aaaaaaa")])
    steady(tmp_path)
    entry = json.loads((tmp_path / "pagefind-entry.json").read_bytes())
    head = gzip.decompress(
        (tmp_path / f"pagefind.{entry['languages']['en']['hash']}.pf_meta").read_bytes()
    )
    [path] = (tmp_path / "filter").iterdir()
    assert named([("Kind", path.stem)]) in head


def test_pages_are_counted_and_named_by_what_the_index_holds(tmp_path: Path) -> None:
    write_index(tmp_path, ["a"], [("Kind", "en_aaaaaaa")])
    steady(tmp_path)
    held = {
        path.stem: gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd").decode()
        for path in sorted((tmp_path / "fragment").iterdir())
    }
    assert tuple(held.values()) == PAGES, "in the order of the index"
    [meta] = tmp_path.glob("*.pf_meta")
    assert pages(*held) in gzip.decompress(meta.read_bytes())
    assert [name[-1] for name in held] == ["0", "1"]
    assert len({name[:-1] for name in held}) == 1


def test_an_index_without_filters_stays_as_it_is(tmp_path: Path) -> None:
    write_index(tmp_path, [], [])
    (tmp_path / "filter/en_aaaaaaa.pf_filter").unlink()
    steady(tmp_path)
    assert len(list(tmp_path.glob("*.pf_meta"))) == 1


@pytest.mark.parametrize("data", [b"nothing", b"pagefind_dcd\xbf\xff", b"pagefind_dcd\x9f\xff"])
def test_another_form_of_index_is_refused(tmp_path: Path, data: bytes) -> None:
    write_index(tmp_path, ["a"], [("Kind", "en_aaaaaaa")])
    (tmp_path / "filter/en_aaaaaaa.pf_filter").write_bytes(gzip.compress(data))
    with pytest.raises(BuildFailed, match="form that is not known"):
        steady(tmp_path)


# -- words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rehospitalisation", "rehospitalization"),
        ("personalized", "personalised"),
        ("counselling", "counseling"),
        ("health behaviour", "health behavior"),
        ("drop-in centre", "drop-in center"),
        ("a programme", "a program"),
    ],
)
def test_words_are_found_in_both_spellings(one: str, other: str) -> None:
    assert both_spellings([one]) == (one, other)
    assert both_spellings([other]) == (other, one)


def test_a_word_of_one_spelling_stands_once() -> None:
    assert both_spellings(["Cheer", "cheer", "joy"]) == ("Cheer", "joy")


def test_searchers_are_offered_every_name(site: Path) -> None:
    rows = json.loads((site / "search/terms.json").read_bytes())
    assert [
        "Cheer",
        "outcomes/cheer/",
        ["joy", "harmonisation of mood"],
        ["harmonization of mood"],
    ] in rows
    assert ["Choirs", "", [], []] in rows
    assert ["choir", "glossary/#choir", ["choirs"], []] in rows
