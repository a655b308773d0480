"""Which tool answers which button, and what each does to the viewport."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.hand_driven import Table, display_set, frame, ref
from viewer.model.luts import ModalityLUT, Window
from viewer.model.pixels import PixelFrame
from viewer.model.view import DataPresentation
from viewer.tools.protocol import Button, Modifier, PointerEvent
from viewer.tools.router import TOOLS, Router


class Desk:
    """A viewport of 300 × 200 with a picture of 30 × 20 pixels, and its router."""

    def __init__(self, count: int = 40, picture: PixelFrame | None = None) -> None:
        self.table = Table(display_set("a", count))
        for number in range(count):
            self.table.frames.cache[ref(number, "a")] = picture or frame(ref(number, "a"), windows=(Window(40, 600),))
        self.viewport = self.table.viewport
        self.table.workspace.opening.show(self.viewport, self.table.catalogue.sets[0])
        self.viewport.set_size(300, 200)
        self.menus: list[tuple[float, float]] = []
        self.router = Router(self.table.workspace, self.viewport, lambda x, y: self.menus.append((x, y)))

    def drag(self, button: Button, *points: tuple[float, float], modifiers: Modifier = Modifier.NONE) -> None:
        events = [PointerEvent(x, y, modifiers) for x, y in points]
        self.router.press(button, events[0])
        for event in events[1:]:
            self.router.move(event)
        self.router.release(button, events[-1])

    @property
    def window(self) -> tuple[float | None, float | None]:
        return self.viewport.data.width, self.viewport.data.center


def test_left_drag_windows_right_is_wider_down_is_higher() -> None:
    desk = Desk()
    desk.drag(Button.LEFT, (100, 100), (150, 100), (150, 130))
    assert desk.window == (600 + 50 * 2, 40 + 30 * 2)
    assert not desk.viewport.data_is_initial


def test_shift_is_fine_and_ctrl_shift_coarse() -> None:
    desk = Desk()
    desk.drag(Button.LEFT, (100, 100), (150, 100), modifiers=Modifier.SHIFT)
    assert desk.window == (620, 40)
    desk = Desk()
    desk.drag(Button.LEFT, (100, 100), (110, 100), modifiers=Modifier.SHIFT | Modifier.CONTROL)
    assert desk.window == (700, 40)


def test_narrow_window_moves_by_whole_units_and_never_closes() -> None:
    desk = Desk()
    desk.viewport.set_data(DataPresentation(40, 80))
    desk.drag(Button.LEFT, (100, 100), (105, 100))
    assert desk.window == (85, 40)
    desk.drag(Button.LEFT, (100, 100), (-5000, 100))
    assert desk.window == (1, 40)


def test_small_spans_move_by_small_steps() -> None:
    unit = frame(ref(0))
    values = np.linspace(0, 1, 600, dtype=np.float32).reshape(20, 30)
    desk = Desk(1, PixelFrame(replace(unit.facts, is_float=True, windows=()), values))
    desk.viewport.set_data(DataPresentation(0.5, 1.0))
    desk.drag(Button.LEFT, (100, 100), (110, 100))
    width, center = desk.window
    assert width == pytest.approx(1 + 10 / 256)
    assert center == 0.5


def test_rescale_slope_counts_in_the_span() -> None:
    unit = frame(ref(0))
    desk = Desk(1, PixelFrame(replace(unit.facts, modality_lut=ModalityLUT(slope=0.001), windows=()), unit.pixels))
    desk.viewport.set_data(DataPresentation(0.0, 0.5))
    desk.drag(Button.LEFT, (100, 100), (110, 100))
    width, _ = desk.window
    assert width == pytest.approx(0.5 + 10 * 599 * 4 * 0.001 / 256)


def test_pet_keeps_the_lower_end() -> None:
    unit = frame(ref(0), modality="PT")
    desk = Desk(1, unit)
    desk.viewport.set_data(DataPresentation(500, 1000))
    desk.drag(Button.LEFT, (100, 100), (180, 100), (180, 130))
    width, center = desk.window
    assert width is not None
    assert center is not None
    assert width == pytest.approx(1000 + 30 * 1000 / 300)
    assert center - width / 2 == pytest.approx(0)


def test_pet_keeps_the_lower_end_however_far_up_the_drag_goes_and_widens_at_once_on_the_way_back() -> None:
    desk = Desk(1, frame(ref(0), modality="PT"))
    desk.viewport.set_data(DataPresentation(500, 1000))
    desk.drag(Button.LEFT, (100, 100), (100, 90), (100, -5000))
    assert desk.window == (1, 0.5)
    desk.viewport.set_data(DataPresentation(500, 1000))
    desk.drag(Button.LEFT, (100, 100), (100, -5000), (100, -4970))
    width, center = desk.window
    assert width == pytest.approx(1 + 30 * 1000 / 300)
    assert center == pytest.approx(width / 2)


def test_colour_is_not_windowed() -> None:
    unit = frame(ref(0))
    colour = PixelFrame(replace(unit.facts, samples_per_pixel=3, photometric_interpretation="RGB"), np.zeros((20, 30, 3), np.uint8))
    desk = Desk(1, colour)
    before = desk.viewport.data
    desk.drag(Button.LEFT, (100, 100), (150, 130))
    assert desk.viewport.data == before


def test_a_click_that_trembles_changes_nothing() -> None:
    desk = Desk()
    desk.drag(Button.LEFT, (100, 100), (101, 101))
    assert desk.window == (600, 40)
    assert desk.viewport.data_is_initial


def test_middle_drag_pans() -> None:
    desk = Desk()
    assert desk.viewport.geometry is not None
    x, y = desk.viewport.geometry.to_screen(10, 10)
    desk.drag(Button.MIDDLE, (100, 100), (120, 90), (130, 85))
    assert desk.viewport.geometry.to_screen(10, 10) == pytest.approx((x + 30, y - 15))


def test_right_drag_zooms_about_where_it_began() -> None:
    desk = Desk()
    assert desk.viewport.geometry is not None
    before, column_row = desk.viewport.geometry.zoom, desk.viewport.geometry.to_image(120, 90)
    desk.drag(Button.RIGHT, (120, 90), (120, 60), (120, 20))
    assert desk.viewport.geometry.zoom > before
    assert desk.viewport.geometry.to_screen(*column_row) == pytest.approx((120, 90))
    assert desk.menus == []


def test_right_click_asks_for_the_menu() -> None:
    desk = Desk()
    before = desk.viewport.view
    desk.drag(Button.RIGHT, (120, 90), (122, 91))
    assert desk.menus == [(122, 91)]
    assert desk.viewport.view == before


def test_left_and_right_together_window_with_any_tool() -> None:
    desk = Desk()
    desk.table.workspace.tools.set_left("pan")
    view = desk.viewport.view
    desk.router.press(Button.LEFT, PointerEvent(100, 100))
    desk.router.press(Button.RIGHT, PointerEvent(100, 100))
    desk.router.move(PointerEvent(150, 100))
    desk.router.release(Button.RIGHT, PointerEvent(150, 100))
    desk.router.move(PointerEvent(300, 300))
    desk.router.release(Button.LEFT, PointerEvent(300, 300))
    assert desk.window == (700, 40)
    assert desk.viewport.view == view
    assert desk.menus == []


def test_right_then_left_windows_too_and_asks_for_no_menu() -> None:
    desk = Desk()
    desk.router.press(Button.RIGHT, PointerEvent(100, 100))
    desk.router.press(Button.LEFT, PointerEvent(100, 100))
    desk.router.move(PointerEvent(100, 110))
    desk.router.release(Button.LEFT, PointerEvent(100, 110))
    desk.router.release(Button.RIGHT, PointerEvent(100, 110))
    assert desk.window == (600, 60)
    assert desk.menus == []


def test_wheel_scrolls_and_parts_of_a_notch_add_up() -> None:
    desk = Desk()
    desk.router.wheel(-1, PointerEvent(10, 10))
    assert desk.viewport.index == 1
    for _ in range(4):
        desk.router.wheel(-0.25, PointerEvent(10, 10))
    assert desk.viewport.index == 2
    desk.router.wheel(2, PointerEvent(10, 10))
    assert desk.viewport.index == 0


def test_ctrl_wheel_zooms_at_the_pointer() -> None:
    desk = Desk()
    assert desk.viewport.geometry is not None
    before, column_row = desk.viewport.geometry.zoom, desk.viewport.geometry.to_image(200, 50)
    desk.router.wheel(1, PointerEvent(200, 50, Modifier.CONTROL))
    assert desk.viewport.geometry.zoom == pytest.approx(before * 1.15)
    assert desk.viewport.geometry.to_screen(*column_row) == pytest.approx((200, 50))
    assert desk.viewport.index == 0


def test_scroll_tool_walks_down_the_stack_and_back() -> None:
    desk = Desk()
    desk.table.workspace.tools.set_left("scroll")
    desk.drag(Button.LEFT, (100, 50), (100, 100), (100, 150))
    assert desk.viewport.index == 20
    desk.drag(Button.LEFT, (100, 150), (100, -500))
    assert desk.viewport.index == 0


def test_probe_reads_while_held() -> None:
    desk = Desk()
    desk.table.workspace.tools.set_left("probe")
    assert desk.viewport.geometry is not None
    x, y = desk.viewport.geometry.to_screen(4, 3)
    desk.router.press(Button.LEFT, PointerEvent(x, y))
    (mark,) = desk.router.marks()
    assert (mark.column, mark.row) == (4, 3)
    assert str(mark.text).startswith(f"−{1024 - (3 * 30 + 4) * 4}")
    desk.router.release(Button.LEFT, PointerEvent(x, y))
    assert not desk.router.marks()


@pytest.mark.parametrize("tool", [name for name in TOOLS if name != "probe"])
def test_escape_puts_everything_back(tool: str) -> None:
    desk = Desk()
    desk.table.workspace.tools.set_left(tool)
    before = (desk.viewport.view, desk.viewport.data, desk.viewport.index, desk.viewport.data_is_initial)
    desk.router.press(Button.LEFT, PointerEvent(100, 100))
    desk.router.move(PointerEvent(140, 160))
    assert (desk.viewport.view, desk.viewport.data, desk.viewport.index, desk.viewport.data_is_initial) != before
    desk.router.cancel()
    desk.router.release(Button.LEFT, PointerEvent(140, 160))
    assert (desk.viewport.view, desk.viewport.data, desk.viewport.index, desk.viewport.data_is_initial) == before


@pytest.mark.parametrize("tool", list(TOOLS))
def test_tools_do_nothing_where_nothing_is_open(tool: str) -> None:
    table = Table()
    table.workspace.tools.set_left(tool)
    router = Router(table.workspace, table.viewport, lambda x, y: None)
    router.press(Button.LEFT, PointerEvent(100, 100))
    router.move(PointerEvent(140, 160))
    assert not router.marks()
    router.release(Button.LEFT, PointerEvent(140, 160))
    router.wheel(-1, PointerEvent(1, 1))
    router.wheel(-1, PointerEvent(1, 1, Modifier.CONTROL))
    assert table.viewport.index == 0
