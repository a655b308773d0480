"""The picture: our own grey pipeline at the size of the viewport, one drawImage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from viewer.ui.canvas.movement import Movement
from viewer.ui.canvas.picture import Picture
from viewer.workspace.viewport import ViewportState

REFINE_AFTER_MS = 100


class ImageItem(QGraphicsObject):
    """Fills the whole viewport, black where the image is not, so nothing behind it needs painting.

    A picture that was drawn quickly while things moved is drawn carefully when they have been still for a moment.
    """

    first_painted = Signal()

    def __init__(self, viewport: ViewportState, movement: Movement) -> None:
        super().__init__()
        self._viewport = viewport
        self._movement = movement
        self._has_painted = False
        self._rect = QRectF(0, 0, 1, 1)
        self._picture = Picture(self._movement)
        self._shown: QImage | None = None
        self._pixels: NDArray[np.uint32] | None = None  # the memory behind `_shown`
        self._refining = False
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(REFINE_AFTER_MS)
        self._still.timeout.connect(self._refine)

    def set_rect(self, rect: QRectF) -> None:
        self.prepareGeometryChange()
        self._rect = rect

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        frame, geometry = self._viewport.frame, self._viewport.geometry
        refine, self._refining = self._refining, False
        if frame is None or geometry is None:
            if self._shown is not None:
                self._pixels = self._shown = None
                self._picture = Picture(self._movement)  # the old one holds the frame
            painter.fillRect(self._rect, Qt.GlobalColor.black)
            return
        pixels = self._picture.draw(frame, self._viewport.data, geometry, refine=refine)
        if pixels is not self._pixels:
            self._pixels = pixels
            height, width = pixels.shape
            self._shown = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
            self._shown.setDevicePixelRatio(geometry.device_ratio)
            if self._picture.is_quick:
                self._still.start()
            else:
                self._still.stop()
        if self._shown is not None:
            painter.drawImage(QPointF(0, 0), self._shown)
        if not self._has_painted:
            self._has_painted = True
            self.first_painted.emit()

    def _refine(self) -> None:
        self._refining = True
        self.update()
