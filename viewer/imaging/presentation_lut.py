"""Presentation LUT (PS3.3 C.11.6), the polarity of MONOCHROME1, and the user's inversion: from 0..1 to 8-bit grey."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.imaging.voi_lut import table_top
from viewer.model.luts import PresentationLUT, PresentationShape


def apply(values: NDArray[np.float64], lut: PresentationLUT, *, monochrome1: bool, inverted: bool) -> NDArray[np.uint8]:
    """Output of the VOI LUT (0..1) as grey levels, 255 being white.

    A table states the polarity itself. Otherwise the smallest value is white when the shape is INVERSE or the photometric
    interpretation MONOCHROME1; both together are one statement, not two. `inverted` is the user's wish on top.
    """
    if lut.table is not None and lut.table.data.size:
        places = np.floor(values * (lut.table.data.size - 1) + 0.5).astype(np.intp)
        values = lut.table.data.astype(np.float64).take(places, mode="clip") / table_top(lut.table)
        turned = inverted
    else:
        turned = inverted != (lut.shape is PresentationShape.INVERSE or monochrome1)
    levels = np.floor(values * 255.0 + 0.5).astype(np.uint8)
    return 255 - levels if turned else levels
