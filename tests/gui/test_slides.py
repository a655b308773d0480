"""Whole slides in a viewport: pixels, values and scale are those of the slide, wherever one looks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.canvas_desk import Desk
from tests.slide_files import SPACING, WHOLE_SLIDE, glass, write_slide
from viewer.dicom.image_file import open_image
from viewer.dicom.slide_levels import read_slide
from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.errors import Problem
from viewer.model.hierarchy import FrameRef, Instance
from viewer.model.slide import Slide
from viewer.model.view import OverlayLevel
from viewer.workspace.orientation import NO_LETTERS, edge_letters
from viewer.workspace.read_out import read_out
from viewer.workspace.scale_bar import scale_bar

TILE = (160, 120)


class ReadAtOnce:
    def __init__(self, folder: Path, names: dict[str, str]) -> None:
        self._folder, self._names = folder, names

    def request(self, ref: FrameRef, done: Callable[[Slide | Problem | None], None]) -> None:
        paths = {uid: str(self._folder / name) for uid, name in self._names.items()}
        others = [(FrameRef(uid, 1), path) for uid, path in paths.items() if uid != ref.sop_instance_uid]
        done(read_slide(ref, paths[ref.sop_instance_uid], others))


class SlideDesk(Desk):
    """What is posted waits, as it does in the program."""

    def __init__(self) -> None:
        super().__init__()
        self._posted: deque[Callable[[], None]] = deque()
        object.__setattr__(self.workspace.services, "post", self._posted.append)

    def settle(self) -> None:
        while self._posted:
            self._posted.popleft()()
        super().settle()

    def mount(self, folder: Path, uid: str, names: dict[str, str]) -> None:
        object.__setattr__(self.workspace.services, "slides", ReadAtOnce(folder, names))
        for one, name in names.items():
            self.frames.files[one] = open_image(str(folder / name))
        shown = DisplaySet("w", DisplaySetKind.IMAGE, "S", "s", "SM", (FrameRef(uid, 1),), sop_class_uid=WHOLE_SLIDE)
        self.viewport.set_overlay(OverlayLevel.NONE)
        self.workspace.opening.show(self.viewport, shown)
        self.settle()

    def look(self, zoom: float | None, column: float = 0, row: float = 0) -> QImage:
        """The picture with (`column`, `row`) of the slide in the middle, pixels as they are."""
        geometry = self.viewport.geometry
        assert geometry is not None
        pan = (column - (geometry.columns - 1) / 2, row - (geometry.rows - 1) / 2) if zoom is not None else (0.0, 0.0)
        self.viewport.set_view(replace(self.viewport.view, zoom=zoom, pan=pan, smooth=False))
        return self.picture()


@pytest.fixture
def desk(qtbot: QtBot) -> SlideDesk:
    made = SlideDesk()
    qtbot.addWidget(made.grid, before_close_func=lambda grid: grid.dispose())
    made.grid.show()
    qtbot.waitExposed(made.grid)
    return made


def _colour(shot: QImage, x: float, y: float) -> tuple[int, int, int]:
    found = shot.pixelColor(int(x), int(y))
    return found.red(), found.green(), found.blue()


@pytest.mark.parametrize("full", [True, False])
def test_pixels_and_values_are_those_of_the_slide(desk: SlideDesk, tmp_path: Path, full: bool) -> None:
    whole = glass(1700, 1300)
    uid = write_slide(tmp_path / "a.dcm", [whole], TILE, full=full)
    desk.mount(tmp_path, uid, {uid: "a.dcm"})
    for column, row in ((300, 400), (1650, 1250), (5, 5), (800, 640)):
        shot = desk.look(1.0, column + 0.25, row + 0.25)  # no pixel of the screen on the border of two of the slide
        geometry, frame = desk.viewport.geometry, desk.viewport.frame
        assert geometry is not None
        assert frame is not None
        assert not frame.is_preview
        assert frame.pixels.nbytes < whole.nbytes  # the slide is not held
        for x, y in ((300.5, 250.5), (20.5, 30.5), (600.5, 520.5)):
            place = geometry.pixel_at(x, y)
            read = read_out(desk.viewport, x, y)
            if place is None:
                assert _colour(shot, x, y) == (0, 0, 0)
                assert read is None
                continue
            expected = tuple(int(value) for value in whole[place[1], place[0]])
            assert _colour(shot, x, y) == expected
            assert read is not None
            assert (read.x, read.y, read.value) == (*place, ", ".join(map(str, expected)))
            assert read.point is None


def test_seen_from_afar_it_is_the_mean_and_has_no_values(desk: SlideDesk, tmp_path: Path) -> None:
    whole = np.zeros((2600, 3400, 3), np.uint8)
    whole[:, :1700, 0], whole[1300:, :, 1] = 200, 150
    uid = write_slide(tmp_path / "a.dcm", [whole], (300, 300))
    desk.mount(tmp_path, uid, {uid: "a.dcm"})
    shot = desk.picture()
    geometry = desk.viewport.geometry
    assert geometry is not None
    for column, row, expected in ((400, 300, (200, 0, 0)), (3000, 2400, (0, 150, 0)), (900, 2000, (200, 150, 0))):
        x, y = geometry.to_screen(column, row)
        assert _colour(shot, x, y) == expected
        read = read_out(desk.viewport, x, y)
        assert read is not None
        assert read.value == ""


def test_a_coarser_level_serves_the_view_from_afar(desk: SlideDesk, tmp_path: Path) -> None:
    whole = glass(2400, 1800)
    coarse = np.full((450, 600, 3), 60, np.uint8)  # told from the fine one by its colour
    uid = write_slide(tmp_path / "a.dcm", [whole], TILE)
    other = write_slide(tmp_path / "b.dcm", [coarse], TILE, shrink=4)
    desk.mount(tmp_path, uid, {uid: "a.dcm", other: "b.dcm"})
    desk.frames.kept.clear()
    shot = desk.look(0.2, 1200, 900)
    assert _colour(shot, shot.width() / 2, shot.height() / 2) == (60, 60, 60)
    read = {ref.sop_instance_uid for ref in desk.frames.kept}
    assert read == {other}
    shot = desk.look(1.0, 1200.25, 900.25)
    geometry = desk.viewport.geometry
    assert geometry is not None
    place = geometry.pixel_at(300.5, 200.5)
    assert place is not None
    assert _colour(shot, 300, 200) == tuple(whole[place[1], place[0]])


def test_levels_that_are_found_later_are_used(desk: SlideDesk, tmp_path: Path) -> None:
    uid = write_slide(tmp_path / "a.dcm", [glass(2400, 1800)], TILE)
    other = write_slide(tmp_path / "b.dcm", [np.full((225, 300, 3), 60, np.uint8)], TILE, shrink=8)
    names = {uid: "a.dcm"}
    desk.mount(tmp_path, uid, names)
    desk.frames.files[other] = open_image(str(tmp_path / "b.dcm"))
    names[other] = "b.dcm"
    found = [Instance(one, WHOLE_SLIDE, "s", "S", "") for one in names]
    desk.catalogue.instances = lambda series, offset=0, limit=500: tuple(found)  # type: ignore[method-assign]
    desk.workspace.opening.grow(frozenset({"S"}))
    desk.settle()
    shot = desk.look(0.1, 1200, 900)
    assert _colour(shot, shot.width() / 2, shot.height() / 2) == (60, 60, 60)


def test_only_what_is_seen_is_decoded(desk: SlideDesk, tmp_path: Path) -> None:
    uid = write_slide(tmp_path / "a.dcm", [np.full((4000, 4000, 3), 9, np.uint8)], (400, 400))
    small = write_slide(tmp_path / "b.dcm", [np.full((500, 500, 3), 9, np.uint8)], (400, 400), shrink=8)
    desk.mount(tmp_path, uid, {uid: "a.dcm", small: "b.dcm"})
    desk.frames.kept.clear()
    desk.look(1.0, 2000, 2000)
    assert 4 <= len([ref for ref in desk.frames.kept if ref.sop_instance_uid == uid]) <= 16


def test_layers_are_scrolled_through_and_the_place_stays(desk: SlideDesk, tmp_path: Path) -> None:
    uid = write_slide(tmp_path / "a.dcm", [np.full((500, 700, 3), 50 * layer, np.uint8) for layer in (1, 2, 3)], TILE)
    desk.mount(tmp_path, uid, {uid: "a.dcm"})
    assert desk.viewport.count == 3
    shot = desk.look(2.0, 400, 300)
    assert _colour(shot, 100, 100) == (50, 50, 50)
    desk.workspace.opening.step(2)
    shot = desk.picture()
    assert _colour(shot, 100, 100) == (150, 150, 150)
    assert desk.viewport.shown_index == 2
    assert desk.viewport.view.zoom == 2.0


def test_a_tile_that_is_not_there_is_bare_glass(desk: SlideDesk, tmp_path: Path) -> None:
    uid = write_slide(tmp_path / "a.dcm", [np.full((240, 480, 3), 30, np.uint8)], TILE, full=False, left_out=(1,))
    desk.mount(tmp_path, uid, {uid: "a.dcm"})
    desk.look(1.0, 240, 120)
    geometry = desk.viewport.geometry
    assert geometry is not None
    shot = desk.picture()
    assert _colour(shot, *geometry.to_screen(200, 60)) == (255, 255, 255)
    assert _colour(shot, *geometry.to_screen(60, 60)) == (30, 30, 30)


def test_scale_without_sides(desk: SlideDesk, tmp_path: Path) -> None:
    uid = write_slide(tmp_path / "a.dcm", [glass(600, 500)], TILE)
    desk.mount(tmp_path, uid, {uid: "a.dcm"})
    desk.look(1.0, 300, 250)
    frame, geometry = desk.viewport.frame, desk.viewport.geometry
    assert frame is not None
    assert geometry is not None
    bar = scale_bar(geometry, frame.facts.geometry)
    assert bar is not None
    assert bar.length == pytest.approx(bar.millimetres / SPACING)
    assert str(bar.label) == "50 µm"
    assert edge_letters(frame.facts.geometry, desk.viewport.view) == NO_LETTERS
