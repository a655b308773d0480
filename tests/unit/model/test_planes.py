"""Axes, normals and names of planes."""

from __future__ import annotations

import math

import pytest

from viewer.model.geometry import FrameGeometry
from viewer.model.planes import dot, normal_of, plane_name, unit_axes, unit_orientation

C, S = math.cos(0.3), math.sin(0.3)


def test_the_axes_come_out_as_unit_vectors() -> None:
    assert unit_axes((1.04, 0.0, 0.0, 0.0, 0.0, -0.97)) == ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))
    assert unit_orientation((0.0, 1.0, 0.0, C, 0.0, -S)) == pytest.approx((0.0, 1.0, 0.0, C, 0.0, -S))


@pytest.mark.parametrize(
    "nonsense",
    [None, (), (1.0, 0.0, 0.0), (0.0,) * 6, (1.06, 0.0, 0.0, 0.0, 1.0, 0.0), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), (math.nan,) * 6],
)
def test_what_is_no_orientation_is_none(nonsense: tuple[float, ...] | None) -> None:
    assert unit_axes(nonsense) is None
    assert unit_orientation(nonsense) is None


@pytest.mark.parametrize(
    ("row_axis", "column_axis", "normal", "name"),
    [
        ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), "axial"),
        ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0), "coronal"),
        ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (-1.0, 0.0, 0.0), "sagittal"),
        ((1.0, 0.0, 0.0), (0.0, C, S), (0.0, -S, C), "oblique"),
    ],
)
def test_the_normal_is_row_axis_times_column_axis(row_axis, column_axis, normal, name) -> None:  # type: ignore[no-untyped-def]
    assert normal_of(row_axis, column_axis) == pytest.approx(normal)
    assert str(plane_name(normal_of(row_axis, column_axis))) == name
    assert dot((2.0, 3.0, 5.0), normal) == pytest.approx(2 * normal[0] + 3 * normal[1] + 5 * normal[2])
    geometry = FrameGeometry(position=(2.0, 3.0, 5.0), row_axis=row_axis, column_axis=column_axis)
    assert geometry.depth == pytest.approx(dot((2.0, 3.0, 5.0), normal))


def test_without_position_or_axes_there_is_no_depth() -> None:
    assert FrameGeometry(position=(1.0, 2.0, 3.0)).depth is None
    assert FrameGeometry(row_axis=(1.0, 0.0, 0.0), column_axis=(0.0, 1.0, 0.0)).depth is None
