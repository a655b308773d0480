"""Icons in the colours of their states: the same lines, drawn once."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QMenu, QPushButton, QStyle
from pytestqt.qtbot import QtBot

from viewer.ui.icons import LARGE, IconStore
from viewer.ui.theme import Theme
from viewer.workspace.commands import register_all
from viewer.workspace.commands.registry import CommandRegistry

NORMAL, CHECKED, DISABLED = "#f0f1f2", "#3399ff", "#505860"
STATES = [
    (NORMAL, QIcon.Mode.Normal, QIcon.State.Off),
    (CHECKED, QIcon.Mode.Normal, QIcon.State.On),
    (DISABLED, QIcon.Mode.Disabled, QIcon.State.Off),
    (DISABLED, QIcon.Mode.Disabled, QIcon.State.On),
]


def pixels(icon: QIcon, size: int, mode: QIcon.Mode, state: QIcon.State) -> np.ndarray:
    image = icon.pixmap(QSize(size, size), 1.0, mode, state).toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


@pytest.mark.parametrize(("colour", "mode", "state"), STATES)
@pytest.mark.parametrize("size", [18, 36])
def test_each_state_has_its_colour(qtbot: QtBot, size: int, colour: str, mode: QIcon.Mode, state: QIcon.State) -> None:
    icon = IconStore().icon("folder-open", NORMAL, CHECKED, DISABLED, 18)
    drawn, lines = pixels(icon, size, mode, state), pixels(icon, size, *STATES[0][1:])
    assert drawn.shape == (size, size, 4)
    assert (drawn[..., 3] == lines[..., 3]).all()
    solid = drawn[..., 3] == 255
    assert solid.sum() > size
    wanted = QColor(colour)
    assert (drawn[solid][:, :3] == (wanted.red(), wanted.green(), wanted.blue())).all()


def test_a_large_one_is_sharp_too(qtbot: QtBot) -> None:
    icon = IconStore().icon("folder-open", NORMAL, CHECKED, DISABLED, 18)
    assert pixels(icon, LARGE, QIcon.Mode.Normal, QIcon.State.Off).shape == (LARGE, LARGE, 4)


def test_an_unknown_name_gives_an_empty_icon(qtbot: QtBot) -> None:
    assert IconStore().icon("no such icon", NORMAL, CHECKED, DISABLED, 18).isNull()


def test_the_icons_of_flipping_mirror_the_way_the_commands_do(qtbot: QtBot) -> None:
    """A dashed axis between two halves: upright where left and right change places."""
    registry = CommandRegistry()
    register_all(registry)
    for command_id, is_upright in (("view.flip_horizontal", True), ("view.flip_vertical", False)):
        icon = IconStore().icon(registry[command_id].icon, NORMAL, CHECKED, DISABLED, 48)
        ink = pixels(icon, 48, QIcon.Mode.Normal, QIcon.State.Off)[..., 3] > 128
        beside = 6  # pixels from the edge, in the middle: a dash of the axis, or the hollow of a half
        assert bool(ink[beside, 22:26].any()) is is_upright
        assert bool(ink[22:26, beside].any()) is not is_upright


@pytest.mark.parametrize("size", [100, 200])
def test_icons_of_menus_and_buttons_are_as_large_as_their_words(qtbot: QtBot, size: int) -> None:
    theme, menu, button = Theme("dark", size), QMenu(), QPushButton()
    theme.apply()  # to all of the application: a sheet that another test left there would count too
    try:
        for widget, metric in ((menu, QStyle.PixelMetric.PM_SmallIconSize), (button, QStyle.PixelMetric.PM_ButtonIconSize)):
            qtbot.addWidget(widget)
            widget.ensurePolished()
            assert widget.style().pixelMetric(metric, None, widget) == theme.px(18)
    finally:
        Theme().apply()
