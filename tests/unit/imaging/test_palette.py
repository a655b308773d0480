"""Palettes: entries of 8 and 16 bit, first mapped value, segments, what surrounds them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.imaging.palette import expand_segmented, look_up, supplement
from viewer.model.errors import BrokenFileError
from viewer.model.luts import LookupTable


def table(first: int, values: list[int], bits: int) -> LookupTable:
    return LookupTable(first, np.array(values, np.uint16), bits)


def test_sixteen_bit_entries_give_their_upper_byte() -> None:
    lut = table(0, [0x0000, 0x7FFF, 0xFF00, 0xFFFF], 16)
    rgb = look_up(np.array([[0, 1, 2, 3]], np.uint8), lut, table(0, [0, 0, 0, 0x1234], 16), lut)
    assert rgb[0].tolist() == [[0, 0, 0], [0x7F, 0, 0x7F], [255, 0, 255], [255, 0x12, 255]]


def test_tables_that_say_16_bit_and_hold_8_are_taken_as_8() -> None:
    lut = table(0, [0, 100, 255], 16)
    assert look_up(np.array([[2, 1]], np.uint8), lut, lut, lut)[0].tolist() == [[255] * 3, [100] * 3]


def test_one_channel_of_small_values_is_no_8_bit_palette() -> None:
    red, dark = table(0, [0, 0xFF00], 16), table(0, [0, 0x0010], 16)
    assert look_up(np.array([[1]], np.uint8), red, dark, dark)[0].tolist() == [[255, 0, 0]]


@given(st.integers(-300, 300), st.lists(st.integers(0, 255), min_size=1, max_size=40), st.integers(-32768, 32767))
def test_values_beside_the_table_get_its_ends(first: int, values: list[int], stored: int) -> None:
    lut = table(first, values, 8)
    place = min(max(stored - first, 0), len(values) - 1)
    assert look_up(np.array([[stored]], np.int16), lut, lut, lut)[0, 0].tolist() == [values[place]] * 3


def test_an_empty_palette_is_a_sentence() -> None:
    with pytest.raises(BrokenFileError, match="empty"):
        look_up(np.zeros((1, 1), np.uint8), *[table(0, [], 8)] * 3)


def test_discrete_and_linear_segments() -> None:
    data = np.array([0, 2, 10, 20, 1, 4, 40, 0, 1, 7], np.uint16)
    assert expand_segmented(data, 7).tolist() == [10, 20, 25, 30, 35, 40, 7]


def test_a_falling_line_rounds_half_up_and_ends_exactly() -> None:
    assert expand_segmented(np.array([0, 1, 10, 1, 4, 0], np.uint16), 5).tolist() == [10, 8, 5, 3, 0]


def test_an_indirect_segment_repeats_by_byte_offset() -> None:
    data = np.array([0, 1, 10, 0, 2, 20, 30, 1, 2, 50, 2, 2, 6, 0], np.uint16)  # two segments from byte 6 = word 3
    assert expand_segmented(data, 8).tolist() == [10, 20, 30, 40, 50, 20, 30, 40]
    assert expand_segmented(data, 9).tolist() == [10, 20, 30, 40, 50, 20, 30, 40, 50]


def test_indirect_segments_of_bytes_have_four_offset_bytes() -> None:
    data = np.array([0, 2, 10, 20, 1, 2, 40, 2, 1, 4, 0, 0, 0], np.uint8)  # the line of bytes 4 to 6, now from 40 to 40
    assert expand_segmented(data, 6).tolist() == [10, 20, 30, 40, 40, 40]


def test_too_few_values_are_filled_with_the_last() -> None:
    assert expand_segmented(np.array([0, 2, 5, 6], np.uint16), 5).tolist() == [5, 6, 6, 6, 6]


@pytest.mark.parametrize(
    "data",
    [
        [1, 5, 100],  # a line from nowhere
        [0, 1, 5, 9, 9, 9],  # no such opcode
        [0, 1, 5, 2, 65535, 3, 0],  # repeats itself
        [0, 1, 5, 2, 1],  # cut off
        [],
    ],
)
def test_senseless_segments_are_refused(data: list[int]) -> None:
    with pytest.raises(BrokenFileError):
        expand_segmented(np.array(data, np.uint16), 65536)


def test_a_bomb_of_empty_segments_ends() -> None:
    head, empty = [0, 1, 5], [0, 0] * 200
    again = [2, 65535, 0, 0] * 2000
    with pytest.raises(BrokenFileError):
        expand_segmented(np.array(head + empty + again, np.uint16), 0)


@given(st.lists(st.integers(0, 65535), max_size=60), st.integers(0, 70000), st.sampled_from([np.uint8, np.uint16]))
def test_any_segments_give_the_stated_size_or_a_sentence(values: list[int], entries: int, dtype: type) -> None:
    data = np.array([value % (np.iinfo(dtype).max + 1) for value in values], dtype)
    try:
        expanded = expand_segmented(data, entries)
    except BrokenFileError:
        return
    assert expanded.size == (entries if 0 < entries <= 65536 else 65536)


def test_a_supplemental_palette_leaves_what_is_below_it_grey() -> None:
    red, other = table(100, [255, 200], 8), table(100, [0, 10], 8)
    stored = np.array([[5, 99, 100, 101, 300]], np.uint16)
    grey = np.array([[1, 2, 3, 4, 5]], np.uint8)
    assert supplement(grey, stored, red, other, other)[0].tolist() == [
        [1, 1, 1],
        [2, 2, 2],
        [255, 0, 0],
        [200, 10, 10],
        [200, 10, 10],
    ]
