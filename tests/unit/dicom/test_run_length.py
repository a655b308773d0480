"""PackBits per byte plane: round trips, and streams that end early, start late or lie."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.dicom import run_length
from viewer.dicom.run_length import decode_run_length, decode_segment
from viewer.model.errors import DecodeError


def pack(data: bytes) -> bytes:
    """A plain encoder: runs of three and more as runs, the rest literal."""
    out, at = bytearray(), 0
    while at < len(data):
        run = 1
        while at + run < len(data) and run < 128 and data[at + run] == data[at]:
            run += 1
        if run >= 3:
            out += bytes((257 - run, data[at]))
            at += run
        else:
            literal = data[at : at + min(2, len(data) - at)]
            out += bytes((len(literal) - 1,)) + literal
            at += len(literal)
    return bytes(out)


def frame(planes: list[bytes]) -> bytes:
    offsets, at = [], 64
    for plane in planes:
        offsets.append(at)
        at += len(plane)
    return struct.pack("<16L", len(planes), *offsets, *[0] * (15 - len(planes))) + b"".join(planes)


@given(data=st.lists(st.sampled_from([0, 0, 0, 7, 200, 255]), min_size=1, max_size=600).map(bytes))
def test_a_segment_comes_back(data: bytes) -> None:
    assert decode_segment(pack(data), len(data)) == (data, True)


def test_planes_are_from_the_most_significant_byte() -> None:
    values = (np.arange(12, dtype=np.uint16) * 4099).reshape(3, 4)
    high, low = (pack((values >> shift & 255).astype(np.uint8).tobytes()) for shift in (8, 0))
    pixels, intact = decode_run_length(frame([high, low]), 3, 4, 1, 2)
    assert intact
    assert np.array_equal(pixels, values)


@pytest.mark.parametrize("width", [1, 2, 4])
def test_samples_of_any_width(width: int) -> None:
    values = np.arange(24, dtype=f"<u{width}").reshape(2, 4, 3) * (0x0123456789ABCDEF & ((1 << 8 * width) - 1) | 1)
    raw = np.moveaxis(values, 2, 0).copy().view(np.uint8).reshape(3, 8, width)
    segments = [pack(raw[sample, :, byte].tobytes()) for sample in range(3) for byte in reversed(range(width))]
    pixels, intact = decode_run_length(frame(segments), 2, 4, 3, width)
    assert intact
    assert pixels.dtype == values.dtype
    assert pixels.flags.writeable
    assert np.array_equal(pixels, values)


def test_colour_planes() -> None:
    rgb = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    pixels, intact = decode_run_length(frame([pack(rgb[..., i].tobytes()) for i in range(3)]), 2, 4, 3, 1)
    assert intact
    assert np.array_equal(pixels, rgb)


@pytest.mark.parametrize("cut", [b"\x05ab", b"\x85", b"\x80\x80", b""])
def test_a_segment_that_ends_early_is_filled_with_zeros(cut: bytes) -> None:
    data, complete = decode_segment(cut, 6)
    assert not complete
    assert data == (b"ab" if cut.endswith(b"ab") else b"").ljust(6, b"\0")


def test_a_run_beyond_the_size_is_cut() -> None:
    assert decode_segment(b"\x81\x09", 5) == (b"\x09" * 5, True)


def test_offsets_that_lie() -> None:
    good = frame([pack(bytes(12)), pack(bytes(range(12)))])
    for first in (0, 63, len(good) + 1):
        lie = good[:4] + struct.pack("<L", first) + good[8:]
        pixels, intact = decode_run_length(lie, 3, 4, 1, 2)
        assert not intact
        assert pixels.reshape(-1).tolist() == list(range(12))


@pytest.mark.parametrize("count", [0, 1, 3, 16, 2**31])
def test_another_number_of_planes_is_refused(count: int) -> None:
    data = struct.pack("<L", count) + frame([pack(bytes(12))])[4:]
    with pytest.raises(DecodeError, match="byte planes"):
        decode_run_length(data, 3, 4, 1, 2)


def test_a_header_that_is_cut_off_is_refused() -> None:
    with pytest.raises(DecodeError, match="cut off"):
        decode_run_length(bytes(63), 3, 4, 1, 1)


def test_both_ways_of_unpacking_agree() -> None:
    """imagecodecs unpacks what is sound; where it says that a segment is whole, our own says the same and gives the same bytes."""
    dice = random.Random(7)
    sound = 0
    for _ in range(3000):
        segment, size = _random_segment(dice)
        quick = run_length._sound_segment(segment, size)
        careful, whole = run_length._damaged_segment(segment, size)
        assert run_length.decode_segment(segment, size) == (careful, whole)
        if quick is not None:
            assert (quick, True) == (careful, whole)
            sound += 1
    assert 500 < sound < 2900


def _random_segment(dice: random.Random) -> tuple[bytes, int]:
    """Literal and repeated runs; some cut off, too long or followed by rubbish."""
    parts: list[bytes] = []
    size = 0
    for _ in range(dice.randrange(1, 12)):
        if dice.random() < 0.5:
            count = dice.randrange(1, 129)
            parts.append(bytes([count - 1]) + dice.randbytes(count))
        else:
            count = dice.randrange(2, 129)
            parts.append(bytes([257 - count]) + dice.randbytes(1))
        size += count
        if dice.random() < 0.1:
            parts.append(b"\x80")  # nothing
    segment = b"".join(parts)
    fault = dice.random()
    if fault < 0.15:
        segment = segment[: dice.randrange(len(segment))]
    elif fault < 0.25:
        segment += dice.randbytes(dice.randrange(1, 5))
    elif fault < 0.35:
        size = max(1, size + dice.randrange(-5, 6))
    return segment, size
