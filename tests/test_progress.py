"""A bar for whoever sits at a terminal, and silence elsewhere."""

from __future__ import annotations

import io
import sys

import pytest

from generator.publish import progress
from generator.publish.progress import watched


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_nothing_is_said_where_no_terminal_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_LONG", 0)
    assert list(watched("abc", 3, " pages")) == ["a", "b", "c"]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("long", "told"), [(0, True), (60, False)])
def test_a_terminal_is_told_of_long_work_alone(
    monkeypatch: pytest.MonkeyPatch, long: int, told: bool
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "_LONG", long)
    for _ in watched(["first", "last"], 5, " pages", of_each=4):
        pass
    assert ("0/5" in terminal.getvalue()) is told
