"""Overlay planes in groups 6000-601E: own bits, bits hidden in unused bits of the pixels, several frames (PS3.3 C.9.2)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.data_set import DataSet
from viewer.dicom.frame_attributes import FrameAttributes
from viewer.dicom.pixel_description import PixelDescription
from viewer.model.pixels import OverlayPlane

_GROUPS = tuple(range(0x6000, 0x6020, 2))
MAX_SIDE = 1 << 16
MAX_PIXELS = 1 << 28
_MAX_RATIO = 16


def overlay_planes(frame: FrameAttributes, description: PixelDescription, pixels: NDArray[Any]) -> tuple[OverlayPlane, ...]:
    """The planes that lie over a frame. `pixels` are as decoded, with all their bits. A plane that makes no sense is left out."""
    top = frame.top
    found = []
    for group in _GROUPS:
        if group << 16 | 0x10 not in top and group << 16 | 0x102 not in top:
            continue
        bits = _own_bits(top, group, frame.number) if _has_data(top, group) else _embedded_bits(top, group, description, pixels)
        if bits is not None:
            found.append(_plane(top, group, bits))
    return tuple(found)


def has_overlay_planes(top: DataSet) -> bool:
    """True where there may be a plane."""
    return any(group << 16 | 0x10 in top or group << 16 | 0x102 in top for group in _GROUPS)


def has_embedded_planes(top: DataSet) -> bool:
    """True where a plane lies in unused bits of the pixels."""
    return any(group << 16 | 0x102 in top and not _has_data(top, group) for group in _GROUPS)


def _plane(top: DataSet, group: int, bits: NDArray[np.bool_]) -> OverlayPlane:
    base = group << 16
    origin = top.numbers(base | 0x50, b"SS")
    place = (int(origin[0]) - 1, int(origin[1]) - 1) if len(origin) >= 2 else (0, 0)
    bits.flags.writeable = False
    kind, label, description = top.code(base | 0x40), top.text(base | 0x1500), top.text(base | 0x22)
    return OverlayPlane(group, bits, place, kind.upper() == "R", label, description)


def _has_data(top: DataSet, group: int) -> bool:
    return group << 16 | 0x3000 in top


def _own_bits(top: DataSet, group: int, frame_number: int) -> NDArray[np.bool_] | None:
    base = group << 16
    rows, columns = top.integer(base | 0x10) or 0, top.integer(base | 0x11) or 0
    if not 0 < rows <= MAX_SIDE or not 0 < columns <= MAX_SIDE or rows * columns > MAX_PIXELS:
        return None
    count = top.integer(base | 0x15, b"IS") or 1
    first = top.integer(base | 0x51) or 1
    index = frame_number - first
    if not 0 <= index < count:
        return None
    raw = top.raw(base | 0x3000)
    if not top.order.little and top.elements[base | 0x3000].vr == b"OW":
        raw = np.frombuffer(raw[: len(raw) // 2 * 2], ">u2").astype("<u2").tobytes()
    size = rows * columns
    start = index * size
    if start // 8 >= len(raw) or size // 8 > _MAX_RATIO * len(raw):  # not a bit of this plane is there, or hardly one
        return None
    packed = np.frombuffer(raw[start // 8 : (start + size + 7) // 8], np.uint8)
    bits = np.unpackbits(packed, bitorder="little")[start % 8 : start % 8 + size]
    if bits.size < size:
        bits = np.concatenate([bits, np.zeros(size - bits.size, np.uint8)])
    return bits.view(np.bool_).reshape(rows, columns)


def _embedded_bits(top: DataSet, group: int, description: PixelDescription, pixels: NDArray[Any]) -> NDArray[np.bool_] | None:
    """Retired, but found: the plane is one bit of each pixel (PS3.5 8.1.2, PS3.3-2004 C.9.2.1.1.2)."""
    position = top.integer(group << 16 | 0x102) or 0
    used = range(description.high_bit + 1 - description.bits_stored, description.high_bit + 1)
    if pixels.ndim != 2 or pixels.dtype.kind not in "ui" or position in used or position >= 8 * pixels.itemsize:
        return None
    unsigned = pixels.view(f"u{pixels.itemsize}")
    bits: NDArray[np.bool_] = (unsigned >> unsigned.dtype.type(position) & unsigned.dtype.type(1)).astype(np.bool_)
    return bits
