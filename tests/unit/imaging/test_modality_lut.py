"""Stored values to units."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.imaging.modality_lut import apply, exact_values, look_up, to_stored
from viewer.model.luts import LookupTable, ModalityLUT

slopes = st.floats(-50, 50).filter(lambda slope: abs(slope) > 1e-3)


@given(slopes, st.floats(-5000, 5000), st.lists(st.integers(-32768, 32767), min_size=1))
def test_a_line_and_back(slope: float, intercept: float, values: list[int]) -> None:
    lut = ModalityLUT(slope, intercept)
    output = apply(np.array(values, np.int16), lut)
    assert output.tolist() == [value * slope + intercept for value in values]
    assert [to_stored(float(value), lut) for value in output] == pytest.approx(values, abs=1e-3)


@given(slopes, st.floats(-5000, 5000))
def test_order_is_kept_or_reversed(slope: float, intercept: float) -> None:
    steps = np.diff(apply(np.arange(-300, 300, dtype=np.int16), ModalityLUT(slope, intercept)))
    assert (steps * np.sign(slope) > 0).all()


def test_table_values_beside_it_are_its_ends() -> None:
    lut = LookupTable(-2, np.array([10, 20, 30, 65535], np.uint16), 16)
    assert look_up(np.array([-9, -2, -1, 1, 9], np.int16), lut).tolist() == [10, 10, 20, 65535, 65535]
    assert apply(np.array([-1], np.int16), ModalityLUT(5, 5, lut)).tolist() == [20]


def test_fractions_take_the_nearest_entry_and_not_a_number_no_crash() -> None:
    lut = LookupTable(0, np.array([10, 20, 30], np.uint16), 8)
    assert look_up(np.array([0.49, 0.5, 1.6, 1e300, -1e300, np.nan]), lut).tolist() == [10, 20, 30, 30, 10, 10]


@pytest.mark.parametrize(
    ("dtype", "slope", "intercept", "expected"),
    [
        (np.int16, 1.0, 0.0, np.int16),
        (np.uint8, 1.0, -1024.0, np.int16),
        (np.int16, 1.0, -1024.0, np.int32),
        (np.uint16, 2.0, 5.0, np.int32),
        (np.int32, 3.0, 0.0, np.int64),
        (np.uint16, 0.5, 0.0, np.float64),
        (np.float32, 2.0, 1.0, np.float64),
    ],
)
def test_values_come_in_the_smallest_type_that_holds_them(dtype: type, slope: float, intercept: float, expected: type) -> None:
    stored = np.array([[0, 1, 100], [3, 7, 120]], dtype)
    values = exact_values(stored, ModalityLUT(slope, intercept))
    assert values.dtype == expected
    assert np.array_equal(values, stored.astype(float) * slope + intercept)


def test_extremes_do_not_wrap() -> None:
    stored = np.array([-32768, 32767], np.int16)
    assert exact_values(stored, ModalityLUT(-1.0, 0.0)).tolist() == [32768, -32767]
    wide = np.array([np.iinfo(np.uint32).max], np.uint32)
    assert exact_values(wide, ModalityLUT(4.0, 0.0)).tolist() == [4 * (2**32 - 1)]
