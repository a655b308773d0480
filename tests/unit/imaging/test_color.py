"""Colour models against the equations of PS3.3 C.7.6.3.1.2."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from viewer.imaging.color import lab_to_rgb, to_eight_bits, to_rgb, ybr_of
from viewer.model.errors import DecodeError

pictures = hnp.arrays(np.uint8, st.tuples(st.integers(1, 7), st.integers(1, 9), st.just(3)))


@given(pictures)
def test_full_range_ybr_comes_back_within_one_level(rgb: np.ndarray) -> None:
    back = to_rgb(ybr_of(rgb), "YBR_FULL")
    assert np.abs(back.astype(int) - rgb).max() <= 1


@given(pictures)
def test_partial_range_ybr_comes_back_within_two_levels(rgb: np.ndarray) -> None:
    back = to_rgb(ybr_of(rgb, partial=True), "YBR_PARTIAL_420")
    assert np.abs(back.astype(int) - rgb).max() <= 2


@pytest.mark.parametrize("name", ["YBR_FULL", "YBR_FULL_422"])
def test_full_range_conversion_is_the_rounded_exact_value(name: str) -> None:
    rng = np.random.default_rng(5)
    ybr = rng.integers(0, 256, (64, 80, 3), np.uint8)
    y, blue, red = (ybr[..., i].astype(float) for i in range(3))
    exact = np.stack(
        [y + 1.402 * (red - 128), y - 0.344136286 * (blue - 128) - 0.714136286 * (red - 128), y + 1.772 * (blue - 128)], axis=-1
    )
    assert np.array_equal(to_rgb(ybr, name), np.clip(np.floor(exact + 0.5), 0, 255).astype(np.uint8))


def test_partial_range_spans_16_to_235() -> None:
    ybr = np.array([[[16, 128, 128], [235, 128, 128], [0, 128, 128], [255, 128, 128], [126, 128, 128]]], np.uint8)
    assert to_rgb(ybr, "YBR_PARTIAL_422")[0, :, 1].tolist() == [0, 255, 0, 255, 128]


def test_what_only_a_codestream_knows_is_rgb_already() -> None:
    rgb = np.array([[[1, 2, 3], [250, 128, 9]]], np.uint8)
    for name in ("RGB", "YBR_RCT", "YBR_ICT"):
        assert np.array_equal(to_rgb(rgb, name), rgb)


@given(st.integers(1, 16))
def test_the_largest_of_any_bits_is_white_and_order_is_kept(bits: int) -> None:
    samples = np.arange(1 << bits, dtype=np.uint16)
    levels = to_eight_bits(samples, bits)
    assert levels[0] == 0
    assert levels[-1] == 255
    assert (np.diff(levels.astype(int)) >= 0).all()
    assert np.abs(levels - samples * 255.0 / ((1 << bits) - 1)).max() <= 0.5


def test_samples_beyond_their_bits_are_white() -> None:
    assert to_eight_bits(np.array([4095, 4096, 65535], np.uint16), 12).tolist() == [255, 255, 255]


def test_wide_samples_keep_their_upper_bits() -> None:
    assert to_eight_bits(np.array([0, 1 << 31, (1 << 32) - 1], np.uint32), 32).tolist() == [0, 128, 255]


def test_twelve_bit_ybr_keeps_grey_neutral() -> None:
    ybr = np.array([[[4095, 2048, 2048], [1000, 2048, 2048], [0, 2048, 2048]]], np.uint16)
    assert to_rgb(ybr, "YBR_FULL", 12)[0].tolist() == [[255] * 3, [62] * 3, [0] * 3]


def test_signed_samples_are_read_by_their_bits() -> None:
    assert to_rgb(np.array([[[-1, 0, 127]]], np.int8), "RGB").tolist() == [[[255, 0, 127]]]


def test_an_unknown_colour_model_is_a_sentence() -> None:
    with pytest.raises(DecodeError, match="CMYK"):
        to_rgb(np.zeros((1, 1, 3), np.uint8), "CMYK")


def test_cielab_white_black_and_a_red() -> None:
    assert lab_to_rgb((65535, 0x8080, 0x8080)) == (255, 255, 255)
    assert lab_to_rgb((0, 0x8080, 0x8080)) == (0, 0, 0)
    # sRGB red is L 54.29, a 80.80, b 69.89 under D50.
    red = lab_to_rgb((round(54.29 * 655.35), round((80.80 + 128) * 257), round((69.89 + 128) * 257)))
    assert np.abs(np.array(red) - (255, 0, 0)).max() <= 1
