"""Nothing is lost a little at every turn: references, memory, handles. The long form is ``python -m tests.benchmarks leak``."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal

from tests.benchmarks.program import inside
from tests.benchmarks.series import write_slices

REPOSITORY = Path(__file__).resolve().parents[2]
IMMORTAL = (3, 12)  # from here on True is never freed, whatever is lost


class Sender(QObject):
    sent = Signal(bool)
    plain = Signal()


@pytest.mark.skipif(sys.version_info >= IMMORTAL, reason="True is immortal here")
def test_signals_lose_no_reference_to_true() -> None:
    """PySide6 6.12.0 loses one at every signal; after some 2,000 repaints the interpreter aborts."""
    sender, heard = Sender(), []
    sender.sent.connect(heard.append)
    sender.plain.connect(lambda: None)
    before = sys.getrefcount(True)
    for _ in range(500):
        sender.sent.emit(False)
        sender.plain.emit()
    assert abs(sys.getrefcount(True) - before) < 50
    assert len(heard) == 500


def test_the_version_that_loses_references_is_excluded() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (qt,) = [one for one in project["dependencies"] if one.startswith("PySide6")]
    assert "!=6.12.0" in qt


@pytest.mark.skipif(sys.platform != "linux", reason="memory and handles are read from /proc")
def test_opening_and_painting_leave_nothing_behind(tmp_path: Path) -> None:
    write_slices(tmp_path / "a", 3, study="1.2.3.1")
    write_slices(tmp_path / "b", 3, study="1.2.3.2")
    found = inside(None, tmp_path, "leak", tmp_path / "a", tmp_path / "b", 120, 2000)
    assert found["opens"]["grown"] < 12e6
    assert found["repaints"]["grown"] < 8e6
    for name in ("opens", "repaints"):
        assert abs(found[name]["handles_each"]) * found[name]["turns"] < 3
