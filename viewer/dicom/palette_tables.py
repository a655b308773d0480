"""Palette Color Lookup Table module: plain and segmented tables, and the supplemental palette (PS3.3 C.7.9, C.7.6.23)."""

from __future__ import annotations

import numpy as np

from viewer.dicom.data_set import DataSet
from viewer.dicom.frame_attributes import FrameAttributes
from viewer.dicom.grey_tables import make_table
from viewer.imaging.palette import expand_segmented
from viewer.model.errors import BrokenFileError
from viewer.model.luts import LookupTable, PaletteTables

_DESCRIPTORS = (0x00281101, 0x00281102, 0x00281103)
_DATA = (0x00281201, 0x00281202, 0x00281203)
_SEGMENTED = (0x00281221, 0x00281222, 0x00281223)
_MAX_BYTES = 4 * 65536


def palette_tables(frame: FrameAttributes, *, is_signed: bool) -> PaletteTables | None:
    """The palette of a frame, or None where it has none. Raises BrokenFileError for a segmented one that makes no sense."""
    holder = frame.top
    tables = [_table(holder, index, is_signed=is_signed) for index in range(3)]
    red, green, blue = tables
    return PaletteTables(red, green, blue) if red is not None and green is not None and blue is not None else None


def supplemental_palette(frame: FrameAttributes, *, is_signed: bool) -> PaletteTables | None:
    """The palette that colours part of a grey image: where Pixel Presentation is COLOR (PS3.3 C.7.6.23)."""
    presentation = frame.top.code(0x00089205) or "MONOCHROME"
    if presentation not in ("COLOR", "MIXED") or _DESCRIPTORS[0] not in frame.top:
        return None
    try:
        return palette_tables(frame, is_signed=is_signed)
    except BrokenFileError:
        return None


def _table(holder: DataSet, index: int, *, is_signed: bool) -> LookupTable | None:
    descriptor = holder.raw(_DESCRIPTORS[index])
    if _DATA[index] in holder:
        return make_table(descriptor, holder, _DATA[index], is_signed=is_signed)
    raw = holder.raw(_SEGMENTED[index])[:_MAX_BYTES]
    if len(descriptor) < 6 or len(raw) < 2:
        return None
    order = "<u2" if holder.order.little else ">u2"
    entries, first, bits = np.frombuffer(descriptor[:6], order).tolist()
    if is_signed and first >= 0x8000:
        first -= 0x10000
    data = np.frombuffer(raw, np.uint8) if bits <= 8 else np.frombuffer(raw[: len(raw) // 2 * 2], order).astype(np.uint16)
    expanded = expand_segmented(data, entries)
    expanded.flags.writeable = False
    return LookupTable(first, expanded, bits)
