"""Writes the fixes that problems offer into their files, and takes back those that do no good.

A fix is the only way to mend one problem, and can still bring another to light. So everything is
checked again: a fix stands only if its problem is gone and its file has no new one. Nothing but the
named places is written; the form of a file is left to `briefs fmt`.
"""

from __future__ import annotations

import codecs
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeAlias

from generator.check import RULES, rule_id
from generator.examine import Checked, examine
from generator.problem import Problem
from generator.report import one_line

# Told only of files that could be read: what made one readable is not the cause of these.
_TOLD_LATER: Final = frozenset({*map(rule_id, RULES), "inconsistent", "duplicate-claim"})
_CUT_SHORT: Final = "too-many-problems"
_LINE_END: Final = re.compile(r"(\r\n|\r|\n)")

_Say: TypeAlias = Callable[[str], None]
_Batches: TypeAlias = Mapping[str, Sequence[Problem]]


def fix(root: Path, *, say: _Say) -> Checked:
    """Mend in the files below `root` what can only be mended one way; what is wrong after that.

    Says one line for each fix that stands, and for each that was taken back, with the reason. A
    file that cannot be written is named and stays as it is; no file is ever half-written. The
    problems of what is returned offer no fix that was taken back.
    """
    mender = _Mender(root=root, say=say, checked=examine(root))
    while batches := mender.next():
        mender.attempt(batches)
    return mender.outcome()


def rewritten(data: bytes, problems: Iterable[Problem]) -> bytes:
    """The bytes of a UTF-8 file with the fixes of these problems in their places, and all else as
    it was: byte order mark, line ends, spaces. Places that overlap must not be given together; a
    fix whose old text does not stand at its place is left out.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    parts = _LINE_END.split(data.removeprefix(mark).decode("utf-8"))
    fixes = {(p.place.line, p.place.column): p.fix for p in problems if p.fix}
    for (line, column), one in sorted(fixes.items(), key=lambda item: item[0], reverse=True):
        row, start = 2 * (line - 1), column - 1  # every second part is the end of a line
        if row < len(parts) and parts[row].startswith(one.old, start):
            parts[row] = parts[row][:start] + one.new + parts[row][start + len(one.old) :]
    return mark + "".join(parts).encode("utf-8")


@dataclass(slots=True, kw_only=True)
class _Mender:
    """What is wrong now, and what was tried.

    The fixes of all files are tried together, so that one check serves them all. Where that did a
    file no good, its fixes are tried again, each alone. Each attempt mends something or rules
    something out, so the attempts come to an end.
    """

    root: Path
    say: _Say
    checked: Checked
    mended: int = 0
    one_by_one: set[str] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)
    refused: set[tuple[str, int, str, str]] = field(default_factory=set)

    def next(self) -> _Batches:
        """The fixes to try next, by file; empty where none is left."""
        offers = [
            problem
            for problem in self.checked.problems
            if problem.fix
            and problem.place.path not in self.locked
            and _name(problem) not in self.refused
        ]
        together: dict[str, list[Problem]] = {}
        for problem in offers:
            if problem.place.path not in self.one_by_one:
                together.setdefault(problem.place.path, []).append(problem)
        if together:
            return {path: _apart(problems) for path, problems in together.items()}
        return {problem.place.path: (problem,) for problem in offers[:1]}

    def attempt(self, batches: _Batches) -> None:
        """Write fixes, check everything, and put back each file that they did no good."""
        before, originals = self.checked, dict[str, bytes]()
        try:
            for path, problems in batches.items():
                self._write(path, problems, originals)
            after = examine(self.root)
        except BaseException:
            self._put_back(originals)
            raise
        reasons = {path: _reason(before, after, path, batches[path]) for path in originals}
        worse = {path: originals[path] for path, reason in reasons.items() if reason}
        self._put_back(worse)
        self.checked = examine(self.root) if worse else after
        for path in originals:
            self._judge(batches[path], reasons[path])

    def outcome(self) -> Checked:
        """What is wrong now, without the fixes that were taken back; says how many stand."""
        if self.mended or self.refused:
            self.say(f"{self.mended} mended, {len(self.refused)} taken back")
        elif self.checked.problems:
            self.say("nothing here can be mended without a person")
        left = (
            replace(problem, fix=None) if _name(problem) in self.refused else problem
            for problem in self.checked.problems
        )
        return replace(self.checked, problems=tuple(left))

    def _judge(self, problems: Sequence[Problem], reason: Problem | None) -> None:
        """Say what became of fixes that were written to one file together."""
        path = problems[0].place.path
        if reason is None:
            told = [
                f"{_where(p)}: {_quoted(p.fix.old)} → {_quoted(p.fix.new)}"
                for p in problems
                if p.fix
            ]
            for line in dict.fromkeys(told):
                self.mended += 1
                self.say(one_line(line))
        elif path not in self.one_by_one:
            self.one_by_one.add(path)
        elif one := problems[0].fix:
            self.refused.add(_name(problems[0]))
            stays = f"{_where(problems[0])}: {_quoted(one.old)} stays, because with"
            wrong = f"line {reason.place.line} is wrong: {reason.message}"
            self.say(one_line(f"{stays} {_quoted(one.new)} there, {wrong}"))

    def _write(self, path: str, problems: Sequence[Problem], originals: dict[str, bytes]) -> None:
        """Write fixes to a file and keep what it held before; a file that refuses is locked."""
        target = self.root / path
        try:
            data = target.read_bytes()
            _replace(target, rewritten(data, problems))
        except (OSError, UnicodeDecodeError) as error:
            self.locked.add(path)
            reason = getattr(error, "strerror", None) or error
            self.say(one_line(f"{path}: nothing in it was mended; it cannot be written: {reason}"))
        else:
            originals[path] = data

    def _put_back(self, originals: Mapping[str, bytes]) -> None:
        for path, data in originals.items():
            _replace(self.root / path, data)


def _reason(
    before: Checked, after: Checked, path: str, mended: Sequence[Problem]
) -> Problem | None:
    """The first problem of a file because of which its fixes cannot stand, if there is one: one of
    those that they should have mended, one in their very places, or a new one that nothing hid."""
    own = Counter(map(_spot, mended))
    told = Counter(_spot(p) for p in before.problems if p.place.path == path)
    found = [p for p in after.problems if p.place.path == path]
    more = Counter(map(_spot, found)) - (told - own)
    unread = before.library is None or path in before.library.broken
    cut_short = any(rule == _CUT_SHORT for _, rule in told)
    landed = _landed(mended)
    for problem in found:
        hidden = cut_short or (unread and problem.rule in _TOLD_LATER)
        blamed = _spot(problem) in own or _start(problem) in landed or not hidden
        if more[_spot(problem)] and blamed:
            return problem
    return None


def _landed(mended: Sequence[Problem]) -> set[tuple[int, int]]:
    """Where fixes stand once they are written: each moves those behind it in its line."""
    landed: set[tuple[int, int]] = set()
    moved: Counter[int] = Counter()
    fixes = {_start(problem): problem.fix for problem in mended if problem.fix}
    for (line, column), one in sorted(fixes.items(), key=lambda item: item[0]):
        landed.add((line, column + moved[line]))
        moved[line] += len(one.new) - len(one.old)
    return landed


def _apart(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Problems of one file, in order, whose fixes do not overlap; the others wait for their turn.
    The same fix at the same place may mend two problems."""
    kept: list[Problem] = []
    for problem in problems:
        if not kept or _start(problem) >= _end(kept[-1]) or _same(problem, kept[-1]):
            kept.append(problem)
    return tuple(kept)


def _same(one: Problem, other: Problem) -> bool:
    return (_start(one), one.fix) == (_start(other), other.fix)


def _start(problem: Problem) -> tuple[int, int]:
    return problem.place.line, problem.place.column


def _end(problem: Problem) -> tuple[int, int]:
    line, column = _start(problem)
    return line, column + len(problem.fix.old if problem.fix else "")


def _spot(problem: Problem) -> tuple[int, str]:
    """What tells a problem from others of its file, whatever words it quotes: a fix moves columns
    and changes what is quoted, but never lines."""
    return problem.place.line, problem.rule


def _name(problem: Problem) -> tuple[str, int, str, str]:
    return problem.place.path, problem.place.line, problem.rule, problem.message


def _where(problem: Problem) -> str:
    return f"{problem.place.path}:{problem.place.line}:{problem.place.column}"


def _quoted(text: str) -> str:
    return text if text[:1] in {'"', "'"} else f"'{text}'"


def _replace(target: Path, data: bytes) -> None:
    """Write beside a file and move into its place, so that it is never half-written.

    A link stays a link, and a file that its owner made read-only is left alone (OSError).
    """
    real = target.resolve(strict=True)
    if not (os.access(real, os.W_OK) and real.stat().st_mode & 0o222):
        raise PermissionError(0, "it is read-only")
    beside = real.with_name(f".{real.name}.new")
    try:
        beside.write_bytes(data)
        shutil.copymode(real, beside)
        os.replace(beside, real)  # noqa: PTH105 - atomic, also over an existing file
    finally:
        beside.unlink(missing_ok=True)
