"""The bytes of a video inside a DICOM file, read in place as one stream (PS3.5 A.4.5 to A.4.11, 8.2.7)."""

from __future__ import annotations

import bisect
import io
import itertools
import os

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

    def at(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`."""
        self.seek(offset)
        return self.read(length)

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


_FIRST_BOXES = frozenset((b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp", b"moof", b"pnot", b"uuid"))
_PACKETS = (188, 192)  # of a transport stream, without and with time stamps
_PACK = b"\0\0\1\xba"


def is_elementary(head: bytes) -> bool:
    """True for a bare stream of the codec; False for MP4, transport and program streams (which begin with a pack header)."""
    bare = head.lstrip(b"\0")
    return len(head) - len(bare) >= 2 and bare[:1] == b"\1" and not head.startswith(_PACK)


def is_known_container(head: bytes) -> bool:
    """True where a stream begins as MPEG-2, H.264 or HEVC video does: MP4, transport or program stream, or bare."""
    if is_elementary(head) or head.startswith(_PACK) or head[4:8] in _FIRST_BOXES:
        return True
    return any(head[at : at + 2 * size + 1 : size] == b"GGG" for size in _PACKETS for at in range(size))
