"""The interpreter serves the window first while the user's hand moves.

Each call into Qt or NumPy gives the interpreter away, and a worker that computes keeps it for a switch interval. A step of a wheel
makes some hundred such calls, so the interval is short then; and no collection looks at all objects, which takes 20 ms after a
scan of 10,000 files.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QTimer

from viewer.app.garbage_rest import GarbageRest
from viewer.model.courtesy import Courtesy

SHORT_SWITCH_SECONDS = 0.0001
LOOK_MS = 200
_HOLDER = "hand"


class HandWatch(QObject):
    """Begins with the first movement that `courtesy` is told of and ends soon after the last one. Lives on the GUI thread."""

    def __init__(self, courtesy: Courtesy, parent: QObject, rest: GarbageRest) -> None:
        super().__init__(parent)
        self._courtesy = courtesy
        self._rest = rest
        self._before: float | None = None  # the switch interval
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._end_when_still)
        courtesy.began = self._begin

    def _begin(self) -> None:
        if self._before is None:
            self._before = sys.getswitchinterval()
            sys.setswitchinterval(SHORT_SWITCH_SECONDS)
            self._rest.hold(_HOLDER)
        self._look.start()

    def _end_when_still(self) -> None:
        if self._courtesy.is_moving:
            self._look.start()
        else:
            self.stop()

    def stop(self) -> None:
        """Put everything back; the next movement begins anew."""
        self._look.stop()
        if self._before is not None:
            sys.setswitchinterval(self._before)
            self._rest.release(_HOLDER)
            self._before = None
