"""Multipart messages, read part by part while they arrive (RFC 2046 5.1); memory stays flat however large a part is.

The data of a part end where the boundary stands, whatever a Content-Length says; one that says something else is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from viewer.model.messages import message
from viewer.network.dicomweb.web_limits import DEFAULT_WEB_LIMITS, WebLimits
from viewer.network.errors import ProtocolError

_LARGEST_PREAMBLE = 64 * 1024
_HEAD_END = b"\r\n\r\n"


class Part:
    """One part. Its pieces are read once, before the next part is asked for."""

    def __init__(self, reader: MultipartReader, headers: Mapping[str, str]) -> None:
        self._reader = reader
        self.headers = headers
        self.size = 0

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def announced_size(self) -> int | None:
        """What Content-Length says; -1 when it is no number."""
        text = self.headers.get("content-length")
        if text is None:
            return None
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1

    @property
    def is_as_announced(self) -> bool:
        """After the last piece: whether as many bytes came as were announced."""
        return self.announced_size in (None, self.size)

    def pieces(self) -> Iterator[memoryview]:
        """The data, each piece valid until the next is asked for. Raises ProtocolError, and what the source raises."""
        for piece in self._reader.part_pieces():
            self.size += len(piece)
            yield piece

    def read(self, limit: int) -> bytes:
        """All of it. Raises ProtocolError when it is more than `limit`."""
        found = bytearray()
        for piece in self.pieces():
            found += piece
            if len(found) > limit:
                raise ProtocolError(message("A part of the answer is too large."))
        return bytes(found)


class MultipartReader:
    """Reads parts from `pieces`. One pass, one thread."""

    def __init__(self, pieces: Iterator[bytes], boundary: bytes, limits: WebLimits = DEFAULT_WEB_LIMITS) -> None:
        self._pieces = pieces
        self._delimiter = b"\r\n--" + boundary
        self._limits = limits
        self._buffer = bytearray(b"\r\n")  # the first delimiter needs no line end before it
        self._in_part = False

    def parts(self) -> Iterator[Part]:
        """Part after part. Raises ProtocolError when the message is malformed, ends early or goes over a limit."""
        self._skip_preamble()
        count = 0
        while self._begins_part():
            count += 1
            if count > self._limits.parts:
                raise ProtocolError(message("The answer has too many parts."))
            headers = self._read_head()
            self._in_part = True
            part = Part(self, headers)
            yield part
            for _ in part.pieces():
                pass

    def part_pieces(self) -> Iterator[memoryview]:
        """Data up to the next delimiter, which is taken off."""
        total = 0
        while self._in_part:
            found = self._buffer.find(self._delimiter)
            size = found if found >= 0 else len(self._buffer) - len(self._delimiter) + 1
            if size > 0:
                piece = bytes(memoryview(self._buffer)[:size])
                del self._buffer[:size]
                total += size
                if total > self._limits.dicom.largest_object:
                    raise ProtocolError(message("A part of the answer is too large."))
                yield memoryview(piece)
            if found >= 0:
                del self._buffer[: len(self._delimiter)]
                self._in_part = False
            else:
                self._more()

    def _more(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            raise ProtocolError(message("The answer ends in the middle of a part."))
        self._buffer += piece

    def _skip_preamble(self) -> None:
        skipped = 0
        while (found := self._buffer.find(self._delimiter)) < 0:
            surplus = len(self._buffer) - len(self._delimiter) + 1
            if surplus > 0:
                skipped += surplus
                del self._buffer[:surplus]
            if skipped > _LARGEST_PREAMBLE:
                raise ProtocolError(message("The answer does not hold the parts it speaks of."))
            self._more()
        del self._buffer[: found + len(self._delimiter)]

    def _begins_part(self) -> bool:
        """After a delimiter: the rest of its line. False at the last one."""
        while len(self._buffer) < 2:
            self._more()
        if self._buffer[:2] == b"--":
            return False
        while (end := self._buffer.find(b"\r\n")) < 0 and len(self._buffer) < 256:
            self._more()
        if end < 0 or self._buffer[:end].strip(b" \t"):
            raise ProtocolError(message("The parts of the answer are malformed."))
        del self._buffer[:end]  # the line end stays: a part without headers has it twice
        return True

    def _read_head(self) -> dict[str, str]:
        limit = self._limits.largest_part_head
        while (end := self._buffer.find(_HEAD_END)) < 0 and len(self._buffer) <= limit:
            self._more()
        if end < 0 or end > limit:
            raise ProtocolError(message("The head of a part is too large."))
        raw = bytes(self._buffer[:end])
        del self._buffer[: end + len(_HEAD_END)]
        return _headers(raw, self._limits)


def _headers(raw: bytes, limits: WebLimits) -> dict[str, str]:
    lines = [line for line in raw.split(b"\r\n") if line]
    if len(lines) > limits.part_headers:
        raise ProtocolError(message("The head of a part is too large."))
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        key = name.strip().decode("latin-1").lower()
        if not colon or not key or key in found:
            raise ProtocolError(message("The parts of the answer are malformed."))
        found[key] = value.strip().decode("latin-1")
    return found


def part_head(boundary: str, content_type: str, size: int, *, is_first: bool, location: str = "") -> bytes:
    """Delimiter and head of a part that is written."""
    lines = ["" if is_first else "\r\n", f"--{boundary}\r\n", f"Content-Type: {content_type}\r\n", f"Content-Length: {size}\r\n"]
    if location:
        lines.append(f"Content-Location: {location}\r\n")
    return "".join((*lines, "\r\n")).encode("ascii", "replace")


def multipart_end(boundary: str) -> bytes:
    """The last delimiter."""
    return f"\r\n--{boundary}--\r\n".encode("ascii")
