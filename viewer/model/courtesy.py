"""How work in the background steps back while the user's hand moves, and before the first picture.

Python runs one thread at a time. A worker that computes without a pause makes the window wait for its turn at every step of a
drawing, a millisecond each; so while something is scrolled or dragged, workers rest for most of the time. Frames that nobody waits
for, and what lies behind the first files of a large folder, are not read until the window of a new program shows its picture.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

HOLDS_S = 0.15  # after the last movement
WORK_S = 0.001
REST_S = 0.012  # most of a frame of sixty a second: with 4 ms one step in a hundred took 50 ms, with this 15
PICTURE_S = 1.5  # the longest rest before the first picture


class Courtesy:
    """Shared by the window and the workers. All methods may be called from any thread and cost less than a microsecond at rest."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, rest: Callable[[float], None] = time.sleep) -> None:
        self._clock = clock
        self._rest = rest
        self._until = self._until_picture = 0.0
        self._thread = threading.local()
        self._going = threading.Event()
        self._going.set()
        self.began: Callable[[], None] = lambda: None  # called by `hand_moves` at the first movement after a rest

    def expect_picture(self) -> None:
        """The program starts with something to show: `stand_back` waits until `go_on`, or for `PICTURE_S`."""
        self._until_picture = self._clock() + PICTURE_S
        self._going.clear()

    def go_on(self) -> None:
        """The first picture is on screen, or will be late."""
        self._going.set()

    def hand_moves(self) -> None:
        """The user scrolls, drags or types."""
        now = self._clock()
        begins, self._until = now >= self._until, now + HOLDS_S
        if begins:
            self.began()

    @property
    def is_moving(self) -> bool:
        """The hand moves, or did so a moment ago."""
        return self._clock() < self._until

    def give_way(self) -> None:
        """Called by a worker between two small pieces of work: rests when the hand moves and the last rest was a while ago."""
        now = self._clock()
        if now < self._until and now - getattr(self._thread, "rested", 0.0) > WORK_S:
            self._rest(REST_S)
            self._thread.rested = self._clock()

    def stand_back(self) -> None:
        """Called before work that nobody waits for: rests until the first picture, and as `give_way`."""
        if not self._going.is_set():
            self._going.wait(max(0.0, self._until_picture - self._clock()))
            self._going.set()
        self.give_way()
