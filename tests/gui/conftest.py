"""Every window test fails on what it leaves behind: threads, processes, running timers, top-level widgets; and on Qt's warnings."""

from __future__ import annotations

import gc
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer, QtMsgType
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from tests.shell_desk import Shell
    from viewer.app.bootstrap import Program

# What the offscreen platform cannot do and says each time.
HARMLESS = ("This plugin does not support",)
PATIENCE = 20.0  # seconds a thread that was told to end may take on a busy machine
PATIENT_MS = 60_000  # for what comes at once where nothing else goes on


class PatientQtBot(QtBot):
    """Waits longer on a busy machine, whatever a test says: what it waits for has to come, and is not measured."""

    def waitUntil(self, callback: Callable[[], object], *, timeout: int = PATIENT_MS) -> None:
        super().waitUntil(callback, timeout=max(timeout, PATIENT_MS))

    def waitSignal(self, signal: object, *, timeout: int = PATIENT_MS, **options: object) -> object:
        return super().waitSignal(signal, timeout=max(timeout, PATIENT_MS), **options)

    def waitExposed(self, widget: QWidget, *, timeout: int = PATIENT_MS) -> object:
        return super().waitExposed(widget, timeout=max(timeout, PATIENT_MS))


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientQtBot(request)


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication, qtbot: QtBot, qtlog: object) -> Iterator[None]:
    """Compare before and after."""
    threads = set(threading.enumerate())
    widgets = _top_levels()
    timers = _running_timers()
    yield
    _let_go()
    for thread in set(threading.enumerate()) - threads:
        thread.join(PATIENCE)
    left = [thread.name for thread in threading.enumerate() if thread not in threads]
    assert not left, f"threads left behind: {left}"
    children = multiprocessing.active_children()
    for child in children:
        child.join(PATIENCE)
    assert not multiprocessing.active_children(), f"processes left behind: {children}"
    left_widgets = [_describe(widget) for widget in _top_levels() - widgets]
    assert not left_widgets, f"top-level widgets left behind: {left_widgets}"
    left_timers = _running_timers() - timers
    assert not left_timers, f"timers left running: {left_timers}"
    warnings = [one.message for one in qtlog.records if one.type != QtMsgType.QtDebugMsg]  # type: ignore[attr-defined]
    warnings = [text for text in warnings if not text.startswith(HARMLESS)]
    assert not warnings, f"Qt warns: {warnings}"


@pytest.fixture
def wait_for(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    """Wait, events running, until something outside this process is so."""
    return qtbot.waitUntil


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each slice of long work is one step: a quick machine does all of it in the first one otherwise."""
    monkeypatch.setattr("viewer.ui.stepwise.SLICE_S", 0.0)


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot) -> Iterator[Program]:
    """The whole program as it starts, in a window of 1280 × 800."""
    from viewer.app.bootstrap import Program
    from viewer.app.paths import folders

    places = folders()
    places.make()
    made = Program(qapp, places)
    made.window.resize(1280, 800)
    made.window.show()
    qtbot.waitExposed(made.window)
    yield made
    made.window.close()
    made.window.deleteLater()
    qapp.setStyleSheet("")
    QCoreApplication.processEvents()


@pytest.fixture
def shell(qtbot: QtBot, tmp_path: Path) -> Iterator[Shell]:
    """The main window over hand-driven services."""
    from tests.shell_desk import Shell

    made = Shell(tmp_path)
    made.window.show()
    qtbot.waitExposed(made.window)
    made.settle()
    yield made
    made.dispose()
    made.window.deleteLater()
    QCoreApplication.processEvents()


def _let_go() -> None:
    """Run what waits in the event loop, and the deletions that were asked for."""
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()


def _top_levels() -> set[QWidget]:
    return {widget for widget in QApplication.topLevelWidgets() if shiboken6.isValid(widget)}


def _running_timers() -> set[int]:
    """Identities of the timers that run."""
    found = (one for one in gc.get_objects() if isinstance(one, QTimer))
    return {id(one) for one in found if shiboken6.isValid(one) and one.isActive()}


def _describe(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()!r} {widget.windowTitle()!r}"
