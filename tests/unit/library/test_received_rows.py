"""What another process has put into the folder of received objects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.network.objects import make_ct, save
from viewer.library.library import Library
from viewer.library.read_instance import read_instance
from viewer.library.received_rows import ReceivedRows, ReceivedRowsError


def put(library: Library, path: Path, study: str, series: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    save(make_ct(study=study, series=series, size=8), path)
    library.add([read_instance(str(path))], opened=False)


def test_only_what_came_there_since_the_last_look(tmp_path: Path) -> None:
    library, received = Library(tmp_path / "data"), tmp_path / "received"
    put(library, received / "00" / "a.dcm", "1.1", "1.1.1")
    rows = ReceivedRows(tmp_path / "data", received)
    assert rows.news() == frozenset()
    put(library, received / "00" / "b.dcm", "1.1", "1.1.2")
    put(library, received / "ff" / "c.dcm", "1.2", "1.2.1")
    put(library, tmp_path / "elsewhere" / "d.dcm", "1.3", "1.3.1")
    put(library, tmp_path / "received-web" / "00" / "e.dcm", "1.4", "1.4.1")
    assert rows.news() == {("1.1", "1.1.2"), ("1.2", "1.2.1")}
    assert rows.news() == frozenset()
    library.forget_study("1.2")
    assert rows.news() == frozenset()
    put(library, received / "ff" / "f.dcm", "1.5", "1.5.1")
    assert rows.news() == {("1.5", "1.5.1")}
    rows.close()
    library.close()


def test_without_a_library_it_says_so(tmp_path: Path) -> None:
    rows = ReceivedRows(tmp_path, tmp_path / "received")
    with pytest.raises(ReceivedRowsError):
        rows.news()
    rows.close()
