"""Real World Value Mapping."""

from __future__ import annotations

from typing import Any

import numpy as np
from frames import frame_of

from viewer.imaging.real_world import Quantity, chosen_quantity, mapped_value, mapped_values, quantities_of
from viewer.model.luts import ModalityLUT, RealWorldMap
from viewer.model.pixels import PixelFrame

STORED = np.arange(-6, 6, dtype=np.int16).reshape(3, 4)


def only(frame: PixelFrame) -> Quantity:
    (found,) = quantities_of(frame.facts)
    return found


def mapped(frame: PixelFrame) -> list[Any]:
    return [None if np.isnan(value) else float(value) for value in mapped_values(frame, only(frame)).ravel()]


def test_a_line_over_its_range_and_beside_the_modality_lut() -> None:
    lut = ModalityLUT(10, 500, units="HU")
    frame = frame_of(STORED, modality_lut=lut, real_world_maps=(RealWorldMap(-4, 2, 0.5, 3, label="ADC", units="um2/s"),))
    assert mapped(frame) == [None, None, 1, 1.5, 2, 2.5, 3, 3.5, 4, None, None, None]
    assert mapped_value(frame, only(frame), 3, 1) == 3.5
    assert mapped_value(frame, only(frame), 0, 0) is None


def test_a_table_has_an_entry_for_each_value() -> None:
    frame = frame_of(STORED, real_world_maps=(RealWorldMap(-2, 3, values=(7.5, 0, -1, 2, 9, 4)),))
    assert mapped(frame) == [None] * 4 + [7.5, 0, -1, 2, 9, 4, None, None]


def test_a_table_that_is_cut_off_maps_only_what_it_holds() -> None:
    frame = frame_of(STORED, real_world_maps=(RealWorldMap(-2, 3, values=(7.5, 0)),))
    assert mapped(frame) == [None] * 4 + [7.5, 0] + [None] * 6


def test_the_first_map_that_covers_a_value_holds() -> None:
    maps = (RealWorldMap(-6, -1, slope=1, label="a"), RealWorldMap(-3, 2, slope=100, label="a"))
    assert mapped(frame_of(STORED, real_world_maps=maps)) == [-6, -5, -4, -3, -2, -1, 0, 100, 200, None, None, None]


def test_padding_stands_for_nothing() -> None:
    frame = frame_of(STORED, padding=(-5, -5), real_world_maps=(RealWorldMap(-6, 5, slope=2),))
    assert mapped(frame) == [-12, None, *range(-8, 12, 2)]


def test_real_numbers() -> None:
    stored = np.array([[-0.5, 0.25, np.nan], [1.0, 1.5, np.inf]], np.float32)
    frame = frame_of(stored, real_world_maps=(RealWorldMap(0.0, 1.0, slope=4.0, intercept=-1.0),))
    assert mapped(frame) == [None, 0.0, None, 3.0, None, None]


def test_several_quantities_by_name() -> None:
    maps = (RealWorldMap(0, 9, label="SUVbw", units="g/ml"), RealWorldMap(0, 9, slope=0.1, quantity="SUV lean"))
    facts = frame_of(STORED, real_world_maps=maps).facts
    assert [(one.name, one.units) for one in quantities_of(facts)] == [("SUVbw", "g/ml"), ("SUV lean", "")]
    assert [chosen.name for name in ("SUV lean", "", "gone") if (chosen := chosen_quantity(quantities_of(facts), name))] == [
        "SUV lean",
        "SUVbw",
        "SUVbw",
    ]
    assert chosen_quantity(quantities_of(frame_of(STORED).facts), "") is None


def test_colour_stands_for_nothing() -> None:
    frame = frame_of(np.zeros((2, 3, 3), np.uint8), real_world_maps=(RealWorldMap(0, 9),))
    assert quantities_of(frame.facts) == ()
