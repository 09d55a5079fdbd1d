"""Workflows, forms and templates: pinned, with least rights, and no text of others in a command."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from generator.contribute import comment
from generator.contribute.form import read_form
from generator.contribute.issue import FORM_PATH
from generator.load.yaml import read_yaml
from generator.model import Design, Direction, Population
from generator.render.share import RECORD, SENTENCE
from generator.schema import schemas
from tests.stand_in_host import stand_in
from tests.test_issue import PUSHED, filled

ROOT = Path(__file__).resolve().parents[1]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(
    set((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")) - {GITHUB / "ISSUE_TEMPLATE/config.yml"}
)
PIN = re.compile(r"[\w-]+/[\w-]+(?:/[\w-]+)*@[0-9a-f]{40} # v\d+\.\d+\.\d+")
# What strangers write may stand in none of these.
STRANGERS = re.compile(r"\$\{\{")
HOSTILE = (
    "a$(touch pwned) `touch pwned`; touch pwned | touch pwned\ntouch pwned > ../pwned\n"
    "::set-output name=x::y # ${{ 1 }} \"'"
)


def read(path: Path) -> Any:
    """A YAML file as our own reader reads it: no anchors, no tags, no key twice."""
    data, problems = read_yaml(path.read_text(encoding="utf-8"), path.name)
    assert not problems, [problem.message for problem in problems]
    return data


def steps(workflow: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


named = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
formed = pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)


def test_the_workflows_are_there() -> None:
    names = {path.stem for path in WORKFLOWS}
    assert {"check", "comment", "deploy", "suggest", "verify"} <= names


@named
def test_actions_are_pinned_by_commit_with_their_version(path: Path) -> None:
    lines = re.findall(r"^\s*(?:- )?uses:\s*(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == sum("uses" in step for step in steps(read(path)))
    assert all(PIN.fullmatch(line) for line in lines)


def test_an_action_has_one_pin() -> None:
    pins: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for action, pin in re.findall(r"uses: ([\w/-]+)(@.*)", path.read_text(encoding="utf-8")):
            pins.setdefault(action, set()).add(pin)
    assert all(len(pin) == 1 for pin in pins.values())


@named
def test_rights_are_given_to_jobs_alone(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert isinstance(job["permissions"], dict)
        assert job["timeout-minutes"] <= 120
    assert workflow["concurrency"]["group"]


@named
def test_no_expression_stands_in_a_command(path: Path) -> None:
    for step in steps(read(path)):
        assert "${{" not in step.get("run", ""), step["name"]


@named
def test_credentials_are_not_left_behind(path: Path) -> None:
    for step in steps(read(path)):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
        if "uses" not in step:
            assert "secrets." not in json.dumps(step)


@named
def test_commands_are_shell_that_parses(path: Path) -> None:
    for step in steps(read(path)):
        if "run" in step:
            done = subprocess.run(
                ["bash", "-n"], input=step["run"], capture_output=True, text=True, check=False
            )
            assert not done.stderr, step["name"]


def test_what_runs_code_of_strangers_may_only_read() -> None:
    for path in WORKFLOWS:
        workflow = read(path)
        assert "pull_request_target" not in workflow["on"]
        if "pull_request" in workflow["on"]:
            for job in workflow["jobs"].values():
                assert job["permissions"] == {"contents": "read"}
            text = path.read_text(encoding="utf-8")
            assert "secrets" not in text
            assert "github.token" not in text


def test_what_comments_runs_no_code_of_strangers() -> None:
    workflow = read(GITHUB / "workflows/comment.yml")
    checked = read(GITHUB / "workflows/check.yml")
    assert workflow["on"]["workflow_run"]["workflows"] == [checked["name"]]
    (job,) = workflow["jobs"].values()
    fetched = [step["with"] for step in job["steps"] if "uses" in step]
    assert [options["ref"] for options in fetched] == [
        "${{ github.event.repository.default_branch }}"
    ]
    uploads = [s["with"]["name"] for s in steps(checked) if "upload-artifact" in s.get("uses", "")]
    assert comment.ARTEFACT in uploads


@pytest.mark.parametrize(
    ("name", "command"), [("suggest", "contribute.issue"), ("verify", "briefs verify")]
)
def test_what_reads_texts_of_others_holds_no_token(name: str, command: str) -> None:
    given = [step for step in steps(read(GITHUB / f"workflows/{name}.yml")) if "run" in step]
    reading = [step for step in given if command in step["run"]]
    assert len(reading) == 1
    assert "token" not in json.dumps(reading)
    assert any("github.token" in json.dumps(step) for step in given)


def test_only_the_job_that_publishes_may_publish() -> None:
    jobs = read(GITHUB / "workflows/deploy.yml")["jobs"]
    assert jobs["build"]["permissions"] == {"contents": "read", "pages": "read"}
    assert jobs["deploy"]["permissions"] == {"id-token": "write", "pages": "write"}
    assert all("run" not in step for step in jobs["deploy"]["steps"])


def test_no_form_sets_the_label_that_starts_the_job() -> None:
    workflow = read(GITHUB / "workflows/suggest.yml")
    assert workflow["on"] == {"issues": {"types": ["labeled"]}}
    (job,) = workflow["jobs"].values()
    label = re.search(r"label\.name == '([^']+)'", job["if"])
    assert label is not None
    assert any(f'--label "{label[1]}"' in step.get("run", "") for step in job["steps"])
    for path in FORMS:
        assert label[1] not in read(path).get("labels", [])


def test_zizmor_finds_nothing() -> None:
    program = str(Path(sys.executable).parent / "zizmor")
    asked = ("--offline", "--no-online-audits", "--persona", "pedantic", "--format", "json")
    done = subprocess.run(
        [program, *asked, str(GITHUB)], capture_output=True, text=True, check=False
    )
    found = [finding["ident"] for finding in json.loads(done.stdout)]
    assert (done.returncode, found) == (0, []), done.stderr


# --- what the commands do with hostile texts ---------------------------------------------------

NOTES = """#!/bin/sh
printf '%s\\n' "${0##*/} $*" >> "$SAID"
test "${0##*/}" != gh || echo https://site.example/
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """A machine for steps: programs that only write down their words, and hostile texts."""

    folder: Path

    @property
    def work(self) -> Path:
        return self.folder / "work"

    @property
    def said(self) -> list[str]:
        path = self.folder / "said"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    @property
    def environment(self) -> dict[str, str]:
        """What the code host sets; some of it is named by whoever opens a pull request."""
        files = {"EVENT_PATH": "event.json", "ENV": "env", "OUTPUT": "output", "PATH": "path"}
        return {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.folder),
            "SAID": str(self.folder / "said"),
            "RUNNER_TEMP": str(self.folder / "temp"),
            **{f"GITHUB_{name}": str(self.folder / file) for name, file in files.items()},
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_SERVER_URL": "https://code.example",
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_SHA": "c" * 40,
            **dict.fromkeys(("GITHUB_HEAD_REF", "GITHUB_REF_NAME", "GITHUB_ACTOR"), HOSTILE),
            "NUMBER": HOSTILE,
        }

    def run(self, command: str, **more: str) -> int:
        """Run a step's command as the code host does."""
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
            cwd=self.work,
            env={**self.environment, **more},
            capture_output=True,
            timeout=60,
            check=False,
        ).returncode


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    (tmp_path / "temp").mkdir()
    programs = ("bin/gh", "bin/python3", "bin/make", "bin/git", "work/.venv/bin/briefs")
    for program in (*programs, "work/.venv/bin/python"):
        path = tmp_path / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(NOTES, encoding="utf-8")
        path.chmod(0o755)
    head = {"ref": HOSTILE, "label": HOSTILE}
    event = {
        "issue": {"number": 12, "title": HOSTILE, "body": HOSTILE},
        "pull_request": {"number": 12, "title": HOSTILE, "body": HOSTILE, "head": head},
    }
    (tmp_path / "event.json").write_text(json.dumps(event), encoding="utf-8")
    return Runner(folder=tmp_path)


def commands(path: Path) -> list[str]:
    """The commands of a workflow, without those that change the machine itself."""
    found = [step["run"] for step in steps(read(path)) if "run" in step]
    return [command for command in found if "sudo" not in command and ".ci/run" not in command]


@named
def test_commands_do_nothing_with_hostile_texts(path: Path, runner: Runner) -> None:
    for command in commands(path):
        assert runner.run(command) == 0, command
    assert not list(runner.folder.rglob("*pwned*"))
    assert not any((runner.folder / name).exists() for name in ("env", "output", "path"))
    assert "touch" not in "\n".join(runner.said)
    number = runner.work / "build/answer/number.txt"
    assert not number.exists() or number.read_text(encoding="utf-8") == f"{HOSTILE}\n"


def test_a_careless_command_would_be_noticed(runner: Runner) -> None:
    runner.run('eval "echo $NUMBER"')
    assert list(runner.folder.rglob("*pwned*"))


def test_the_suggestions_commands_make_a_pull_request(
    runner: Runner, tree: Path, tmp_path: Path
) -> None:
    path = ROOT / FORM_PATH
    form, _ = read_form(path.read_text(encoding="utf-8"), path.name)
    assert form is not None
    (runner.work / ".venv/bin/python").write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} "$@"\n', encoding="utf-8"
    )
    shutil.copytree(tree, runner.work, dirs_exist_ok=True)
    (runner.work / FORM_PATH).parent.mkdir(parents=True)
    shutil.copyfile(path, runner.work / FORM_PATH)
    event = {"issue": {"number": 12, "title": HOSTILE, "body": filled(form, why=HOSTILE)}}
    (tmp_path / "event.json").write_text(json.dumps(event), encoding="utf-8")
    host = stand_in(tmp_path / "bin")
    host.answers(PUSHED)
    unreachable = dict.fromkeys(("BRIEFS_CROSSREF_URL", "BRIEFS_DOI_URL"), "http://127.0.0.1:9")
    codes = [
        runner.run(command, BRIEFS_ATTEMPTS="1", **unreachable)
        for command in commands(GITHUB / "workflows/suggest.yml")
    ]
    assert set(codes) == {0}
    assert [question[:2] for question in host.asked] == [tuple(key.split(" ", 1)) for key in PUSHED]
    assert not list(tmp_path.rglob("*pwned*"))


# --- forms -------------------------------------------------------------------------------------

# After the code host's description of the form schema.
ATTRIBUTES = {
    "markdown": ({"value"}, set()),
    "input": ({"label"}, {"description", "placeholder", "value"}),
    "textarea": ({"label"}, {"description", "placeholder", "value", "render"}),
    "dropdown": ({"label", "options"}, {"description", "multiple", "default"}),
    "checkboxes": ({"label", "options"}, {"description"}),
}


@formed
def test_forms_have_the_shape_that_the_code_host_asks_for(path: Path) -> None:
    form = read(path)
    assert {"name", "description", "body"} <= set(form)
    assert set(form) <= {"name", "description", "body", "title", "labels", "assignees", "projects"}
    parts = form["body"]
    assert any(part["type"] != "markdown" for part in parts)
    asked = [part for part in parts if part["type"] != "markdown"]
    ids = [part["id"] for part in asked]
    labels = [part["attributes"]["label"] for part in asked]
    assert len(ids) == len(set(ids))
    assert len(labels) == len({label.lower() for label in labels})
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", question) for question in ids)
    for part in parts:
        needed, allowed = ATTRIBUTES[part["type"]]
        given = set(part["attributes"])
        assert needed <= given <= needed | allowed
        assert set(part) <= {"type", "id", "attributes", "validations"}
        assert set(part.get("validations", {})) <= {"required"}
        assert part["type"] != "checkboxes" or "validations" not in part


@formed
def test_choices_are_texts_and_differ(path: Path) -> None:
    for part in read(path)["body"]:
        options = part["attributes"].get("options", [])
        if part["type"] == "checkboxes":
            assert all(set(option) <= {"label", "required"} for option in options)
            options = [option["label"] for option in options]
        assert all(isinstance(option, str) and option for option in options)
        assert len(options) == len(set(options))


def test_the_suggested_studys_choices_are_those_of_the_model() -> None:
    path = ROOT / FORM_PATH
    form, problems = read_form(path.read_text(encoding="utf-8"), path.name)
    assert form is not None
    assert not problems
    offered = {q.id: [option.split(":")[0] for option in q.options] for q in form.questions}
    assert set(offered["direction"]) == {*get_args(Direction), "described"}
    assert set(offered["population"]) == set(get_args(Population))
    assert set(offered["design"]) == {*get_args(Design), "unsure"}
    wanted = {"identifier", "reference", "why", "outcome", "statement", "direction", "population"}
    wanted |= {"design", "category", "participants", "where", "quote", "checks"}
    assert set(offered) == wanted


@pytest.mark.parametrize(
    ("form", "kinds"),
    [
        (SENTENCE, {"page": "input", "sentence": "textarea"}),
        (RECORD, {"record": "input"}),
    ],
)
def test_forms_take_what_the_sites_links_give(form: str, kinds: dict[str, str]) -> None:
    """The site opens them with these answers in the address."""
    parts = read(GITHUB / "ISSUE_TEMPLATE" / form)["body"]
    asked = {part.get("id"): part["type"] for part in parts}
    assert kinds.items() <= asked.items()


# --- editors and owners ------------------------------------------------------------------------


def test_each_schema_is_known_to_the_editor() -> None:
    settings = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))
    mapped = settings["yaml.schemas"]
    assert set(mapped) == {f"./{path}" for path in schemas()}
    assert all(list(ROOT.glob(pattern)) for pattern in mapped.values())
    recommended = json.loads((ROOT / ".vscode/extensions.json").read_text(encoding="utf-8"))
    assert "redhat.vscode-yaml" in recommended["recommendations"]


def test_no_owner_is_invented() -> None:
    lines = (GITHUB / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    assert all(line.startswith("#") for line in lines)


def test_hooks_use_the_projects_own_tools() -> None:
    hooks = [
        hook for repo in read(ROOT / ".pre-commit-config.yaml")["repos"] for hook in repo["hooks"]
    ]
    assert {repo["repo"] for repo in read(ROOT / ".pre-commit-config.yaml")["repos"]} == {"local"}
    entries = [hook["entry"].split()[0] for hook in hooks]
    assert all(command.startswith(".venv/bin/") for command in entries)
    here = Path(sys.executable).parent
    assert all((here / Path(command).name).exists() for command in entries)
    words = {" ".join(hook["entry"].split()[1:3]) for hook in hooks}
    assert {"check", "fmt --check", "schema --check"} <= words


def test_dependencies_are_looked_at_every_week() -> None:
    updates = read(GITHUB / "dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"pip", "github-actions"}
    assert all(update["schedule"] == {"interval": "weekly"} for update in updates)
