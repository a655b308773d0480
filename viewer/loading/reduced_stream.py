"""A JPEG 2000 codestream made smaller without decoding it, for a quick first look (ISO/IEC 15444-1).

The lowest resolutions of a wavelet picture are pictures themselves: with the sizes divided and the decomposition levels taken down
in the main header, a decoder reads just the packets of those, and the rest of the stream is left over. This holds where these
packets come first: one tile, one layer or an order by resolution, no markers that change things under way.
"""

from __future__ import annotations

import struct

_SIZ, _COD, _QCD, _SOT = 0xFF51, 0xFF52, 0xFF5C, 0xFF90
_HARMLESS = frozenset((_SIZ, _COD, _QCD, 0xFF64, 0xFF63))  # comments and registrations too
_LEFT_OUT = frozenset((0xFF55, 0xFF57))  # lengths of tiles and packets
_LRCP, _RLCP, _RPCL = 0, 1, 2


def reduced_stream(data: bytes, levels: int) -> bytes | None:
    """The stream of the picture at 1 / 2**`levels` of its size (rounded up), or None where that cannot be had so simply."""
    start = data.find(b"\xff\x4f\xff\x51")
    if start < 0 or levels < 1:
        return None
    try:
        return _rewritten(data, start, levels)
    except (struct.error, IndexError):  # cut off within the header
        return None


def _rewritten(data: bytes, start: int, levels: int) -> bytes | None:
    out = bytearray(data[start : start + 2])
    at, components, depth = start + 2, 0, -1
    while True:
        marker, length = struct.unpack_from(">HH", data, at)
        if marker == _SOT:
            return bytes(out + data[at:]) if depth >= 0 else None
        segment = data[at : at + 2 + length]
        at += 2 + length
        if marker in _LEFT_OUT:
            continue
        if marker not in _HARMLESS:
            return None
        if marker == _SIZ:
            components = struct.unpack_from(">H", segment, 38)[0]
            changed = _size(segment, components, levels)
        elif marker == _COD:
            depth = segment[9]
            changed = _coding(segment, components, levels)
        elif marker == _QCD:
            changed = _quantisation(segment, depth, levels) if depth >= 0 else None
        else:
            changed = segment
        if changed is None:
            return None
        out += changed


def _size(segment: bytes, components: int, levels: int) -> bytes | None:
    """SIZ: one tile that begins with the picture at the origin, no component subsampled (A.5.1)."""
    columns, rows, left, top, tile_columns, tile_rows, tile_left, tile_top = struct.unpack_from(">8I", segment, 6)
    if left or top or tile_left or tile_top or tile_columns < columns or tile_rows < rows:
        return None
    if any(segment[41 + 3 * one : 43 + 3 * one] != b"\x01\x01" for one in range(components)):
        return None
    smaller = -(-columns >> levels), -(-rows >> levels)
    return segment[:6] + struct.pack(">8I", *smaller, 0, 0, *smaller, 0, 0) + segment[38:]


def _coding(segment: bytes, components: int, levels: int) -> bytes | None:
    """COD: fewer levels, and the precinct sizes of those that stay (A.6.1)."""
    style, order, layers, depth = segment[4], segment[5], struct.unpack_from(">H", segment, 6)[0], segment[9]
    own_precincts = bool(style & 1)
    if depth < levels or (order == _LRCP and layers > 1):
        return None
    if order not in (_LRCP, _RLCP, _RPCL) and (components > 1 or own_precincts):
        return None
    precincts = segment[14 : 14 + depth - levels + 1] if own_precincts else b""
    body = segment[4:9] + bytes((depth - levels,)) + segment[10:14] + precincts
    return struct.pack(">HH", _COD, 2 + len(body)) + body


def _quantisation(segment: bytes, depth: int, levels: int) -> bytes:
    """QCD: the step sizes of the bands that stay, which are the first (A.6.4)."""
    kind = segment[4] & 31
    bands = 3 * (depth - levels) + 1
    steps = {0: bands, 1: 2, 2: 2 * bands}.get(kind, len(segment))
    body = segment[4 : 5 + steps]
    return struct.pack(">HH", _QCD, 2 + len(body)) + body
