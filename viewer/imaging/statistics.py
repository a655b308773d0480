"""Numbers of a region: over the values after the Modality LUT, padding left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.imaging import modality_lut, padding
from viewer.imaging.compose import unit_of
from viewer.model.frozen import frozen
from viewer.model.pixels import PixelFrame


@frozen
class RegionStatistics:
    """`count` pixels have a value; `padding_count` more lie in the region and have none.

    The numbers are None where nothing has a value, and for colour, which has no single one. `sd` is that of the pixels themselves
    (divided by their number). `area` is in mm² and of all pixels of the region, None without a spacing.
    """

    count: int
    padding_count: int
    mean: float | None
    sd: float | None
    minimum: float | None
    maximum: float | None
    area: float | None
    unit: str = ""


def region_statistics(frame: PixelFrame, region: NDArray[np.bool_]) -> RegionStatistics:
    """Numbers of the pixels of `frame` where `region` (rows, columns) is True."""
    spacing = frame.facts.geometry.spacing
    size = int(np.count_nonzero(region))
    area = size * spacing[0] * spacing[1] if spacing is not None else None
    if frame.pixels.ndim == 3:
        return RegionStatistics(size, 0, None, None, None, None, area)
    hole = padding.mask_of(frame)
    chosen = region if hole is None else region & ~hole
    stored = frame.pixels[chosen]
    values = modality_lut.apply(stored, frame.facts.modality_lut)
    unit = unit_of(frame.facts, stored)
    if values.size == 0:
        return RegionStatistics(0, size, None, None, None, None, area, unit)
    return RegionStatistics(
        values.size,
        size - values.size,
        float(values.mean()),
        float(values.std()),
        float(values.min()),
        float(values.max()),
        area,
        unit,
    )
