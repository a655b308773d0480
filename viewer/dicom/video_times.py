"""When each picture of an MP4 video is shown, from the container's own tables: no need to read gigabytes (ISO/IEC 14496-12 8.6)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from viewer.model.frozen import frozen

Read = Callable[[int, int], bytes]
MAX_SAMPLES = 2_000_000
_MOST_BOXES = 1000


@frozen(eq=False)
class VideoTimes:
    """In the order in which pictures are stored: `moments` in µs from the first one shown, `keys` where decoding may begin."""

    moments: NDArray[np.int64]
    keys: NDArray[np.bool_]


def count_of_container(read: Read, size: int) -> int:
    """How many pictures an MP4 container says it holds; 0 where the stream is none. `read` takes offset and length."""
    table = _sample_table(read, size)
    if table is None:
        return 0
    sizes = _box(read, *table[0], b"stsz")
    return int.from_bytes(read(sizes[0] + 8, 4), "big") if sizes else 0


def times_of_container(read: Read, size: int) -> VideoTimes | None:
    """The times of all pictures; None where the stream is no MP4, or its tables do not fit each other."""
    table = _sample_table(read, size)
    count = count_of_container(read, size)
    if table is None or not 0 < count <= MAX_SAMPLES:
        return None
    bounds, timescale = table
    steps = _runs(read, bounds, b"stts", count)
    if steps is None or timescale <= 0:
        return None
    decoded = np.cumsum(steps) - steps
    offsets = _runs(read, bounds, b"ctts", count)
    shown = decoded if offsets is None else decoded + offsets
    shown = shown - shown.min()
    keys = np.zeros(count, np.bool_)
    sync = _box(read, *bounds, b"stss")
    if sync is None:
        keys[:] = True
    else:
        number = min(int.from_bytes(read(sync[0] + 4, 4), "big"), count)
        samples = np.frombuffer(_all(read, sync[0] + 8, 4 * number), ">u4").astype(np.int64) - 1
        keys[samples[(samples >= 0) & (samples < count)]] = True
    return VideoTimes(np.rint(shown * (1e6 / timescale)).astype(np.int64), keys)


def frame_time_of_container(read: Read, size: int) -> float | None:
    """Mean time from one picture to the next in ms; None where the container does not say."""
    times = times_of_container(read, size)
    if times is None or len(times.moments) < 2:
        return None
    return float(times.moments.max()) / 1000 / (len(times.moments) - 1) or None


def _sample_table(read: Read, size: int) -> tuple[tuple[int, int], int] | None:
    """Bounds of the sample table of the first video track, and units of time in a second."""
    if read(4, 4) != b"ftyp":
        return None
    moov = _box(read, 0, size, b"moov")
    for start, end in _boxes(read, *moov, b"trak") if moov else ():
        media = _box(read, start, end, b"mdia")
        information = media and _box(read, *media, b"minf")
        if not media or not information or _box(read, *information, b"vmhd") is None:
            continue
        table, header = _box(read, *information, b"stbl"), _box(read, *media, b"mdhd")
        if table and header:
            at = header[0] + (20 if read(header[0], 1) == b"\1" else 12)
            return table, int.from_bytes(read(at, 4), "big")
    return None


def _runs(read: Read, bounds: tuple[int, int], kind: bytes, count: int) -> NDArray[np.int64] | None:
    """A table of (number of samples, value), written out for `count` samples; values may be negative where they are offsets."""
    box = _box(read, *bounds, kind)
    if box is None:
        return None
    number = min(int.from_bytes(read(box[0] + 4, 4), "big"), count)
    raw = _all(read, box[0] + 8, 8 * number)
    pairs = np.frombuffer(raw[: len(raw) // 8 * 8], ">i4" if kind == b"ctts" else ">u4").astype(np.int64).reshape(-1, 2)
    numbers = np.clip(pairs[:, 0], 0, count)
    if numbers.cumsum()[-1:].sum() < count:
        return None
    return np.repeat(pairs[:, 1], np.diff(np.minimum(numbers.cumsum(), count), prepend=0))


def _all(read: Read, at: int, length: int) -> bytes:
    parts = []
    while length > 0 and (part := read(at, length)):
        parts.append(part)
        at, length = at + len(part), length - len(part)
    return b"".join(parts)


def _boxes(read: Read, start: int, end: int, kind: bytes) -> list[tuple[int, int]]:
    """(start, end) of the contents of the boxes of one kind between two offsets."""
    found = []
    at = start
    for _ in range(_MOST_BOXES):
        head = read(at, 16) if at + 8 <= end else b""
        if len(head) < 8:
            break
        length, header = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, header = int.from_bytes(head[8:16], "big"), 16
        elif length == 0:
            length = end - at
        if length < header:
            break
        if head[4:8] == kind:
            found.append((at + header, min(at + length, end)))
        at += length
    return found


def _box(read: Read, start: int, end: int, kind: bytes) -> tuple[int, int] | None:
    return next(iter(_boxes(read, start, end, kind)), None)
