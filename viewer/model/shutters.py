"""Display shutters (PS3.3 C.7.6.11, C.7.6.15): the part of an image that shall not be seen."""

from __future__ import annotations

from viewer.model.frozen import frozen


@frozen
class RectangularShutter:
    """The first and last column and row that stay visible, from 0."""

    first_column: int
    last_column: int
    first_row: int
    last_row: int


@frozen
class CircularShutter:
    """Visible inside: `center` is (row, column) from 0, `radius` in pixels along a row."""

    center: tuple[int, int]
    radius: int


@frozen
class PolygonalShutter:
    """Visible inside: vertices as (row, column) from 0; the last joins the first."""

    vertices: tuple[tuple[int, int], ...]


@frozen
class Shutters:
    """What is visible must be inside all of the shapes. `overlay_group`: the 60xx group whose set bits are covered (bitmap).

    `presentation_value` is the grey to cover with as a P-value of 16 bit; `presentation_lab` a colour as CIELab of 3 × 16 bit.
    """

    rectangle: RectangularShutter | None = None
    circle: CircularShutter | None = None
    polygon: PolygonalShutter | None = None
    overlay_group: int = 0
    presentation_value: int = 0
    presentation_lab: tuple[int, int, int] | None = None
