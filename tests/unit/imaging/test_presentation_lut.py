"""Polarity: MONOCHROME1, shape, table and the user's inversion."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.imaging.presentation_lut import apply
from viewer.model.luts import LookupTable, PresentationLUT, PresentationShape

INVERSE = PresentationShape.INVERSE
IDENTITY = PresentationShape.IDENTITY


@pytest.mark.parametrize(
    ("shape", "monochrome1", "inverted", "dark_end"),
    [
        (IDENTITY, False, False, 0),
        (IDENTITY, False, True, 255),
        (IDENTITY, True, False, 255),
        (IDENTITY, True, True, 0),
        (INVERSE, False, False, 255),
        (INVERSE, True, False, 255),  # the same said twice
        (INVERSE, True, True, 0),
    ],
)
def test_what_the_smallest_value_becomes(shape: PresentationShape, monochrome1: bool, inverted: bool, dark_end: int) -> None:
    levels = apply(np.array([0.0, 0.25, 1.0]), PresentationLUT(shape), monochrome1=monochrome1, inverted=inverted)
    expected = [0, 64, 255] if dark_end == 0 else [255, 191, 0]
    assert levels.tolist() == expected


def test_halves_round_up() -> None:
    assert apply(np.array([0.5, 1 / 510]), PresentationLUT(), monochrome1=False, inverted=False).tolist() == [128, 1]


def test_a_table_states_the_polarity_itself() -> None:
    lut = PresentationLUT(table=LookupTable(0, np.array([1023, 512, 0], np.uint16), 10))
    for monochrome1 in (False, True):
        assert apply(np.array([0, 0.5, 1]), lut, monochrome1=monochrome1, inverted=False).tolist() == [255, 128, 0]
    assert apply(np.array([0, 0.5, 1]), lut, monochrome1=False, inverted=True).tolist() == [0, 127, 255]
