"""Display shutters (PS3.3 C.7.6.11, C.7.6.15) as masks of what is covered, and the colour that covers it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.imaging.color import lab_to_rgb
from viewer.imaging.overlays import on_grid
from viewer.model.pixels import FrameFacts, OverlayPlane
from viewer.model.shutters import CircularShutter, PolygonalShutter, RectangularShutter, Shutters


def covered(facts: FrameFacts, planes: Sequence[OverlayPlane]) -> NDArray[np.bool_] | None:
    """(rows, columns), True where the frame's shutters cover it; None without shutters. What is seen lies inside all shapes."""
    shutters = facts.shutters
    if shutters is None:
        return None
    mask = np.zeros((facts.rows, facts.columns), np.bool_)
    if shutters.rectangle is not None:
        mask |= ~inside_rectangle(shutters.rectangle, facts.rows, facts.columns)
    if shutters.circle is not None:
        mask |= ~inside_circle(shutters.circle, facts.rows, facts.columns, facts.geometry.aspect)
    if shutters.polygon is not None:
        mask |= ~inside_polygon(shutters.polygon, facts.rows, facts.columns)
    for plane in planes:
        if shutters.overlay_group and plane.group == shutters.overlay_group:
            mask |= on_grid(plane, facts.rows, facts.columns)
    return mask if mask.any() else None


def colour(shutters: Shutters) -> tuple[int, int, int]:
    """8-bit RGB of the cover: its CIELab colour, else its P-value of 16 bit."""
    if shutters.presentation_lab is not None:
        return lab_to_rgb(shutters.presentation_lab)
    level = min(max(shutters.presentation_value, 0), 0xFFFF) >> 8
    return level, level, level


def inside_rectangle(shape: RectangularShutter, rows: int, columns: int) -> NDArray[np.bool_]:
    row, column = np.arange(rows), np.arange(columns)
    down = (row >= shape.first_row) & (row <= shape.last_row)
    across = (column >= shape.first_column) & (column <= shape.last_column)
    inside: NDArray[np.bool_] = down[:, np.newaxis] & across
    return inside


def inside_circle(shape: CircularShutter, rows: int, columns: int, aspect: float) -> NDArray[np.bool_]:
    """The radius counts pixels along a row; `aspect` (height / width of a pixel) keeps the circle round."""
    down = (np.arange(rows, dtype=np.float64) - shape.center[0]) * aspect
    across = np.arange(columns, dtype=np.float64) - shape.center[1]
    inside: NDArray[np.bool_] = (down * down)[:, np.newaxis] + across * across <= float(shape.radius) ** 2
    return inside


def inside_polygon(shape: PolygonalShutter, rows: int, columns: int) -> NDArray[np.bool_]:
    """Even-odd rule at pixel centres; the pixels of the outline itself are seen."""
    inside = np.zeros((rows, columns), np.bool_)
    corners = shape.vertices
    column = np.arange(columns, dtype=np.float64)
    on_edge = np.zeros((rows, columns), np.bool_)
    for (row0, column0), (row1, column1) in zip(corners, corners[1:] + corners[:1], strict=True):
        if row0 == row1:
            _mark_level(on_edge, row0, column0, column1)
            continue
        for row in range(max(min(row0, row1), 0), min(max(row0, row1), rows - 1) + 1):
            crossing = column0 + (row - row0) * (column1 - column0) / (row1 - row0)
            if row < max(row0, row1):
                inside[row] ^= column > crossing
            on_edge[row] |= column == crossing
    return inside | on_edge


def _mark_level(mask: NDArray[np.bool_], row: int, column0: int, column1: int) -> None:
    if 0 <= row < mask.shape[0]:
        mask[row, max(min(column0, column1), 0) : max(max(column0, column1) + 1, 0)] = True
