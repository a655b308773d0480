"""What an association did, line by line, to read and to copy: titles, addresses, classes, statuses, counts; never patient text."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from viewer.model.text import plain

Trace = Callable[[str], None]
_LOG = logging.getLogger("viewer.network")


def no_trace(line: str) -> None:
    """Keep nothing."""


def uid_mark(uid: str) -> str:
    """A short mark that is the same for the same UID and does not give it away: UIDs lead to patients."""
    return hashlib.sha256(uid.encode("utf-8", "replace")).hexdigest()[:10]


class AssociationTrace:
    """Keeps the last `limit` lines; each also goes to the log at level INFO. May be called from any thread."""

    def __init__(self, limit: int = 2000) -> None:
        self._lines: deque[str] = deque(maxlen=limit)
        self._lock = threading.Lock()

    def __call__(self, line: str) -> None:
        safe = plain(line, 400)
        stamp = time.strftime("%H:%M:%S")
        with self._lock:
            self._lines.append(f"{stamp} {safe}")
        _LOG.info("%s", safe)

    def text(self) -> str:
        """All lines, oldest first."""
        with self._lock:
            return "\n".join(self._lines)
