"""Runs inside a child process with a real window: ``python -m tests.benchmarks.in_window WHAT FOLDER… `` prints one JSON object.

The program is whole, only its event loop is turned by hand, so that the time of a step ends when its picture has been painted.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.machine import tool
from viewer.app.application import make_application
from viewer.app.bootstrap import Program
from viewer.app.paths import folders
from viewer.app.running import collect_garbage_again
from viewer.app.window import SWITCH_SECONDS
from viewer.model.nodes import ApplicationEntity
from viewer.model.requests import StudyFilter
from viewer.workspace.services import Catalogue
from viewer.workspace.viewport import ViewportState

PATIENCE = 120.0
WHEEL_S = 1 / 60
NOTCH = 120


class Window:
    """The program with a window of 1600 × 1000."""

    def __init__(self, width: int = 1600, height: int = 1000) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        self.application = make_application()
        places = folders()
        places.make()
        self.program = Program(self.application, places)
        self.program.settings.holder.change(notice_seen=True, remember_recent=False)
        self.program.window.resize(width, height)
        self.program.window.show()
        self.workspace = self.program.workspace
        collect_garbage_again()

    def until(self, condition: Callable[[], object]) -> None:
        due = time.monotonic() + PATIENCE
        while not condition():
            QApplication.processEvents()
            time.sleep(0.001)
            if time.monotonic() > due:
                raise TimeoutError("the window did not come to rest")

    def open(self, *paths: str) -> ViewportState:
        """Open and wait until the scan has ended and a picture is there."""
        self.program.window.open_paths(list(paths))
        self.until(lambda: self.viewport.frame is not None and not self.viewport.frame.is_preview and self.workspace.scan is None)
        self.until(lambda: not self.program.thumbnails.busy)
        for _ in range(20):
            QApplication.processEvents()
            time.sleep(0.005)
        return self.viewport

    @property
    def viewport(self) -> ViewportState:
        return self.workspace.layout.active

    def step(self) -> float:
        """Milliseconds until all that waits has been done and painted."""
        began = time.perf_counter()
        QApplication.processEvents()
        return (time.perf_counter() - began) * 1000

    def close(self) -> float:
        """Seconds that closing takes."""
        began = time.perf_counter()
        self.program.window.close()
        self.program.close()
        return time.perf_counter() - began


def times(found: list[float]) -> dict[str, float]:
    return {"median": float(np.median(found)), "p99": float(np.percentile(found, 99)), "most": max(found), "count": len(found)}


def drag(window: Window, path: str) -> dict[str, object]:
    """Window changes of one picture, each painted with its overlays."""
    viewport = window.open(path)
    base = viewport.data
    found = []
    for number in range(60):
        viewport.set_data(replace(base, center=(base.center or 0) + number % 30, width=(base.width or 400) + number % 7))
        found.append(window.step())
    return times(found[5:])


def grid(window: Window, path: str) -> dict[str, object]:
    """Sixteen viewports that change together: window, then frame."""
    window.open(path)
    workspace = window.workspace
    display_set = window.viewport.display_set
    workspace.layout.set_grid(4, 4)
    viewports = list(workspace.layout.viewports)
    for place, viewport in enumerate(viewports):
        workspace.opening.show(viewport, display_set, place)
    window.until(lambda: all(one.frame is not None for one in viewports))
    window.until(lambda: display_set is not None and all(window.program.frames.loaded(display_set.frames)))
    drags, steps = [], []
    for number in range(40):
        for viewport in viewports:
            viewport.set_data(replace(viewport.data, center=40.0 + number, width=400.0))
        drags.append(window.step())
    for number in range(40):
        began = time.perf_counter()
        for viewport in viewports:
            workspace.opening.turn_to(viewport, 20 + number)
        QApplication.processEvents()
        steps.append((time.perf_counter() - began) * 1000)
    return {"drag": times(drags[3:]), "scroll": times(steps[3:])}


def scroll(window: Window, path: str) -> dict[str, object]:
    """Wheel steps over frames that are in memory."""
    viewport = window.open(path)
    display_set = viewport.display_set
    window.until(lambda: display_set is not None and all(window.program.frames.loaded(display_set.frames)))
    wheel = _wheel(window)
    found = []
    for number in range(200):
        began = time.perf_counter()
        wheel(-NOTCH if number // 100 % 2 == 0 else NOTCH)
        QApplication.processEvents()
        found.append((time.perf_counter() - began) * 1000)
    return times(found[5:])


def _wheel(window: Window) -> Callable[[int], None]:
    cell = window.program.window.grid.active_cell
    assert cell is not None
    surface, clock = cell.canvas.viewport(), itertools.count(1)
    middle = QPointF(surface.rect().center())
    place = QPointF(surface.mapToGlobal(surface.rect().center()))
    QApplication.sendEvent(surface, QEvent(QEvent.Type.Enter))

    def turn(delta: int) -> None:
        next(clock)
        none, buttons, phase = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(middle, place, QPoint(0, 0), QPoint(0, delta), buttons, none, phase, False)
        QApplication.sendEvent(surface, event)

    return turn


def busy(window: Window, path: str, many: str) -> dict[str, object]:
    """A step every sixtieth of a second while many files are scanned, thumbnails are made and frames are read ahead.

    The time of a step is from when it was due to when it was painted.
    """
    window.open(path)
    steps = _Steps(_wheel(window))
    window.program.window.open_paths([many])
    while (window.workspace.scan is not None or len(steps.found) < 100) and len(steps.found) < 3000:
        steps.take()
    closing = window.close()
    return times(steps.found) | {"closing_s": closing}


def receive(window: Window, path: str, many: str) -> dict[str, object]:
    """A step every sixtieth of a second, alone and then while the node beside the window is sent many files over loopback."""
    window.open(path)
    port = _listening(window)
    steps = _Steps(_wheel(window))
    while len(steps.found) < 600:
        steps.take()
    alone, alone_own = steps.found, steps.own
    wanted = sum(1 for one in Path(many).rglob("*.dcm"))
    command = [tool("storescu"), "+sd", "+r", "-aec", "BENCH", "127.0.0.1", str(port), many]
    with subprocess.Popen(command, env=os.environ | {"TCP_NODELAY": "1"}, stderr=subprocess.DEVNULL) as sender:
        began = time.perf_counter()
        steps.begin()
        while sender.poll() is None:
            steps.take()
        seconds = time.perf_counter() - began
    assert sender.returncode == 0, "storescu failed"
    catalogue = window.workspace.services.catalogue
    window.until(lambda: _held(catalogue) >= wanted)
    return {
        "alone": times(alone),
        "receiving": times(steps.found),
        "alone_own": times(alone_own),
        "receiving_own": times(steps.own),
        "a_second": wanted / seconds,
        "objects": _held(catalogue),
    }


def _held(catalogue: Catalogue) -> int:
    """Instances of what was received: not those of the series that is scrolled."""
    patients = catalogue.patients(StudyFilter())
    studies = [study for one in patients if one.patient_id == "P1" for study in catalogue.studies(one.patient_key, StudyFilter())]
    return sum(study.number_of_instances for study in studies)


def _listening(window: Window) -> int:
    assert window.program.network is not None
    listener = window.program.network.desk.listener
    entity = ApplicationEntity("BENCH", 0)
    listener.change(replace(listener.settings, entity=entity, is_on=True), lambda said: None)
    window.until(lambda: listener.state.port)
    return listener.state.port


class _Steps:
    """A notch of the wheel every sixtieth of a second, back and forth.

    `found`: milliseconds from when it was due until it was painted. `own`: of each step, without those in which the machine
    had other programs to run.
    """

    def __init__(self, wheel: Callable[[int], None]) -> None:
        self._wheel = wheel
        self._thread = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self.begin()

    def begin(self) -> None:
        """Forget what was found; the next one is due now."""
        self.found: list[float] = []
        self.own: list[float] = []
        self._due = time.perf_counter()

    def take(self) -> None:
        self._due += WHEEL_S
        while time.perf_counter() < self._due - 0.0005:
            QApplication.processEvents()
            time.sleep(0.0003)
        began, waited = time.perf_counter(), self._waited()
        self._wheel(-NOTCH if len(self.found) // 100 % 2 == 0 else NOTCH)
        QApplication.processEvents()
        done = time.perf_counter()
        self.found.append((done - self._due) * 1000)
        self.own.append((done - began) * 1000 - (self._waited() - waited))
        self._due = max(self._due, done - 5 * WHEEL_S)

    def _waited(self) -> float:
        """Milliseconds in which this thread could have run and others did; 0 where the system does not tell."""
        try:
            return int(self._thread.read_text().split()[1]) / 1e6
        except (OSError, ValueError, IndexError):
            return 0.0


def budget(window: Window, path: str, megabytes: str) -> dict[str, object]:
    """Peak memory after a walk through all frames of `path` with a small budget."""
    window.program.settings.holder.change(cache_megabytes=int(megabytes))
    window.program.frames.cache.set_budget(int(megabytes) << 20)
    empty = _resident()
    viewport = window.open(path)
    for index in range(0, viewport.count, max(viewport.count // 400, 1)):
        window.workspace.opening.turn_to(viewport, index)
        window.step()
    window.until(lambda: not viewport.loading)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "frames": viewport.count,
        "empty": empty,
        "peak": peak,
        "after": _resident(),
        "cached": window.program.frames.cache.nbytes,
    }


def leak(window: Window, path: str, other: str, opens: str, repaints: str) -> dict[str, object]:
    """Memory and handles while series are opened and pictures repainted again and again; slopes after the first quarter."""
    window.open(path)
    first = window.viewport.display_set
    window.open(other)
    sets = [one for one in (first, *_other_sets(window)) if one is not None]
    order = itertools.cycle(sets)
    marks: list[tuple[int, int, int]] = []
    total = int(opens)
    for number in range(total):
        window.workspace.opening.show(window.viewport, next(order))
        window.until(lambda: window.viewport.frame is not None)
        QApplication.processEvents()
        if number % max(total // 20, 1) == 0:
            gc.collect()
            marks.append((number, _resident(), _handles()))
    cell = window.program.window.grid.active_cell
    assert cell is not None
    paints: list[tuple[int, int, int]] = []
    total = int(repaints)
    for number in range(total):
        cell.canvas.viewport().repaint()
        if number % max(total // 20, 1) == 0:
            QApplication.processEvents()
            gc.collect()
            paints.append((number, _resident(), _handles()))
    return {"opens": _slope(marks), "repaints": _slope(paints)}


def _other_sets(window: Window) -> list:  # type: ignore[type-arg]
    mounted = window.viewport.display_set
    return list(window.workspace.services.catalogue.display_sets(mounted.study_instance_uid)) if mounted else []


def _slope(marks: list[tuple[int, int, int]]) -> dict[str, float]:
    """Bytes and handles per turn, and how much memory came in all."""
    kept = marks[len(marks) // 4 :]
    turns = [mark[0] for mark in kept]
    return {
        "bytes_each": float(np.polyfit(turns, [mark[1] for mark in kept], 1)[0]),
        "handles_each": float(np.polyfit(turns, [mark[2] for mark in kept], 1)[0]),
        "grown": float(kept[-1][1] - kept[0][1]),
        "turns": float(turns[-1] - turns[0]),
    }


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _handles() -> int:
    return len(os.listdir("/proc/self/fd"))


WHAT: dict[str, Callable[..., dict[str, object]]] = {
    "drag": drag,
    "grid": grid,
    "scroll": scroll,
    "busy": busy,
    "receive": receive,
    "budget": budget,
    "leak": leak,
}


def main(words: list[str]) -> None:
    window = Window()
    try:
        found = WHAT[words[0]](window, *words[1:])
    finally:
        window.close()
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
