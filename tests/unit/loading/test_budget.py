"""The memory that frames may take when nothing is chosen."""

from __future__ import annotations

import sys

import pytest

from viewer.loading import budget
from viewer.workspace.preferences import Preferences


@pytest.mark.parametrize(
    ("gibibytes", "megabytes"), [(0.5, 256), (2, 512), (8, 2048), (16, 4096), (64, 4096)], ids=["tiny", "2", "8", "16", "64"]
)
def test_a_quarter_but_at_most_4_gibibytes(gibibytes: float, megabytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "memory_bytes", lambda: int(gibibytes * 2**30))
    assert budget.usual_megabytes() == megabytes
    assert Preferences().cache_megabytes == megabytes


@pytest.mark.skipif(sys.platform != "linux", reason="compares with /proc")
def test_the_memory_of_this_machine() -> None:
    with open("/proc/meminfo", encoding="ascii") as file:
        total = int(file.readline().split()[1]) * 1024
    assert budget.memory_bytes() == pytest.approx(total, rel=0.01)
