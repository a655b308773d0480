"""What a test left behind in this process: threads that go on, and processes it started."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 20.0  # seconds that something which was told to end may take on a busy machine
_PROCESSES = Path("/proc")
# multiprocessing keeps one for as long as the program runs.
_KEPT = b"multiprocessing.resource_tracker"


def threads() -> set[threading.Thread]:
    """Those that run now."""
    return set(threading.enumerate())


def processes() -> dict[int, str]:
    """Command lines of our living children by process ID; none where the system has no /proc."""
    if not _PROCESSES.is_dir() or not _has_children():
        return {}
    found = {}
    for folder in _PROCESSES.glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_bytes().rpartition(b")")[2].split()[1])
            command = (folder / "cmdline").read_bytes() if parent == os.getpid() else b""  # empty for one that is dead
        except OSError:
            continue  # it has just ended
        if command and _KEPT not in command:
            found[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace")[:200]
    return found


def _has_children() -> bool:
    """Also dead ones that nobody waited for."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def left(before: set[threading.Thread], running: dict[int, str]) -> list[str]:
    """What is there now and was not before, once it had time to end."""
    due = time.monotonic() + PATIENCE
    for thread in threads() - before:
        thread.join(max(0.0, due - time.monotonic()))
    _wait(lambda: not new_processes(running), due)
    found = [f"thread {thread.name}" for thread in threads() - before]
    return found + [f"process {number}: {command}" for number, command in new_processes(running).items()]


def new_processes(running: dict[int, str]) -> dict[int, str]:
    return {number: command for number, command in processes().items() if number not in running}


def _wait(condition: Callable[[], bool], due: float) -> None:
    while not condition() and time.monotonic() < due:
        select.select([], [], [], 0.02)
