"""Planes in the patient: their axes, the normal, the place along it, their names (PS3.3 C.7.6.2.1.1).

Vectors are in the patient system: +x left, +y posterior, +z head; places and depths in mm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from viewer.model.messages import Message, message

Vector = tuple[float, float, float]
Orientation = tuple[float, float, float, float, float, float]  # row axis, then column axis, as in (0020,0037)

_TOLERANCE = 0.05  # of a length of 1, and of the cosine of a right angle: more is no rounding
_STRAIGHT = 0.97  # component of the normal along an axis of the patient: less is oblique
_PLANES = (message("sagittal"), message("coronal"), message("axial"))


def unit_axes(values: Sequence[float] | None) -> tuple[Vector, Vector] | None:
    """Row and column axis, made unit vectors; None when the six numbers are no perpendicular directions."""
    if values is None or len(values) != 6:
        return None
    a, b, c, d, e, f = values
    along, down = math.hypot(a, b, c), math.hypot(d, e, f)
    if abs(along - 1) > _TOLERANCE or abs(down - 1) > _TOLERANCE:
        return None
    row_axis, column_axis = (a / along, b / along, c / along), (d / down, e / down, f / down)
    return (row_axis, column_axis) if abs(dot(row_axis, column_axis)) <= _TOLERANCE else None


def unit_orientation(values: Sequence[float] | None) -> Orientation | None:
    """`unit_axes` as six numbers."""
    axes = unit_axes(values)
    return None if axes is None else (*axes[0], *axes[1])


def dot(one: Vector, other: Vector) -> float:
    """The place of a point along a normal, or the cosine between two unit vectors."""
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def normal_of(row_axis: Vector, column_axis: Vector) -> Vector:
    """Row axis × column axis."""
    (a, b, c), (d, e, f) = row_axis, column_axis
    return b * f - c * e, c * d - a * f, a * e - b * d


def normal_to(orientation: Orientation) -> Vector:
    """`normal_of` for six numbers."""
    return normal_of(orientation[:3], orientation[3:])


def plane_name(normal: Vector) -> Message:
    """Axial, coronal, sagittal or oblique."""
    sizes = [abs(part) for part in normal]
    axis = max(range(3), key=sizes.__getitem__)
    return _PLANES[axis] if sizes[axis] > _STRAIGHT else message("oblique")
