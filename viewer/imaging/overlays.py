"""Overlay planes (PS3.3 C.9.2) laid onto the grid of their frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.model.pixels import OverlayPlane


def combined(planes: Sequence[OverlayPlane], rows: int, columns: int) -> NDArray[np.bool_] | None:
    """(rows, columns), True where any plane is set; None when nothing is. Parts beside the frame are cut off."""
    mask: NDArray[np.bool_] | None = None
    for plane in planes:
        placed = on_grid(plane, rows, columns)
        mask = placed if mask is None else mask | placed
    return mask if mask is not None and mask.any() else None


def on_grid(plane: OverlayPlane, rows: int, columns: int) -> NDArray[np.bool_]:
    """One plane as a mask of its frame: the plane's first pixel lies at its origin, which may be outside."""
    mask = np.zeros((rows, columns), np.bool_)
    top, left = plane.origin
    height, width = plane.bits.shape
    row_from, row_to = max(top, 0), min(top + height, rows)
    column_from, column_to = max(left, 0), min(left + width, columns)
    if row_from < row_to and column_from < column_to:
        mask[row_from:row_to, column_from:column_to] = plane.bits[
            row_from - top : row_to - top, column_from - left : column_to - left
        ]
    return mask
