"""From the bytes of one frame to its values. This is what the worker processes run; it knows nothing of pydicom.

Who decodes is decided here, not by what happens to be installed: imagecodecs for the JPEG family, our own code for native and
RLE, zlib for deflated frames. The stream's own header is checked against the data set before a decoder sees it.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from viewer.dicom.codecs import decode_jpeg, decode_jpeg_2000, decode_jpeg_ls, decode_jpeg_xl
from viewer.dicom.decode_request import (
    DEFLATED_FRAME,
    HTJ2K,
    JPEG,
    JPEG_2000,
    JPEG_LS,
    JPEG_XL,
    MAX_FRAME_BYTES,
    RLE,
    DecodedPixels,
    DecodeRequest,
    is_native,
)
from viewer.dicom.native_pixels import decode_native
from viewer.dicom.run_length import decode_run_length
from viewer.dicom.transfer_syntaxes import is_video, name_of_transfer_syntax
from viewer.model.errors import DecodeError, MissingFileError, TooLargeError, UnsupportedSyntaxError
from viewer.model.messages import message

__all__ = ["MAX_FRAME_BYTES", "DecodeRequest", "DecodedPixels", "decode"]


def decode(request: DecodeRequest) -> DecodedPixels:
    """Decode one frame. Raises DecodeError, UnsupportedSyntaxError, TooLargeError or MissingFileError."""
    if request.nbytes > MAX_FRAME_BYTES:
        raise TooLargeError(
            message("A frame of {columns} × {rows} pixels is over the limit.", columns=request.columns, rows=request.rows)
        )
    if is_video(request.transfer_syntax_uid):
        return _video_frame(request)
    decoder = _decoder(request.transfer_syntax_uid)
    data = request.data if request.data is not None else _read(request)
    if not data:
        raise DecodeError(message("The pixel data of this frame are missing."))
    ratio = _MAX_DEFLATED if request.transfer_syntax_uid == DEFLATED_FRAME else _MAX_RATIO
    if request.nbytes > max(_LARGE, ratio * len(data)):
        raise TooLargeError(message("A frame of this size cannot be in so few bytes: it is refused."))
    try:
        return decoder(request, data)
    except MemoryError as error:
        raise TooLargeError(message("There is not enough memory to decode this frame.")) from error


def _decoder(uid: str) -> Callable[[DecodeRequest, bytes], DecodedPixels]:
    if is_native(uid):
        return decode_native
    found = _DECODERS.get(uid)
    if found is not None:
        return found
    name = name_of_transfer_syntax(uid)
    raise UnsupportedSyntaxError(message("Images in the transfer syntax {name} cannot be decoded.", name=name))


def _video_frame(request: DecodeRequest) -> DecodedPixels:
    """A worker keeps its sessions open instead (`loading/decode_worker.py`)."""
    from viewer.dicom.video import VideoSessions

    sessions = VideoSessions()
    try:
        return sessions.decode(request)
    finally:
        sessions.close()


def frame_bytes(request: DecodeRequest) -> bytes:
    """The bytes of one frame as they are stored. Raises MissingFileError."""
    return _read(request) if request.data is None else request.data


def _read(request: DecodeRequest) -> bytes:
    try:
        descriptor = os.open(request.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise MissingFileError(message("The file is not there any more."), path=request.path) from error
    try:
        parts = []
        for offset, length in request.segments:
            os.lseek(descriptor, offset, os.SEEK_SET)
            parts.append(_read_exactly(descriptor, length))
        return parts[0] if len(parts) == 1 else b"".join(parts)
    except OSError as error:
        raise MissingFileError(message("The file cannot be read."), path=request.path) from error
    finally:
        os.close(descriptor)


def _read_exactly(descriptor: int, length: int) -> bytes:
    """`length` bytes, or fewer at the end of the file. One read may give less than asked (2 GiB at most on Linux)."""
    first = os.read(descriptor, length)
    if len(first) == length or not first:
        return first
    parts, missing = [first], length - len(first)
    while missing and (more := os.read(descriptor, missing)):
        parts.append(more)
        missing -= len(more)
    return b"".join(parts)


def _run_length(request: DecodeRequest, data: bytes) -> DecodedPixels:
    if request.bits_allocated == 1:
        return _run_length_bits(request, data)
    width = request.bits_allocated // 8
    pixels, intact = decode_run_length(data, request.rows, request.columns, request.samples_per_pixel, width)
    return DecodedPixels(pixels, request.photometric_interpretation, () if intact else (_PARTS_MISSING,))


def _run_length_bits(request: DecodeRequest, data: bytes) -> DecodedPixels:
    """Single bits: as they are packed in native pixel data (PS3.5 8.2.2), or, by some writers, one in a byte."""
    size = request.rows * request.columns * request.samples_per_pixel
    packed, intact = decode_run_length(data, 1, (size + 7) // 8, 1, 1)
    if len(data) > 64:
        whole, is_whole = decode_run_length(data, request.rows, request.columns, request.samples_per_pixel, 1)
        if is_whole:
            return DecodedPixels((whole != 0).astype(np.uint8), request.photometric_interpretation)
    found = decode_native(request, packed.tobytes())
    return DecodedPixels(found.pixels, found.photometric_interpretation, () if intact else (_PARTS_MISSING,))


def _deflated_frame(request: DecodeRequest, data: bytes) -> DecodedPixels:
    """One frame, deflated (PS3.5 A.4.13): never inflated beyond the size of a frame."""
    bits = request.rows * request.columns * request.samples_per_pixel * request.bits_allocated
    try:
        plain = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, (bits + 7) // 8)
    except zlib.error as error:
        name = name_of_transfer_syntax(request.transfer_syntax_uid)
        raise DecodeError(message("This frame is damaged: it cannot be decoded as {name}.", name=name)) from error
    halved = request.photometric_interpretation in ("YBR_FULL_422", "YBR_PARTIAL_422") and request.bits_allocated == 8
    if halved and request.samples_per_pixel == 3 and len(plain) * 8 < bits:
        request = replace(request, is_halved=True)
    return decode_native(request, plain)


_LARGE = 64 * 1024 * 1024
_MAX_DEFLATED = 500  # deflate cannot do better than 1,032, nothing but zeros all over
_MAX_RATIO = 1000  # decoded bytes from one, in large frames: more is a lie that costs memory
_PARTS_MISSING = message("The compressed data are damaged: parts of this frame are blank.")
_DECODERS: dict[str, Callable[[DecodeRequest, bytes], DecodedPixels]] = {
    RLE: _run_length,
    DEFLATED_FRAME: _deflated_frame,
    **dict.fromkeys(JPEG, decode_jpeg),
    **dict.fromkeys(JPEG_LS, decode_jpeg_ls),
    **dict.fromkeys(JPEG_2000 | HTJ2K, decode_jpeg_2000),
    **dict.fromkeys(JPEG_XL, decode_jpeg_xl),
}
