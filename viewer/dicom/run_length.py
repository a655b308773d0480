"""RLE Lossless (PS3.5 Annex G): PackBits per byte plane.

A sound segment is unpacked by imagecodecs, up to 90 times as fast; whatever it refuses, by our own, which makes the best of damage.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.model.errors import DecodeError
from viewer.model.messages import message

MAX_SEGMENTS = 15


def decode_segment(data: bytes, size: int) -> tuple[bytes, bool]:
    """Unpack one segment into exactly `size` bytes. The flag is False when the segment ended early (the rest is zero)."""
    sound = _sound_segment(data, size)
    return (sound, True) if sound is not None else _damaged_segment(data, size)


def _sound_segment(data: bytes, size: int) -> bytes | None:
    """None unless the segment holds `size` bytes."""
    import imagecodecs  # only decoding processes need it

    try:
        made = imagecodecs.packbits_decode(data, out=size)
    except (RuntimeError, ValueError):  # its own errors are RuntimeErrors
        return None
    return bytes(made) if len(made) == size else None


def _damaged_segment(data: bytes, size: int) -> tuple[bytes, bool]:
    """Byte by byte; a segment that is too long is sound."""
    parts: list[bytes] = []
    add, at, end, made = parts.append, 0, len(data), 0
    while made < size and at < end:
        control = data[at]
        if control < 128:
            stop = at + control + 2
            add(data[at + 1 : stop])
            at = stop
            made += control + 1
        elif control > 128:
            add(data[at + 1 : at + 2] * (257 - control))
            at += 2
            made += 257 - control
        else:
            at += 1
    out = b"".join(parts)
    if len(out) < size:
        return out + bytes(size - len(out)), False
    return out[:size], True


def decode_run_length(
    data: bytes, rows: int, columns: int, samples: int, bytes_per_sample: int
) -> tuple[NDArray[np.generic], bool]:
    """Decode one frame to (rows, columns) or (rows, columns, samples), unsigned little endian. The flag is False when damaged."""
    if len(data) < 64:
        raise DecodeError(message("The RLE header of this frame is cut off."))
    count, *offsets = struct.unpack("<16L", data[:64])
    wanted = samples * bytes_per_sample
    if count != wanted or count > MAX_SEGMENTS:
        raise DecodeError(message("This RLE frame has {count} byte planes where {wanted} are needed.", count=count, wanted=wanted))
    size = rows * columns
    planes: list[NDArray[np.uint8]] = []
    intact = True
    bounds = [*offsets[:count], len(data)]
    for start, stop in pairwise(bounds):
        if not 64 <= start <= len(data) or stop < start:
            segment, complete = bytes(size), False
        else:
            segment, complete = decode_segment(data[start:stop], size)
        planes.append(np.frombuffer(segment, np.uint8))
        intact &= complete
    of_samples = [planes[first : first + bytes_per_sample] for first in range(0, count, bytes_per_sample)]
    values = [_joined(one).reshape(rows, columns) for one in of_samples]
    return values[0] if samples == 1 else np.stack(values, axis=-1), intact


def _joined(planes: list[NDArray[np.uint8]]) -> NDArray[np.generic]:
    """One value of the bytes of each pixel, the most significant plane first (PS3.5 G.2)."""
    if len(planes) == 1:
        return planes[0].copy()  # of bytes, which cannot be written to
    dtype = np.dtype(f"u{len(planes)}")
    values: NDArray[Any] = np.left_shift(planes[0], 8, dtype=dtype)
    for plane in planes[1:-1]:
        values |= plane
        values <<= 8
    values |= planes[-1]
    return values
