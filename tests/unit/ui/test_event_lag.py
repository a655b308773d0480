"""How late events are taken, by a clock in the test's hand."""

from __future__ import annotations

from viewer.ui.canvas.event_lag import EventLag


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_lag_is_counted_from_the_quickest_event() -> None:
    clock = Clock()
    lag = EventLag(clock)
    assert lag.milliseconds(5000) == 0  # nothing to compare it with
    clock.seconds += 0.050
    assert lag.milliseconds(5010) == 40
    clock.seconds += 0.050
    assert lag.milliseconds(5110) == 0  # ten milliseconds quicker than the first
    clock.seconds += 0.030
    assert lag.milliseconds(5130) == 10


def test_an_event_without_time_is_never_late() -> None:
    clock = Clock()
    lag = EventLag(clock)
    lag.milliseconds(7)
    clock.seconds += 5
    assert lag.milliseconds(0) == 0


def test_a_clock_that_was_set_is_learnt_anew() -> None:
    clock = Clock()
    lag = EventLag(clock)
    lag.milliseconds(90_000)
    clock.seconds += 1
    assert lag.milliseconds(1_000) == 0
