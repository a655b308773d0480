"""Image to screen and back, for every combination of zoom, pan, rotation, flip and pixel aspect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.model.view import ViewPresentation
from viewer.workspace.view_geometry import ViewGeometry, flipped, rotated

views = st.builds(
    ViewPresentation,
    zoom=st.none() | st.floats(0.02, 60),
    pan=st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
    rotation=st.sampled_from([0, 90, 180, 270]),
    flip_horizontal=st.booleans(),
    flip_vertical=st.booleans(),
)
geometries = st.builds(
    ViewGeometry,
    columns=st.integers(1, 5000),
    rows=st.integers(1, 5000),
    aspect=st.floats(0.1, 10),
    view=views,
    width=st.floats(50, 4000),
    height=st.floats(50, 4000),
    device_ratio=st.sampled_from([1.0, 1.25, 1.5, 2.0]),
)
coordinates = st.floats(-2000, 6000)


def geometry(view: ViewPresentation, *, columns: int = 100, rows: int = 50, aspect: float = 1.0) -> ViewGeometry:
    return ViewGeometry(columns, rows, aspect, view, 400.0, 300.0)


@given(geometries, coordinates, coordinates)
def test_screen_point_of_an_image_point_leads_back(where: ViewGeometry, column: float, row: float) -> None:
    back = where.to_image(*where.to_screen(column, row))
    assert back == pytest.approx((column, row), rel=1e-6, abs=1e-5)


@given(geometries, st.floats(0.02, 60), st.floats(0.25, 0.75), st.floats(0.25, 0.75))
def test_zoom_keeps_the_point_under_the_pointer(where: ViewGeometry, zoom: float, right: float, down: float) -> None:
    x, y = right * where.width, down * where.height
    column, row = where.to_image(x, y)
    view = where.zoomed(zoom, x, y)
    after = ViewGeometry(where.columns, where.rows, where.aspect, view, where.width, where.height, where.device_ratio)
    if abs(view.pan[0]) < where.columns / 2 and abs(view.pan[1]) < where.rows / 2:  # else the image was kept in sight
        assert after.to_screen(column, row) == pytest.approx((x, y), rel=1e-6, abs=1e-2)


@given(geometries)
def test_fit_shows_the_whole_image_and_touches_two_sides(where: ViewGeometry) -> None:
    view = ViewPresentation(
        rotation=where.view.rotation, flip_horizontal=where.view.flip_horizontal, flip_vertical=where.view.flip_vertical
    )
    fitted = ViewGeometry(where.columns, where.rows, where.aspect, view, where.width, where.height, where.device_ratio)
    left, top, right, bottom = fitted.image_rectangle()
    slack = 1e-6 * max(where.width, where.height)
    assert left >= -slack
    assert top >= -slack
    assert right <= where.width + slack
    assert bottom <= where.height + slack
    assert max((right - left) / where.width, (bottom - top) / where.height) == pytest.approx(1)
    assert (left + right) / 2 == pytest.approx(where.width / 2)


@given(geometries)
def test_four_quarter_turns_and_two_flips_change_nothing(where: ViewGeometry) -> None:
    view = where.view
    turned = rotated(rotated(rotated(rotated(view, 90), 90), 90), 90)
    assert turned == view
    assert flipped(flipped(view, horizontal=True), horizontal=True) == view


@given(geometries, coordinates, coordinates)
def test_flip_mirrors_on_the_screen_whatever_the_rotation(where: ViewGeometry, column: float, row: float) -> None:
    centred = ViewPresentation(
        zoom=where.zoom,
        rotation=where.view.rotation,
        flip_horizontal=where.view.flip_horizontal,
        flip_vertical=where.view.flip_vertical,
    )
    size = (where.width, where.height, where.device_ratio)
    before = ViewGeometry(where.columns, where.rows, where.aspect, centred, *size)
    after = ViewGeometry(where.columns, where.rows, where.aspect, flipped(centred, horizontal=True), *size)
    x, y = before.to_screen(column, row)
    mirrored = after.to_screen(column, row)
    assert mirrored == pytest.approx((where.width - x, y), rel=1e-9, abs=1e-6)


def test_first_pixel_lies_upper_left_and_turns_clockwise() -> None:
    corners = {}
    for degrees in (0, 90, 180, 270):
        x, y = geometry(ViewPresentation(rotation=degrees)).to_screen(0, 0)
        corners[degrees] = (x < 200, y < 150)
    assert corners == {0: (True, True), 90: (False, True), 180: (False, False), 270: (True, False)}


def test_zoom_one_is_one_physical_pixel() -> None:
    where = ViewGeometry(100, 50, 1.0, ViewPresentation(zoom=1.0), 400.0, 300.0, 2.0)
    assert where.to_screen(1, 0)[0] - where.to_screen(0, 0)[0] == pytest.approx(0.5)
    assert where.device_matrix()[0] == pytest.approx(1.0)


def test_aspect_makes_pixels_taller() -> None:
    where = geometry(ViewPresentation(zoom=2.0), aspect=3.0)
    x0, y0 = where.to_screen(0, 0)
    x1, y1 = where.to_screen(1, 1)
    assert (x1 - x0, y1 - y0) == pytest.approx((2.0, 6.0))


def test_pixel_under_the_pointer_ends_at_the_edge() -> None:
    where = geometry(ViewPresentation(zoom=1.0))
    left, top, right, bottom = where.image_rectangle()
    assert where.pixel_at(left + 0.1, top + 0.1) == (0, 0)
    assert where.pixel_at(right - 0.1, bottom - 0.1) == (99, 49)
    assert where.pixel_at(left - 0.1, top + 5) is None
    assert where.pixel_at(right + 0.1, top + 5) is None


def test_pan_keeps_the_image_in_sight() -> None:
    view = geometry(ViewPresentation(zoom=1.0)).panned(5000, -5000)
    assert view.pan == (-50.0, 25.0)
