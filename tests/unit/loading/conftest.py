"""Fixtures for the loader: raw image files, and a watch on threads and handles left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.loading.raw_images import RawFolder


@pytest.fixture
def raw_folder(tmp_path: Path) -> RawFolder:
    folder = tmp_path / "raw"
    folder.mkdir()
    return RawFolder(folder)


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    """Every test closes what it starts."""
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    assert not left, f"threads left: {left}"
