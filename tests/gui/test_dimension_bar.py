"""Sliders for the dimensions of a multi-frame image, over a real file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QSlider, QWidget
from pytestqt.qtbot import QtBot

from tests.canvas_desk import Desk
from tests.multi_frame_files import pixel_of, write_four_dimensions
from viewer.dicom.image_file import open_image
from viewer.model.errors import Problem
from viewer.model.frame_place import Dimension
from viewer.model.hierarchy import FrameRef
from viewer.model.messages import Message
from viewer.ui.canvas.dimension_bar import DimensionBar
from viewer.ui.theme import Theme


class ReadAtOnce:
    def __init__(self, path: Path) -> None:
        self._path = path

    def request(self, ref: FrameRef, done: Callable[[tuple[tuple[Dimension, ...], ...] | Problem], None]) -> None:
        done(open_image(str(self._path)).dimensions())

    def check(self, ref: FrameRef, sop_class_uid: str, modality: str, done: Callable[[tuple[Message, ...]], None]) -> None:
        done(())


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    path = tmp_path / "4d.dcm"
    write_four_dimensions(path)
    made = Desk()
    object.__setattr__(made.workspace.services, "dimensions", ReadAtOnce(path))
    qtbot.addWidget(made.grid, before_close_func=lambda grid: grid.dispose())
    made.grid.show()
    qtbot.waitExposed(made.grid)
    made.show(path)
    return made


def _bar(desk: Desk) -> DimensionBar:
    return desk.grid.findChildren(DimensionBar)[0]


def _value(desk: Desk) -> int:
    frame = desk.viewport.frame
    assert frame is not None
    assert frame.ref == desk.viewport.reference
    return int(frame.pixels[3, 4])


def test_a_slider_for_each_dimension_that_is_not_scrolled_through(desk: Desk) -> None:
    bar = _bar(desk)
    assert bar.isVisible()
    sliders = bar.findChildren(QSlider)
    assert [(one.minimum(), one.maximum(), one.accessibleName()) for one in sliders] == [(0, 3, "Time"), (0, 1, "Echo")]
    assert [one.text() for one in bar.findChildren(QLabel)] == ["Time 1/4", "Echo 1/2: 15 ms"]
    assert _value(desk) == pixel_of(1, 1, 1)


def test_sliders_keys_and_wheel_show_the_frame_they_say(desk: Desk) -> None:
    bar = _bar(desk)
    time, echo = bar.findChildren(QSlider)
    echo.setValue(1)
    assert _value(desk) == pixel_of(1, 1, 2)
    desk.workspace.opening.step(3)
    assert _value(desk) == pixel_of(4, 1, 2)
    desk.registry.run("navigate.next_phase", desk.workspace)
    desk.registry.run("navigate.next_phase", desk.workspace)
    assert _value(desk) == pixel_of(4, 3, 2)
    assert (time.value(), echo.value()) == (2, 1)
    desk.registry.run("navigate.previous_second", desk.workspace)
    assert _value(desk) == pixel_of(4, 3, 1)
    desk.workspace.opening.step(40)
    assert _value(desk) == pixel_of(5, 3, 1)
    assert [one.text() for one in bar.findChildren(QLabel)] == ["Time 3/4", "Echo 1/2: 15 ms"]


def test_a_narrow_viewport_leaves_the_values_out(desk: Desk) -> None:
    found = {}
    for columns in (1, 2, 3, 4):
        desk.registry.run(f"view.layout_1x{columns}", desk.workspace)
        desk.settle()
        bar = _bar(desk)
        assert bar.width() <= desk.grid.width() / columns
        texts = [one.text() for one in bar.findChildren(QLabel)]
        found[columns] = (texts[1], [one.isVisible() for one in bar.findChildren(QSlider)])
    assert found[1] == ("Echo 1/2: 15 ms", [True, True])
    assert found[4] == ("Echo 1/2", [False, False])
    assert found[3][0] == "Echo 1/2"


def test_a_very_narrow_viewport_shortens_the_names_and_keeps_the_numbers(desk: Desk, qtbot: QtBot) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    bar = DimensionBar(desk.workspace, desk.viewport, Theme(), place)
    bar.remount()
    place.show()
    qtbot.waitExposed(place)
    for room in (400, 150, 120, 80):
        bar.resize(room, bar.height())
        shown = [one for one in bar.findChildren(QLabel) if not one.isHidden()]
        assert sum(one.maximumWidth() for one in shown) <= room
        assert all(one.fontMetrics().horizontalAdvance(one.text()) <= one.maximumWidth() + 1 for one in shown)
        if room < 400:
            assert [one.text()[-3:] for one in shown] == ["1/4", "1/2"]
        assert [one.toolTip() for one in shown] == ["Time 1/4", "Echo 1/2: 15 ms"]


def test_the_bar_goes_with_the_image(desk: Desk) -> None:
    desk.workspace.opening.show(desk.viewport, None)
    assert not _bar(desk).isVisible()
    assert not desk.registry["navigate.next_phase"].enabled_when(desk.workspace)
