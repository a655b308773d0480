"""Playing by the clock."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.hand_driven import Table, display_set, frame, ref
from viewer.workspace.cine import Cine, rate_of


class Player:
    """A cine whose clock the test turns."""

    def __init__(self, count: int = 10) -> None:
        self.now = 100.0
        self.table = Table(display_set("a", count))
        self.viewport = self.table.viewport
        self.cine = Cine(self.table.workspace.services, self.table.workspace.opening.turn_to, lambda: self.now)
        self.table.workspace.opening.show(self.viewport, self.table.catalogue.sets[0])
        self.table.answer(ref(0, "a"))
        self.table.timers.clear()

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.table.ring()


def test_rate_of_the_file() -> None:
    facts = frame(ref(0)).facts
    assert rate_of(None) == 15
    assert rate_of(facts) == 15
    assert rate_of(replace(facts, frame_time_ms=40.0)) == 25
    assert rate_of(replace(facts, frame_time_ms=40.0, recommended_rate=12.0)) == 12
    assert rate_of(replace(facts, frame_time_ms=0.0)) == 15
    assert rate_of(replace(facts, recommended_rate=float("nan"))) == 15


def test_plays_loops_and_stops() -> None:
    player = Player()
    player.cine.toggle(player.viewport)
    assert player.viewport.cine_rate == 15
    for _ in range(3):
        player.wait(1 / 15)
    assert player.viewport.index == 3
    player.wait(8 / 15)
    assert player.viewport.index == 1
    player.cine.toggle(player.viewport)
    player.wait(1)
    assert player.viewport.index == 1
    assert not player.table.timers


def test_late_ticks_drop_frames_and_do_not_slow_down() -> None:
    player = Player(100)
    player.cine.play(player.viewport, 50)
    for _ in range(4):
        player.wait(0.25)
    assert player.viewport.index == 50


def test_scrolling_by_hand_stops() -> None:
    player = Player()
    player.cine.toggle(player.viewport)
    player.table.workspace.opening.step(1)
    assert player.viewport.cine_rate is None
    player.wait(1)
    assert player.viewport.index == 1


def test_another_series_stops() -> None:
    player = Player()
    player.cine.toggle(player.viewport)
    player.table.workspace.opening.show(player.viewport, display_set("b", 10))
    player.wait(1)
    assert player.viewport.index == 0
    assert not player.table.timers


def test_single_image_does_not_play() -> None:
    player = Player(1)
    player.cine.toggle(player.viewport)
    assert player.viewport.cine_rate is None


def test_rate_is_changed_and_remembered_for_the_series() -> None:
    player = Player()
    assert player.cine.change_rate(player.viewport, 1) == 20
    player.cine.toggle(player.viewport)
    assert player.viewport.cine_rate == 20
    assert player.cine.change_rate(player.viewport, -1) == 15
    player.wait(1 / 15)
    assert player.viewport.index == 1
    for _ in range(20):
        player.cine.change_rate(player.viewport, -1)
    assert player.cine.rate(player.viewport) == pytest.approx(1)
