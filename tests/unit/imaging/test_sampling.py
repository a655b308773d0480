"""One axis at a time: which image pixels make a screen pixel, and how much of each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from viewer.imaging.sampling import block_means, exact_axis, smooth_axis, working_type

scales = st.floats(0.01, 30).flatmap(lambda scale: st.sampled_from([scale, -scale]))
shifts = st.floats(-300, 300)
lengths = st.integers(1, 400)


@given(scales, shifts, lengths)
def test_weights_are_shares_of_one_and_taps_lie_in_the_image(scale: float, shift: float, length: int) -> None:
    axis = smooth_axis(scale, shift, length, 120)
    assert 0 <= axis.start <= axis.stop <= 120
    assert axis.taps.shape[1] == axis.stop - axis.start
    if axis.taps.size:
        assert axis.taps.min() >= 0
        assert axis.taps.max() * axis.block < length
    if axis.weights is not None and axis.taps.size:
        assert axis.weights.min() >= 0
        assert axis.weights.sum(axis=0) == pytest.approx(1.0, abs=1e-5)


@given(scales, shifts, lengths)
def test_smooth_and_exact_cover_the_same_screen_pixels(scale: float, shift: float, length: int) -> None:
    smooth, exact = smooth_axis(scale, shift, length, 120), exact_axis(scale, shift, length, 120)
    assert (smooth.start, smooth.stop) == (exact.start, exact.stop)


@given(scales, shifts, lengths, st.sampled_from([0, 1]))
def test_a_ramp_stays_a_ramp(scale: float, shift: float, length: int, along: int) -> None:
    """Interpolation follows a straight line; only the ends of the image bend it."""
    axis = smooth_axis(scale, shift, length, 120)
    line = np.arange(length, dtype=np.float64)
    values = axis.weigh(np.stack([line, line], axis=1 - along), along)
    sampled = values[:, 0] if along == 0 else values[0]
    places = (np.arange(axis.start, axis.stop) + 0.5 - shift) / scale
    margin = 3 / abs(scale) + 2
    inner = (places > margin) & (places < length - 1 - margin)
    # Pixels are even squares to an area: its mean leaves the line by up to an eighth of one, or of a block of them.
    tolerance = 0.5001 if axis.is_exact else 1e-3 if not axis.averages else 0.1251 * axis.block
    assert np.abs(sampled[inner] - places[inner]).max(initial=0.0) <= tolerance


@given(scales, shifts, lengths, st.integers(0, 119), st.integers(0, 119))
def test_a_part_is_a_part_of_the_whole(scale: float, shift: float, length: int, one: int, other: int) -> None:
    axis = smooth_axis(scale, shift, length, 120)
    values = np.random.default_rng(2).integers(0, 4000, (length, 3)).astype(np.uint16)
    start, stop = sorted((one, other))
    whole = axis.weigh(values, 0)
    part = axis.weigh(values, 0, start, stop)
    assert part.dtype == whole.dtype or not part.size
    assert np.allclose(part, whole[start:stop], atol=1e-2)


@given(
    hnp.arrays(np.int16, st.tuples(st.integers(1, 12), st.integers(1, 12))),
    st.integers(2, 6),
    st.sampled_from([0, 1]),
)
def test_means_of_blocks(values: np.ndarray, block: int, axis: int) -> None:
    along = values if axis == 0 else values.T
    expected = [along[i : i + block].mean(axis=0) for i in range(0, len(along), block)]
    means = block_means(values, block, axis)
    assert np.allclose(means if axis == 0 else means.T, expected, atol=0.01)


def test_the_same_size_needs_no_weights() -> None:
    axis = smooth_axis(-1.0, 7.3, 7, 10)
    assert axis.is_exact
    assert axis.weigh(np.arange(7)[:, np.newaxis], 0)[:, 0].tolist() == [6, 5, 4, 3, 2, 1, 0]
    assert (axis.start, axis.stop) == (1, 8)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [(np.uint8, np.float32), (np.int16, np.float32), (np.int32, np.float64), (np.float32, np.float32), (np.float64, np.float64)],
)
def test_the_type_that_means_are_made_in(dtype: type, expected: type) -> None:
    assert working_type(np.dtype(dtype)) == expected
