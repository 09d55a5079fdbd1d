"""Files that are renewed in their place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from generator.disk import renew, stamp


def test_a_file_as_it_should_be_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "file"
    assert renew(file, b"a long text")
    os.utime(file, ns=(0, 5))
    assert not renew(file, b"a long text")
    assert stamp(file) == (11, 5)


@pytest.mark.parametrize("before", [None, b"", b"a tall text", b"a", b"a very long text"])
def test_another_file_gets_the_content(before: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "folder/file"
    if before is not None:
        file.parent.mkdir()
        file.write_bytes(before)
    assert renew(file, b"a long text")
    assert file.read_bytes() == b"a long text"
    assert [path.name for path in file.parent.iterdir()] == ["file"]


def test_what_a_link_leads_to_stays_as_it_is(tmp_path: Path) -> None:
    other, file = tmp_path / "other", tmp_path / "file"
    other.write_bytes(b"somebody else's")
    file.symlink_to(other)
    assert renew(file, b"ours")
    assert (file.read_bytes(), file.is_symlink()) == (b"ours", False)
    assert other.read_bytes() == b"somebody else's"


def test_a_file_that_cannot_be_written_into_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")

    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr("generator.disk.os.open", refused)
        assert renew(file, b"new")
    assert file.read_bytes() == b"new"
