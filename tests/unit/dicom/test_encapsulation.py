"""Fragments and offset tables, as the standard has them and as files have them."""

from __future__ import annotations

import struct

import pytest

from viewer.dicom.encapsulation import group_frames, scan_fragments

START = b"\xff\xd8\xff\xe0"
END = struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)


def stream(fragments: list[bytes], table: list[int] | None = None, end: bytes = END) -> bytes:
    """Items as in a file: the Basic Offset Table first."""
    offsets = struct.pack(f"<{len(table or ())}I", *(table or ()))
    return b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(one)) + one for one in (offsets, *fragments)) + end


def frames_of(data: bytes, stated: int, *, extended: bytes = b"", one_each: bool = False) -> list[bytes]:
    def read(offset: int, length: int) -> bytes:
        return data[offset : offset + length]

    fragments = scan_fragments(read, 0, len(data))
    grouped = group_frames(fragments, stated, extended, read, one_each=one_each)
    return [b"".join(data[offset : offset + length] for offset, length in frame) for frame in grouped]


A, B, C, D = START + b"aa", b"bbbb", START + b"cc", b"dd"


def test_one_frame_takes_all_fragments() -> None:
    assert frames_of(stream([A, B, D]), 1) == [A + B + D]
    assert frames_of(stream([A, B, D]), 0) == [A + B + D]


def test_a_fragment_for_each_frame_needs_no_table() -> None:
    assert frames_of(stream([A, B, C]), 3) == [A, B, C]


def test_the_basic_offset_table_says_where_frames_begin() -> None:
    data = stream([A, B, C, D], [0, 8 + len(A) + 8 + len(B)])
    assert frames_of(data, 2) == [A + B, C + D]


def test_a_basic_offset_table_that_hits_no_fragment_is_not_believed() -> None:
    assert frames_of(stream([A, B, C, D], [0, 5]), 2) == [A + B, C + D]
    assert frames_of(stream([A, C], [0, 0]), 2) == [A, C]


def test_the_extended_offset_table_serves_where_the_basic_one_is_empty() -> None:
    extended = struct.pack("<2Q", 0, 8 + len(A))
    assert frames_of(stream([A, B, D]), 2, extended=extended) == [A, B + D]


def test_without_a_table_a_frame_begins_where_a_codestream_does() -> None:
    assert frames_of(stream([A, B, D, C]), 2) == [A + B + D, C]


def test_fragments_of_equal_number_where_nothing_else_tells() -> None:
    assert frames_of(stream([B, D, B, D]), 2) == [B + D, B + D]


def test_run_length_frames_are_one_fragment_each() -> None:
    assert frames_of(stream([B, D, B]), 2, one_each=True) == [B, D]


def test_fewer_fragments_than_frames_give_the_frames_that_are_there() -> None:
    assert frames_of(stream([A, C]), 2**31 - 1) == [A, C]
    assert frames_of(stream([A, B, C], [0, 16 + len(A) + len(B)]), 5) == [A + B, C]


def test_a_table_of_several_frames_where_the_header_states_none() -> None:
    assert frames_of(stream([A, C], [0, 8 + len(A)]), 0) == [A, C]
    assert frames_of(stream([A, C], [0, 8 + len(A)]), 1) == [A + C]
    assert frames_of(stream([A, C], [0, 3]), 0) == [A + C]


@pytest.mark.parametrize("end", [b"", END[:5]])
def test_a_missing_end_is_no_damage(end: bytes) -> None:
    data = stream([A, B], end=end)
    fragments = scan_fragments(lambda offset, length: data[offset : offset + length], 0, len(data))
    assert len(fragments.segments) == 2
    assert fragments.warnings == ()


def test_a_fragment_that_reaches_beyond_the_end_is_cut_with_a_warning() -> None:
    data = stream([A, B])[:-10]
    fragments = scan_fragments(lambda offset, length: data[offset : offset + length], 0, len(data))
    assert fragments.segments[-1][1] == len(B) - 2
    assert "cut off" in str(fragments.warnings[0])


def test_something_else_after_the_fragments_ends_them_with_a_warning() -> None:
    data = stream([A, B], end=b"\xe0\x7f\x12\x00LO\x04\x00abcd")
    fragments = scan_fragments(lambda offset, length: data[offset : offset + length], 0, len(data))
    assert len(fragments.segments) == 2
    assert "not closed" in str(fragments.warnings[0])


def test_no_fragments_at_all() -> None:
    assert frames_of(stream([]), 3) == []
    assert frames_of(b"", 1) == []
