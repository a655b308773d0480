"""Numbers of a region."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp

from tests.unit.imaging.frames import frame_of
from viewer.imaging.statistics import region_statistics
from viewer.model.geometry import FrameGeometry
from viewer.model.luts import ModalityLUT


@given(hnp.arrays(np.int16, (5, 7)), hnp.arrays(np.bool_, (5, 7)))
def test_padding_has_no_part_in_the_numbers(pixels: np.ndarray, region: np.ndarray) -> None:
    pixels[1, 2] = -2000
    frame = frame_of(pixels, padding=(-2000, -2000), modality_lut=ModalityLUT(2, -10, units="HU"))
    found = region_statistics(frame, region)
    values = [int(value) * 2 - 10 for value in pixels[region] if value != -2000]
    assert (found.count, found.padding_count) == (len(values), int(region.sum()) - len(values))
    assert found.unit == "HU"
    if values:
        assert found.mean == pytest.approx(sum(values) / len(values))
        assert (found.minimum, found.maximum) == (min(values), max(values))
    else:
        assert (found.mean, found.sd, found.minimum, found.maximum) == (None, None, None, None)


def test_deviation_and_area() -> None:
    frame = frame_of(np.array([[2, 4, 4], [4, 5, 5]], np.uint8), geometry=FrameGeometry(spacing=(0.5, 2.0)))
    found = region_statistics(frame, np.array([[1, 1, 1], [1, 0, 0]], np.bool_))
    assert found.sd == pytest.approx(0.75**0.5)
    assert found.area == 4.0
    assert region_statistics(frame_of(np.zeros((1, 2), np.uint8)), np.ones((1, 2), np.bool_)).area is None


def test_a_large_offset_does_not_eat_the_deviation() -> None:
    pixels = np.array([[2**30, 2**30 + 1]], np.int32)
    found = region_statistics(frame_of(pixels), np.ones((1, 2), np.bool_))
    assert found.sd == 0.5


def test_colour_has_an_area_and_no_single_value() -> None:
    frame = frame_of(np.zeros((2, 2, 3), np.uint8), geometry=FrameGeometry(spacing=(1.0, 1.0)))
    found = region_statistics(frame, np.array([[1, 0], [1, 1]], np.bool_))
    assert (found.count, found.mean, found.area) == (3, None, 3.0)
