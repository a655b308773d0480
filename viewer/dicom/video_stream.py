"""The bytes of a video inside a DICOM file, read in place as one stream (PS3.5 A.4.5 to A.4.11, 8.2.7)."""

from __future__ import annotations

import bisect
import io
import itertools
import os
from collections.abc import Callable

from viewer.dicom.decode_request import DecodeRequest
from viewer.model.errors import MissingFileError
from viewer.model.messages import message

_LONGEST_READ = 1 << 20


class VideoBytes(io.BufferedIOBase):
    """All fragments of a file's pixel data as one seekable stream. Keeps the file open until `close`. Raises MissingFileError."""

    def __init__(self, request: DecodeRequest) -> None:
        super().__init__()
        self._data = request.data
        self._descriptor = -1
        self._segments = request.segments if self._data is None else ((0, len(self._data)),)
        self._starts = [0, *itertools.accumulate(length for _, length in self._segments)]
        self._at = 0
        if self._data is None:
            try:
                self._descriptor = os.open(request.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
            except OSError as error:
                raise MissingFileError(message("The file is not there any more."), path=request.path) from error

    @property
    def size(self) -> int:
        return self._starts[-1]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}.get(whence, 0)
        self._at = min(max(base + offset, 0), self.size)
        return self._at

    def read(self, count: int | None = -1) -> bytes:
        """Up to `count` bytes, fewer only at the end."""
        left = self.size - self._at if count is None or count < 0 else min(count, self.size - self._at)
        left = min(left, _LONGEST_READ)
        parts = []
        while left > 0 and (part := self._part(left)):
            parts.append(part)
            self._at += len(part)
            left -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        super().close()

    def _part(self, count: int) -> bytes:
        index = bisect.bisect_right(self._starts, self._at) - 1
        offset, length = self._segments[index]
        inside = self._at - self._starts[index]
        count = min(count, length - inside)
        if self._data is not None:
            return self._data[offset + inside : offset + inside + count]
        try:
            os.lseek(self._descriptor, offset + inside, os.SEEK_SET)
            return os.read(self._descriptor, count)
        except OSError:
            return b""


def frames_stated_by_container(read: Callable[[int, int], bytes], size: int) -> int:
    """How many pictures an MP4 container says it holds; 0 where the stream is none. `read` takes offset and length.

    ISO/IEC 14496-12: moov, trak, mdia, minf, stbl, stsz of the track whose media header is that of video.
    """
    if read(4, 4) != b"ftyp":
        return 0
    moov = _box(read, 0, size, b"moov")
    if moov is None:
        return 0
    for start, end in _boxes(read, *moov, b"trak"):
        media = _box(read, start, end, b"mdia")
        information = media and _box(read, *media, b"minf")
        if not information or _box(read, *information, b"vmhd") is None:
            continue
        table = _box(read, *information, b"stbl")
        sizes = table and _box(read, *table, b"stsz")
        if sizes:
            return int.from_bytes(read(sizes[0] + 8, 4), "big")
    return 0


_MOST_BOXES = 1000


def _boxes(read: Callable[[int, int], bytes], start: int, end: int, kind: bytes) -> list[tuple[int, int]]:
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


def _box(read: Callable[[int, int], bytes], start: int, end: int, kind: bytes) -> tuple[int, int] | None:
    return next(iter(_boxes(read, start, end, kind)), None)
