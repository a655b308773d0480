"""Modality LUT (PS3.3 C.11.1): stored values to the manufacturer-independent ones that are measured and windowed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.model.luts import LookupTable, ModalityLUT


def apply(stored: NDArray[Any], lut: ModalityLUT) -> NDArray[np.float64]:
    """Stored values of any type and shape as float64 in `lut.units`."""
    if lut.table is not None and lut.table.data.size:
        return look_up(stored, lut.table)
    values = stored.astype(np.float64)
    if not lut.is_identity:
        with np.errstate(over="ignore", invalid="ignore"):
            values *= lut.slope
            values += lut.intercept
    return values


def exact_values(stored: NDArray[Any], lut: ModalityLUT) -> NDArray[Any]:
    """As `apply`, in the smallest type that holds every result exactly: integers where slope, intercept and data are whole."""
    if lut.table is not None and lut.table.data.size:
        return look_up(stored, lut.table).astype(np.uint16)
    if lut.is_identity:
        return stored
    if stored.dtype.kind in "iub" and float(lut.slope).is_integer() and float(lut.intercept).is_integer():
        info = np.iinfo(stored.dtype if stored.dtype.kind != "b" else np.uint8)
        ends = [int(end) * int(lut.slope) + int(lut.intercept) for end in (info.min, info.max)]
        for width in (2, 4, 8):
            if -(1 << (8 * width - 1)) <= min(ends) and max(ends) < 1 << (8 * width - 1):
                values: NDArray[Any] = stored.astype(np.dtype(f"i{width}"))
                return values * int(lut.slope) + int(lut.intercept)
    return apply(stored, lut)


def to_stored(value: float, lut: ModalityLUT) -> float:
    """The stored value that becomes `value`, for linear LUTs with a slope."""
    return (value - lut.intercept) / lut.slope


def look_up(values: NDArray[Any], table: LookupTable) -> NDArray[np.float64]:
    """Entries of a table as float64. Values beside it get its first or last entry; fractions are rounded to the nearest entry."""
    if values.dtype.kind == "f":
        places = np.floor(np.clip(np.nan_to_num(values), -(2.0**40), 2.0**40) + 0.5).astype(np.int64)
    else:
        places = values.astype(np.int64)
    places -= table.first_mapped
    entries: NDArray[np.float64] = table.data.astype(np.float64).take(places, mode="clip")
    return entries
