"""Whether files are there is found out by a thread, and told through `post`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from queue import Empty, Queue

import pytest

from viewer.workspace.file_presence import FilePresence


def test_tells_what_is_there_and_what_is_not(tmp_path: Path) -> None:
    posted: Queue[Callable[[], None]] = Queue()
    told: dict[str, bool] = {}
    presence = FilePresence(posted.put, told.__setitem__)
    (tmp_path / "here").touch()
    presence.check({"a": str(tmp_path / "here"), "b": str(tmp_path / "gone")})
    for _ in range(2):
        posted.get(timeout=20)()
    assert told == {"a": True, "b": False}
    presence.check({"c": str(tmp_path)})
    posted.get(timeout=20)()
    assert told["c"]


def test_tells_nothing_after_closing(tmp_path: Path) -> None:
    posted: Queue[Callable[[], None]] = Queue()
    told: dict[str, bool] = {}
    presence = FilePresence(posted.put, told.__setitem__)
    presence.check({"a": str(tmp_path)})
    late = posted.get(timeout=20)
    presence.close()
    late()
    presence.check({"b": str(tmp_path)})
    assert told == {}
    with pytest.raises(Empty):
        posted.get(timeout=0.05)
