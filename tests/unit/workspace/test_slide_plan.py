"""What part of a slide is shown, at which level, and that the pixels are those of the slide."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.slide_files import glass
from viewer.model.frame_place import Patch
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import FrameFacts
from viewer.model.slide import Slide, SlideLevel
from viewer.model.view import ViewPresentation
from viewer.workspace.slide_plan import MOST_PIXELS, SlidePlan, borrow, empty, paint, plan_view, serves
from viewer.workspace.view_geometry import ViewGeometry


def level(columns: int, rows: int, tile: tuple[int, int] = (16, 12)) -> SlideLevel:
    across, down = -(-columns // tile[0]), -(-rows // tile[1])
    places = np.array([(c * tile[0], r * tile[1]) for r in range(down) for c in range(across)], np.int32)
    ref = FrameRef(f"1.{columns}", 1)
    facts = FrameFacts(ref, rows, columns, photometric_interpretation="RGB", samples_per_pixel=3)
    return SlideLevel(ref, facts, tile[0], tile[1], places, np.zeros(len(places), np.int32))


def view(slide: Slide, zoom: float | None = None, pan: tuple[float, float] = (0.0, 0.0), width: float = 100) -> ViewGeometry:
    return ViewGeometry(slide.base.columns, slide.base.rows, 1.0, ViewPresentation(zoom, pan), width, 80)


PYRAMID = Slide((level(4000, 3000), level(1000, 750), level(250, 188)))


def painted(slide: Slide, plan: SlidePlan, whole: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """All tiles of a plan painted, in an odd order."""
    one = slide.levels[plan.level]
    target = empty(plan, slide.base.facts, np.dtype(np.uint8))
    for index in one.tiles(0, plan.left, plan.top, plan.right, plan.bottom)[::-1]:
        column, row = (int(place) for place in one.places[index])
        tile = np.full((one.tile_rows, one.tile_columns, 3), 99, np.uint8)
        found = whole[row : row + one.tile_rows, column : column + one.tile_columns]
        tile[: found.shape[0], : found.shape[1]] = found
        paint(target, plan, tile, column, row, (one.columns, one.rows))
    return target


def test_level_by_zoom() -> None:
    assert (plan_view(PYRAMID, view(PYRAMID, 2.0)).level, plan_view(PYRAMID, view(PYRAMID, 0.5)).level) == (0, 0)
    quarter = plan_view(PYRAMID, view(PYRAMID, 0.25))
    assert (quarter.level, quarter.reduce) == (1, 1)
    eighth = plan_view(PYRAMID, view(PYRAMID, 0.125))
    assert (eighth.level, eighth.reduce) == (1, 2)
    fit = plan_view(PYRAMID, view(PYRAMID))
    assert (fit.level, fit.reduce) == (2, 2)
    assert fit.is_whole(PYRAMID)


def test_memory_is_bounded_whatever_the_slide() -> None:
    base = level(4000, 3000)
    huge = replace(base, facts=replace(base.facts, columns=2_000_000, rows=1_500_000))
    for zoom in (None, 0.001, 0.3, 1.0):
        for one in (view(Slide((huge,)), zoom), replace(view(Slide((huge,)), zoom), width=8000, height=6000)):
            rows, columns = plan_view(Slide((huge,)), one).shape
            assert rows * columns <= MOST_PIXELS


def test_a_small_move_needs_no_new_part() -> None:
    plan = plan_view(PYRAMID, view(PYRAMID, 1.0))
    assert serves(plan, PYRAMID, view(PYRAMID, 1.0, (10.0, 8.0)))
    assert not serves(plan, PYRAMID, view(PYRAMID, 1.0, (40.0, 0.0)))
    assert not serves(plan, PYRAMID, view(PYRAMID, 0.4))


def test_edges_of_the_slide_are_edges_of_the_part() -> None:
    plan = plan_view(PYRAMID, view(PYRAMID, 1.0, (2000.0, 1500.0)))
    assert (plan.right, plan.bottom) == (4000, 3000)
    assert serves(plan, PYRAMID, view(PYRAMID, 1.0, (2000.0, 1500.0)))


def test_unreduced_pixels_are_those_of_the_slide() -> None:
    slide = Slide((level(203, 151),))
    whole = glass(203, 151)
    plan = SlidePlan(0, 1, 13, 7, 131, 151)
    assert np.array_equal(painted(slide, plan, whole), whole[7:151, 13:131])


@pytest.mark.parametrize("reduce", [2, 4, 8, 32])
def test_reduced_pixels_are_means(reduce: int) -> None:
    """Where a tile holds all of a block it is the mean of it; blocks on the border of two tiles are means of a part."""
    slide = Slide((level(203, 151, (32, 32)),))
    whole = glass(203, 151)
    plan = SlidePlan(0, reduce, 32, 64, 203, 151)
    found = painted(slide, plan, whole)
    assert found.shape[:2] == plan.shape == (-(-87 // reduce), -(-171 // reduce))
    for row, column in np.ndindex(plan.shape):
        top, left = 64 + row * reduce, 32 + column * reduce
        block = whole[top : min(top + reduce, 151), left : min(left + reduce, 203)].astype(np.float64)
        assert np.abs(found[row, column] - block.mean(axis=(0, 1))).max() <= 1, (row, column)


def test_tiles_that_do_not_meet_the_blocks() -> None:
    slide = Slide((level(100, 90, (10, 10)),))
    whole = np.full((90, 100, 3), 200, np.uint8)
    whole[:, 50:] = 20
    found = painted(slide, SlidePlan(0, 8, 0, 0, 100, 90), whole)
    assert set(found[:, :6].ravel()) == {200}
    assert set(found[:, 7:].ravel()) == {20}


def test_what_is_known_coarsely_is_borrowed_at_the_right_place() -> None:
    coarse = np.arange(12, dtype=np.uint8).reshape(3, 4)
    target = np.zeros((6, 6), np.uint8)
    borrow(target, Patch(6, 2, 1, 1), coarse, Patch(4, 0, 4, 4))
    assert target[0].tolist() == [0, 0, 1, 1, 1, 1]
    assert target[:, 0].tolist() == [0, 0, 4, 4, 4, 4]
    untouched = np.full((2, 2), 9, np.uint8)
    borrow(untouched, Patch(100, 100), coarse, Patch(0, 0))
    assert set(untouched.ravel()) == {9}


def test_the_array_lies_on_the_screen_where_the_image_does() -> None:
    slide = PYRAMID
    one = view(slide, 0.25, (100.0, -50.0))
    plan = plan_view(slide, one)
    patch = plan.patch(slide)
    a, _, c, _, e, f = one.patch_matrix(patch)
    # the centre of array pixel (5, 3) is the centre of the block of the image that it stands for
    column = patch.column + 5.5 * patch.across - 0.5
    row = patch.row + 3.5 * patch.down - 0.5
    assert (a * 5 + c, e * 3 + f) == pytest.approx(one.to_screen(column, row))
