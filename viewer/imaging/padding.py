"""Pixel Padding (PS3.3 C.7.5.1.1.2): stored values that are not image. Shown black, left out of numbers and of interpolation.

Of float frames, what is not a finite number counts as padding too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.model.pixels import PixelFrame


def covers(stored: NDArray[Any], span: tuple[float, float]) -> NDArray[np.bool_]:
    """True where a stored value lies in the padding range, both ends included."""
    low, high = min(span), max(span)
    inside: NDArray[np.bool_] = stored == low if low == high else (stored >= low) & (stored <= high)
    return inside


def mask_of(frame: PixelFrame) -> NDArray[np.bool_] | None:
    """(rows, columns), True where the frame is padding; None where it has none."""
    pixels: NDArray[Any] = frame.pixels
    if pixels.ndim != 2:
        return None
    mask: NDArray[np.bool_] | None = None
    if frame.facts.padding is not None:
        mask = covers(pixels, frame.facts.padding)
    if pixels.dtype.kind == "f":
        odd = ~np.isfinite(pixels)
        mask = odd if mask is None else mask | odd
    return mask if mask is not None and mask.any() else None
