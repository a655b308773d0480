"""Where a viewport shows an image, in each of the eight orientations."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.imaging.grid import Grid
from viewer.model.view import ViewPresentation
from viewer.workspace.view_geometry import ViewGeometry

PIXELS = np.arange(35).reshape(5, 7)


def grid(*, smooth: bool, zoom: float = 2.0, rotation: int = 0, flipped: bool = False) -> Grid:
    view = ViewPresentation(zoom=zoom, rotation=rotation, flip_horizontal=flipped)
    geometry = ViewGeometry(7, 5, 1.0, view, 20, 16)
    return Grid(geometry.device_matrix(), (16, 20), (5, 7), smooth=smooth, enlarge=True)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("flipped", [False, True])
def test_the_image_lies_as_turned_and_flipped(rotation: int, flipped: bool) -> None:
    made = grid(smooth=False, rotation=rotation, flipped=flipped)
    screen = np.full((16, 20), -1)
    target = made.window(screen)
    for rows, values in made.bands(PIXELS):
        target[rows] = values
    expected = np.rot90(PIXELS[:, ::-1] if flipped else PIXELS, -rotation // 90)
    height, width = expected.shape
    top, left = (16 - 2 * height) // 2, (20 - 2 * width) // 2
    assert np.array_equal(screen[top : top + 2 * height, left : left + 2 * width], np.kron(expected, np.ones((2, 2))))
    assert (screen != -1).sum() == 4 * 35


def test_bands_are_the_whole_picture_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [values for _, values in grid(smooth=True).bands(PIXELS)]
    monkeypatch.setattr("viewer.imaging.grid._BAND", 25)
    pieces = list(grid(smooth=True).bands(PIXELS))
    assert len(whole) == 1
    assert len(pieces) > 5
    assert [rows.start for rows, _ in pieces] == sorted(rows.start for rows, _ in pieces)
    assert np.allclose(np.concatenate([values for _, values in pieces]), whole[0])


def test_a_full_viewport_is_known() -> None:
    assert grid(smooth=True, zoom=9.0).fills
    assert not grid(smooth=True).fills


def test_a_thin_line_is_covered_where_single_pixels_would_miss_it() -> None:
    mask = np.zeros((60, 80), np.bool_)
    mask[31] = True
    made = Grid((0.2, 0.0, 0.1, 0.0, 0.2, 0.1), (12, 16), (60, 80), smooth=True, enlarge=True)
    assert made.cover(mask).any(axis=0).all()
    assert not made.pick(mask).any() or made.pick(mask).sum() <= 16
    assert int(made.cover(mask).any(axis=1).sum()) <= 2
