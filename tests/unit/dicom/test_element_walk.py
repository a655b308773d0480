"""The walk over element headers: windows, undefined lengths, byte orders, and where it stops."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.dicom.detect import HAS_LONG_LENGTH, Encoding
from viewer.dicom.element_walk import BIG, LITTLE, MoreNeeded, OddEncodingError, Order, skip_undefined, walk, wish

UNDEFINED = 0xFFFFFFFF


def element(encoding: Encoding, tag: int, vr: bytes, value: bytes, length: int | None = None) -> bytes:
    mark = "<" if encoding.little else ">"
    stated = len(value) if length is None else length
    head = struct.pack(f"{mark}HH", tag >> 16, tag & 0xFFFF)
    if not encoding.explicit:
        return head + struct.pack(f"{mark}I", stated) + value
    if HAS_LONG_LENGTH[vr]:
        return head + vr + b"\0\0" + struct.pack(f"{mark}I", stated) + value
    return head + vr + struct.pack(f"{mark}H", stated) + value


encodings = st.builds(Encoding, explicit=st.booleans(), little=st.booleans())
values = st.binary(max_size=40).map(lambda value: value + bytes(len(value) % 2))
tags = st.integers(0x00080001, 0x0020FFFF)


@given(encoding=encodings, data=st.dictionaries(tags, st.tuples(st.sampled_from(sorted(HAS_LONG_LENGTH)), values), max_size=12))
def test_all_wanted_values_come_out_and_no_others(encoding: Encoding, data: dict[int, tuple[bytes, bytes]]) -> None:
    wanted = set(sorted(data)[::2]) | {0x00280010}
    block = b"".join(element(encoding, tag, *data[tag]) for tag in sorted(data)) + element(encoding, 0x00280010, b"US", b"\1\2")
    found: dict[int, bytes] = {}
    end = walk(block, 0, True, encoding, wish(frozenset(wanted), LITTLE if encoding.little else BIG), found)
    assert found == {tag: data[tag][1] for tag in wanted if tag in data} | {0x00280010: b"\1\2"}
    assert end == len(block)


@given(encoding=encodings, cut=st.integers(0, 200))
def test_a_window_that_ends_early_asks_for_more_or_is_enough(encoding: Encoding, cut: int) -> None:
    block = b"".join(element(encoding, 0x00080000 + number, b"LO", bytes(number)) for number in range(2, 20, 2))
    order = LITTLE if encoding.little else BIG
    wanted = wish(frozenset((0x00080004, 0x00080012)), order)
    whole: dict[int, bytes] = {}
    walk(block, 0, True, encoding, wanted, whole)
    found: dict[int, bytes] = {}
    window, at = block[:cut], 0
    for _ in range(20):
        try:
            walk(window, at, len(window) >= len(block), encoding, wanted, found)
            break
        except MoreNeeded as more:
            at, window = more.at, block[: more.at + 60]
    assert found == whole


def nested(depth: int, order: Order, *, explicit: bool) -> bytes:
    """`depth` sequences of undefined length in one another, from the value of the outermost on."""
    encoding = Encoding(explicit, order.little)
    mark = "<" if order.little else ">"

    def item(number: int, length: int) -> bytes:
        return struct.pack(f"{mark}HHI", 0xFFFE, number, length)

    inner = element(encoding, 0x00080018, b"UI", b"1.2.3\0")
    for _ in range(depth):
        body = item(0xE000, UNDEFINED) + inner + item(0xE00D, 0)
        inner = element(encoding, 0x00081140, b"SQ", body + item(0xE0DD, 0), UNDEFINED)
    return inner[12 if explicit else 8 :]


@pytest.mark.parametrize("explicit", [True, False])
@pytest.mark.parametrize("order", [LITTLE, BIG], ids=["little", "big"])
@pytest.mark.parametrize("depth", [1, 2, 7, 5000])
def test_the_end_of_an_undefined_length_is_found(order: Order, explicit: bool, depth: int) -> None:
    block = nested(depth, order, explicit=explicit)
    assert skip_undefined(block + b"rest", 0, explicit, order) == len(block)
    with pytest.raises(struct.error):
        skip_undefined(block[:-9], 0, explicit, order)


def test_items_of_defined_length_are_stepped_over_unread() -> None:
    inside = b"\xfe\xff\xdd\xe0\0\0\0\0" * 3  # looks like delimiters
    block = struct.pack("<HHI", 0xFFFE, 0xE000, len(inside)) + inside + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    assert skip_undefined(block, 0, True, LITTLE) == len(block)


def test_pixel_data_are_not_walked_into() -> None:
    encoding = Encoding()
    block = element(encoding, 0x00280010, b"US", b"\1\0") + element(encoding, 0x7FE00010, b"OW", b"", 1 << 30)
    found: dict[int, bytes] = {}
    assert walk(block, 0, False, encoding, wish(frozenset((0x00280010, 0x00280011)), LITTLE), found) == 10
    assert found == {0x00280010: b"\1\0"}


def test_a_vr_that_does_not_exist_is_odd() -> None:
    with pytest.raises(OddEncodingError):
        walk(b"\x08\0\x05\0zz\x02\0ab" + bytes(20), 0, True, Encoding(), wish(frozenset((0x00280010,)), LITTLE), {})


def test_a_length_beyond_the_file_gives_what_is_there() -> None:
    found: dict[int, bytes] = {}
    block = element(Encoding(), 0x00100010, b"PN", b"Cut", 4000)
    walk(block, 0, True, Encoding(), wish(frozenset((0x00100010,)), LITTLE), found)
    assert found == {0x00100010: b"Cut"}
