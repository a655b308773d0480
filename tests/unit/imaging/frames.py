"""Frames for the tests of this folder."""

from __future__ import annotations

from typing import Any

import numpy as np

from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import FrameFacts, OverlayPlane, PixelFrame


def frame_of(pixels: Any, overlays: tuple[OverlayPlane, ...] = (), **facts: Any) -> PixelFrame:
    """A frame of these pixels; facts that are not given follow from their type."""
    array = np.ascontiguousarray(pixels)
    array.flags.writeable = False
    known: dict[str, Any] = {
        "bits_allocated": 8 * array.itemsize,
        "bits_stored": 8 * array.itemsize,
        "is_signed": array.dtype.kind == "i",
        "is_float": array.dtype.kind == "f",
    }
    if array.ndim == 3:
        known |= {"samples_per_pixel": 3, "photometric_interpretation": "RGB"}
    known |= facts
    return PixelFrame(FrameFacts(FrameRef("1.2.3", 1), array.shape[0], array.shape[1], **known), array, overlays)
