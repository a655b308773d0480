"""Encapsulated pixel data (PS3.5 A.4): fragments, offset tables, and which fragments make which frame."""

from __future__ import annotations

import itertools
import os
import struct
from collections.abc import Callable

from viewer.dicom.byte_sources import FileBytes
from viewer.model.frozen import frozen
from viewer.model.messages import Message, message

MAX_FRAGMENTS = 2_000_000
MAX_TABLE = 64 * 1024 * 1024
_UNDEFINED = 0xFFFFFFFF
_HEAD = struct.Struct("<HHI").unpack_from
_WINDOW = 64 * 1024

Segment = tuple[int, int]  # (offset, length)
Read = Callable[[int, int], bytes]

_STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP", b"\xff\x0a", b"\x00\x00\x00\x0cJXL")


@frozen
class Fragments:
    """Items after the Basic Offset Table. `offsets`: the table's entries, from the first byte of the first fragment's item head."""

    segments: tuple[Segment, ...]
    offsets: tuple[int, ...] = ()
    warnings: tuple[Message, ...] = ()


def scan_fragments(read: Read, start: int, size: int) -> Fragments:
    """Walk the items from offset `start`; `size` is where the bytes end. Never fails: it gives what is there."""
    heads = _Heads(read, size)
    table = b""
    at = start
    first = heads.at(at)
    if first is not None and first[0] == 0xE000 and first[1] != _UNDEFINED:
        table = read(at + 8, min(first[1], MAX_TABLE))
        at += 8 + first[1]
    segments: list[Segment] = []
    warnings: tuple[Message, ...] = ()
    while len(segments) < MAX_FRAGMENTS:
        head = heads.at(at)
        if head is None or head[0] == 0xE0DD:
            break  # the delimiter; a file that ends without one is whole as far as its items go
        if head[0] != 0xE000:
            warnings = (message("The compressed data are not closed as they should be."),)
            break
        length = head[1]
        if length == _UNDEFINED or at + 8 + length > size:
            length = max(0, size - at - 8)
            warnings = (message("The file is cut off inside its compressed data."),)
        segments.append((at + 8, length))
        at += 8 + length
    count = len(table) // 4
    return Fragments(tuple(segments), struct.unpack(f"<{count}I", table[: 4 * count]), warnings)


class _Heads:
    """Item heads by offset: one read serves many where fragments are short."""

    def __init__(self, read: Read, size: int) -> None:
        self._read, self._size = read, size
        self._base, self._window = 0, b""

    def at(self, offset: int) -> tuple[int, int] | None:
        """(element number, length) of the item head at `offset`; (0, 0) when it is none; None at the end of the data."""
        if offset + 8 > self._size:
            return None
        place = offset - self._base
        if place < 0 or place + 8 > len(self._window):
            self._window, self._base, place = self._read(offset, 512), offset, 0
        if len(self._window) < place + 8:
            return None
        group, element, length = _HEAD(self._window, place)
        return (element, length) if group == 0xFFFE else (0, 0)


def group_frames(
    fragments: Fragments, stated: int, extended: bytes, read: Read, *, one_each: bool = False
) -> tuple[tuple[Segment, ...], ...]:
    """The fragments of each frame.

    `stated` is Number of Frames, `extended` the raw Extended Offset Table (7FE0,0001), `one_each` True where the standard wants one
    fragment a frame (RLE). A table that does not fit the fragments is not believed.
    """
    segments = fragments.segments
    if not segments:
        return ()
    if stated <= 1 and len(fragments.offsets) <= 1:
        return (segments,)
    if one_each and len(segments) >= stated:
        return tuple((segment,) for segment in segments[: max(stated, 1)])
    offsets = _extended_offsets(extended) or fragments.offsets
    by_table = _by_offsets(segments, offsets)
    if stated <= 1:
        return by_table if by_table and not stated else (segments,)
    if len(by_table) >= stated:
        return by_table[:stated]
    if len(segments) == stated:
        return tuple((segment,) for segment in segments)
    if len(segments) < stated:
        return by_table or tuple((segment,) for segment in segments)
    return _by_starts(segments, stated, read)


def _extended_offsets(raw: bytes) -> tuple[int, ...]:
    count = min(len(raw), MAX_TABLE) // 8
    return struct.unpack(f"<{count}Q", raw[: 8 * count]) if count else ()


def _by_offsets(segments: tuple[Segment, ...], offsets: tuple[int, ...]) -> tuple[tuple[Segment, ...], ...]:
    if not offsets or offsets[0] != 0:
        return ()
    origin = segments[0][0] - 8
    place = {start - 8 - origin: index for index, (start, _) in enumerate(segments)}
    firsts = [place.get(offset, -1) for offset in offsets]
    if min(firsts) < 0 or any(b <= a for a, b in itertools.pairwise(firsts)):
        return ()
    return tuple(segments[a:b] for a, b in zip(firsts, [*firsts[1:], len(segments)], strict=True))


def _by_starts(segments: tuple[Segment, ...], stated: int, read: Read) -> tuple[tuple[Segment, ...], ...]:
    """No table: a frame begins where a codestream does."""
    frames: list[list[Segment]] = []
    for segment in segments:
        starts = read(segment[0], min(segment[1], 12)).startswith(_STARTS)
        if starts or not frames:
            frames.append([segment])
        else:
            frames[-1].append(segment)
    if len(frames) == stated:
        return tuple(tuple(frame) for frame in frames)
    if len(segments) % stated == 0 and len(frames) == 1:
        each = len(segments) // stated
        return tuple(segments[i : i + each] for i in range(0, len(segments), each))
    return tuple(tuple(frame) for frame in frames[:stated])


def file_reader(path: str) -> tuple[Read, Callable[[], None]]:
    """(read, close) for many small reads of one file. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    return FileBytes(descriptor, 0).read, lambda: os.close(descriptor)
