"""Two objects under one UID, of one header and length, that differ where no sample was taken: in the end they are two."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from tests.library_desk import everything, scan, write
from viewer.library.library import Library
from viewer.library.scan import scan_once
from viewer.library.signature import SAMPLED, have_same_content
from viewer.library.twins import waiting

SIZE = 4 * SAMPLED
UNSEEN = SIZE // 4  # between the sample at the start and that in the middle


def picture(path: Path, mark: int | None = None, at: int = UNSEEN) -> Path:
    pixels = bytearray(SIZE)
    if mark is not None:
        pixels[at] = mark
    return write(path, Rows=64, Columns=SIZE // 64, PixelData=bytes(pixels))


def copies(library: Library) -> dict[str, int]:
    return {Path(one.path).name: one.copy for one in everything(library)}


def groups(library: Library) -> set[frozenset[str]]:
    """Names of files that are one object."""
    found: dict[int, set[str]] = {}
    for name, copy in copies(library).items():
        found.setdefault(copy, set()).add(name)
    return {frozenset(names) for names in found.values()}


def test_all_bytes_are_compared_after_a_scan(tmp_path: Path) -> None:
    picture(tmp_path / "in" / "a")
    picture(tmp_path / "in" / "b", 1)
    shutil.copy(tmp_path / "in" / "a", tmp_path / "in" / "c")
    picture(tmp_path / "in" / "d", 2)
    shutil.copy(tmp_path / "in" / "d", tmp_path / "in" / "e")
    library = Library(None)
    told: list[frozenset[str]] = []
    replaced = threading.Event()
    library.set_apart, library.replaced = told.append, replaced.set
    try:
        scan(library, [tmp_path / "in"], tmp_path / "cache")
        library.compare()  # waits for the one that the scan began
        assert groups(library) == {frozenset("ac"), frozenset("b"), frozenset("de")}
        assert sorted(ref.copy for one in library.display_sets("1.2.3") for ref in one.frames) == [0, 1, 2]
        assert frozenset().union(*told) == {"1.2.3"}
        assert replaced.is_set()  # what was read as the one may have been the other
        for path in (tmp_path / "in").iterdir():
            path.touch()  # read anew, it stays what it is
        scan(library, [tmp_path / "in"], tmp_path / "cache")
        library.compare()
        assert groups(library) == {frozenset("ac"), frozenset("b"), frozenset("de")}
    finally:
        library.close()


def test_a_comparison_that_was_broken_off_is_made_up_for(tmp_path: Path) -> None:
    picture(tmp_path / "in" / "a")
    picture(tmp_path / "in" / "b", 1)
    library = Library(tmp_path / "data")
    library._is_over = lambda: library._closing.set() or True  # type: ignore[method-assign,func-returns-value]  # the program ends
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    assert copies(library) == {"a": 0, "b": 0}
    library.close()
    again = Library(tmp_path / "data")
    try:
        again.compare()
        assert copies(again) == {"a": 0, "b": 1}
        assert not again._ask(waiting, [0])
    finally:
        again.close()


def test_a_file_that_is_gone_is_asked_for_again(tmp_path: Path) -> None:
    picture(tmp_path / "in" / "a")
    hidden = picture(tmp_path / "in" / "b", 1)
    library = Library(None)
    library.compare = lambda: None  # type: ignore[method-assign]  # not yet
    try:
        scan(library, [tmp_path / "in"], tmp_path / "cache")
        hidden.rename(tmp_path / "elsewhere")
        Library.compare(library)
        assert copies(library) == {"a": 0, "b": 0}
        (tmp_path / "elsewhere").rename(hidden)
        Library.compare(library)
        assert copies(library) == {"a": 0, "b": 1}
    finally:
        library.close()


def test_a_scan_without_a_library_compares_before_it_answers(tmp_path: Path) -> None:
    picture(tmp_path / "a")
    picture(tmp_path / "b", 1)
    with scan_once([str(tmp_path)]) as report:
        assert copies(report.library) == {"a": 0, "b": 1}


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1, 3 << 20])
def test_content_is_compared_to_its_end(tmp_path: Path, size: int) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(bytes(size))
    other.write_bytes(bytes(size))
    assert have_same_content(str(one), str(other), lambda: False) is True
    assert have_same_content(str(one), str(other), lambda: True) is None
    other.write_bytes(bytes(size) + b"x")
    assert have_same_content(str(one), str(other), lambda: False) is False
    if size:
        other.write_bytes(bytes(size - 1) + b"x")
        assert have_same_content(str(one), str(other), lambda: False) is False
