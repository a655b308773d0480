"""The bytes of a data set by offset: straight from the file, or inflated within limits (PS3.5 A.5)."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from viewer.model.errors import BrokenFileError, TooLargeError
from viewer.model.messages import message

MAX_INFLATED = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_pread: Callable[[int, int, int], bytes] | None = getattr(os, "pread", None)  # not on Windows
_preadv: Callable[[int, Sequence[bytearray | NDArray[np.uint8]], int], int] | None = getattr(os, "preadv", None)


class ByteSource(Protocol):
    """`size` is where the data end; a very large number while unknown."""

    size: int

    def read(self, at: int, count: int) -> bytes: ...


class FileBytes:
    """The bytes of an open file."""

    def __init__(self, descriptor: int, size: int) -> None:
        self.descriptor = descriptor
        self.size = size

    def read(self, at: int, count: int) -> bytes:
        if _pread is not None:  # one call of the system: each is a chance for another thread to take the interpreter
            return _pread(self.descriptor, count, at)
        os.lseek(self.descriptor, at, os.SEEK_SET)
        return os.read(self.descriptor, count)

    def read_with_rest(self, count: int, rest: NDArray[np.uint8]) -> bytes:
        """The first `count` bytes, and into `rest` what follows them; b"" where the system cannot, or the file is shorter."""
        block = bytearray(count)
        if _preadv is None or _preadv(self.descriptor, (block, rest), 0) != count + rest.size:
            return b""
        return bytes(block)


class InflatedBytes:
    """A deflated data set, inflated only as far as it is read and never beyond `MAX_INFLATED`."""

    def __init__(self, source: FileBytes, offset: int) -> None:
        self._source = source
        self._offset = offset
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._data = bytearray()
        self._done = False
        self.size = 1 << 62

    def read(self, at: int, count: int) -> bytes:
        while len(self._data) < at + count and not self._done:
            self._inflate_more(at + count - len(self._data))
        return bytes(self._data[at : at + count])

    def _inflate_more(self, count: int) -> None:
        if len(self._data) + count > MAX_INFLATED:
            raise TooLargeError(message("The deflated header is larger than any real one."))
        raw = self._inflate.unconsumed_tail
        if not raw:
            raw = self._source.read(self._offset, _CHUNK)
            self._offset += len(raw)
        before = len(self._data)
        try:
            self._data += self._inflate.decompress(raw, count)
        except zlib.error as error:
            if not self._data:
                raise BrokenFileError(message("The deflated data set is damaged.")) from error
            raw = b""
        # zlib may hold output back after it has taken the last of the input
        if self._inflate.eof or (not raw and len(self._data) == before):
            self._done = True
            self.size = len(self._data)
