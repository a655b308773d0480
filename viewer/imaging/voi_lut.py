"""VOI LUT (PS3.3 C.11.2): values after the Modality LUT to 0..1, the darkest and the brightest of the output range."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from viewer.imaging.modality_lut import look_up
from viewer.model.luts import LookupTable, VOIFunction

# Beyond this many widths from the centre a sigmoid is 0 or 255 when rounded to 8 bit: 4·d > ln(509).
_SIGMOID_REACH = 1.6


def window(values: NDArray[np.float64], center: float, width: float, function: VOIFunction) -> NDArray[np.float64]:
    """The three window functions (C.11.2.1.2.1, C.11.2.1.3.1, C.11.2.1.3.2) with an output range of 0 to 1.

    LINEAR needs a width of at least 1; files with less mean LINEAR_EXACT and get that. A width of nothing is a threshold.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # files state absurd windows too
        if function is VOIFunction.SIGMOID and width > 0:
            return 1.0 / (1.0 + np.exp(-4.0 * (values - center) / width))
        middle, span = linear_ramp(center, width, function)
        if span <= 0:
            return (values > middle).astype(np.float64)
        result = (values - middle) / span
    result += 0.5
    return np.clip(result, 0.0, 1.0, out=result)


def linear_ramp(center: float, width: float, function: VOIFunction) -> tuple[float, float]:
    """(middle, span) of the ramp between black and white."""
    if function is VOIFunction.LINEAR and width >= 1:
        return center - 0.5, width - 1.0
    return center, max(width, 0.0)


def table(values: NDArray[np.float64], lut: LookupTable) -> NDArray[np.float64]:
    """A VOI LUT table (C.11.2.1.1). Values before the first mapped one get the first entry, those after the last get the last."""
    if lut.data.size == 0:
        return np.zeros(values.shape)
    return look_up(values, lut) / table_top(lut)


def table_top(lut: LookupTable) -> float:
    """The largest value that an entry of `lut` can have. Entries that exceed the stated bits count instead."""
    largest = int(lut.data.max()) if lut.data.size else 0
    bits = lut.bits if 1 <= lut.bits <= 16 else 0
    return float((1 << max(bits, largest.bit_length(), 1)) - 1)


def domain(center: float | None, width: float | None, function: VOIFunction, lut: LookupTable | None) -> tuple[float, float]:
    """(low, high) of the values outside which the output no longer changes."""
    if lut is not None:
        return float(lut.first_mapped), float(lut.first_mapped + max(lut.data.size, 1) - 1)
    if center is None or width is None:
        return 0.0, 1.0
    if function is VOIFunction.SIGMOID and width > 0:
        return center - _SIGMOID_REACH * width, center + _SIGMOID_REACH * width
    middle, span = linear_ramp(center, width, function)
    if span <= 0:
        return middle, math.nextafter(middle, math.inf)
    return middle - span / 2, middle + span / 2
