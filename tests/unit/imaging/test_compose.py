"""The net table, the opening window, the value under the cursor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.imaging.frames import frame_of
from viewer.imaging.compose import changing_range, initial_data, net_table, stored_range, to_grey, value_at, values_of
from viewer.model.luts import LookupTable, ModalityLUT, PresentationLUT, PresentationShape, RealWorldMap, VOIFunction, Window
from viewer.model.view import DataPresentation

RAMP = np.arange(-1200, 1200, dtype=np.int16).reshape(40, 60)
VOI = LookupTable(-100, np.array([0, 255, 128], np.uint16), 8, "odd")


def test_the_first_voi_table_comes_before_the_first_window() -> None:
    frame = frame_of(RAMP, voi_tables=(VOI,), windows=(Window(40, 400),))
    assert initial_data(frame) == DataPresentation(voi_table=0, preset="file")


def test_the_first_usable_window_of_the_file_is_taken_with_its_function() -> None:
    windows = (Window(1, 0), Window(float("nan"), 5), Window(40, 400, VOIFunction.SIGMOID), Window(1, 2))
    assert initial_data(frame_of(RAMP, windows=windows)) == DataPresentation(40, 400, VOIFunction.SIGMOID, preset="file")


def test_colour_stays_as_it_is() -> None:
    frame = frame_of(np.zeros((2, 3, 3), np.uint8), windows=(Window(40, 400),))
    assert initial_data(frame) == DataPresentation()


def test_a_computed_window_spans_the_middle_98_percent_without_padding() -> None:
    values = np.full((100, 100), -2000, np.int16)
    values[:50] = np.arange(5000).reshape(50, 100)
    data = initial_data(frame_of(values, padding=(-2000, -2000), modality_lut=ModalityLUT(2, -100)))
    greys = to_grey(np.array([49, 4949, 30, 4970], np.int16), frame_of(values, modality_lut=ModalityLUT(2, -100)).facts, data)
    assert data.preset == "auto"
    assert greys.tolist() == [0, 255, 0, 255]
    assert (data.center, data.width) == pytest.approx((4898.5, 9801), abs=10)


def test_a_nearly_even_picture_shows_its_few_other_pixels() -> None:
    values = np.zeros((64, 64), np.uint8)
    values[3, 5] = 1
    frame = frame_of(values)
    greys = to_grey(values, frame.facts, initial_data(frame))
    assert greys[3, 5] == 255
    assert greys.sum() == 255


def test_one_pixel_of_a_large_picture_is_found() -> None:
    values = np.zeros((1500, 1400), np.uint16)
    values[701, 333] = 9
    frame = frame_of(values)
    assert to_grey(values[701:702, 332:334], frame.facts, initial_data(frame)).tolist() == [[0, 255]]


@pytest.mark.parametrize("value", [np.int16(0), np.int16(7), np.float64(2.5), np.float64("nan")])
def test_an_even_picture_leaves_the_window_to_the_next_frame_and_is_dark(value: np.generic) -> None:
    frame = frame_of(np.full((4, 5), value))
    assert initial_data(frame) == DataPresentation()
    assert to_grey(frame.pixels, frame.facts, DataPresentation()).max() == 0


def test_before_a_window_is_decided_the_whole_range_is_shown() -> None:
    facts = frame_of(np.zeros((1, 1), np.uint16), bits_stored=12, modality_lut=ModalityLUT(1, -1024)).facts
    assert to_grey(np.array([0, 2048, 4095], np.uint16), facts, DataPresentation()).tolist() == [0, 128, 255]
    signed = frame_of(np.zeros((1, 1), np.int16)).facts
    assert to_grey(np.array([-5, 0, 16384, 32767], np.int16), signed, DataPresentation()).tolist() == [0, 0, 128, 255]


def test_fractions_get_an_exact_window() -> None:
    data = initial_data(frame_of(np.linspace(0, 1, 1000).reshape(20, 50)))
    assert data.function is VOIFunction.LINEAR_EXACT
    assert (data.center, data.width) == pytest.approx((0.5, 0.98), abs=0.005)


def test_the_value_under_the_cursor() -> None:
    frame = frame_of(RAMP, modality_lut=ModalityLUT(2, -1024, units="HU"))
    assert value_at(frame, 3, 1) == ((-1200 + 63) * 2 - 1024, "HU")
    rgb = np.zeros((2, 3, 3), np.uint8)
    rgb[1, 2] = 9, 8, 7
    assert value_at(frame_of(rgb), 2, 1) == ((9, 8, 7), "")
    assert value_at(frame_of(np.array([[0.1, 0.25]], np.float32)), 1, 0) == (0.25, "")


@pytest.mark.parametrize(
    ("lut", "world", "unit"),
    [
        (ModalityLUT(), RealWorldMap(-1200, 9, units="mm2/s"), "mm2/s"),
        (ModalityLUT(), RealWorldMap(0, 9, units="mm2/s"), ""),
        (ModalityLUT(units="HU"), RealWorldMap(-1200, 9, units="mm2/s"), "HU"),
        (ModalityLUT(2, 0), RealWorldMap(-1200, 9, units="mm2/s"), ""),
        (ModalityLUT(), RealWorldMap(-1200, 9, slope=3, units="mm2/s"), ""),
        (ModalityLUT(), RealWorldMap(-1200, 9, values=(1.0,), units="mm2/s"), ""),
    ],
)
def test_a_map_that_changes_nothing_gives_the_unit(lut: ModalityLUT, world: RealWorldMap, unit: str) -> None:
    assert value_at(frame_of(RAMP, modality_lut=lut, real_world_maps=(world,)), 0, 0)[1] == unit


def test_all_values_agree_with_single_ones() -> None:
    frame = frame_of(RAMP, modality_lut=ModalityLUT(0.5, 3))
    values = values_of(frame)
    assert values[7, 11] == value_at(frame, 11, 7)[0]


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [(np.uint8, (0, 255)), (np.int8, (-128, 127)), (np.uint16, (0, 65535)), (np.int16, (-32768, 32767))],
)
def test_the_range_of_the_stored_type(dtype: type, expected: tuple[int, int]) -> None:
    assert stored_range(frame_of(np.zeros((1, 1), dtype)).facts) == expected


windows = st.builds(
    DataPresentation,
    center=st.floats(-2000, 2000),
    width=st.floats(1, 4000),
    function=st.sampled_from(list(VOIFunction)),
    inverted=st.booleans(),
)


@given(windows, st.floats(-3, 3).filter(bool), st.booleans(), st.sampled_from(list(PresentationShape)))
def test_the_net_table_is_monotonic(data: DataPresentation, slope: float, white_first: bool, shape: PresentationShape) -> None:
    facts = frame_of(
        np.zeros((1, 1), np.int16),
        modality_lut=ModalityLUT(slope, 10),
        photometric_interpretation="MONOCHROME1" if white_first else "MONOCHROME2",
        presentation_lut=PresentationLUT(shape),
    ).facts
    falls = (slope < 0) ^ data.inverted ^ (white_first or shape is PresentationShape.INVERSE)
    steps = np.diff(net_table(facts, data, -1500, 1500).astype(int))
    assert (steps <= 0).all() if falls else (steps >= 0).all()


@given(windows)
def test_the_net_table_says_of_each_value_what_the_pipeline_says(data: DataPresentation) -> None:
    facts = frame_of(RAMP, modality_lut=ModalityLUT(1.5, -7)).facts
    table = net_table(facts, data)
    assert np.array_equal(table[RAMP.astype(int) + 32768], to_grey(RAMP, facts, data))
    fine = net_table(facts, data, -1200, 1199, steps=4)
    assert np.array_equal(fine[::4], to_grey(np.arange(-1200, 1200), facts, data))


def test_padding_is_black_in_the_table_of_the_whole_range() -> None:
    facts = frame_of(np.zeros((1, 1), np.int16), padding=(-20, -10), photometric_interpretation="MONOCHROME1").facts
    table = net_table(facts, DataPresentation(0, 100))
    assert (table[32768 - 20 : 32768 - 9] == 0).all()
    assert table[32768 - 21] > 0
    assert table[32768 - 9] > 0


def test_a_voi_table_of_the_frame_is_used_when_chosen_and_there() -> None:
    facts = frame_of(RAMP, voi_tables=(VOI,)).facts
    assert to_grey(np.array([-101, -100, -99, -98, 5]), facts, DataPresentation(voi_table=0)).tolist() == [0, 0, 255, 128, 128]
    other = DataPresentation(-99.5, 2, voi_table=3)
    assert (
        to_grey(np.array([-100, -99]), facts, other).tolist()
        == to_grey(np.array([-100, -99]), facts, replace(other, voi_table=None)).tolist()
    )


def test_the_worked_example_of_a_ct_window() -> None:
    """40/400 by hand: black up to -160, white above 239, the rest (x - 39.5) / 399 + 0.5."""
    facts = frame_of(np.zeros((1, 1), np.uint16), modality_lut=ModalityLUT(1, -1024)).facts
    stored = np.array([0, 864, 865, 1064, 1263, 1264], np.uint16)
    levels = [0, 0, round(255 / 399), int(255 * (0.5 / 399 + 0.5) + 0.5), 255, 255]
    assert to_grey(stored, facts, DataPresentation(40, 400)).tolist() == levels


@given(windows, st.floats(-3, 3).filter(lambda slope: abs(slope) > 1e-3))
def test_outside_its_changing_range_grey_is_constant(data: DataPresentation, slope: float) -> None:
    facts = frame_of(np.zeros((1, 1), np.float64), modality_lut=ModalityLUT(slope, 10)).facts
    ends = changing_range(facts, data)
    assert ends is not None
    low, high = ends
    span = max(high - low, 1.0)
    greys = to_grey(np.array([low - 5 * span, low - 1e-3 * span, high + 1e-3 * span, high + 5 * span]), facts, data)
    assert greys[0] == greys[1]
    assert greys[2] == greys[3]
    assert {int(greys[0]), int(greys[3])} == {0, 255}


@pytest.mark.parametrize("number", [1e308, -1e308, 1e-320, float("inf"), float("-inf"), float("nan")])
@pytest.mark.parametrize("function", list(VOIFunction))
def test_absurd_numbers_of_a_file_give_a_picture(number: float, function: VOIFunction) -> None:
    for lut in (ModalityLUT(number, 0), ModalityLUT(1, number), ModalityLUT()):
        facts = frame_of(RAMP, modality_lut=lut).facts
        for data in (DataPresentation(number, 100, function), DataPresentation(100, number, function)):
            assert net_table(facts, data, -5, 5).shape == (11,)
