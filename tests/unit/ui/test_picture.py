"""The picture of a viewport: kept, quick while things move, careful afterwards."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from viewer.imaging.render import draw_view
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.view import DataPresentation, ViewPresentation
from viewer.ui.canvas import picture as picture_module
from viewer.ui.canvas.movement import Movement
from viewer.ui.canvas.picture import Picture
from viewer.workspace.view_geometry import ViewGeometry

DATA = DataPresentation(500, 1000)


def frame(seed: int) -> PixelFrame:
    pixels = np.random.default_rng(seed).integers(0, 1000, (90, 70)).astype(np.uint16)
    return PixelFrame(FrameFacts(FrameRef("1.2", seed), 90, 70, bits_allocated=16, bits_stored=16), pixels)


def geometry(zoom: float | None = None) -> ViewGeometry:
    return ViewGeometry(70, 90, 1.0, ViewPresentation(zoom=zoom), 40, 30, 1.5)


def expected(one: PixelFrame, data: DataPresentation, place: ViewGeometry, *, smooth: bool) -> np.ndarray:
    return draw_view(one, data, place.device_matrix(), (45, 60), smooth=smooth)


def test_the_same_things_give_the_same_array() -> None:
    picture, one = Picture(Movement()), frame(1)
    first = picture.draw(one, DATA, geometry())
    assert picture.draw(one, DATA, geometry()) is first
    assert first.shape == (45, 60)
    assert np.array_equal(first, expected(one, DATA, geometry(), smooth=True))


def test_each_of_frame_window_and_framing_makes_another_picture() -> None:
    picture = Picture(Movement())
    seen = [
        picture.draw(one, data, place).copy()
        for one, data, place in [
            (frame(1), DATA, geometry()),
            (frame(2), DATA, geometry()),
            (frame(2), DataPresentation(300, 50), geometry()),
            (frame(2), DataPresentation(300, 50), geometry(0.9)),
        ]
    ]
    for before, after in itertools.pairwise(seen):
        assert not np.array_equal(before, after)


@pytest.fixture
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every careful picture counts as slow, and whatever follows as soon enough to be one movement."""
    monkeypatch.setattr(picture_module, "CAREFUL_BUDGET_S", -1.0)
    monkeypatch.setattr(picture_module, "MOVING_S", 1e9)


@pytest.mark.usefixtures("slow_machine")
def test_a_movement_is_drawn_quickly_and_refined_once() -> None:
    picture, one, place = Picture(Movement()), frame(3), geometry()
    picture.draw(frame(1), DATA, place)
    quick = picture.draw(one, DATA, place).copy()
    assert picture.is_quick
    assert np.array_equal(quick, expected(one, DATA, place, smooth=False))
    narrow = DataPresentation(300, 50)
    assert np.array_equal(picture.draw(one, narrow, place), expected(one, narrow, place, smooth=False))
    careful = picture.draw(one, narrow, place, refine=True)
    assert not picture.is_quick
    assert np.array_equal(careful, expected(one, narrow, place, smooth=True))
    assert picture.draw(one, narrow, place, refine=True) is careful


def test_a_movement_that_is_drawn_in_time_stays_careful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_module, "CAREFUL_BUDGET_S", 1e9)
    monkeypatch.setattr(picture_module, "MOVING_S", 1e9)
    picture = Picture(Movement())
    for number in range(4):
        one = frame(number)
        assert np.array_equal(picture.draw(one, DATA, geometry()), expected(one, DATA, geometry(), smooth=True))
    assert not picture.is_quick


@pytest.mark.usefixtures("slow_machine")
def test_a_window_drag_on_a_careful_picture_stays_careful() -> None:
    picture, one, place = Picture(Movement()), frame(3), geometry()
    picture.draw(one, DATA, place)
    was_quick = picture.is_quick
    picture.draw(one, DATA, place, refine=True)
    for center in (400, 410):
        data = DataPresentation(center, 900)
        assert np.array_equal(picture.draw(one, data, place), expected(one, data, place, smooth=True))
    assert not picture.is_quick
    assert isinstance(was_quick, bool)


def test_pictures_in_a_rush_get_less_time() -> None:
    picture = Picture(Movement())
    picture._careful_cost, picture._moved_at = 0.003, 10.0
    large, small = picture_module.RUSH_PIXELS + 1, picture_module.RUSH_PIXELS
    assert picture._is_too_slow(10.005, large)
    assert not picture._is_too_slow(10.005, small)
    assert not picture._is_too_slow(10.016, large)
    picture._careful_cost = 0.009
    assert picture._is_too_slow(10.016, large)
    assert not picture._is_too_slow(10.2, large)


def test_pictures_that_move_together_share_the_time() -> None:
    movement = Movement()
    pictures = [Picture(movement) for _ in range(4)]
    for one in pictures:
        one._careful_cost, one._moved_at = 0.003, 10.0
        movement.note(one, 10.0, 0.003)
    assert [one._is_too_slow(10.016, 100) for one in pictures] == [True] * 4
    assert [one._is_too_slow(10.05, 100) for one in pictures] == [False] * 4  # slow enough for all of them
    pictures[0]._moved_at = 10.15
    movement.note(pictures[0], 10.15, 0.003)
    assert not pictures[0]._is_too_slow(10.16, 100)  # the others stand still
    movement = Movement()
    alone = Picture(movement)
    alone._careful_cost, alone._moved_at = 0.003, 10.0
    movement.note(alone, 10.0, 0.1)
    assert not alone._is_too_slow(10.016, 100)  # its own share counts once
