"""How far behind the hand of the user the program is."""

from __future__ import annotations

import time
from collections.abc import Callable

IMPLAUSIBLE_MS = 10_000.0  # the clock of the events was set, or the machine slept


class EventLag:
    """Learns the offset between the clock of input events and ours from the event that came quickest."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._offset: float | None = None

    def milliseconds(self, timestamp: int) -> float:
        """Since the event with this time stamp (in ms of any clock) happened; 0 for one that has none."""
        if not timestamp:
            return 0.0
        offset = self._clock() * 1000 - timestamp
        if self._offset is None or offset < self._offset or offset > self._offset + IMPLAUSIBLE_MS:
            self._offset = offset
        return offset - self._offset
