"""The wheel goes on smoothly while the node beside the window is sent objects: the real program, its child, C-STORE on loopback.

The machine that runs this is busy: what counts is the time of a step without that in which other programs had their turn.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.series import write_slices
from tests.machine import tool
from tests.network.objects import make_series

pytestmark = pytest.mark.network_peers
OBJECTS = int(os.environ.get("NEGATOSCOPE_RECEIVED", "600"))
SERIES = 3
REPOSITORY = Path(__file__).parents[2]


def test_objects_come_in_while_the_user_scrolls(tmp_path: Path) -> None:
    tool("storescu")
    write_slices(tmp_path / "series", 40)
    for number in range(SERIES):
        fields = {"SeriesNumber": number, "StudyTime": "", "StudyID": "", "AccessionNumber": ""}
        make_series(tmp_path / "many" / str(number), OBJECTS // SERIES, size=16, **fields)
    command = [sys.executable, "-m", "tests.benchmarks.in_window", "receive", str(tmp_path / "series"), str(tmp_path / "many")]
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=280, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["objects"] == OBJECTS
    alone, meanwhile = found["alone_own"], found["receiving_own"]
    assert meanwhile["count"] > 30
    assert meanwhile["median"] < 3 * alone["median"] + 10, found
    assert meanwhile["p99"] < 4 * alone["p99"] + 100, found
