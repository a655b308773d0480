"""The one place where results of workers cross to the GUI thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer

_WAKE = QEvent.Type(QEvent.registerEventType())


class Bridge(QObject):
    """Runs functions posted from any thread on the thread that made it, in order, in one event for all that wait."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], None]] = deque()
        self._woken = False

    def post(self, function: Callable[[], None]) -> None:
        """Run `function` soon on the GUI thread. Callable from any thread."""
        self._waiting.append(function)
        if not self._woken:
            self._woken = True
            QCoreApplication.postEvent(self, QEvent(_WAKE))

    def event(self, event: QEvent) -> bool:
        if event.type() != _WAKE:
            return super().event(event)
        self._woken = False
        for _ in range(len(self._waiting)):
            self._waiting.popleft()()
        return True

    def later(self, milliseconds: int, function: Callable[[], None]) -> Callable[[], None]:
        """Run `function` after a while on the GUI thread (call from it). Returns what calls it off."""
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(function)
        timer.timeout.connect(timer.deleteLater)
        timer.start(milliseconds)
        live = [timer]

        def call_off() -> None:
            if live and function is not None:
                try:
                    live.pop().stop()
                except RuntimeError:  # already fired and deleted by Qt
                    pass

        return call_off
