"""One frame as WADO-RS gives it: the stored bit stream, or native pixels, little endian (PS3.18 8.7.3)."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

from viewer.dicom.decode import frame_bytes
from viewer.dicom.decode_request import DecodeRequest, is_native
from viewer.dicom.image_file import ImageFile
from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN
from viewer.model.frozen import frozen
from viewer.network.dicomweb.media_types import MULTIPART, OCTETS, MediaType
from viewer.network.reencode import Decode

_ROOT = "1.2.840.10008.1.2."
_ANY = ("*/*", "application/*", "multipart/*", OCTETS)
_NATIVE = ("", EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN)
# Media types of compressed frames (PS3.18 table 8.7.3-5).
MEDIA_TYPES = {
    **{_ROOT + end: "image/jpeg" for end in ("4.50", "4.51", "4.57", "4.70")},
    **{_ROOT + end: "image/jls" for end in ("4.80", "4.81")},
    **{_ROOT + end: "image/jp2" for end in ("4.90", "4.91")},
    **{_ROOT + end: "image/jpx" for end in ("4.92", "4.93")},
    **{_ROOT + end: "image/jphc" for end in ("4.201", "4.202", "4.203")},
    **{_ROOT + end: "image/jxl" for end in ("4.110", "4.111", "4.112")},
    _ROOT + "5": "image/dicom-rle",
}


@frozen
class FramePart:
    content: bytes
    content_type: str


def frame_part(image: ImageFile, number: int, accept: Sequence[MediaType], decode: Decode) -> FramePart | None:
    """The frame in the form that is wanted most, None when it has none of those. Raises NegatoscopeError."""
    request = image.decode_request(number)
    stored = request.transfer_syntax_uid
    for kind in accept:
        name = kind.parameters.get("type", OCTETS) if kind.name == MULTIPART else kind.name
        wanted = kind.parameters.get("transfer-syntax", "")
        if is_native(stored):
            if name in _ANY and wanted in (*_NATIVE, "*"):
                return _native(request, decode)
        elif name in _ANY and wanted in ("*", stored):
            return _part(frame_bytes(request), OCTETS, stored)
        elif name == MEDIA_TYPES.get(stored) and wanted in ("", "*", stored):
            return _part(frame_bytes(request), name, stored)
        elif name in _ANY and wanted in _NATIVE:
            return _native(request, decode)
    return None


def _part(content: bytes, name: str, syntax: str) -> FramePart:
    return FramePart(content, f"{name}; transfer-syntax={syntax}")


def _native(request: DecodeRequest, decode: Decode) -> FramePart:
    is_plain = is_native(request.transfer_syntax_uid) and not request.swaps_bytes and not request.bit_offset
    if is_plain and request.transfer_syntax_uid != EXPLICIT_VR_BIG_ENDIAN:
        return _part(frame_bytes(request), OCTETS, EXPLICIT_VR_LITTLE_ENDIAN)
    pixels = decode(request).pixels
    if request.bits_allocated == 1:
        packed = np.packbits(pixels.astype(np.uint8).ravel(), bitorder="little")
        return _part(packed.tobytes(), OCTETS, EXPLICIT_VR_LITTLE_ENDIAN)
    little = pixels.astype(pixels.dtype.newbyteorder("<"), copy=False) if sys.byteorder == "big" else pixels
    return _part(np.ascontiguousarray(little).tobytes(), OCTETS, EXPLICIT_VR_LITTLE_ENDIAN)
