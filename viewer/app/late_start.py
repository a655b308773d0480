"""What can wait until the first picture is on screen: panels, and libraries that are needed soon after."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from viewer.ui.main_window import MainWindow

LONGEST_MS = 1500  # from the window to the panels when no picture comes: a slow drive, a folder without pictures
BETWEEN_MS = 10  # the window lives between two steps


class LateStart(QObject):
    """Runs `steps`, one a turn of the event loop, once the first picture has been painted.

    Nothing to open, a scan that ended without a picture and `LONGEST_MS` count as well. `finished` comes after the last step.
    """

    finished = Signal()

    def __init__(self, window: MainWindow, steps: Sequence[Callable[[], None]]) -> None:
        super().__init__(window)
        self._window = window
        self._steps = list(steps)
        self._started = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._next)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self.begin)
        window.shown_first.connect(self._on_shown)
        window.grid.first_painted.connect(self.begin)
        window.workspace.scan_changed.connect(self._on_scan)
        window.closed.connect(self.call_off)

    def _on_shown(self) -> None:
        if self._window.workspace.scan is None:
            self.begin()
        else:
            self._patience.start(LONGEST_MS)

    def _on_scan(self) -> None:
        workspace = self._window.workspace
        if workspace.scan is None and not any(viewport.loading for viewport in workspace.layout.viewports):
            self.begin()

    def begin(self) -> None:
        """Start with the steps, soon."""
        if not self._started:
            self._started = True
            self._let_go()
            self._pause.start(BETWEEN_MS)

    def _next(self) -> None:
        if self._steps:
            self._steps.pop(0)()
        if self._steps:
            self._pause.start(BETWEEN_MS)
        else:
            self.finished.emit()

    def finish(self) -> None:
        """Take all steps that are left, now."""
        self.call_off()
        while self._steps:
            self._steps.pop(0)()

    def call_off(self) -> None:
        """The window closes."""
        self._started = True
        self._pause.stop()
        self._let_go()

    def _let_go(self) -> None:
        self._patience.stop()
        self._window.workspace.scan_changed.disconnect(self._on_scan, missing_ok=True)
