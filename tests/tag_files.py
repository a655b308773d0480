"""Little DICOM files made byte by byte, odd ones included."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

LONG = (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")
OPEN = 0xFFFFFFFF
EXPLICIT = b"1.2.840.10008.1.2.1\0"
IMPLICIT = b"1.2.840.10008.1.2\0"
DEFLATED = b"1.2.840.10008.1.2.1.99"
BIG_ENDIAN = b"1.2.840.10008.1.2.2\0"
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD


def element(tag: int, vr: bytes, value: bytes, length: int | None = None, *, order: str = "<") -> bytes:
    """An element in explicit VR."""
    stated = len(value) if length is None else length
    head = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF) + vr
    return head + (b"\0\0" + struct.pack(order + "I", stated) if vr in LONG else struct.pack(order + "H", stated)) + value


def bare(tag: int, value: bytes = b"", length: int | None = None) -> bytes:
    """An element in implicit VR; an item or a delimiter in either."""
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value) if length is None else length) + value


def part10(data_set: bytes, syntax: bytes = EXPLICIT) -> bytes:
    meta = element(0x00020010, b"UI", syntax)
    return bytes(128) + b"DICM" + element(0x00020000, b"UL", struct.pack("<I", len(meta))) + meta + data_set


def deflated(data_set: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return part10(packer.compress(data_set) + packer.flush(), DEFLATED)


CLASS = element(0x00080016, b"UI", b"1.2.840.10008.5.1.4.1.1.2\0")


def saved(folder: Path, content: bytes, name: str = "one.dcm") -> str:
    file = folder / name
    file.write_bytes(content)
    return str(file)
