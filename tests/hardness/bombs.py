"""Files that promise far more than they hold, made here: what each costs to refuse is measured in a process of its own."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np

SHORT = "1.2.840.10008.1.2"
EXPLICIT, RLE, DEFLATED, DEFLATED_FRAME = SHORT + ".1", SHORT + ".5", SHORT + ".1.99", SHORT + ".8.1"
CT = "1.2.840.10008.5.1.4.1.1.2"
LONG = (b"OB", b"OW", b"SQ", b"UN", b"UT", b"OV", b"UC")


def element(group: int, number: int, vr: bytes, value: bytes, length: int | None = None) -> bytes:
    """One element, explicit VR little endian; `length` may lie."""
    value += (b"\0" if vr in (b"UI", b"OB") else b" ") * (len(value) % 2)
    count = len(value) if length is None else length
    head = struct.pack("<HH2s", group, number, vr)
    return head + (struct.pack("<2xI", count) if vr in LONG else struct.pack("<H", count)) + value


def short(group: int, number: int, value: int) -> bytes:
    return element(group, number, b"US", struct.pack("<H", value & 0xFFFF))


def meta(uid: str) -> bytes:
    body = element(2, 2, b"UI", CT.encode()) + element(2, 3, b"UI", b"1.2.3") + element(2, 0x10, b"UI", uid.encode())
    return bytes(128) + b"DICM" + element(2, 0, b"UL", struct.pack("<I", len(body))) + body


def header(
    rows: int = 8, columns: int = 8, bits: int = 16, frames: str = "", samples: int = 1, photometric: str = "MONOCHROME2"
) -> bytes:
    parts = [
        element(8, 0x16, b"UI", CT.encode()),
        element(8, 0x18, b"UI", b"1.2.3"),
        element(8, 0x60, b"CS", b"CT"),
        element(0x20, 0xD, b"UI", b"1.2.4"),
        element(0x20, 0xE, b"UI", b"1.2.5"),
        short(0x28, 2, samples),
        element(0x28, 4, b"CS", photometric.encode()),
        element(0x28, 8, b"IS", frames.encode()) if frames else b"",
        short(0x28, 0x10, rows),
        short(0x28, 0x11, columns),
        short(0x28, 0x100, bits),
        short(0x28, 0x101, bits),
        short(0x28, 0x102, bits - 1),
        short(0x28, 0x103, 0),
    ]
    return b"".join(parts)


def native(value: bytes = bytes(128), length: int | None = None) -> bytes:
    return element(0x7FE0, 0x10, b"OW", value, length)


def encapsulated(*streams: bytes) -> bytes:
    def item(data: bytes) -> bytes:
        data += bytes(len(data) % 2)
        return struct.pack("<HHI", 0xFFFE, 0xE000, len(data)) + data

    head = struct.pack("<HH2s2xI", 0x7FE0, 0x10, b"OB", 0xFFFFFFFF)
    return head + item(b"") + b"".join(map(item, streams)) + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)


def deflated(data: bytes, megabytes: int = 0, tail: bytes = b"") -> bytes:
    """`data`, then so many megabytes of zeros, then `tail`."""
    start, zeros, end = (zlib.compressobj(9, zlib.DEFLATED, -15) for _ in range(3))
    block = zeros.compress(bytes(1 << 20)) + zeros.flush(zlib.Z_FULL_FLUSH)  # can stand any number of times in a row
    head = start.compress(data) + start.flush(zlib.Z_FULL_FLUSH)
    return head + block * megabytes + end.compress(tail) + end.flush()


def lied_jpeg(encode: Callable[[np.ndarray], bytes], marker: int, side: int) -> bytes:
    data = bytearray(encode(np.arange(64, dtype=np.uint8).reshape(8, 8)))
    at = data.find(bytes((0xFF, marker)))
    data[at + 5 : at + 9] = struct.pack(">HH", side, side)
    return bytes(data)


def lied_j2k(edit: Callable[[bytearray, int], None], encode: Callable[..., bytes] = imagecodecs.jpeg2k_encode) -> bytes:
    options = {"codecformat": "j2k", "level": 0} if encode is imagecodecs.jpeg2k_encode else {"reversible": True}
    data = bytearray(encode(np.arange(64, dtype=np.uint8).reshape(8, 8), **options))
    edit(data, data.find(b"\xff\x4f\xff\x51"))
    return bytes(data)


def _side(side: int) -> Callable[[bytearray, int], None]:
    def edit(data: bytearray, at: int) -> None:
        for place in (8, 24):
            data[at + place : at + place + 8] = side.to_bytes(4, "big") * 2

    return edit


def _tiles(data: bytearray, at: int) -> None:
    data[at + 8 : at + 16] = (4096).to_bytes(4, "big") * 2
    data[at + 24 : at + 32] = (1).to_bytes(4, "big") * 2


def _components(data: bytearray, at: int) -> None:
    data[at + 40 : at + 42] = (16384).to_bytes(2, "big")


def compressed(uid: str, stream: bytes, side: int = 65500, bits: int = 8) -> bytes:
    return meta(uid) + header(side, side, bits) + encapsulated(stream)


def nested(depth: int, *, closed: bool = True) -> bytes:
    opening = struct.pack("<HH2s2xI", 0x40, 0xA730, b"SQ", 0xFFFFFFFF) + struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    closing = struct.pack("<HHI", 0xFFFE, 0xE00D, 0) + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    return opening * depth + (closing * depth if closed else b"")


def items(count: int, tag: tuple[int, int] = (0x5200, 0x9230)) -> bytes:
    empty = struct.pack("<HHI", 0xFFFE, 0xE000, 0)
    return element(*tag, b"SQ", empty * count)


def many_elements(count: int) -> bytes:
    return b"".join(struct.pack("<HH2sH", 0x11 + 2 * (index >> 16), index & 0xFFFF, b"LO", 0) for index in range(count))


def dicomdir(links: list[tuple[int, int]]) -> bytes:
    """Directory records by number, (next, lower) by number or -1: they may go in circles."""

    def record(place: int, then: int, lower: int) -> bytes:
        body = (
            element(4, 0x1400, b"UL", struct.pack("<I", then))
            + short(4, 0x1410, 0xFFFF)
            + element(4, 0x1420, b"UL", struct.pack("<I", lower))
            + element(4, 0x1430, b"CS", b"PATIENT " if place == 0 else b"IMAGE")
            + element(4, 0x1500, b"CS", f"IM{place:04}".encode())
        )
        return struct.pack("<HHI", 0xFFFE, 0xE000, len(body)) + body

    head = meta(EXPLICIT).replace(CT.encode() + b"\0", b"1.2.840.10008.1.3.10\0".ljust(len(CT) + 1, b"\0"))
    fixed = element(4, 0x1200, b"UL", bytes(4)) + element(4, 0x1202, b"UL", bytes(4)) + short(4, 0x1212, 0)
    first = len(head) + len(fixed) + 12
    lengths = [len(record(place, 0, 0)) for place in range(len(links))]
    offsets = [first + sum(lengths[:place]) for place in range(len(links))]
    records = b"".join(
        record(place, offsets[then] if then >= 0 else 0, offsets[lower] if lower >= 0 else 0)
        for place, (then, lower) in enumerate(links)
    )
    fixed = fixed.replace(struct.pack("<HH2sHI", 4, 0x1200, b"UL", 4, 0), struct.pack("<HH2sHI", 4, 0x1200, b"UL", 4, first))
    return head + fixed + element(4, 0x1220, b"SQ", records)


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def zip_of_zeros(megabytes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive, archive.open("IM1", "w") as member:
        for _ in range(megabytes):
            member.write(bytes(1 << 20))
    return out.getvalue()


def nested_zip(depth: int) -> bytes:
    data = zipped({"IM": meta(EXPLICIT) + header() + native()})
    for level in range(depth):
        data = zipped({f"{level}.zip": data})
    return data


def forty_two(fan: int = 16, depth: int = 4) -> bytes:
    """Each archive holds `fan` copies of the one within, the innermost a file of zeros."""
    data = zip_of_zeros(64)
    for _ in range(depth):
        data = zipped({f"lib{number}.zip": data for number in range(fan)})
    return data


def overlapping_zip(count: int = 2000) -> bytes:
    """Every entry of the directory names the same bytes."""
    whole = zip_of_zeros(4)
    at = whole.find(b"PK\x01\x02")
    end = whole.find(b"PK\x05\x06")
    entry = whole[at:end]
    directory = b"".join(entry[:46] + f"I{number:02}"[-3:].encode() + entry[46 + 3 :] for number in range(count))
    return whole[:at] + directory + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), at, 0)


def segmented_palette() -> bytes:
    """65,000 segments of 65,535 entries each."""
    segment = struct.pack("<HHH", 1, 65535, 7)
    return b"".join(element(0x28, 0x1101 + colour, b"US", struct.pack("<3H", 0, 0, 16)) for colour in range(3)) + b"".join(
        element(0x28, 0x1221 + colour, b"OW", struct.pack("<HHH", 0, 1, 5) + segment * 65_000) for colour in range(3)
    )


def indirect_palette() -> bytes:
    """Segments that repeat segments that repeat segments."""
    start = struct.pack("<HHH", 0, 1, 5) + struct.pack("<HHH", 1, 1000, 9)
    again = struct.pack("<HHHH", 2, 2, 0, 0)
    tables = b"".join(element(0x28, 0x1101 + colour, b"US", struct.pack("<3H", 0, 0, 16)) for colour in range(3))
    return tables + b"".join(element(0x28, 0x1221 + colour, b"OW", start + again * 8000) for colour in range(3))


def overlay(rows: int, columns: int, frames: int) -> bytes:
    return (
        short(0x6000, 0x10, rows)
        + short(0x6000, 0x11, columns)
        + element(0x6000, 0x15, b"IS", str(frames).encode())
        + element(0x6000, 0x40, b"CS", b"G")
        + element(0x6000, 0x50, b"SS", struct.pack("<hh", 1, 1))
        + short(0x6000, 0x100, 1)
        + short(0x6000, 0x102, 0)
        + element(0x6000, 0x3000, b"OW", bytes(8))
    )


def tables(count: int) -> bytes:
    body = element(0x28, 0x3002, b"US", struct.pack("<3H", 0, 0, 16)) + element(0x28, 0x3006, b"OW", b"\1\0")
    return element(0x28, 0x3010, b"SQ", (struct.pack("<HHI", 0xFFFE, 0xE000, len(body)) + body) * count)


def run_length(side: int, frames: str = "") -> bytes:
    stream = struct.pack("<16L", 2, 64, 66, *[0] * 13) + b"\x81\x00\x81\x00"
    return meta(RLE) + header(side, side, 16, frames) + encapsulated(stream)


def _plain(*parts: bytes, uid: str = EXPLICIT) -> bytes:
    return meta(uid) + b"".join(parts)


def _jxl(side: int) -> bytes:
    """A JPEG XL header with a size of `side` squared: ratio 1:1, 30 bits of height."""
    value = (side - 1) << 3 | 0b11 << 1 | 0
    value |= 1 << 33
    return b"\xff\x0a" + value.to_bytes(16, "little") + bytes(32)


BOMBS: dict[str, Callable[[], bytes]] = {
    "deflate 1:1000 before the pixels": lambda: (
        meta(DEFLATED) + deflated(header() + struct.pack("<HH2s2xI", 0x29, 0x1010, b"OB", 1 << 30), 1024, native())
    ),
    "deflate 1:1000 in the pixels": lambda: (
        meta(DEFLATED) + deflated(header(32000, 16000) + struct.pack("<HH2s2xI", 0x7FE0, 0x10, b"OW", 1 << 30), 1024)
    ),
    "deflate that only opens sequences": lambda: meta(DEFLATED) + deflated(header() + nested(200_000, closed=False)),
    "deflated frame 1:1000": lambda: _plain(header(32000, 16000), encapsulated(deflated(b"", 1024)), uid=DEFLATED_FRAME),
    "native 65500 square": lambda: _plain(header(65500, 65500), native()),
    "native 65500 square, single bits": lambda: _plain(header(65500, 65500, 1), native()),
    "native just below the cap": lambda: _plain(header(32000, 32000), native()),
    "frames 2^31-1": lambda: _plain(header(8, 8, 16, str(2**31 - 1)), native()),
    "frames 99999999999 of one pixel": lambda: _plain(header(1, 1, 8, "99999999999"), native()),
    "frames -1": lambda: _plain(header(8, 8, 16, "-1"), native()),
    "RLE 65500 square": lambda: run_length(65500),
    "RLE 32000 square": lambda: run_length(32000),
    "RLE frames 2^31-1": lambda: run_length(8, str(2**31 - 1)),
    "JPEG 65500 square": lambda: compressed(SHORT + ".4.50", lied_jpeg(imagecodecs.jpeg8_encode, 0xC0, 65500)),
    "JPEG 30000 square": lambda: compressed(SHORT + ".4.50", lied_jpeg(imagecodecs.jpeg8_encode, 0xC0, 30000), 30000),
    "lossless JPEG 65500 square": lambda: compressed(SHORT + ".4.70", lied_jpeg(imagecodecs.ljpeg_encode, 0xC3, 65500)),
    "lossless JPEG 30000 square": lambda: compressed(SHORT + ".4.70", lied_jpeg(imagecodecs.ljpeg_encode, 0xC3, 30000), 30000),
    "JPEG-LS 65500 square": lambda: compressed(SHORT + ".4.80", lied_jpeg(imagecodecs.jpegls_encode, 0xF7, 65500)),
    "JPEG-LS 30000 square": lambda: compressed(SHORT + ".4.80", lied_jpeg(imagecodecs.jpegls_encode, 0xF7, 30000), 30000),
    "JPEG 2000 65500 square": lambda: compressed(SHORT + ".4.90", lied_j2k(_side(65500))),
    "JPEG 2000 4 billion square": lambda: compressed(SHORT + ".4.90", lied_j2k(_side(0xFFFFFFF0))),
    "JPEG 2000 30000 square": lambda: compressed(SHORT + ".4.90", lied_j2k(_side(30000)), 30000),
    "JPEG 2000 16 million tiles": lambda: compressed(SHORT + ".4.90", lied_j2k(_tiles), 4096),
    "JPEG 2000 16384 components": lambda: compressed(SHORT + ".4.90", lied_j2k(_components), 8),
    "HTJ2K 30000 square": lambda: compressed(SHORT + ".4.201", lied_j2k(_side(30000), imagecodecs.htj2k_encode), 30000),
    "JPEG XL a billion square": lambda: compressed(SHORT + ".4.110", _jxl(1 << 29)),
    "JPEG XL 30000 square": lambda: compressed(SHORT + ".4.110", _jxl(30000), 30000),
    "depth 300": lambda: _plain(header(), nested(300), native()),
    "depth 100,000 without an end": lambda: _plain(header(), nested(100_000, closed=False)),
    "a million items": lambda: _plain(header(), items(1_000_000), native()),
    "a million frames of attributes": lambda: _plain(header(8, 8, 16, "1000000"), items(1_000_000), native()),
    "300,000 elements": lambda: _plain(
        header()[: len(element(8, 0x16, b"UI", CT.encode())) + 14], many_elements(300_000), header(), native()
    ),
    "DICOMDIR whose next record is itself": lambda: dicomdir([(0, 1), (1, -1)]),
    "DICOMDIR whose lower record is its parent": lambda: dicomdir([(1, 1), (0, 0), (1, 2)]),
    "VL 0xFFFFFFF0": lambda: _plain(header(), native(bytes(10), 0xFFFFFFF0)),
    "VL of text 0xFFFFFFFE": lambda: _plain(header(), element(0x40, 0xA160, b"UT", b"x", 0xFFFFFFFE)),
    "item of 4 GB": lambda: _plain(
        header(), element(0x40, 0xA730, b"SQ", struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFE), 0xFFFFFFFE)
    ),
    "offset table of 4 GB": lambda: _plain(
        header(), struct.pack("<HH2s2xIHHI", 0x7FE0, 0x10, b"OB", 0xFFFFFFFF, 0xFFFE, 0xE000, 0xFFFFFFF0), bytes(64), uid=RLE
    ),
    "palette of 65,000 long segments": lambda: _plain(header(8, 8, 8, photometric="PALETTE COLOR"), segmented_palette(), native()),
    "palette of segments of segments": lambda: _plain(header(8, 8, 8, photometric="PALETTE COLOR"), indirect_palette(), native()),
    "overlay 65500 square, 2^31-1 frames": lambda: _plain(header(), overlay(65500, 65500, 2**31 - 1), native()),
    "20,000 VOI tables": lambda: _plain(header(), tables(20_000), native()),
    "zip of 512 MB of zeros": lambda: zip_of_zeros(512),
    "zip within zip, 40 deep": lambda: nested_zip(40),
    "zip like 42.zip": forty_two,
    "zip whose 2,000 members overlap": overlapping_zip,
}


def write_bomb(name: str, folder: Path) -> Path:
    path = folder / "bomb"
    path.write_bytes(BOMBS[name]())
    return path
