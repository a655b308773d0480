"""Recognising DICOM by its content: with and without preamble and meta header, whatever the meta header gets wrong."""

from __future__ import annotations

import random
import struct

import pytest

from viewer.dicom.detect import Encoding, encoding_of, find_layout, name_content, sniff_encoding

EXPLICIT, IMPLICIT, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"


def explicit(group: int, element: int, vr: bytes, value: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}HH2sH", group, element, vr, len(value)) + value


def implicit(group: int, element: int, value: bytes) -> bytes:
    return struct.pack("<HHI", group, element, len(value)) + value


BODY = explicit(8, 5, b"CS", b"ISO_IR 100") + explicit(8, 0x16, b"UI", b"1.2.840\0")
BODIES = {
    EXPLICIT: BODY,
    IMPLICIT: implicit(8, 5, b"ISO_IR 100") + implicit(8, 0x16, b"1.2.840\0"),
    BIG: explicit(8, 5, b"CS", b"ISO_IR 100", ">") + explicit(8, 0x16, b"UI", b"1.2.840\0", ">"),
}
ENCODINGS = {EXPLICIT: Encoding(), IMPLICIT: Encoding(explicit=False), BIG: Encoding(little=False)}


def meta(syntax: str, *, length: int | None = None, with_length: bool = True) -> bytes:
    value = syntax.encode() + b"\0" * (len(syntax) % 2)
    elements = explicit(2, 2, b"UI", b"1.2.840\0") + explicit(2, 0x10, b"UI", value)
    stated = len(elements) if length is None else length
    return (explicit(2, 0, b"UL", struct.pack("<I", stated)) if with_length else b"") + elements


@pytest.mark.parametrize("syntax", BODIES)
@pytest.mark.parametrize("start", [bytes(128) + b"DICM", b"DICM", b""], ids=["part 10", "DICM only", "no preamble"])
@pytest.mark.parametrize("wrong", [{}, {"length": 0}, {"length": 9999}, {"with_length": False}], ids=str)
def test_the_data_set_is_found_whatever_the_meta_header_says(syntax: str, start: bytes, wrong: dict[str, object]) -> None:
    head = start + meta(syntax, **wrong)  # type: ignore[arg-type]
    layout = find_layout(head + BODIES[syntax])
    assert layout is not None
    assert (layout.offset, layout.encoding, layout.transfer_syntax_uid) == (len(head), ENCODINGS[syntax], syntax)


@pytest.mark.parametrize("syntax", BODIES)
def test_a_bare_data_set(syntax: str) -> None:
    layout = find_layout(BODIES[syntax])
    assert layout is not None
    assert (layout.offset, layout.encoding, layout.transfer_syntax_uid) == (0, ENCODINGS[syntax], "")


@pytest.mark.parametrize("promised", BODIES)
@pytest.mark.parametrize("written", BODIES)
def test_what_is_there_is_believed_more_than_what_is_promised(promised: str, written: str) -> None:
    head = bytes(128) + b"DICM" + meta(promised)
    layout = find_layout(head + BODIES[written])
    assert layout is not None
    assert layout.encoding == ENCODINGS[written]


def test_a_deflated_data_set_is_taken_by_its_word() -> None:
    assert encoding_of("1.2.840.10008.1.2.1.99", b"anything at all", 0) == Encoding(deflated=True)


def test_an_executable_preamble_changes_nothing() -> None:
    layout = find_layout(b"MZ" + bytes(126) + b"DICM" + meta(EXPLICIT) + BODY)
    assert layout is not None
    assert layout.encoding == Encoding()


def test_noise_is_hardly_ever_taken_for_dicom() -> None:
    chance = random.Random(11)
    taken = sum(find_layout(chance.randbytes(2048)) is not None for _ in range(2000))
    assert taken == 0


@pytest.mark.parametrize("block", [b"", b"\0", b"DICM", bytes(128) + b"DICM", bytes(131), b"\x08\0", b"\x02\0\0\0UL\x04\0"])
def test_scraps_are_answered(block: bytes) -> None:
    layout = find_layout(block)
    assert layout is None or layout.offset <= len(block) + 8
    assert sniff_encoding(block, 0) is None or len(block) >= 8
    assert str(name_content(block))


def test_every_cut_of_a_file_is_answered() -> None:
    whole = bytes(128) + b"DICM" + meta(EXPLICIT) + BODY
    for length in range(len(whole)):
        layout = find_layout(whole[:length])
        assert layout is None or layout.offset >= 0
