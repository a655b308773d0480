"""The association log of the window: the latest lines of what the node did on the network."""

from __future__ import annotations

import threading
import time
from collections import deque

from viewer.app.desk.line import NodeLine, Soon
from viewer.app.node_messages import LogLine, Refused
from viewer.model.signals import Signal

_MOST = 5000
_SAY_MS = 300


class DeskLog:
    """Implements ``workspace.network_services.AssociationLog``."""

    changed = Signal()

    def __init__(self, line: NodeLine) -> None:
        self._lock = threading.Lock()
        self._lines: deque[str] = deque(maxlen=_MOST)
        self._soon = Soon(line, _SAY_MS, self.changed.emit)
        line.attend(LogLine, lambda event: self._add(event.text))
        line.attend(Refused, lambda event: self._add(f"{event.calling_ae_title}@{event.address} not let in: {event.reason}"))

    @property
    def lines(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._lines)

    def _add(self, text: str) -> None:
        with self._lock:
            self._lines.append(f"{time.strftime('%H:%M:%S')}  {text}")
        self._soon()
