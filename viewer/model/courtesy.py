"""How work in the background steps back while the user's hand moves.

Python runs one thread at a time. A worker that computes without a pause makes the window wait for its turn at every step of a
drawing, a millisecond each; so while something is scrolled or dragged, workers rest for most of the time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

HOLDS_S = 0.15  # after the last movement
WORK_S = 0.001
REST_S = 0.004


class Courtesy:
    """Shared by the window and the workers. All methods may be called from any thread and cost less than a microsecond at rest."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, rest: Callable[[float], None] = time.sleep) -> None:
        self._clock = clock
        self._rest = rest
        self._until = 0.0
        self._thread = threading.local()

    def hand_moves(self) -> None:
        """The user scrolls, drags or types."""
        self._until = self._clock() + HOLDS_S

    def give_way(self) -> None:
        """Called by a worker between two small pieces of work: rests when the hand moves and the last rest was a while ago."""
        now = self._clock()
        if now < self._until and now - getattr(self._thread, "rested", 0.0) > WORK_S:
            self._rest(REST_S)
            self._thread.rested = self._clock()
