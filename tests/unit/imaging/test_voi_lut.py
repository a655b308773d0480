"""Window functions against a plain reading of PS3.3 C.11.2."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.imaging.voi_lut import domain, table, table_top, window
from viewer.model.luts import LookupTable, VOIFunction

values = st.floats(-70000, 70000)
centers = st.floats(-40000, 40000)


def linear(x: float, c: float, w: float) -> float:
    """C.11.2.1.2.1 with an output range of 0 to 1."""
    if x <= c - 0.5 - (w - 1) / 2:
        return 0.0
    if x > c - 0.5 + (w - 1) / 2:
        return 1.0
    return (x - (c - 0.5)) / (w - 1) + 0.5


def linear_exact(x: float, c: float, w: float) -> float:
    """C.11.2.1.3.2."""
    if x <= c - w / 2:
        return 0.0
    if x > c + w / 2:
        return 1.0
    return (x - c) / w + 0.5


def of(x: float, c: float, w: float, function: VOIFunction) -> float:
    return float(window(np.array([x]), c, w, function)[0])


@given(values, centers, st.floats(1, 70000))
def test_linear(x: float, c: float, w: float) -> None:
    assert of(x, c, w, VOIFunction.LINEAR) == pytest.approx(linear(x, c, w), abs=1e-6) or w < 1.001


@given(st.integers(-40000, 40000), st.integers(-2000, 2000), st.integers(1, 5000))
def test_linear_of_whole_numbers(x: int, c: int, w: int) -> None:
    assert of(x, c, w, VOIFunction.LINEAR) == pytest.approx(linear(x, c, w), abs=1e-12)


@given(values, centers, st.floats(0.001, 70000))
def test_linear_exact(x: float, c: float, w: float) -> None:
    assert of(x, c, w, VOIFunction.LINEAR_EXACT) == pytest.approx(linear_exact(x, c, w), abs=1e-6)


@given(values, centers, st.floats(0.5, 70000))
def test_sigmoid(x: float, c: float, w: float) -> None:
    exponent = -4 * (x - c) / w
    expected = 1 / (1 + math.exp(exponent)) if exponent < 700 else 0.0
    assert of(x, c, w, VOIFunction.SIGMOID) == pytest.approx(expected, abs=1e-12)


def test_width_one_is_a_threshold() -> None:
    assert window(np.array([99.0, 99.5, 99.51, 100.0]), 100, 1, VOIFunction.LINEAR).tolist() == [0, 0, 1, 1]


def test_linear_with_a_width_below_one_means_the_exact_function() -> None:
    assert of(0.25, 0.5, 0.5, VOIFunction.LINEAR) == 0.0
    assert of(0.5, 0.5, 0.5, VOIFunction.LINEAR) == 0.5


@pytest.mark.parametrize("function", list(VOIFunction))
@given(c=centers, w=st.floats(0, 70000))
def test_more_is_never_darker(function: VOIFunction, c: float, w: float) -> None:
    light = window(np.linspace(-70000, 70000, 501), c, w, function)
    assert (np.diff(light) >= 0).all()
    assert light.min() >= 0
    assert light.max() <= 1


@pytest.mark.parametrize("function", list(VOIFunction))
@given(c=centers, w=st.floats(0.01, 70000))
def test_outside_its_domain_a_window_is_black_or_white_in_8_bit(function: VOIFunction, c: float, w: float) -> None:
    low, high = domain(c, w, function, None)
    beyond = window(np.array([low - w, low, high + 1e-9 * max(abs(high), 1), high + w]), c, w, function)
    assert (np.rint(beyond[:2] * 255) == 0).all()
    assert np.rint(beyond[3] * 255) == 255


def test_a_table_and_what_lies_beside_it() -> None:
    lut = LookupTable(-1, np.array([0, 50, 255, 100], np.uint16), 8)
    assert (table(np.array([-7.0, -1, 0, 1, 2, 3]), lut) * 255).tolist() == [0, 0, 50, 255, 100, 100]


@pytest.mark.parametrize(("bits", "largest", "top"), [(8, 200, 255), (12, 4095, 4095), (8, 4000, 4095), (0, 255, 255), (99, 3, 3)])
def test_entries_that_exceed_the_stated_bits_count_instead(bits: int, largest: int, top: int) -> None:
    assert table_top(LookupTable(0, np.array([0, largest], np.uint16), bits)) == top


def test_an_empty_table_is_black() -> None:
    assert table(np.array([1.0, 2.0]), LookupTable(0, np.zeros(0, np.uint16), 16)).tolist() == [0, 0]
