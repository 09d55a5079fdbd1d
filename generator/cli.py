"""The `briefs` command: the order of the stages, the exit codes, and the only module that prints.

Exit codes: 0 all is well, 1 there are problems to mend, 2 wrong usage or a broken machine.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from generator.disk import put, stray_link
from generator.examine import Checked, examine
from generator.library import LIBRARY_PATH, VOCABULARY_PATH
from generator.problem import nearest
from generator.report import as_github, as_json, as_sarif, as_summary, as_text, counted, counts
from generator.schema import schemas
from generator.trace import trace

if TYPE_CHECKING:
    from generator.render.views import Download

FINE, PROBLEMS, BROKEN = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _print_whatever_it_is()
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        if refusal := _refusal(options):
            _say(refusal)
            return BROKEN
        return command(options)
    except KeyboardInterrupt:
        _say("stopped")
        return BROKEN
    except BrokenPipeError:
        # Whoever read what we print has seen enough, such as `head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except OSError as error:
        _say(f"this machine refused something: {error}")
        return BROKEN


def _print_whatever_it_is() -> None:
    """A terminal that lacks a letter is shown its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _refusal(options: argparse.Namespace) -> str:
    """Why a command must not begin, or an empty text."""
    # A program that reads what we print is told of each file that is missing.
    told_people = getattr(options, "format", "text") in {"text", "markdown"}
    if told_people and options.command not in {_init, _schema} and not _is_site(options.root):
        return (
            f"{options.root.resolve()} holds no site. Run this in the folder that holds mkdocs.yml,"
            " or name that folder with `--root`; `briefs init DIR` begins a new site."
        )
    if not _writes(options):
        return ""
    if link := stray_link(options.root):
        return f"{link} is a symbolic link; what is written there would land elsewhere. Remove it."
    if options.command not in {_build, _serve}:
        return ""
    from generator.publish.site import place_of, site_fault

    options.site = place_of(options.site or options.root / "site")
    return site_fault(options.root, options.site)


def _is_site(root: Path) -> bool:
    """Whether a folder holds anything that only a site does; the rest may still be missing."""
    return any((root / path).exists() for path in ("mkdocs.yml", VOCABULARY_PATH, LIBRARY_PATH))


def _writes(options: argparse.Namespace) -> bool:
    """Whether a command is to write below the root."""
    if options.command is _check:
        return bool(options.fix)
    return options.command not in {_diff, _init, _trace} and not getattr(options, "check", False)


def _check(options: argparse.Namespace) -> int:
    checked = _mended(options.root) if options.fix else examine(options.root, keep=True)
    match options.format:
        case "json":
            print(as_json(checked.problems, checked.library))
        case "sarif":
            print(as_sarif(checked.problems, _from_here(options.root)))
        case "github":
            _annotate(checked, _from_here(options.root))
        case _:
            for problem in checked.problems:
                print(as_text(problem, offer=True))
            _summarise(checked)
    return PROBLEMS if checked.errors else FINE


def _mended(root: Path) -> Checked:
    from generator.contribute.fix import fix

    return fix(root, say=_say)


def _annotate(checked: Checked, folder: str) -> None:
    for line in as_github(checked.problems, folder):
        print(line)
    _summarise(checked)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if not summary:
        return
    try:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(as_summary(checked.problems, folder))
    except OSError as error:
        _say(f"the summary of the step could not be written: {error}")


def _from_here(root: Path) -> str:
    """The way from this folder, where a repository is checked, to the site's root in it."""
    here, there = Path.cwd().resolve(), root.resolve()
    if there == here or not there.is_relative_to(here):
        return ""
    return f"{there.relative_to(here).as_posix()}/"


def _build(options: argparse.Namespace) -> int:
    return FINE if _built(options) is not None else PROBLEMS


def _built(options: argparse.Namespace) -> Mapping[str, tuple[Download, ...]] | None:
    """Build, and say what came of it: the printed files by brief, or None where it failed."""
    from generator.publish.build import build

    checked = examine(options.root, keep=True)
    _tell(checked)
    built = build(checked, options.root, options.site, pdfs=not options.no_pdf, say=_say)
    if built.fault:
        _say(built.fault)
        return None
    return built.printed


def _serve(options: argparse.Namespace) -> int:
    from generator.publish.build import templates_of
    from generator.publish.preview import Preview
    from generator.publish.server import serve

    preview = Preview(options.root, templates_of(options.root))
    preview.printed = _built(options)

    def changed(look: bool) -> None:
        if preview.printed is None:
            preview.printed = _built(options)
        _tell(preview.refresh(look=look))

    preview.refresh()
    serve(options.root, preview, options.port, changed, _say)
    return FINE


def _tell(checked: Checked) -> None:
    for problem in checked.problems:
        print(as_text(problem, offer=True), file=sys.stderr)
    _summarise(checked)


def _schema(options: argparse.Namespace) -> int:
    stale = []
    for path, text in schemas().items():
        target = options.root / path
        if target.is_file() and target.read_bytes() == text.encode():
            continue
        stale.append(path)
        if not options.check:
            target.parent.mkdir(parents=True, exist_ok=True)
            put(target, text)
    for path in stale:
        _say(f"{path} {'differs from the model' if options.check else 'written'}")
    return PROBLEMS if stale and options.check else FINE


def _verify(options: argparse.Namespace) -> int:
    from generator.verify.run import verify

    return verify(
        options.root,
        options.keys,
        environment=os.environ,
        say=_say,
        today=date.today(),
        suggest=options.suggest,
        fresh=options.fresh,
        texts=options.texts,
    )


def _add(options: argparse.Namespace) -> int:
    from generator.verify.add import add

    return add(
        options.root, options.identifier, environment=os.environ, say=_say, today=date.today()
    )


def _new(options: argparse.Namespace) -> int:
    from generator.contribute.new import new

    return new(options.root, options.kind, options.id, say=_say, today=date.today())


def _fmt(options: argparse.Namespace) -> int:
    from generator.contribute.fmt import fmt

    return fmt(options.root, check=options.check, say=_say)


def _diff(options: argparse.Namespace) -> int:
    from generator.contribute.diff import diff

    return diff(options.root, options.base, form=options.format, out=print, say=_say)


def _init(options: argparse.Namespace) -> int:
    from generator.contribute.init import init

    return init(options.folder, say=_say)


def _trace(options: argparse.Namespace) -> int:
    checked = examine(options.root)
    if checked.library is None or checked.evidence is None:
        _say("The library could not be read; run 'briefs check'.")
        return PROBLEMS
    if options.key not in checked.library.works:
        _say(f"There is no work '{options.key}'. {nearest(options.key, checked.library.works)}")
        return PROBLEMS
    print("\n".join(trace(checked.library, checked.evidence, options.key)))
    return FINE


def _summarise(checked: Checked) -> None:
    found = {"errors": checked.errors, "warnings": len(checked.problems) - checked.errors}
    _say(f"checked {counted(counts(checked.library))}: {counted(found)}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="briefs",
        description="Evidence briefs that compile only if their evidence supports them.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--root", type=Path, default=Path(), help="the folder of the site")
        command.set_defaults(command=run)
        return command

    build = add("build", _build, "Check everything and build the site.")
    build.add_argument("--site", type=Path, help="where the site goes (default: ROOT/site)")
    build.add_argument("--no-pdf", action="store_true", help="make no PDFs")
    checker = add("check", _check, "Check records, library and briefs, and report every problem.")
    checker.add_argument("--format", choices=("text", "json", "github", "sarif"), default="text")
    checker.add_argument(
        "--fix", action="store_true", help="mend what can only be mended one way, and say what"
    )
    server = add("serve", _serve, "Build, show the site on this machine, and rebuild on changes.")
    server.add_argument("--port", type=int, default=8000)
    server.add_argument("--no-pdf", action="store_true", help="make no PDFs")
    server.set_defaults(site=None)
    schema = add("schema", _schema, "Write the JSON Schemas that editors use.")
    schema.add_argument("--check", action="store_true", help="only say whether they are up to date")
    tracer = add("trace", _trace, "List the studies, findings and claims that rest on a work.")
    tracer.add_argument("key", help="a key of data/library.bib")
    verifier = add("verify", _verify, "Ask the registries about the works and write the ledger.")
    verifier.add_argument(
        "keys", nargs="*", metavar="KEY", help="keys of data/library.bib (default: all)"
    )
    verifier.add_argument(
        "--suggest",
        action="store_true",
        help="offer identifiers for works that have none that lead",
    )
    verifier.add_argument(
        "--fresh", action="store_true", help="ask everything again after a stopped run"
    )
    verifier.add_argument(
        "--texts", type=Path, help="a folder of full texts, KEY.txt or KEY.md, to look quotes up in"
    )
    newer = add("new", _new, "Write a commented record or brief to fill in.")
    newer.add_argument("kind", choices=("study", "brief"))
    newer.add_argument("id", metavar="ID", help="its name, which becomes the file's name")
    formatter = add("fmt", _fmt, "Put records and library in their one form; comments stay.")
    formatter.add_argument("--check", action="store_true", help="only name the files that differ")
    differ = add("diff", _diff, "Say what a change does to the evidence, against a git revision.")
    differ.add_argument("base", metavar="BASE", help="a git revision, such as main")
    differ.add_argument("--format", choices=("markdown", "json"), default="markdown")
    starter = add("init", _init, "Write a small complete site for another topic.")
    starter.add_argument("folder", type=Path, metavar="DIR")
    adder = add("add", _add, "Add a work by its DOI or PMID, with a study stub to fill.")
    adder.add_argument("identifier", metavar="DOI-or-PMID")
    return parser
