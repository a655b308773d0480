"""What moves at the same time shares one budget: sixteen pictures that are each quick enough can be too slow together."""

from __future__ import annotations

from weakref import WeakKeyDictionary

MOVING_S = 0.1  # frames or framings that follow each other sooner than this are a movement


class Movement:
    """One for all viewports of a window."""

    def __init__(self) -> None:
        self._moved: WeakKeyDictionary[object, tuple[float, float]] = WeakKeyDictionary()

    def note(self, picture: object, moved_at: float, careful_cost: float) -> None:
        """`picture` changed its frame or framing at `moved_at`; to resample it carefully takes `careful_cost`. In seconds."""
        self._moved[picture] = (moved_at, careful_cost)

    def beside(self, picture: object, now: float) -> float:
        """Seconds that careful resampling of the others takes which are moving at present."""
        return sum(cost for other, (moved_at, cost) in self._moved.items() if other is not picture and now - moved_at < MOVING_S)
