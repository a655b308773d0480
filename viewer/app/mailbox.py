"""Results of workers that come before there is a window to take them."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Mailbox:
    """Keeps what is posted until somebody attends. `post` may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Callable[[], None]] = []
        self._forward: Callable[[Callable[[], None]], None] | None = None

    def post(self, function: Callable[[], None]) -> None:
        """Run `function` soon on the GUI thread."""
        with self._lock:
            forward = self._forward
            if forward is None:
                self._waiting.append(function)
        if forward is not None:
            forward(function)

    def attend(self, forward: Callable[[Callable[[], None]], None]) -> None:
        """From now on `forward` gets everything, what waits first and in order."""
        with self._lock:
            for function in self._waiting:
                forward(function)
            self._waiting.clear()
            self._forward = forward
