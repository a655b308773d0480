"""What shutters cover, and with which colour."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.imaging.frames import frame_of
from viewer.imaging.shutters import colour, covered, inside_circle, inside_polygon, inside_rectangle
from viewer.model.geometry import FrameGeometry
from viewer.model.pixels import OverlayPlane
from viewer.model.shutters import CircularShutter, PolygonalShutter, RectangularShutter, Shutters

IMAGE = np.zeros((9, 13), np.uint8)


def test_a_rectangle_shows_its_edges() -> None:
    inside = inside_rectangle(RectangularShutter(2, 5, 1, 3), 9, 13)
    assert int(inside.sum()) == 12
    assert inside[1, 2]
    assert inside[3, 5]
    assert not inside[1, 6]
    assert not inside[4, 2]


def test_a_circle_is_round_on_the_screen() -> None:
    square = inside_circle(CircularShutter((4, 6), 3), 9, 13, 1.0)
    assert square[4, 3:10].all()
    assert square[1:8, 6].all()
    assert not square[4, 2]
    assert not square[0, 6]
    assert not square[2, 3]
    tall = inside_circle(CircularShutter((4, 6), 3), 9, 13, 2.0)  # pixels twice as high as wide: half as many of them
    assert tall[3:6, 6].all()
    assert not tall[2, 6]
    assert tall[4, 3:10].all()


corners = st.lists(st.tuples(st.integers(-3, 12), st.integers(-3, 16)), min_size=3, max_size=6)


def naive_inside(row: int, column: int, vertices: list[tuple[int, int]]) -> bool:
    inside = False
    for (row0, column0), (row1, column1) in zip(vertices, vertices[1:] + vertices[:1], strict=True):
        cross = (column - column0) * (row1 - row0) - (row - row0) * (column1 - column0)
        between = min(row0, row1) <= row <= max(row0, row1) and min(column0, column1) <= column <= max(column0, column1)
        if cross == 0 and between:
            return True
        if (row0 > row) != (row1 > row) and column > column0 + (row - row0) * (column1 - column0) / (row1 - row0):
            inside = not inside
    return inside


@given(corners)
def test_a_polygon_shows_its_inside_and_its_outline(vertices: list[tuple[int, int]]) -> None:
    inside = inside_polygon(PolygonalShutter(tuple(vertices)), 9, 13)
    expected = [[naive_inside(row, column, vertices) for column in range(13)] for row in range(9)]
    assert inside.tolist() == expected


def test_all_shapes_must_agree_and_a_bitmap_covers_its_bits() -> None:
    shutters = Shutters(RectangularShutter(0, 6, 0, 8), CircularShutter((4, 6), 3), overlay_group=0x6002)
    frame = frame_of(IMAGE, shutters=shutters, geometry=FrameGeometry())
    bits = np.zeros((9, 13), np.bool_)
    bits[4, 5] = True
    mask = covered(frame.facts, [OverlayPlane(0x6000, ~bits), OverlayPlane(0x6002, bits)])
    assert mask is not None
    assert not mask[4, 4]
    assert mask[4, 5]  # the bitmap
    assert mask[4, 7]  # beside the rectangle
    assert mask[0, 0]  # beside the circle


def test_no_shutter_covers_nothing() -> None:
    assert covered(frame_of(IMAGE).facts, []) is None
    assert covered(frame_of(IMAGE, shutters=Shutters(RectangularShutter(0, 12, 0, 8))).facts, []) is None


@pytest.mark.parametrize(("value", "level"), [(0, 0), (0xFFFF, 255), (0x8000, 128), (99999, 255), (-1, 0)])
def test_the_cover_has_the_grey_of_its_p_value(value: int, level: int) -> None:
    assert colour(Shutters(presentation_value=value)) == (level, level, level)


def test_a_cielab_cover_comes_before_the_grey_one() -> None:
    assert colour(Shutters(presentation_value=0, presentation_lab=(65535, 0x8080, 0x8080))) == (255, 255, 255)
