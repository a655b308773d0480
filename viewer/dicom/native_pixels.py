"""Native pixels: bytes of one frame to values, bits packed or in pairs where the file has them so (PS3.5 8.1, 8.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.decode_request import DecodedPixels, DecodeRequest
from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_BIG_ENDIAN
from viewer.model.errors import DecodeError
from viewer.model.messages import message


def decode_native(request: DecodeRequest, data: bytes) -> DecodedPixels:
    """Decode one frame; what is missing at its end is zero, with a warning. Raises DecodeError."""
    if not data:
        raise DecodeError(message("The pixel data of this frame are missing."))
    if request.swaps_bytes:
        data = np.frombuffer(data[: len(data) // 2 * 2], ">u2").astype("<u2").tobytes()
    if request.is_halved:
        values, complete = _halved(request, data)
    else:
        values, complete = _values(request, data, request.rows * request.columns * request.samples_per_pixel)
    warnings = () if complete else (message("The pixel data are cut off: the rest of this frame is blank."),)
    return DecodedPixels(_shaped(request, values), request.photometric_interpretation, warnings)


def _values(request: DecodeRequest, data: bytes, size: int) -> tuple[NDArray[np.generic], bool]:
    if request.bits_allocated == 1:
        return _bits(request, data, size)
    if request.bits_allocated == 12:
        return _twelve_bits(request, data, size)
    if request.bits_allocated == 24:
        return _three_bytes(request, data, size)
    return _whole_bytes(request, data, size)


def _filled(data: bytes, wanted: int) -> tuple[bytes, bool]:
    """Exactly `wanted` bytes, zeros for those that are missing, and whether none was."""
    missing = wanted - len(data)
    return (data + bytes(missing), False) if missing > 0 else (data, True)


def _whole_bytes(request: DecodeRequest, data: bytes, size: int) -> tuple[NDArray[np.generic], bool]:
    order = ">" if request.transfer_syntax_uid == EXPLICIT_VR_BIG_ENDIAN else "<"
    width = request.bits_allocated // 8
    if width not in (1, 2, 4, 8):
        raise DecodeError(message("Pixels of {bits} bits cannot be decoded.", bits=request.bits_allocated))
    dtype = np.dtype(f"{order}{'f' if request.is_float else 'u'}{width}")
    skipped = request.bit_offset // 8
    filled, complete = _filled(data, skipped + size * width)
    values: NDArray[np.generic] = np.frombuffer(filled, dtype, size, skipped)
    return values.astype(dtype.newbyteorder("="), copy=False), complete


def _bits(request: DecodeRequest, data: bytes, size: int) -> tuple[NDArray[np.generic], bool]:
    """Bits packed from the least significant one (PS3.5 8.1.1); frames follow each other without filling."""
    filled, complete = _filled(data, (request.bit_offset + size + 7) // 8)
    unpacked = np.unpackbits(np.frombuffer(filled, np.uint8), bitorder="little")
    return unpacked[request.bit_offset : request.bit_offset + size], complete


def _twelve_bits(request: DecodeRequest, data: bytes, size: int) -> tuple[NDArray[np.generic], bool]:
    """Two pixels in three bytes, as some old files have it (PS3.5 8.1.1)."""
    odd = request.bit_offset // 4  # a frame of an odd number of pixels leaves half a byte to the next one
    pairs = (size + odd + 1) // 2
    complete = len(data) >= (size * 3 + odd + 1) // 2
    filled, _ = _filled(b"\0" * odd + data, pairs * 3)
    raw = np.frombuffer(filled, np.uint8, pairs * 3).astype(np.uint16).reshape(pairs, 3)
    values = np.stack([raw[:, 0] | (raw[:, 1] & 15) << 8, raw[:, 1] >> 4 | raw[:, 2] << 4], axis=1).reshape(-1)
    return values[odd : odd + size].astype(np.uint16), complete


def _three_bytes(request: DecodeRequest, data: bytes, size: int) -> tuple[NDArray[np.generic], bool]:
    filled, complete = _filled(data, size * 3)
    values = np.zeros((size, 4), np.uint8)
    raw = np.frombuffer(filled, np.uint8, size * 3).reshape(size, 3)
    values[:, :3] = raw[:, ::-1] if request.transfer_syntax_uid == EXPLICIT_VR_BIG_ENDIAN else raw
    return values.view("<u4")[:, 0].astype(np.uint32, copy=False), complete


def _halved(request: DecodeRequest, data: bytes) -> tuple[NDArray[np.generic], bool]:
    """Y1 Y2 Cb Cr for every two pixels (PS3.3 C.7.6.3.1.2): both get the same chrominance."""
    size = request.rows * request.columns
    pairs = (size + 1) // 2
    filled, complete = _filled(data, pairs * 4)
    quads = np.frombuffer(filled, np.uint8, pairs * 4).reshape(pairs, 4)
    pixels = np.empty((pairs, 2, 3), np.uint8)
    pixels[:, :, 0] = quads[:, :2]
    pixels[:, :, 1:] = quads[:, np.newaxis, 2:]
    return pixels.reshape(-1)[: size * 3], complete


def _shaped(request: DecodeRequest, values: NDArray[np.generic]) -> NDArray[np.generic]:
    rows, columns, samples = request.rows, request.columns, request.samples_per_pixel
    if samples == 1:
        return values.reshape(rows, columns)
    if request.planar_configuration == 1 and not request.is_halved:
        return np.ascontiguousarray(values.reshape(samples, rows, columns).transpose(1, 2, 0))
    return values.reshape(rows, columns, samples)
