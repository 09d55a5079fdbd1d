"""What is installed, from where, under which licence: nothing changes unnoticed."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from generator.load.yaml import read_yaml
from tests.licences import CARRIED, FINE, LOCKS, PAGE, licence, page, parts, pins, with_licences
from tests.promises import is_a_test

ROOT = Path(__file__).resolve().parents[1]
ALL_LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))
HOST = re.compile(r"https?:|://|\b(?:index|extra|find|trusted)-|@ |pypi\.org|\.whl|\.tar", re.I)

each = pytest.mark.parametrize("lock", ALL_LOCKS)


def read(path: str) -> Any:
    data, problems = read_yaml((ROOT / path).read_text(encoding="utf-8"), path)
    assert not problems
    return data


# --- locks -------------------------------------------------------------------------------------


def test_the_locks_are_there() -> None:
    kinds = ("-audit", "-dev", "-fuzz", "-peers", "")
    assert [f"requirements{kind}.lock" for kind in kinds] == ALL_LOCKS


@each
def test_every_package_has_one_version_and_its_hashes(lock: str) -> None:
    found = list(pins(lock))
    few = {"requirements-fuzz.lock": 1, "requirements-peers.lock": 25}
    assert len(found) >= few.get(lock, 40)
    assert all(re.fullmatch(r"[0-9][0-9A-Za-z.!+-]*", pin.version) for pin in found)
    assert [pin.name for pin in found if not pin.hashes] == []
    versions = defaultdict(list)
    for pin in found:
        versions[pin.name].append(pin)
    # A package has two versions only where each is for other machines.
    twice = [own for own in versions.values() if len(own) > 1]
    assert all(all(pin.marker for pin in own) for own in twice)


@each
def test_no_lock_names_a_host(lock: str) -> None:
    """From where packages come is a matter of the machine; the hashes say which they are."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if HOST.search(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "--extra-index-url //packages.example",
        "x @ https://packages.example/x.whl",
        "    # from packages at pypi.org",
    ],
)
def test_a_host_would_be_noticed(line: str) -> None:
    assert HOST.search(line)


@pytest.mark.parametrize("line", ["x>=1.0 \\", "x==1.0", "-e .", "git+ssh://h/x", "-r other.txt"])
def test_a_line_that_is_no_pin_is_refused(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.licences.ROOT", tmp_path)
    (tmp_path / "x.lock").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="must not have"):
        list(pins("x.lock"))


def test_the_tests_run_with_what_builds_the_site() -> None:
    site, dev = (set(pins(lock)) for lock in LOCKS)
    assert site < dev


def test_every_installation_asks_for_hashes() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = [
        line for line in text.splitlines() if re.search(r"(?:\$\(PIP\)|pip\b.*) install ", line)
    ]
    assert len(installs) == len(ALL_LOCKS) + 1
    own = [line for line in installs if "--require-hashes" not in line]
    assert [line.split()[1:] for line in own] == [
        ["install", "--no-deps", "--no-build-isolation", "--editable", "."]
    ]
    for lock in ALL_LOCKS:
        assert any(line.endswith(f"-r {lock}") for line in installs)
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        assert not re.search(r"\b(?:pip|pipx|uv|npm|npx|curl|wget)\b", commands(path.name)), path


def commands(name: str) -> str:
    jobs = read(f".github/workflows/{name}")["jobs"].values()
    return "\n".join(step.get("run", "") for job in jobs for step in job["steps"])


# --- audit and release -------------------------------------------------------------------------


def test_all_that_is_installed_is_audited() -> None:
    recipe = target("audit")
    assert set(re.findall(r"-r (\S+)", recipe)) == set(ALL_LOCKS)
    # What could not be asked is no success.
    assert "--strict" in recipe
    assert "--require-hashes" in recipe


def target(name: str) -> str:
    """The commands of a target of the Makefile."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.search(rf"^{name}:.*\n((?:\t.*\n)+)", text, re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_audit_runs_weekly_and_when_a_lock_changes() -> None:
    workflow = read(".github/workflows/audit.yml")
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", workflow["on"]["schedule"][0]["cron"])
    assert "requirements*.lock" in workflow["on"]["pull_request"]["paths"]
    assert "make audit" in commands("audit.yml")


def test_the_tools_of_the_audit_are_themselves_locked() -> None:
    asked = (ROOT / "requirements-audit.in").read_text(encoding="utf-8").split()
    assert set(asked) == {"cyclonedx-bom", "pip-audit"}
    assert set(asked) <= {pin.name for pin in pins("requirements-audit.lock")}
    assert "requirements-audit.in" in target("lock")


def test_the_job_that_releases_runs_no_code_of_ours() -> None:
    jobs = read(".github/workflows/release.yml")["jobs"]
    assert jobs["bill"]["permissions"] == {"contents": "read"}
    for step in jobs["release"]["steps"]:
        assert "uses" not in step
        assert not re.search(r"\bmake\b|python|\.venv", step["run"])
    assert "make sbom" in commands("release.yml")


# --- licences ----------------------------------------------------------------------------------


def test_the_list_of_licences_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make licences`"


def test_no_licence_came_in_unnoticed() -> None:
    told = {pin.name: licence(pin.name) for lock in LOCKS for pin in pins(lock)}
    assert {name: own for name, own in told.items() if not set(parts(own)) & FINE} == {}
    strict = {name: own for name, own in told.items() if not set(parts(own)) <= FINE}
    assert strict == {}


def test_what_a_package_carries_is_noted_while_it_is_there() -> None:
    assert set(CARRIED) <= {pin.name for pin in pins("requirements-dev.lock")}
    site = {pin.name for pin in pins("requirements.lock")}
    assert [name for name, note in CARRIED.items() if "GPL" in note and name in site] == []


@pytest.mark.parametrize(
    ("expression", "fine"),
    [
        ("MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("GPL-3.0-or-later", False),
        ("MIT AND AGPL-3.0-only", False),
        ("Apache-2.0 WITH LLVM-exception", False),
        ("UNKNOWN", False),
        ("", False),
    ],
)
def test_a_strong_or_unknown_licence_would_be_noticed(expression: str, fine: bool) -> None:
    found = set(parts(expression))
    assert (bool(found) and found <= FINE) is fine


def test_a_package_that_is_not_there_has_no_licence() -> None:
    assert licence("no-such-package-of-ours") == ""


def test_a_bill_of_materials_gets_its_licences() -> None:
    names = ("packaging", "jinja2", "no-such-package-of-ours")
    bill = {"bomFormat": "CycloneDX", "components": [{"name": name} for name in names]}
    both, one, none = with_licences(json.loads(json.dumps(bill)))["components"]
    assert both["licenses"] == [
        {"expression": "Apache-2.0 OR BSD-2-Clause", "acknowledgement": "declared"}
    ]
    assert one["licenses"] == [{"license": {"id": "BSD-3-Clause", "acknowledgement": "declared"}}]
    assert none == {"name": "no-such-package-of-ours"}


# --- what is said of it ------------------------------------------------------------------------


def test_each_test_that_the_threat_model_names_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py::[\w:]+)`", text)
    assert len(named) >= 20
    assert [name for name in named if not is_a_test(name)] == []


def test_each_file_that_the_threat_model_names_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:generator|site_overrides|templates|\.github|tests)/[\w./-]+)`", text)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_no_address_is_invented() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert not re.search(r"\S+@\S+\.\w+|https?://(?!docs\.github\.com/)", text)
