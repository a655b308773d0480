"""Playing a stack: at the file's rate, by the clock, frames dropped rather than the window slowed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from viewer.model.pixels import FrameFacts
from viewer.workspace.services import Services
from viewer.workspace.viewport import ViewportState

DEFAULT_RATE = 15.0
RATES = (1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 12.5, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0)
TICK_MS = 5


def rate_of(facts: FrameFacts | None) -> float:
    """Frames per second: Recommended Display Frame Rate or Cine Rate, else Frame Time, else 15 (PS3.3 C.7.6.5)."""
    if facts is None:
        return DEFAULT_RATE
    if facts.recommended_rate is not None and _sane(facts.recommended_rate):
        return facts.recommended_rate
    if facts.frame_time_ms is not None and facts.frame_time_ms > 0 and _sane(1000 / facts.frame_time_ms):
        return 1000 / facts.frame_time_ms
    return DEFAULT_RATE


def _sane(rate: float) -> bool:
    return math.isfinite(rate) and 0.1 <= rate <= 200


def track_of(viewport: ViewportState) -> Sequence[int]:
    """The frames that are played in turn: along time where the image has that dimension, else the run that is scrolled through.

    A single multi-frame image is trimmed as it asks to be (PS3.3 C.7.6.5: Start Trim, Stop Trim).
    """
    if viewport.axes is not None:
        along = viewport.axes.along_time(viewport.index)
        return along if len(along) > 1 else viewport.axes.run(viewport.index)
    trim = viewport.frame.facts.trim if viewport.frame is not None else None
    display_set = viewport.display_set
    if trim is not None and display_set is not None and display_set.is_one_multi_frame:
        found = range(trim[0] - 1, min(trim[1], viewport.count))
        if len(found) > 1:
            return found
    return range(viewport.count)


def place_after(start: int, passed: int, count: int, *, sweeps: bool) -> int:
    """Position on a track of `count` frames, `passed` frames after `start`: round and round, or there and back again."""
    if not sweeps:
        return (start + passed) % count
    place = (start + passed) % (2 * count - 2)
    return place if place < count else 2 * count - 2 - place


@dataclass(eq=False)
class _Run:
    """Where playing began: frame `index` at `begun` seconds, `rate` frames a second."""

    rate: float
    index: int
    begun: float


class Cine:
    """Plays viewports. A viewport plays while its `cine_rate` is set; whoever clears that stops it."""

    def __init__(
        self,
        services: Services,
        turn_to: Callable[[ViewportState, int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._services = services
        self._turn_to = turn_to
        self._clock = clock
        self._runs: dict[ViewportState, _Run] = {}
        self._chosen: dict[str, float] = {}  # display set: rate the user chose

    def rate(self, viewport: ViewportState) -> float:
        """What it plays at, or would."""
        if viewport.cine_rate is not None:
            return viewport.cine_rate
        if viewport.display_set is not None and viewport.display_set.key in self._chosen:
            return self._chosen[viewport.display_set.key]
        return rate_of(viewport.frame.facts if viewport.frame else None)

    def toggle(self, viewport: ViewportState) -> None:
        """Play or stop."""
        if viewport.cine_rate is not None:
            self.stop(viewport)
        elif viewport.count > 1:
            self.play(viewport, self.rate(viewport))

    def play(self, viewport: ViewportState, rate: float) -> None:
        viewport.set_cine_rate(rate)
        starts = viewport not in self._runs
        self._runs[viewport] = _Run(rate, viewport.index, self._clock())
        if starts:
            self._schedule(viewport)

    def stop(self, viewport: ViewportState) -> None:
        viewport.set_cine_rate(None)

    def change_rate(self, viewport: ViewportState, step: int) -> float:
        """Faster (1) or slower (-1), also while it stands still. Returns the new rate."""
        rate = self.rate(viewport)
        if step > 0:
            rate = next((one for one in RATES if one > rate + 1e-6), max(rate, RATES[-1]))
        else:
            rate = next((one for one in reversed(RATES) if one < rate - 1e-6), min(rate, RATES[0]))
        self.set_rate(viewport, rate)
        return rate

    def set_rate(self, viewport: ViewportState, rate: float) -> None:
        """Choose the rate for the display set of this viewport."""
        if viewport.display_set is not None:
            self._chosen[viewport.display_set.key] = rate
        if viewport.cine_rate is not None:
            self.play(viewport, rate)

    def _schedule(self, viewport: ViewportState) -> None:
        run = self._runs[viewport]
        passed = (self._clock() - run.begun) * run.rate
        wait = (math.floor(passed + 1e-6) + 1 - passed) / run.rate
        self._services.later(max(round(wait * 1000), TICK_MS), lambda: self._tick(viewport))

    def _tick(self, viewport: ViewportState) -> None:
        run = self._runs[viewport]
        if viewport.cine_rate is None or viewport.count < 2:
            del self._runs[viewport]
            return
        passed = math.floor((self._clock() - run.begun) * run.rate + 1e-6)
        track = track_of(viewport)
        if passed and len(track) > 1:
            start = track.index(run.index) if run.index in track else -1
            sweeps = viewport.frame is not None and viewport.frame.facts.playback == "SWEEP"
            self._turn_to(viewport, track[place_after(start, passed, len(track), sweeps=sweeps)])
        self._schedule(viewport)
