"""PNG files against a reader that is not ours."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from viewer.export.png import png_bytes


@pytest.mark.parametrize("shape", [(1, 1), (7, 13), (13, 7, 3), (1, 5, 3), (300, 200)])
def test_pictures_come_back_exactly(shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(3).integers(0, 256, shape).astype(np.uint8)
    assert np.array_equal(imagecodecs.png_decode(png_bytes(picture)), picture)


def test_arrays_that_are_views_are_written_right() -> None:
    picture = np.arange(240, dtype=np.uint8).reshape(12, 20)
    assert np.array_equal(imagecodecs.png_decode(png_bytes(picture[::-2, ::3])), picture[::-2, ::3])
