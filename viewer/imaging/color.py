"""Colour models of PS3.3 C.7.6.3.1.2 turned into 8-bit RGB.

The integer tables hold 16 binary places, so each channel is the exactly rounded value of the standard's equations.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.model.errors import DecodeError
from viewer.model.messages import message

_PLACES = 16
_BAND = 1 << 18  # pixels converted at a time: the intermediate sums stay in the cache

_FULL = np.array([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])
_PARTIAL = np.array([[0.2568, 0.5041, 0.0979], [-0.1482, -0.2910, 0.4392], [0.4392, -0.3678, -0.0714]])
# The standard prints the forward matrices rounded to four places; their inverse is taken from the constants of ITU-R BT.601 they
# are rounded from, so that neutral grey stays neutral.
_FULL_INVERSE = np.array([[1.0, 0.0, 1.402], [1.0, -0.344136286, -0.714136286], [1.0, 1.772, 0.0]])
_PARTIAL_INVERSE = _FULL_INVERSE * np.array([255 / 219, 255 / 224, 255 / 224])

_D50 = np.array([0.9642, 1.0, 0.8251])
_D50_TO_SRGB = np.array(  # adapted to D65 (Bradford)
    [[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427]]
)

_AS_RGB = frozenset(("RGB", "YBR_RCT", "YBR_ICT", "XYB"))
_AS_FULL = frozenset(("YBR_FULL", "YBR_FULL_422"))
_AS_PARTIAL = frozenset(("YBR_PARTIAL_420", "YBR_PARTIAL_422"))


def to_rgb(pixels: NDArray[np.generic], photometric_interpretation: str, bits: int = 8) -> NDArray[np.uint8]:
    """(rows, columns, 3) samples in any live colour model as 8-bit RGB.

    Chrominance must be upsampled already (one sample of each kind for every pixel). YBR_RCT and YBR_ICT exist only inside a
    codestream: what a decoder hands out is RGB. `bits` is how many of each sample are used (Bits Stored): 2^bits - 1 becomes 255.
    Raises DecodeError for a colour model that is none of these.
    """
    samples = _unsigned(pixels)
    if photometric_interpretation in _AS_RGB:
        return to_eight_bits(samples, bits)
    if photometric_interpretation in _AS_FULL:
        return _from_ybr(samples, bits, _FULL_INVERSE, 0)
    if photometric_interpretation in _AS_PARTIAL:
        return _from_ybr(samples, bits, _PARTIAL_INVERSE, 16)
    raise DecodeError(message("The colour model {name} cannot be shown.", name=photometric_interpretation[:16]))


def to_eight_bits(samples: NDArray[np.generic], bits: int) -> NDArray[np.uint8]:
    """Unsigned samples of `bits` bits scaled so that the largest becomes 255. Larger values count as the largest."""
    bits = min(max(bits, 1), 32)
    if bits == 8 and samples.dtype == np.uint8:
        return samples.astype(np.uint8, copy=False)
    values = _unsigned(samples)
    if bits > 16:
        values, bits = values >> np.uint32(bits - 16), 16
    top = (1 << bits) - 1
    table = np.full(1 << (8 * min(values.itemsize, 2)), 255, np.uint8)
    steps = np.arange(min(top + 1, table.size), dtype=np.int64)
    table[: steps.size] = (steps * 510 + top) // (2 * top)
    return table.take(values, mode="clip")


def ybr_of(rgb: NDArray[np.uint8], *, partial: bool = False) -> NDArray[np.uint8]:
    """8-bit RGB as YBR_FULL (or YBR_PARTIAL), by the standard's own equations."""
    matrix, low = (_PARTIAL, 16.0) if partial else (_FULL, 0.0)
    values = rgb.astype(np.float64) @ matrix.T + (low, 128.0, 128.0)
    rounded: NDArray[np.uint8] = np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)
    return rounded


def _unsigned(pixels: NDArray[Any]) -> NDArray[np.unsignedinteger[Any]]:
    """Colour samples are unsigned; a data set that says otherwise is read by its bits."""
    samples: NDArray[Any] = pixels.view(np.dtype(f"u{pixels.itemsize}")) if pixels.dtype.kind == "i" else pixels
    return samples


def _from_ybr(samples: NDArray[np.unsignedinteger[Any]], bits: int, inverse: NDArray[np.float64], low: int) -> NDArray[np.uint8]:
    if bits > 16 or samples.itemsize > 2:
        samples, bits = samples >> np.uint32(max(bits - 16, 0)), 16
    size = 1 << bits
    scale = 255.0 / (size - 1)
    steps = np.arange(size, dtype=np.float64)
    luminance = (steps - low * size / 256) * scale
    chrominance = (steps - size / 2) * scale

    def table(values: NDArray[np.float64], factor: float) -> NDArray[np.int32]:
        return np.rint(values * factor * (1 << _PLACES)).astype(np.int32)

    tables = [
        (table(luminance, row[0]) + (1 << (_PLACES - 1)), table(chrominance, row[1]), table(chrominance, row[2])) for row in inverse
    ]
    flat = samples.reshape(-1, 3)
    rgb = np.empty(flat.shape, np.uint8)
    for start in range(0, len(flat), _BAND):
        y, blue, red = (flat[start : start + _BAND, i].astype(np.intp) for i in range(3))
        for channel, (of_y, of_blue, of_red) in enumerate(tables):
            value = of_y.take(y, mode="clip")
            if inverse[channel, 1]:
                value += of_blue.take(blue, mode="clip")
            if inverse[channel, 2]:
                value += of_red.take(red, mode="clip")
            value >>= _PLACES
            rgb[start : start + _BAND, channel] = np.clip(value, 0, 255, out=value)
    return rgb.reshape(samples.shape)


def lab_to_rgb(lab: tuple[int, int, int]) -> tuple[int, int, int]:
    """A PCS-encoded CIELab colour (3 × 16 bit, D50; PS3.3 C.10.7.1.1) as 8-bit sRGB."""
    lightness, a, b = lab[0] * 100 / 65535, lab[1] * 255 / 65535 - 128, lab[2] * 255 / 65535 - 128
    middle = (lightness + 16) / 116
    ratios = np.array([middle + a / 500, middle, middle - b / 200])
    xyz = np.where(ratios > 6 / 29, ratios**3, 3 * (6 / 29) ** 2 * (ratios - 4 / 29)) * _D50
    linear = np.clip(_D50_TO_SRGB @ xyz, 0.0, 1.0)
    coded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = (int(level) for level in np.rint(coded * 255))
    return red, green, blue
