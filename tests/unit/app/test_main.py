"""The command as a process: how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SAMPLE = Path(__file__).parents[3] / "resources" / "sample" / "head-ct" / "001.dcm"


def test_a_reader_that_leaves_is_no_fault() -> None:
    """As ``negatoscope scan FOLDER | head -1``."""
    command = [sys.executable, "-m", "viewer", "scan", str(SAMPLE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
    assert said == b""
    assert process.returncode == 1


def test_all_that_was_read_is_no_fault_either() -> None:
    done = subprocess.run([sys.executable, "-m", "viewer", "tags", str(SAMPLE)], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"PatientName" in done.stdout or b"Patient" in done.stdout
