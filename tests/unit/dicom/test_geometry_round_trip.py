"""Any plane in space: written as DICOM, read again, and every pixel is where it was (PS3.3 C.7.6.2.1.1)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from written_files import image, ramp, write

from viewer.dicom.image_file import open_image
from viewer.model.geometry import FrameGeometry
from viewer.model.view import ViewPresentation
from viewer.workspace.orientation import edge_letters

numbers = st.floats(-1, 1, allow_nan=False, width=32)
quaternions = st.tuples(numbers, numbers, numbers, numbers).filter(lambda q: sum(part * part for part in q) > 0.01)
spacings = st.tuples(st.floats(0.01, 12), st.floats(0.01, 12))
positions = st.tuples(*[st.floats(-2000, 2000)] * 3)
pixels = st.floats(-600, 600)


def rotation(quaternion: tuple[float, ...]) -> NDArray[np.float64]:
    """The matrix of a rotation; its columns are row axis, column axis and normal."""
    w, x, y, z = np.array(quaternion) / np.linalg.norm(quaternion)
    return np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ])  # fmt: skip


def decimal(value: float) -> str:
    """A DS: at most 16 characters."""
    return f"{value:.11f}"[:16]


def written(folder: Path, axes: NDArray[np.float64], spacing: tuple[float, float], position: tuple[float, ...]) -> FrameGeometry:
    """Through a file."""
    made = image(
        ramp().tobytes(),
        5,
        7,
        PixelSpacing=[decimal(value) for value in spacing],
        ImagePositionPatient=[decimal(value) for value in position],
        ImageOrientationPatient=[decimal(value) for value in (*axes[:, 0], *axes[:, 1])],
    )
    return open_image(write(folder / "a.dcm", made)).facts(1).geometry


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(quaternions, spacings, positions, pixels, pixels)
def test_pixels_are_where_they_were(
    tmp_path: Path,
    quaternion: tuple[float, ...],
    spacing: tuple[float, float],
    position: tuple[float, ...],
    column: float,
    row: float,
) -> None:
    axes = rotation(quaternion)
    geometry = written(tmp_path, axes, spacing, position)
    expected = np.array(position) + axes[:, 0] * spacing[1] * column + axes[:, 1] * spacing[0] * row
    assert geometry.patient_point(column, row) == pytest.approx(tuple(expected), abs=1e-4)
    affine = geometry.affine()
    assert affine is not None
    back = np.linalg.inv(affine) @ np.array([*expected, 1])
    assert back[:2] == pytest.approx((column, row), abs=1e-2 if min(spacing) < 0.1 else 1e-3)
    assert abs(back[2]) < 1e-3  # in the plane
    assert np.linalg.det(affine[:3, :3]) > 0  # right-handed, as the patient is


@given(quaternions)
def test_letters_name_the_side_that_a_direction_has_most_of(quaternion: tuple[float, ...]) -> None:
    axes = rotation(quaternion)
    row_axis, column_axis = tuple(axes[:, 0]), tuple(axes[:, 1])
    geometry = FrameGeometry(spacing=(1, 1), position=(0, 0, 0), row_axis=row_axis, column_axis=column_axis)
    letters = edge_letters(geometry, ViewPresentation())
    for axis, towards, away in ((row_axis, letters.right, letters.left), (column_axis, letters.bottom, letters.top)):
        largest = int(np.argmax(np.abs(axis)))
        if np.sort(np.abs(axis))[-1] - np.sort(np.abs(axis))[-2] < 1e-6:
            continue
        plus, minus = (("L", "R"), ("P", "A"), ("H", "F"))[largest]
        assert (towards[0], away[0]) == ((plus, minus) if axis[largest] > 0 else (minus, plus))


@given(quaternions, st.sampled_from([0, 90, 180, 270]), st.booleans(), st.booleans())
def test_opposite_edges_have_opposite_letters_however_it_is_turned(
    quaternion: tuple[float, ...], degrees: int, across: bool, down: bool
) -> None:
    axes = rotation(quaternion)
    geometry = FrameGeometry((1, 1), position=(0, 0, 0), row_axis=tuple(axes[:, 0]), column_axis=tuple(axes[:, 1]))
    letters = edge_letters(geometry, ViewPresentation(rotation=degrees, flip_horizontal=across, flip_vertical=down))
    opposite = {"L": "R", "R": "L", "A": "P", "P": "A", "H": "F", "F": "H"}
    for one, other in ((letters.left, letters.right), (letters.top, letters.bottom)):
        assert "".join(opposite[letter] for letter in one) == other
