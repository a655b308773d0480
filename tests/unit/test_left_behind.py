"""The look at what a test left behind sees threads and processes, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from tests import left_behind


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(left_behind, "PATIENCE", 0.1)


def test_a_thread_that_goes_on_is_named() -> None:
    before = left_behind.threads(), left_behind.processes()
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="forgotten")
    thread.start()
    assert left_behind.left(*before) == ["thread forgotten"]
    end.set()
    thread.join()
    assert left_behind.left(*before) == []


@pytest.mark.skipif(sys.platform != "linux", reason="seen in /proc")
def test_a_process_that_goes_on_is_named_whoever_started_it() -> None:
    before = left_behind.threads(), left_behind.processes()
    started: list[subprocess.Popen[bytes]] = []
    command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    starter = threading.Thread(target=lambda: started.append(subprocess.Popen(command, stdin=subprocess.PIPE)))
    starter.start()
    starter.join()
    (process,) = started
    (found,) = left_behind.left(*before)
    assert found.startswith(f"process {process.pid}: {sys.executable}")
    assert process.stdin is not None
    process.stdin.close()
    process.wait()
    assert left_behind.left(*before) == []
