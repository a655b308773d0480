"""Every step of a wheel or a held key is painted, even when several wait; while the program lags behind, steps are joined."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from pytestqt.qtbot import QtBot

from tests.benchmarks.series import write_slices
from tests.canvas_desk import Desk
from viewer.model.hierarchy import FrameRef
from viewer.ui.canvas import canvas_view
from viewer.ui.canvas.image_item import ImageItem

STEPS = 12


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[FrameRef]:
    """The frames that were painted, in order, each once in a row. Qt looks methods up once: replaced before an item is made."""
    seen: list[FrameRef] = []
    really = ImageItem.paint

    def paint(self: ImageItem, *rest: object) -> None:
        really(self, *rest)  # type: ignore[arg-type]
        frame = self._viewport.frame
        if frame is not None and (not seen or seen[-1] != frame.ref):
            seen.append(frame.ref)

    monkeypatch.setattr(ImageItem, "paint", paint)
    return seen


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, painted: list[FrameRef]) -> Desk:
    made = Desk()
    qtbot.addWidget(made.grid, before_close_func=lambda grid: grid.dispose())
    made.grid.show()
    qtbot.waitExposed(made.grid)
    made.show(*write_slices(tmp_path / "in", STEPS + 1))
    painted.clear()
    return made


def post_wheel(desk: Desk, count: int) -> None:
    """As many wheel steps as wait in the queue when the program was busy."""
    surface = desk.canvas.viewport()
    where = QPoint(100, 100)
    for _ in range(count):
        event = QWheelEvent(
            QPointF(where),
            QPointF(surface.mapToGlobal(where)),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QCoreApplication.postEvent(surface, event)


def test_steps_that_wait_are_all_painted(desk: Desk, painted: list[FrameRef]) -> None:
    post_wheel(desk, STEPS)
    desk.settle()
    assert desk.viewport.index == STEPS
    display_set = desk.viewport.display_set
    assert display_set is not None
    assert painted == list(display_set.frames[1:])


def test_steps_are_joined_while_the_program_lags(desk: Desk, painted: list[FrameRef], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canvas_view, "LARGEST_LAG_MS", -1.0)
    post_wheel(desk, STEPS)
    desk.settle()
    assert desk.viewport.index == STEPS
    assert painted == [desk.viewport.reference]


def test_a_held_key_paints_each_step(desk: Desk, painted: list[FrameRef]) -> None:
    for _ in range(3):
        desk.workspace.opening.step(1)
        desk.grid.paint_now(0)
    assert len(painted) == 3
