"""The viewports over real files, with real mouse events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from tests.canvas_desk import Desk
from viewer.model.messages import message
from viewer.model.view import OverlayLevel
from viewer.ui.canvas.canvas_view import DISPLAY_SET_MIME
from viewer.workspace.commands.registry import Command
from viewer.workspace.orientation import edge_letters

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton


@pytest.fixture
def head(samples: Path) -> list[Path]:
    """A head CT, 93 slices of 64 × 64."""
    return sorted((samples / "Slicer+Slicer/Testing/Data/Input/CTHeadAxialDicom").glob("*.dcm"))


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = Desk()
    qtbot.addWidget(made.grid, before_close_func=lambda grid: grid.dispose())
    made.grid.show()
    qtbot.waitExposed(made.grid)
    return made


@pytest.mark.samples
def test_picture_is_the_value_through_the_window(desk: Desk, head: list[Path]) -> None:
    desk.show(*head, index=40)
    viewport = desk.viewport
    viewport.set_overlay(OverlayLevel.NONE)
    desk.registry.run("view.smooth", desk.workspace)
    desk.registry.run("image.preset_9", desk.workspace)  # 600 / 300
    frame, geometry = viewport.frame, viewport.geometry
    assert frame is not None
    assert geometry is not None
    lut = frame.facts.modality_lut
    shot = desk.picture()
    compared = set()
    for row, column in np.ndindex(frame.pixels.shape):
        value = float(frame.pixels[row, column]) * lut.slope + lut.intercept
        expected = min(max(((value - 299.5) / 599 + 0.5) * 255, 0), 255)  # PS3.3 C.11.2.1.2.1
        x, y = geometry.to_screen(column, row)
        assert shot.pixelColor(int(x), int(y)).red() == pytest.approx(expected, abs=1), (column, row)
        compared.add(round(expected))
    assert {0, 255} < compared


@pytest.mark.samples
def test_right_side_of_the_patient_is_on_the_left(desk: Desk, head: list[Path]) -> None:
    desk.show(*head, index=40)
    frame = desk.viewport.frame
    assert frame is not None
    letters = edge_letters(frame.facts.geometry, desk.viewport.view)
    assert (letters.left, letters.top, letters.right, letters.bottom) == ("R", "A", "L", "P")


@pytest.mark.samples
def test_beside_the_picture_is_black(desk: Desk, head: list[Path]) -> None:
    desk.show(*head, index=40)
    desk.viewport.set_overlay(OverlayLevel.NONE)
    assert desk.viewport.geometry is not None
    left, top, _, bottom = desk.viewport.geometry.image_rectangle()
    assert left > 10 or top > 10
    assert desk.grey(left / 2 if left > 10 else 20, (top + bottom) / 2 if left > 10 else top / 2) == 0


@pytest.mark.samples
def test_wheel_shows_every_step(desk: Desk, head: list[Path]) -> None:
    desk.show(*head)
    seen: list[int] = []
    desk.viewport.frame_changed.connect(lambda: seen.append(desk.viewport.shown_index))
    for _ in range(5):
        desk.wheel(-1)
    desk.wheel(2)
    assert seen == [1, 2, 3, 4, 5, 3]


@pytest.mark.samples
def test_ctrl_wheel_zooms_at_the_pointer(desk: Desk, head: list[Path]) -> None:
    desk.show(*head)
    assert desk.viewport.geometry is not None
    spot = desk.viewport.geometry.to_image(200, 300)
    desk.wheel(3, Qt.KeyboardModifier.ControlModifier, 200, 300)
    assert desk.viewport.geometry.to_screen(*spot) == pytest.approx((200, 300))
    assert desk.viewport.index == 0


@pytest.mark.samples
def test_left_drag_changes_what_is_seen(desk: Desk, head: list[Path]) -> None:
    desk.show(*head, index=40)
    desk.viewport.set_overlay(OverlayLevel.NONE)
    before, picture = desk.viewport.data, desk.picture()
    desk.drag(LEFT, (200, 200), (260, 200), (260, 260))
    assert desk.viewport.data.width is not None
    assert desk.viewport.data.center is not None
    assert before.width is not None
    assert before.center is not None
    assert desk.viewport.data.width > before.width
    assert desk.viewport.data.center > before.center
    assert desk.picture() != picture
    desk.registry.run("view.reset", desk.workspace)
    assert desk.viewport.data == before
    assert desk.picture() == picture


@pytest.mark.samples
def test_turning_turns_the_picture(desk: Desk, head: list[Path]) -> None:
    desk.show(*head, index=40)
    desk.viewport.set_overlay(OverlayLevel.NONE)
    desk.registry.run("view.smooth", desk.workspace)
    desk.grid.resize(560, 560)
    before = desk.picture()
    desk.registry.run("view.rotate_right", desk.workspace)
    turned = desk.picture()
    assert turned != before
    geometry = desk.viewport.geometry
    assert geometry is not None
    size = before.width()
    for x, y in ((100, 150), (300, 200), (250, 400)):
        assert turned.pixelColor(size - 1 - y, x) == before.pixelColor(x, y)


@pytest.mark.samples
def test_middle_drag_pans_and_right_drag_zooms(desk: Desk, head: list[Path]) -> None:
    desk.show(*head)
    desk.drag(MIDDLE, (200, 200), (230, 210), (240, 220))
    assert desk.viewport.view.pan != (0.0, 0.0)
    desk.drag(RIGHT, (200, 200), (200, 150), (200, 100))
    assert desk.viewport.view.zoom is not None
    assert not [menu for menu in desk.grid.findChildren(QMenu) if menu.isVisible()]


@pytest.mark.samples
def test_right_click_opens_a_menu_of_commands(desk: Desk, head: list[Path]) -> None:
    desk.show(*head)
    desk.drag(RIGHT, (200, 200), (201, 200))
    (menu,) = [menu for menu in desk.grid.findChildren(QMenu) if menu.isVisible()]
    titles = {action.text().split("\t")[0]: action for action in menu.actions()}
    titles["Invert"].trigger()
    menu.close()
    assert desk.viewport.data.inverted


@pytest.mark.samples
def test_read_out_names_value_unit_and_place(desk: Desk, head: list[Path], qtbot: QtBot) -> None:
    desk.show(*head, index=40)
    frame, geometry = desk.viewport.frame, desk.viewport.geometry
    assert frame is not None
    assert geometry is not None
    lines: list[str] = []
    desk.grid.read_out_changed.connect(lines.append)
    desk.hover(*geometry.to_screen(30, 35))
    lut = frame.facts.modality_lut
    value = int(frame.pixels[35, 30] * lut.slope + lut.intercept)
    assert lines[-1].startswith(f"x 30 y 35 · {str(value).replace('-', '−')} · ")  # its Rescale Type is US: unspecified
    assert lines[-1].endswith(" mm")
    desk.wheel(-1, x=geometry.to_screen(30, 35)[0], y=geometry.to_screen(30, 35)[1])
    qtbot.waitUntil(lambda: len(lines) >= 2)
    QApplication.sendEvent(desk.canvas, QEvent(QEvent.Type.Leave))
    assert lines[-1] == ""


@pytest.mark.samples
def test_slider_drags_through_the_stack(desk: Desk, head: list[Path]) -> None:
    desk.show(*head)
    cell = desk.grid.active_cell
    assert cell is not None
    slider = cell.slider
    assert slider.isVisible()
    assert slider.maximum() == 92
    middle = slider.rect().center()
    QTest.mousePress(slider, LEFT, pos=middle)
    QTest.mouseRelease(slider, LEFT, pos=middle)
    assert abs(desk.viewport.index - 46) <= 1
    assert slider.value() == desk.viewport.index


@pytest.mark.samples
def test_series_is_dropped_on_a_viewport(desk: Desk, head: list[Path]) -> None:
    desk.show(head[0])
    other = desk.display_set(*head[:3], key="other")
    desk.workspace.layout.set_grid(1, 2)
    desk.settle()
    target = desk.workspace.layout.viewports[1]
    cell = desk.grid.cell(target)
    assert cell is not None
    data = QMimeData()
    data.setData(DISPLAY_SET_MIME, QByteArray(other.key.encode()))
    action, place = Qt.DropAction.CopyAction, QPointF(50, 50)
    surface = cell.canvas.viewport()
    enter = QDragEnterEvent(place.toPoint(), action, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(surface, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(surface, QDropEvent(place, action, data, LEFT, Qt.KeyboardModifier.NoModifier))
    assert target.display_set is other
    assert desk.workspace.layout.active is target
    files = QMimeData()
    files.setText("a file")
    refused = QDragEnterEvent(place.toPoint(), action, files, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(surface, refused)
    assert not refused.isAccepted()


@pytest.mark.samples
def test_double_click_maximises_and_restores(desk: Desk, head: list[Path]) -> None:
    desk.show(*head[:3])
    desk.workspace.layout.set_grid(2, 2)
    desk.settle()
    QTest.mouseDClick(desk.canvas.viewport(), LEFT, pos=desk.canvas.rect().center())
    desk.settle()
    assert desk.workspace.layout.maximised
    assert desk.canvas.width() > 600
    QTest.mouseDClick(desk.canvas.viewport(), LEFT, pos=desk.canvas.rect().center())
    desk.settle()
    assert not desk.workspace.layout.maximised
    assert desk.canvas.width() < 330


@pytest.mark.samples
def test_keyboard_follows_the_active_viewport(desk: Desk, head: list[Path]) -> None:
    desk.show(*head[:3])
    desk.workspace.layout.set_grid(1, 2)
    desk.settle()
    desk.grid.focus_active()
    first = desk.canvas
    desk.registry.run("view.next_viewport", desk.workspace)
    desk.settle()
    assert desk.canvas is not first
    assert desk.grid.window().focusWidget() is desk.canvas
    assert "Viewport 2" in desk.canvas.accessibleName()


@pytest.mark.samples
def test_broken_frame_says_why(desk: Desk, head: list[Path], tmp_path: Path) -> None:
    cut = tmp_path / "cut.dcm"
    cut.write_bytes(head[0].read_bytes()[:-4000])
    desk.show(cut)
    assert desk.viewport.frame is None or desk.viewport.notice
    assert desk.viewport.notice
    assert np.any(np.frombuffer(desk.picture().constBits(), np.uint8) > 100)  # the sentence is drawn


@pytest.mark.samples
def test_text_stands_out_on_white(desk: Desk, head: list[Path]) -> None:
    """Light text has a dark halo: where there was only white there are now dark pixels."""
    desk.show(*head, index=40)
    desk.viewport.set_view(desk.viewport.view)
    desk.registry.run("image.preset_8", desk.workspace)
    desk.registry.run("image.invert", desk.workspace)
    desk.registry.run("view.zoom_in", desk.workspace)
    desk.viewport.set_overlay(OverlayLevel.NONE)
    bare = desk.picture()
    desk.viewport.set_overlay(OverlayLevel.ALL)
    written = desk.picture()
    assert bare.pixelColor(20, 530).red() > 200
    around = [written.pixelColor(x, y).red() for x in range(8, 80) for y in range(500, 550)]
    assert min(around) < 60


def test_empty_grid_offers_what_can_be_done(qtbot: QtBot) -> None:
    ran: list[str] = []
    extra = [
        Command(name, message("Open"), lambda workspace, name=name: ran.append(name))
        for name in ("file.open", "file.open_folder", "file.open_sample")
    ]
    desk = Desk(extra)
    qtbot.addWidget(desk.grid, before_close_func=lambda grid: grid.dispose())
    desk.grid.show()
    desk.settle()
    buttons = [button for button in desk.grid.empty.findChildren(QPushButton) if button.isVisible()]
    for button in buttons:
        button.click()
    assert ran == ["file.open", "file.open_folder", "file.open_sample"]
    assert desk.grid.active_cell is None
    for command in desk.registry:
        if command.id not in ran:
            desk.registry.run(command.id, desk.workspace)
