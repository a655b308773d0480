"""Shared fixtures: fresh settings and data folders for every test, the real sample files, no screen needed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
os.environ.setdefault("QT_SCALE_FACTOR", "1")
if os.environ.get("LC_ALL") in ("C", "POSIX"):
    os.environ["LC_ALL"] = "C.UTF-8"  # Qt complains of the other, also on the standard error of each program that is started

import pytest
from hypothesis import HealthCheck, settings

from tests import left_behind
from tests.machine import tool

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("NEGATOSCOPE_SHARED", REPOSITORY.parent / "shared")).resolve()

# A busy machine takes long for what is done at once: 252 ms for one example, and 200 are the limit otherwise.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def no_threads_and_processes_left() -> Iterator[None]:
    """A test ends what it began. First to be set up, so last to look."""
    threads, processes = left_behind.threads(), left_behind.processes()
    yield
    assert left_behind.left(threads, processes) == []


@pytest.fixture(autouse=True)
def fresh_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, data and cache of this test alone."""
    home = tmp_path / "negatoscope-home"
    monkeypatch.setenv("NEGATOSCOPE_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real DICOM files beside the project; skips where it is absent."""
    folder = SHARED / "dicom-samples"
    if not folder.is_dir():
        pytest.skip("the real sample files (../shared/dicom-samples) are not here")
    return folder


@pytest.fixture(scope="session")
def crashers() -> Path:
    """The folder of files that kill, hang or bloat other programs; skips where it is absent."""
    folder = SHARED / "fuzz" / "crashers"
    if not folder.is_dir():
        pytest.skip("the crashers (../shared/fuzz/crashers) are not here")
    return folder


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    """The command that encodes and decodes videos for comparison; skips where it is absent."""
    return tool("ffmpeg")
