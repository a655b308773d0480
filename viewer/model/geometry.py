"""Where a frame lies and how large its pixels are (PS3.3 C.7.6.2, 10.7)."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from viewer.model.frozen import frozen
from viewer.model.planes import Vector, dot, normal_of


class SpacingSource(StrEnum):
    """Which attribute gave the spacing, in falling order of trust; a badge shows all but the first."""

    PIXEL_SPACING = "pixel_spacing"  # (0028,0030) without detector spacing beside it, or from Pixel Measures
    CALIBRATED = "calibrated"  # (0028,0030) that differs from (0018,1164): see (0028,0A02)
    IMAGER_MAGNIFIED = "imager_magnified"  # (0018,1164) divided by (0018,1114)
    IMAGER = "imager"  # (0018,1164) at the detector plane
    ULTRASOUND_REGION = "ultrasound_region"  # (0018,6011)
    NOMINAL_SCANNED = "nominal_scanned"  # (0018,2010)
    NONE = "none"


@frozen
class FrameGeometry:
    """`spacing` is (between rows = vertical, between columns = horizontal) in mm. `aspect` is height / width of one pixel.

    `row_axis` is the direction in which the column index grows, `column_axis` that in which the row index grows (unit vectors
    in the patient system: +x left, +y posterior, +z head), `position` the centre of the first pixel in mm.
    """

    spacing: tuple[float, float] | None = None
    spacing_source: SpacingSource = SpacingSource.NONE
    aspect: float = 1.0
    position: Vector | None = None
    row_axis: Vector | None = None
    column_axis: Vector | None = None
    frame_of_reference_uid: str = ""
    slice_thickness: float | None = None
    spacing_between_slices: float | None = None
    patient_orientation: tuple[str, str] | None = None  # (0020,0020), used when no direction cosines exist
    quadruped: bool = False

    @property
    def normal(self) -> Vector | None:
        """Row axis × column axis."""
        if self.row_axis is None or self.column_axis is None:
            return None
        return normal_of(self.row_axis, self.column_axis)

    @property
    def depth(self) -> float | None:
        """Place of the frame's plane along its normal, in mm from the origin of the Frame of Reference."""
        normal = self.normal
        return None if normal is None or self.position is None else dot(self.position, normal)

    def affine(self) -> NDArray[np.float64] | None:
        """4×4 matrix from (column, row, 0, 1) to patient mm (PS3.3 C.7.6.2.1.1), or None when unknown."""
        if self.position is None or self.row_axis is None or self.column_axis is None or self.spacing is None:
            return None
        matrix = np.eye(4)
        matrix[:3, 0] = np.asarray(self.row_axis) * self.spacing[1]
        matrix[:3, 1] = np.asarray(self.column_axis) * self.spacing[0]
        matrix[:3, 2] = normal_of(self.row_axis, self.column_axis)
        matrix[:3, 3] = self.position
        return matrix

    def patient_point(self, column: float, row: float) -> Vector | None:
        """Patient mm of the image point (`column`, `row`); whole numbers are pixel centres."""
        matrix = self.affine()
        if matrix is None:
            return None
        point = matrix @ np.array([column, row, 0.0, 1.0])
        return float(point[0]), float(point[1]), float(point[2])
