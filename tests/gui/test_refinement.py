"""After a fast movement the picture on screen becomes the careful one by itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from viewer.imaging.render import draw_view
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.view import DataPresentation
from viewer.ui.canvas import picture as picture_module
from viewer.ui.canvas.image_item import ImageItem
from viewer.ui.canvas.movement import Movement
from viewer.workspace.viewport import ViewportState

SIZE = (90, 120)


def frame(seed: int) -> PixelFrame:
    pixels = np.random.default_rng(seed).integers(0, 1000, (400, 300)).astype(np.uint16)
    return PixelFrame(FrameFacts(FrameRef("1.2", seed), 400, 300, bits_allocated=16, bits_stored=16), pixels)


def on_screen(view: pg.GraphicsView) -> np.ndarray:
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def test_a_quick_picture_is_refined_when_things_are_still(
    qtbot: QtBot, wait_for: Callable[[Callable[[], bool]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_module, "CAREFUL_BUDGET_S", -1.0)
    monkeypatch.setattr(picture_module, "MOVING_S", 1e9)
    viewport = ViewportState()
    viewport.set_size(SIZE[1], SIZE[0], 1.0)
    viewport.set_data(DataPresentation(500, 1000))
    view = pg.GraphicsView(background="k")
    qtbot.addWidget(view)
    view.setCentralItem(None)
    view.setFrameStyle(0)
    item = ImageItem(viewport, Movement())
    item.set_rect(QRectF(0, 0, SIZE[1], SIZE[0]))
    view.addItem(item)
    view.resize(SIZE[1], SIZE[0])
    with qtbot.waitExposed(view):
        view.show()
    for seed in (1, 2):
        viewport.set_frame(frame(seed))
        on_screen(view)
    assert viewport.geometry is not None
    matrix = viewport.geometry.device_matrix()
    careful = draw_view(frame(2), viewport.data, matrix, SIZE, smooth=True)
    quick = draw_view(frame(2), viewport.data, matrix, SIZE, smooth=False)
    assert not np.array_equal(quick, careful)
    wait_for(lambda: np.array_equal(on_screen(view), careful))
