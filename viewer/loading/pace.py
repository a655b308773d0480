"""How long frames take to decode and to read, learnt on the way.

So a message to a worker process holds a short time's work, and a drive that makes everybody wait is asked for more at a time.
"""

from __future__ import annotations

import time

from viewer.dicom.decode import DecodeRequest

BATCH_SECONDS = 0.02
MOST_FRAMES = 32
MOST_BYTES = 32 * 1024 * 1024
SLOW_SECONDS = 0.012  # of waiting for a file, beyond what its bytes take: a network, a disc, a disk that seeks
EXPECTED_RATE = 100e6  # bytes a second that a drive may need without being slow to answer
_WEIGHT = 0.3  # of the newest measurement


class Pace:
    """Seconds a byte by transfer syntax. Written by several threads; a lost update does no harm."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    def seconds_for(self, request: DecodeRequest) -> float | None:
        """How long this frame will take; None while nothing is known."""
        known = self._seconds.get(request.transfer_syntax_uid)
        return None if known is None else known * request.nbytes

    def frames_for(self, request: DecodeRequest) -> int:
        """How many frames like this one make a message. One while nothing is known."""
        known = self.seconds_for(request)
        if known is None:
            return 1
        return max(1, min(int(BATCH_SECONDS / max(known, 1e-6)), MOST_BYTES // max(1, request.nbytes), MOST_FRAMES))

    def start(self) -> Stopwatch:
        return Stopwatch(self)

    def learn(self, request: DecodeRequest, seconds: float) -> None:
        uid, new = request.transfer_syntax_uid, seconds / max(1, request.nbytes)
        old = self._seconds.get(uid, new)
        self._seconds[uid] = old + _WEIGHT * (new - old)


class Stopwatch:
    """Measures the frames of one message from answer to answer."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._last = time.monotonic()

    def frame(self, request: DecodeRequest) -> None:
        now = time.monotonic()
        self._pace.learn(request, now - self._last)
        self._last = now

    def skip(self) -> None:
        """What came was no frame of the kind that is measured."""
        self._last = time.monotonic()


class DrivePace:
    """How long threads wait for files. Written by several threads; a lost update does no harm."""

    def __init__(self, slow_seconds: float = SLOW_SECONDS) -> None:
        self._slow_seconds = slow_seconds
        self._waited = 0.0
        self.is_slow = False

    def learn(self, waited: float, nbytes: int) -> bool:
        """Take note of a file of `nbytes` for which a thread waited so many seconds. True when `is_slow` is another now."""
        beyond = min(max(0.0, waited - nbytes / EXPECTED_RATE), 2 * self._slow_seconds)  # one alone says nothing
        self._waited += _WEIGHT * (beyond - self._waited)
        was_slow = self.is_slow
        self.is_slow = self._waited > (self._slow_seconds / 4 if was_slow else self._slow_seconds)
        return self.is_slow != was_slow
