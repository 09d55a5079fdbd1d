"""The `briefs` command: the order of the stages, the exit codes, and the only module that prints.

Exit codes: 0 all is well, 1 there are problems to mend, 2 wrong usage or a broken machine.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generator.appraise import Evidence, gather
from generator.check import check
from generator.library import Library
from generator.load import load, locate
from generator.load.site import load_site
from generator.problem import Problem, Severity, in_order, nearest
from generator.report import as_github, as_json, as_text, counts
from generator.schema import schemas
from generator.site import Site
from generator.trace import trace

HOME = Path(__file__).resolve().parents[1]
FINE, PROBLEMS, BROKEN = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was loaded and what was found wrong with it."""

    library: Library | None
    evidence: Evidence | None
    site: Site | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """How many problems stop a build."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except KeyboardInterrupt:
        _say("stopped")
        return BROKEN
    except OSError as error:
        _say(f"this machine refused something: {error}")
        return BROKEN


def examine(root: Path) -> Checked:
    """Load and check everything below `root`, with every problem at its line."""
    library, problems = load(root)
    site, more = load_site(root, os.environ)
    problems += more
    evidence = None
    if library is not None:
        evidence = gather(library)
        problems += check(library, evidence)
    return Checked(
        library=library,
        evidence=evidence,
        site=site,
        problems=in_order(locate(in_order(problems), root)),
    )


def _check(options: argparse.Namespace) -> int:
    checked = examine(options.root)
    if options.format == "json":
        print(as_json(checked.problems, checked.library))
    else:
        form = as_github if options.format == "github" else as_text
        for problem in checked.problems:
            print(form(problem))
        _summarise(checked)
    return PROBLEMS if checked.errors else FINE


def _build(options: argparse.Namespace) -> int:
    from generator.publish.pdf import PdfFailed, downloads, make_pdfs
    from generator.publish.site import BuildFailed, publish
    from generator.render.site import render
    from generator.render.views import prepare
    from generator.write import write

    checked = examine(options.root)
    for problem in checked.problems:
        print(as_text(problem), file=sys.stderr)
    _summarise(checked)
    if checked.errors or not (checked.library and checked.evidence and checked.site):
        _say("Nothing was built; the last good site stays in place.")
        return PROBLEMS
    build = options.root / "build"
    folders = (options.root / "templates", HOME / "templates")
    context = prepare(checked.site, checked.library, checked.evidence)
    try:
        pdfs = () if options.no_pdf else make_pdfs(context, folders, build)
    except PdfFailed as error:
        _say(f"A PDF could not be made; the last good site stays in place.\n{error}")
        return PROBLEMS
    changes = write(render(context, folders, downloads(pdfs)), build / "docs")
    _say(f"{changes.written} pages written, {changes.kept} unchanged, {changes.removed} removed")
    try:
        site = options.site or options.root / "site"
        indexed = publish(options.root, build / "docs", site, {p.path: p.source for p in pdfs})
    except BuildFailed as error:
        _say(f"The site builder refused the pages; the last good site stays in place.\n{error}")
        return PROBLEMS
    _say(f"{indexed} pages and {len(pdfs)} printed files published in {site}")
    return FINE


def _serve(options: argparse.Namespace) -> int:
    from generator.serve import serve

    return serve(options.root, options.port, lambda: _build(options), _say)


def _schema(options: argparse.Namespace) -> int:
    stale = []
    for path, text in schemas().items():
        target = options.root / path
        if target.is_file() and target.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not options.check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
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
    looked = ", ".join(f"{n} {what}" for what, n in counts(checked.library).items())
    warnings = len(checked.problems) - checked.errors
    _say(f"checked {looked}: {checked.errors} errors, {warnings} warnings")


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
    checker.add_argument("--format", choices=("text", "json", "github"), default="text")
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
    adder = add("add", _add, "Add a work by its DOI or PMID, with a study stub to fill.")
    adder.add_argument("identifier", metavar="DOI-or-PMID")
    return parser
