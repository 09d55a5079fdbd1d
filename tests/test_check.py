"""Every rule has an example that breaks it, and the good tree breaks none."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

from generator.check import RULES, rule_id
from generator.cli import examine
from generator.report import as_text

DATA = Path(__file__).parent / "data"
GOOD, BAD = DATA / "good", DATA / "bad"
LOADERS = (Path(__file__).parents[1] / "generator" / "load").glob("*.py")
GONE = ".gone"
# No file in a repository can break these; the tests of loading do.
WITHOUT_EXAMPLE = frozenset({"file-size", "outside-root", "unreadable-file", "wrong-value"})
_ID = re.compile(r"[a-z]+(?:-[a-z]+)+")


def tree_with(overlay: Path, root: Path) -> Path:
    """A copy of the good tree with an overlay's files; `x.gone` in it takes `x` away."""
    shutil.copytree(GOOD, root)
    for path in sorted(overlay.rglob("*")):
        target = root / path.relative_to(overlay)
        if path.name == "expected" and path.parent == overlay:
            continue
        if path.suffix == GONE:
            target.with_suffix("").unlink()
        elif path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return root


def told(root: Path) -> str:
    """What `briefs check` prints of a tree's problems."""
    return "".join(f"{as_text(problem)}\n" for problem in examine(root).problems)


def loader_ids() -> set[str]:
    """The rule ids that stand in the loaders' code as they tell a problem."""
    found = set()
    for path in LOADERS:
        for call in (n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)):
            rules = [keyword.value for keyword in call.keywords if keyword.arg == "rule"]
            texts = [c for r in rules for c in ast.walk(r)] + list(call.args)
            values = [c.value for c in texts if isinstance(c, ast.Constant)]
            found |= {v for v in values if isinstance(v, str) and _ID.fullmatch(v)}
    return found


def test_the_good_tree_is_clean() -> None:
    assert told(GOOD) == ""


@pytest.mark.parametrize("name", sorted(path.name for path in BAD.iterdir()))
def test_a_bad_example_is_told_at_its_line(name: str, tmp_path: Path) -> None:
    found = told(tree_with(BAD / name, tmp_path / "tree"))
    assert found == (BAD / name / "expected").read_text(encoding="utf-8")
    assert f"[{name}]" in found


def test_every_rule_has_an_example_and_says_what_it_asks() -> None:
    for rule in RULES:
        assert (BAD / rule_id(rule)).is_dir(), f"{rule_id(rule)} has no example"
        assert re.match(r"[A-Z].+\.", (rule.__doc__ or "").strip()), f"{rule_id(rule)} is unsaid"
    assert len({rule_id(rule) for rule in RULES}) == len(RULES)


def test_every_fault_of_loading_has_an_example() -> None:
    examples = {path.name for path in BAD.iterdir()}
    assert len(loader_ids()) > 40
    assert sorted(loader_ids() - examples - WITHOUT_EXAMPLE) == []


def test_every_rule_stands_in_the_list() -> None:
    folder = Path(__file__).parents[1] / "generator" / "check"
    written = {
        node.name
        for path in folder.glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and node.returns is not None
        and ast.unparse(node.returns) == "Iterator[Fault]"
        and not node.name.startswith("_")
    }
    assert {rule.__name__ for rule in RULES} == written


def test_the_order_of_problems_is_that_of_files(tmp_path: Path) -> None:
    root = tree_with(BAD / "overclaim", tmp_path / "tree")
    spots = [(p.place.path, p.place.line) for p in examine(root).problems]
    assert spots == sorted(spots)
    assert len(spots) > 3
