"""Is it the same object again? Cheaply: by its header, and where that agrees by three samples of its bytes.

Samples are enough to go on with; `have_same_content` reads all of both files, in the background (`twins.py`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from io import FileIO
from zlib import crc32

from viewer.dicom.header_values import Header

_SAMPLE = 16384
SAMPLED = 3 * _SAMPLE  # of a file up to this size the samples are all there is
_PIECE = 1 << 20


def signature_of(header: Header) -> int:
    """63 bits of what the header says and how long the data set is: equal for two copies of one file.

    Compared only among files with one SOP Instance UID, so that a checksum is enough.
    """
    checksum = crc32(b"\0".join(header.elements.values()))
    return checksum << 31 | (header.file_size - header.layout.offset) & 0x7FFFFFFF


def same_bytes(one: str, other: str, size: int) -> bool:
    """True when both files agree at their start, middle and end; also when one cannot be read (then nothing says otherwise)."""
    try:
        with open(one, "rb") as first, open(other, "rb") as second:
            for at in sorted({0, max(size // 2 - _SAMPLE // 2, 0), max(size - _SAMPLE, 0)}):
                first.seek(at)
                second.seek(at)
                if first.read(_SAMPLE) != second.read(_SAMPLE):
                    return False
    except OSError:
        return True
    return os.path.getsize(one) == os.path.getsize(other)


def have_same_content(one: str, other: str, is_over: Callable[[], bool]) -> bool | None:
    """Whether both files hold the same bytes, read a piece at a time; None when `is_over` said so meanwhile. Raises OSError."""
    with open(one, "rb", buffering=0) as first, open(other, "rb", buffering=0) as second:
        if os.fstat(first.fileno()).st_size != os.fstat(second.fileno()).st_size:
            return False
        while not is_over():
            piece = first.read(_PIECE)
            if _whole(second, len(piece)) != piece:
                return False
            if not piece:
                return True
    return None


def _whole(file: FileIO, length: int) -> bytes:
    """`length` bytes, fewer at the end: a read may give less than was asked for."""
    found = file.read(length) if length else file.read(1)
    while found and len(found) < length and (more := file.read(length - len(found))):
        found += more
    return found
