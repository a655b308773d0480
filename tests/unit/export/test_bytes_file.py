"""Bytes into a file: whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from viewer.export.bytes_file import write_bytes

CONTENT = bytes(range(256)) * 20_000  # some parts


def _nothing(done: int, total: int) -> None:
    pass


def test_all_of_it_is_written_and_counted(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    target = tmp_path / "value.bin"
    target.write_bytes(b"before")
    assert write_bytes(str(target), CONTENT, lambda: False, lambda done, total: told.append((done, total)))
    assert (target.read_bytes(), list(tmp_path.iterdir())) == (CONTENT, [target])
    assert (told[-1], len(told)) == ((len(CONTENT), len(CONTENT)), 5)


def test_cancelled_it_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "value.bin"
    target.write_bytes(b"before")
    asked = iter([False, False, True])
    assert not write_bytes(str(target), CONTENT, lambda: next(asked), _nothing)
    assert (target.read_bytes(), list(tmp_path.iterdir())) == (b"before", [target])


def test_an_error_leaves_nothing_half_done(tmp_path: Path) -> None:
    target = tmp_path / "value.bin"

    def full(done: int, total: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_bytes(str(target), CONTENT, lambda: False, full)
    assert not list(tmp_path.iterdir())


def test_a_link_is_written_through(tmp_path: Path) -> None:
    target, link = tmp_path / "there.bin", tmp_path / "link"
    link.symlink_to(target)
    assert write_bytes(str(link), b"12", lambda: False, _nothing)
    assert (target.read_bytes(), link.is_symlink()) == (b"12", True)


def test_a_device_is_written_to(tmp_path: Path) -> None:
    assert write_bytes("/dev/null", b"12", lambda: False, _nothing)
