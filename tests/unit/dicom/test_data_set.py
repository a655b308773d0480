"""Raw elements and sequences: explicit and implicit, defined and undefined lengths, and what is odd about real files."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written_files import BIG_ENDIAN, EXPLICIT, IMPLICIT, image, item, ramp, write

from viewer.dicom.data_set import DataSet, data_set_of
from viewer.dicom.element_walk import BIG, LITTLE
from viewer.dicom.whole_header import WholeHeader, read_whole_header
from viewer.model.errors import TooLargeError

ITEM, ITEM_END, END = (
    struct.pack("<HHI", 0xFFFE, element, 0xFFFFFFFF if element == 0xE000 else 0) for element in (0xE000, 0xE00D, 0xE0DD)
)


def short(tag: int, vr: bytes, value: bytes) -> bytes:
    return struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, vr, len(value)) + value


def long(tag: int, vr: bytes, value: bytes, length: int | None = None) -> bytes:
    return struct.pack("<HH2sHI", tag >> 16, tag & 0xFFFF, vr, 0, len(value) if length is None else length) + value


def parsed(data: bytes, *, explicit: bool = True) -> DataSet:
    return data_set_of(data, explicit, LITTLE, ("ascii",))


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG_ENDIAN])
def test_values_of_every_kind_in_every_encoding(tmp_path: Path, syntax: str) -> None:
    data_set = image(ramp().tobytes(), 5, 7, WindowCenter=["1.5", "-2e3"], ImageType=["ORIGINAL", "PRIMARY"], InstanceNumber=12)
    data_set.add_new(0x00189087, "FD", 1234.5)
    data_set.add_new(0x00280120, "SS", -5)
    data_set.SequenceOfUltrasoundRegions = [item(PhysicalDeltaX=0.25), item(PhysicalDeltaX=0.5)]
    header = read_whole_header(write(tmp_path / "a.dcm", data_set, syntax))
    found = header.data_set
    assert found.numbers(0x00281050) == (1.5, -2000.0)
    assert found.codes(0x00080008) == ("ORIGINAL", "PRIMARY")
    assert found.integer(0x00200013, b"IS") == 12
    assert found.number(0x00189087, b"FD") == 1234.5
    assert found.integer(0x00280120, b"SS") == -5
    assert [one.number(0x0018602C, b"FD") for one in found.items(0x00186011)] == [0.25, 0.5]
    assert header.pixel_tag == 0x7FE00010
    assert found.numbers(0x00990010) == ()
    assert found.items(0x00990010) == ()


def test_undefined_lengths_nested_in_each_other() -> None:
    inner = long(0x00081140, b"SQ", ITEM + short(0x00200013, b"IS", b"42") + ITEM_END + END, 0xFFFFFFFF)
    outer = long(0x00081115, b"SQ", ITEM + inner + short(0x00200011, b"IS", b"7 ") + ITEM_END + ITEM + ITEM_END + END, 0xFFFFFFFF)
    found = parsed(outer + short(0x00280010, b"US", b"\x05\x00"))
    assert len(found.items(0x00081115)) == 2
    first = found.items(0x00081115)[0]
    assert first.integer(0x00200011, b"IS") == 7
    nested = first.item(0x00081140)
    assert nested is not None
    assert nested.integer(0x00200013, b"IS") == 42
    assert found.integer(0x00280010) == 5


def test_unknown_vr_of_undefined_length_holds_implicit_items() -> None:
    content = struct.pack("<HHI", 0x0020, 0x0013, 2) + b"42"
    found = parsed(long(0x00091010, b"UN", ITEM + content + ITEM_END + END, 0xFFFFFFFF) + short(0x00280010, b"US", b"\x05\x00"))
    first = found.item(0x00091010)
    assert first is not None
    assert first.integer(0x00200013, b"IS") == 42
    assert found.integer(0x00280010) == 5


def test_a_vr_that_does_not_exist_has_a_short_length() -> None:
    found = parsed(short(0x00091010, b"ZZ", b"abcd") + short(0x00280010, b"US", b"\x05\x00"))
    assert found.integer(0x00280010) == 5


def test_an_implicit_element_amid_explicit_ones() -> None:
    found = parsed(struct.pack("<HHI", 0x0009, 0x1010, 4) + b"abcd" + short(0x00280010, b"US", b"\x05\x00"))
    assert found.raw(0x00091010) == b"abcd"
    assert found.integer(0x00280010) == 5


def test_numbers_that_are_none() -> None:
    found = parsed(short(0x00281050, b"DS", b"abc ") + short(0x00281051, b"DS", b"1,5 ") + short(0x00281052, b"DS", b"inf "))
    assert found.numbers(0x00281050) == ()
    assert found.numbers(0x00281051) == (1.5,)
    assert found.number(0x00281052) is None


def test_long_values_stay_in_the_file_until_asked_for(tmp_path: Path) -> None:
    data_set = image(ramp().tobytes(), 5, 7)
    data_set.add_new(0x00091010, "OB", bytes(range(250)) * 400)
    found = read_whole_header(write(tmp_path / "a.dcm", data_set)).data_set
    assert found.elements[0x00091010].value is None
    assert found.raw(0x00091010) == bytes(range(250)) * 400


def test_a_header_longer_than_one_read(tmp_path: Path) -> None:
    data_set = image(ramp().tobytes(), 5, 7)
    for number in range(40):
        data_set.add_new(0x00091010 + number, "LO" if number % 2 else "OB", "x" * 60 if number % 2 else bytes(3000))
    items = [item(ReferencedSOPInstanceUID="1.2." + "3" * 50, ContentLabel=f"N{n}") for n in range(2000)]
    data_set.ReferencedImageSequence = items
    data_set["ReferencedImageSequence"].is_undefined_length = True
    header: WholeHeader = read_whole_header(write(tmp_path / "a.dcm", data_set))
    assert len(header.data_set.items(0x00081140)) == 2000
    assert header.data_set.items(0x00081140)[1999].code(0x00700080) == "N1999"
    assert header.data_set.integer(0x00280010) == 5
    assert header.pixel_tag


def test_nonsense_before_the_pixel_data_does_not_hide_them(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    write(path, image(ramp().tobytes(), 5, 7))
    content = path.read_bytes()
    at = content.index(b"\xe0\x7f\x10\x00OW")
    lie = short(0x00290010, b"LO", b"ab")[:6] + b"\xff\x7f"  # a length beyond the end of the file
    path.write_bytes(content[:at] + lie + content[at:])
    header = read_whole_header(str(path))
    assert header.pixel_tag == 0x7FE00010
    assert header.pixel_element.offset == len(content[:at]) + len(lie) + 12


def test_a_million_elements_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    write(path, image(ramp().tobytes(), 5, 7))
    flood = b"".join(struct.pack("<HH2sH", 0x0031 + 2 * (n >> 16), n & 0xFFFF, b"LO", 0) for n in range(300_000))
    content = path.read_bytes()
    at = content.index(b"\xe0\x7f\x10\x00OW")
    path.write_bytes(content[:at] + flood + content[at:])
    with pytest.raises(TooLargeError):
        read_whole_header(str(path))


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=200), explicit=st.booleans(), little=st.booleans())
def test_any_bytes_are_a_data_set_and_never_an_error(data: bytes, explicit: bool, little: bool) -> None:
    found = data_set_of(data, explicit, LITTLE if little else BIG, ("ascii",))
    for tag in list(found.elements):
        assert len(found.raw(tag)) <= len(data)
        found.numbers(tag, b"US")
        found.text(tag)
        for one in found.items(tag):
            assert isinstance(one, DataSet)
