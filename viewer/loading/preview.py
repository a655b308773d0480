"""The quick first look at a JPEG 2000 frame: a lower resolution of it, enlarged to the frame's size."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.codestream import jpeg2000_header
from viewer.dicom.decode import DecodedPixels, DecodeRequest
from viewer.loading.reduced_stream import reduced_stream
from viewer.model.frozen import frozen

JPEG_2000 = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (90, 91, 92, 93))
SMALLEST = 400 * 400  # pixels; smaller frames are there as soon
LARGE, VERY_LARGE = 1024 * 1024, 8 * 1024 * 1024


@frozen
class Preview:
    """`request` decodes the picture at 1 / 2**`levels` of `rows` × `columns`."""

    request: DecodeRequest
    levels: int
    rows: int
    columns: int

    def enlarged(self, decoded: DecodedPixels) -> DecodedPixels:
        """At the size of the frame, each pixel where it belongs: sample i of the reduced picture lies on pixel i · 2**levels."""
        pixels = decoded.pixels[_nearest(self.rows, self.levels)[:, np.newaxis], _nearest(self.columns, self.levels)]
        return replace(decoded, pixels=pixels, warnings=())


def make_preview(request: DecodeRequest) -> Preview | None:
    """The preview of a frame, None where there is none to be had. Reads the frame's bytes."""
    size = request.rows * request.columns
    if request.transfer_syntax_uid not in JPEG_2000 or size < SMALLEST:
        return None
    levels = 1 if size < LARGE else 2 if size < VERY_LARGE else 3
    try:
        data = request.data if request.data is not None else _bytes_of(request)
    except OSError:
        return None
    header = jpeg2000_header(data)
    if header is None or header.is_signed != request.is_signed:
        return None  # values that wrap around at zero have no mean
    reduced = reduced_stream(data, levels)
    if reduced is None:
        return None
    rows, columns = -(-request.rows >> levels), -(-request.columns >> levels)
    smaller = replace(request, data=reduced, path="", segments=(), rows=rows, columns=columns)
    return Preview(smaller, levels, request.rows, request.columns)


def _nearest(length: int, levels: int) -> NDArray[np.intp]:
    index: NDArray[np.intp] = (np.arange(length, dtype=np.intp) + (1 << (levels - 1))) >> levels
    return np.minimum(index, (length - 1) >> levels, out=index)


def _bytes_of(request: DecodeRequest) -> bytes:
    with open(request.path, "rb", buffering=0) as file:
        parts = []
        for offset, length in request.segments:
            file.seek(offset, os.SEEK_SET)
            parts.append(file.read(length))
    return b"".join(parts)
