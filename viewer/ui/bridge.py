"""The one place where results of workers cross to the GUI thread."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer

_WAKE = QEvent.Type(QEvent.registerEventType())

T = TypeVar("T")


class Bridge(QObject):
    """Runs functions posted from any thread on the thread that made it, in order, in one event for all that wait."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], None]] = deque()
        self._woken = False
        self._closed = False
        self._questions: set[threading.Event] = set()
        self._lock = threading.Lock()

    def post(self, function: Callable[[], None]) -> None:
        """Run `function` soon on the GUI thread. Callable from any thread; after `close` it is forgotten."""
        if self._closed:
            return
        self._waiting.append(function)
        if not self._woken:
            self._woken = True
            QCoreApplication.postEvent(self, QEvent(_WAKE))

    def event(self, event: QEvent) -> bool:
        if event.type() != _WAKE:
            return super().event(event)
        self._woken = False
        self.take_waiting()
        return True

    def take_waiting(self) -> None:
        """Run what was posted so far, now (call from the GUI thread)."""
        for _ in range(len(self._waiting)):
            if self._closed or not self._waiting:
                break
            try:
                self._waiting.popleft()()
            except Exception:  # one result that fails must not take the others along
                sys.excepthook(*sys.exc_info())

    def later(self, milliseconds: int, function: Callable[[], None]) -> Callable[[], None]:
        """Run `function` after a while on the GUI thread (call from it). Returns what calls it off."""
        timer = QTimer(self)
        timer.setSingleShot(True)
        live = [timer]

        def fire() -> None:
            live.clear()
            timer.deleteLater()
            function()

        def call_off() -> None:
            if live:
                live.pop().stop()
                timer.deleteLater()

        timer.timeout.connect(fire)
        timer.start(milliseconds)
        return call_off

    def ask(self, question: Callable[[Callable[[T], None]], None], otherwise: T) -> T:
        """Call `question(answer)` on the GUI thread and wait, on this worker thread, until `answer` is called with a value.

        Returns `otherwise` when the program ends first.
        """
        answered = threading.Event()
        values: list[T] = []

        def answer(value: T) -> None:
            values.append(value)
            answered.set()

        with self._lock:
            if self._closed:
                return otherwise
            self._questions.add(answered)
        self.post(lambda: question(answer))
        answered.wait()
        with self._lock:
            self._questions.discard(answered)
        return values[0] if values else otherwise

    def close(self) -> None:
        """The window is gone: drop what waits and release the workers that wait for an answer."""
        with self._lock:
            self._closed = True
            questions = list(self._questions)
        self._waiting.clear()
        for one in questions:
            one.set()
        for timer in self.findChildren(QTimer):
            timer.stop()
