"""Uncompressed frames that lie in their file as numpy wants them: read straight into their place, nothing is copied."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.decode import DecodedPixels, DecodeRequest
from viewer.loading.frame_memory import Allocate, plain
from viewer.model.errors import MissingFileError
from viewer.model.messages import message

_preadv: Callable[[int, Sequence[NDArray[np.uint8]], int], int] | None = getattr(os, "preadv", None)


def read_native(
    request: DecodeRequest, allocate: Allocate = plain, read_along: NDArray[np.uint8] | None = None
) -> DecodedPixels | None:
    """The frame, as `viewer.dicom.decode.decode` would give it, or None where that has more to do than to read.

    `allocate` gives its memory, of undefined content; `read_along` is the whole pixel data where it was read with the header.

    Raises MissingFileError and MemoryError.
    """
    if not request.is_plain:
        return None
    if read_along is not None and read_along.size == request.nbytes:
        data = read_along
    else:
        data = allocate(request.nbytes)
        if not _read(request.path, request.segments[0][0], data):
            return None  # cut off: the decoder fills up and says so
    kind = "f" if request.is_float else "u"
    shape = (request.rows, request.columns) + ((request.samples_per_pixel,) if request.samples_per_pixel > 1 else ())
    return DecodedPixels(data.view(f"<{kind}{request.bits_allocated // 8}").reshape(shape), request.photometric_interpretation)


def _read(path: str, offset: int, data: NDArray[np.uint8]) -> bool:
    """Fill `data` from the file; False when the file is shorter."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise MissingFileError(message("The file is not there any more."), path=path) from error
    try:
        filled = 0
        while filled < data.size:
            number = _read_some(descriptor, data[filled:], offset + filled)
            if not number:
                return False
            filled += number
        return True
    except OSError as error:
        raise MissingFileError(message("The file cannot be read."), path=path) from error
    finally:
        os.close(descriptor)


def _read_some(descriptor: int, data: NDArray[np.uint8], offset: int) -> int:
    if _preadv is not None:
        return _preadv(descriptor, [data], offset)
    os.lseek(descriptor, offset, os.SEEK_SET)  # Windows
    found = os.read(descriptor, data.size)
    data[: len(found)] = np.frombuffer(found, np.uint8)
    return len(found)
