"""Overlay planes on the grid of their frame."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.imaging.overlays import combined, on_grid
from viewer.model.pixels import OverlayPlane

BITS = np.array([[1, 1, 0], [0, 1, 1]], np.bool_)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ((0, 0), {(0, 0), (0, 1), (1, 1), (1, 2)}),
        ((1, 2), {(1, 2), (1, 3), (2, 3)}),
        ((-1, -1), {(0, 0), (0, 1)}),
        ((2, 3), {(2, 3)}),
        ((3, 0), set()),
        ((-2, 0), set()),
        ((0, 4), set()),
        ((0, -3), set()),
    ],
)
def test_a_plane_lies_at_its_origin(origin: tuple[int, int], expected: set[tuple[int, int]]) -> None:
    mask = on_grid(OverlayPlane(0x6000, BITS, origin), 3, 4)
    assert mask.shape == (3, 4)
    assert {(int(row), int(column)) for row, column in np.argwhere(mask)} == expected


def test_planes_add_up_and_nothing_is_none() -> None:
    mask = combined([OverlayPlane(0x6000, BITS), OverlayPlane(0x6002, BITS, (1, 1))], 3, 4)
    assert mask is not None
    assert int(mask.sum()) == 4 + 4 - 2  # two pixels lie in both
    assert combined([], 3, 4) is None
    assert combined([OverlayPlane(0x6000, BITS, (9, 9))], 3, 4) is None
