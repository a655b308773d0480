"""What a compressed frame says of itself: size, components, precision. Read before any decoder sees it.

A decoder believes its stream; a stream that promises 65500 × 65500 pixels makes it ask for gigabytes. A few bytes of header tell.
"""

from __future__ import annotations

from viewer.model.frozen import frozen

_SOF = frozenset((0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7))
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))
MAX_MARKERS = 10_000
MAX_TILES = 65_535
_SYCC = b"colr\x01\x00\x00\x00\x00\x00\x12"  # JP2 box: enumerated colour space 18 (ISO/IEC 15444-1 I.5.3.3)


@frozen
class StreamHeader:
    """`precision` in bits; `is_signed` only JPEG 2000 states. `adobe_transform`, `is_jfif`, `component_ids` and
    `frame_marker` are of JPEG, as is `is_subsampled`: of three components one is coarser than another. `colour_transform`
    is the multiple component transformation of JPEG 2000, `is_reversible` its wavelet (9-7 or 5-3), `is_sycc` the colour
    space of the JP2 file around it."""

    columns: int
    rows: int
    components: int
    precision: int
    is_signed: bool = False
    is_lossless_process: bool = False
    adobe_transform: int | None = None
    is_jfif: bool = False
    component_ids: bytes = b""
    colour_transform: bool = False
    frame_marker: int = 0
    is_sycc: bool = False
    is_reversible: bool = False
    is_subsampled: bool = False


def jpeg_header(data: bytes) -> StreamHeader | None:
    """Header of a JPEG or JPEG-LS stream (ISO/IEC 10918-1 B.2.2, 14495-1 C.2.2); None when there is none."""
    at = data.find(b"\xff\xd8")
    if at < 0 or at > 64:
        return None
    at += 2
    adobe: int | None = None
    jfif = False
    for _ in range(MAX_MARKERS):
        at = data.find(b"\xff", at)
        if at < 0 or at + 4 > len(data):
            return None
        marker = data[at + 1]
        if marker in (0x00, 0xFF) or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        length = data[at + 2] << 8 | data[at + 3]
        if marker in _SOF:
            return _frame_header(data, at, adobe, jfif)
        if marker == 0xEE and data[at + 4 : at + 9] == b"Adobe" and length >= 14:
            adobe = data[at + 15] if at + 15 < len(data) else None
        elif marker == 0xE0 and data[at + 4 : at + 8] == b"JFIF":
            jfif = True
        elif marker == 0xDA:
            return None
        at += 2 + length
    return None


def _frame_header(data: bytes, at: int, adobe: int | None, jfif: bool) -> StreamHeader | None:
    if at + 10 > len(data):
        return None
    components = data[at + 9]
    sampling = data[at + 11 : at + 10 + 3 * components : 3]
    return StreamHeader(
        columns=data[at + 7] << 8 | data[at + 8],
        rows=data[at + 5] << 8 | data[at + 6],
        components=components,
        precision=data[at + 4],
        frame_marker=data[at + 1],
        is_lossless_process=data[at + 1] in (0xC3, 0xC7, 0xCB, 0xCF),
        adobe_transform=adobe,
        is_jfif=jfif,
        component_ids=data[at + 10 : at + 10 + 3 * components : 3],
        is_subsampled=components == 3 and len(set(sampling)) > 1,
    )


def jpeg2000_header(data: bytes) -> StreamHeader | None:
    """Header of a JPEG 2000 or HTJ2K codestream, bare or inside a JP2 file (ISO/IEC 15444-1 A.5.1); None when it makes no sense."""
    start = data.find(b"\xff\x4f\xff\x51")
    if start < 0 or start + 45 > len(data):
        return None

    def number(offset: int) -> int:
        return int.from_bytes(data[start + offset : start + offset + 4], "big")

    components = int.from_bytes(data[start + 40 : start + 42], "big")
    steps = data[start + 43 : start + 42 + 3 * min(components, 16)]
    if not _tiles_are_sound([number(offset) for offset in range(8, 40, 4)]) or 0 in steps[0::3] + steps[1::3]:
        return None
    depth = data[start + 42]
    cod = data.find(b"\xff\x52", start + 42, start + 65536)
    return StreamHeader(
        columns=number(8) - number(16),
        rows=number(12) - number(20),
        components=components,
        precision=(depth & 0x7F) + 1,
        is_signed=bool(depth & 0x80),
        is_sycc=data.find(_SYCC, 0, start) > 0,
        colour_transform=cod > 0 and cod + 8 < len(data) and data[cod + 8] == 1,
        is_reversible=cod > 0 and cod + 13 < len(data) and data[cod + 13] == 1,
    )


def without_strays(data: bytes) -> bytes | None:
    """A JPEG 2000 codestream without the padding (comments) that some writers put between its tile-parts or behind them.

    The standard has no place for it there (ISO/IEC 15444-1 A.2). None where there is none, or the tile-parts lead nowhere.
    """
    at = start = data.find(b"\xff\x4f\xff\x51")
    at += 2
    parts: list[bytes] = []
    strays = 0
    for _ in range(MAX_MARKERS):
        marker = data[at : at + 2]
        if start < 0 or len(marker) < 2 or marker[0] != 0xFF:
            return None
        if marker == b"\xff\xd9":
            return b"".join((*parts, marker)) if strays else None
        length = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == b"\xff\x90":
            length = int.from_bytes(data[at + 6 : at + 10], "big")
            parts.append(data[at : at + length] if parts else data[start : at + length])
        elif parts:
            strays += 1
        if length < 4:
            return None
        at += length
    return None


def _tiles_are_sound(siz: list[int]) -> bool:
    """The rules of ISO/IEC 15444-1 A.5.1 for `siz`: Xsiz to YTOsiz. Decoders loop for ever where they are broken."""
    for end, origin, tile, tile_origin in zip(siz[0:2], siz[2:4], siz[4:6], siz[6:8], strict=True):
        if not (origin < end and tile > 0 and tile_origin <= origin < tile_origin + tile):
            return False
    across, down = (-(-(siz[axis] - siz[6 + axis]) // siz[4 + axis]) for axis in (0, 1))
    return across * down <= MAX_TILES


def jpegxl_header(data: bytes) -> StreamHeader | None:
    """Size of a JPEG XL codestream, bare or in its container (ISO/IEC 18181-1 D.2). Components and precision stay 0: unknown."""
    if data[4:8] == b"JXL ":
        data = _jxl_box(data)
    if data[:2] != b"\xff\x0a":
        return None
    bits = _Bits(data[2:32])
    small = bits.take(1)
    rows = (bits.take(5) + 1) * 8 if small else bits.size()
    ratio = bits.take(3)
    if ratio:
        above, below = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))[ratio - 1]
        columns = rows * above // below
    else:
        columns = (bits.take(5) + 1) * 8 if small else bits.size()
    return StreamHeader(columns, rows, 0, 0)


def _jxl_box(data: bytes) -> bytes:
    at = 0
    for _ in range(64):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"jxlc":
            return data[at + 8 : at + 64]
        if kind == b"jxlp":
            return data[at + 12 : at + 64]
        if length < 8:
            return b""
        at += length
    return b""


class _Bits:
    """Least significant bit first, as JPEG XL writes its headers."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "little")

    def take(self, count: int) -> int:
        bits = self._value & ((1 << count) - 1)
        self._value >>= count
        return bits

    def size(self) -> int:
        return self.take((9, 13, 18, 30)[self.take(2)]) + 1


_ROOT = "1.2.840.10008.1.2.4."
_BY_FRAME_MARKER = {0xC0: "50", 0xC1: "51", 0xC2: "55", 0xC3: "57", 0xF7: "80"}


def sniff_transfer_syntax(data: bytes) -> str:
    """Transfer syntax of a compressed frame by its first bytes; "" when they are of no codestream known here."""
    if data[:4] == b"\xff\x4f\xff\x51" or data[4:8] == b"jP  ":
        return _ROOT + "91"
    if data[:2] == b"\xff\x0a" or data[4:8] == b"JXL ":
        return _ROOT + "112"
    if data[:2] != b"\xff\xd8":
        return "1.2.840.10008.1.2.5" if _is_run_length(data) else ""
    header = jpeg_header(data)
    return _ROOT + _BY_FRAME_MARKER.get(header.frame_marker, "51") if header is not None else ""


def _is_run_length(data: bytes) -> bool:
    """An RLE header (PS3.5 G.5): the number of segments, the first of them right behind the header."""
    count = int.from_bytes(data[:4], "little")
    return len(data) >= 64 and 1 <= count <= 15 and int.from_bytes(data[4:8], "little") == 64
