"""Pictures that a decoder made by the matrix of BT.601 although the stream is of BT.709, put right (ITU-R BT.601, BT.709)."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_SLIGHT = 4  # the black around a picture is never quite black: what is lost of that is not seen
_Y_BLUE = 1.772, 1.8556  # blue = y + factor · Cb, of BT.601 and BT.709
_Y_RED = 1.402, 1.5748
_GREEN_BLUE = 0.344136, 0.187324
_GREEN_RED = 0.714136, 0.468124


def _forward(which: int) -> NDArray[np.float64]:
    """(y, Cb, Cr), each of full range, to (red, green, blue)."""
    return np.array(
        [[1, 0, _Y_RED[which]], [1, -_GREEN_BLUE[which], -_GREEN_RED[which]], [1, _Y_BLUE[which], 0]],
        np.float64,
    )


_BGR_601_TO_RGB_709 = np.ascontiguousarray((_forward(1) @ np.linalg.inv(_forward(0)))[:, ::-1])


def to_bt_709(library: ModuleType, bgr: Picture, luma: Callable[[], Picture | None], *, is_full: bool) -> Picture:
    """RGB (rows, columns, 3) of a picture that is BGR by the wrong matrix.

    Where that matrix ran into black or white part of the colour is lost: there the stream's own luminance, `luma`, brings it back.
    """
    rgb: Picture = library.transform(bgr, _BGR_601_TO_RGB_709)
    blue, green, red = library.split(bgr)
    low, high = library.min(library.min(blue, green), red), library.max(library.max(blue, green), red)
    touched = np.flatnonzero(((low == 0) & (high > _SLIGHT)) | ((high == 255) & (low < 255 - _SLIGHT)))
    if not touched.size:
        return rgb
    samples = luma()
    if samples is None or samples.shape[:2] != low.shape:
        return rgb
    cut = bgr.reshape(-1, 3)[touched].astype(np.float32)
    rgb.reshape(-1, 3)[touched] = _recovered(cut, samples.reshape(-1)[touched].astype(np.float32), is_full)
    return rgb


def _recovered(bgr: NDArray[np.float32], luma: NDArray[np.float32], is_full: bool) -> Picture:
    """Each pixel's chrominance from those of its channels that were not cut off. `bgr` (n, 3), `luma` (n,)."""
    y = luma if is_full else (luma - 16) * (255 / 219)
    blue, green, red = (bgr[:, channel] for channel in range(3))
    whole_blue, whole_green, whole_red = ((one > 0) & (one < 255) for one in (blue, green, red))
    cb, cr = (blue - y) / _Y_BLUE[0], (red - y) / _Y_RED[0]
    by_green = whole_green & whole_red & ~whole_blue
    cb = np.where(by_green, (y - green - _GREEN_RED[0] * cr) / _GREEN_BLUE[0], cb)
    by_green = whole_green & whole_blue & ~whole_red
    cr = np.where(by_green, (y - green - _GREEN_BLUE[0] * cb) / _GREEN_RED[0], cr)
    rgb = np.stack([y, cb, cr], axis=1) @ _forward(1).T.astype(np.float32)
    whole: Picture = np.clip(np.rint(rgb), 0, 255).astype(np.uint8)
    return whole
