"""The length bar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.model.geometry import FrameGeometry, SpacingSource
from viewer.model.view import ViewPresentation
from viewer.workspace.scale_bar import scale_bar
from viewer.workspace.view_geometry import ViewGeometry


def frame(vertical: float, horizontal: float, source: SpacingSource = SpacingSource.PIXEL_SPACING) -> FrameGeometry:
    return FrameGeometry(spacing=(vertical, horizontal), spacing_source=source, aspect=vertical / horizontal)


@given(st.floats(0.001, 20), st.floats(0.02, 50), st.sampled_from([0, 90, 180, 270]))
def test_bar_is_as_long_as_it_says(spacing: float, zoom: float, rotation: int) -> None:
    space = frame(spacing * 2, spacing)
    view = ViewGeometry(200, 100, space.aspect, ViewPresentation(zoom=zoom, rotation=rotation), 800, 600)
    bar = scale_bar(view, space)
    assert bar is not None
    assert bar.length <= 800 * 0.3 * 1.001
    assert bar.length * spacing / zoom == pytest.approx(bar.millimetres)
    assert f"{bar.millimetres:.6e}"[:1] in "125"


def test_none_without_spacing() -> None:
    view = ViewGeometry(200, 100, 1.0, ViewPresentation(), 800, 600)
    assert scale_bar(view, FrameGeometry()) is None


def test_detector_spacing_is_an_estimate() -> None:
    view = ViewGeometry(200, 100, 1.0, ViewPresentation(zoom=1.0), 800, 600)
    exact = scale_bar(view, frame(1, 1))
    estimated = scale_bar(view, frame(1, 1, SpacingSource.IMAGER))
    assert exact is not None
    assert estimated is not None
    assert str(exact.label) == "20 cm"
    assert str(estimated.label) == "20 cm (estimated)"
