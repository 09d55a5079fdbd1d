"""The shape of the house: layers, rules, names."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from generator.check import RULES, rule_id

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "generator").rglob("*.py"))


def test_imports_flow_one_way() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_rule_says_what_it_asks_and_stands_once() -> None:
    assert all((rule.__doc__ or "").strip().endswith(".") for rule in RULES)
    names = [rule_id(rule) for rule in RULES]
    assert len(names) == len(set(names))


def test_only_the_command_prints() -> None:
    allowed = {ROOT / "generator/cli.py", ROOT / "generator/verify/__main__.py"}
    printing = [
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if path not in allowed
        and any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "print"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]
    assert not printing


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent
