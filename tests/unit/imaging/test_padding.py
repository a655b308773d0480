"""Which stored values are no image."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.imaging.frames import frame_of
from viewer.imaging.padding import covers, mask_of


@given(st.integers(-70000, 70000), st.integers(-70000, 70000), st.lists(st.integers(-32768, 32767), min_size=1))
def test_both_ends_belong_to_the_range_in_either_order(one: int, other: int, values: list[int]) -> None:
    expected = [min(one, other) <= value <= max(one, other) for value in values]
    assert covers(np.array(values, np.int16), (one, other)).tolist() == expected


def test_no_padding_no_mask() -> None:
    assert mask_of(frame_of(np.array([[1, 2]], np.int16))) is None
    assert mask_of(frame_of(np.array([[1, 2]], np.int16), padding=(-5, -5))) is None


@pytest.mark.parametrize("padding", [None, (7, 7)])
def test_what_is_no_number_is_padding(padding: tuple[int, int] | None) -> None:
    mask = mask_of(frame_of(np.array([[np.nan, 1, np.inf, 7]], np.float32), padding=padding))
    assert mask is not None
    assert mask.tolist() == [[True, False, True, padding is not None]]
