"""Text that can be read on any picture: light, with a dark halo. Drawn once per text and kept."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

# On the picture the same in every theme: the picture is black in every theme.
BRIGHT = "#f1f4f7"
DIM = "#c3cbd3"
AMBER = "#f2b04b"
FAULT = "#ff8f8f"

RINGS = ((3.0, 26), (2.0, 70), (1.0, 200))  # (radius in units of the widget, darkness): soft outside, solid at the letters
HALO = 3.0
LEADING = 2.0
KEPT = 512

_RING = tuple((x, y) for x in (-1.0, 0.0, 1.0) for y in (-1.0, 0.0, 1.0) if x or y)


class HaloText:
    """Draws lines of one font; call `set_font` when the theme or the text size changes."""

    def __init__(self, font: QFont) -> None:
        self._images: OrderedDict[tuple[str, str, float], QImage] = OrderedDict()
        self._widths: OrderedDict[str, float] = OrderedDict()
        self.set_font(font)

    def set_font(self, font: QFont) -> None:
        self._font = QFont(font)
        self._metrics = QFontMetricsF(self._font)
        self.line_height = self._metrics.height() + LEADING
        self._images.clear()
        self._widths.clear()

    def width(self, text: str) -> float:
        found = self._widths.get(text)
        if found is None:
            found = self._widths[text] = self._metrics.horizontalAdvance(text)
            if len(self._widths) > KEPT:
                self._widths.popitem(last=False)
        return found

    def elided(self, text: str, width: float) -> str:
        """`text`, shortened with "…" to at most `width`."""
        if self.width(text) <= width:
            return text
        return self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(width, 0.0))

    def draw(self, painter: QPainter, position: QPointF, text: str, colour: str = BRIGHT) -> None:
        """Draw `text` with its upper left corner at `position`."""
        image = self.image(text, colour, painter.device().devicePixelRatioF())
        painter.drawImage(QPointF(position.x() - HALO, position.y() - HALO), image)

    def image(self, text: str, colour: str, ratio: float) -> QImage:
        """`text` with its halo, which begins `HALO` units left of and above it; `ratio` is the screen's."""
        key = (text, colour, ratio)
        found = self._images.get(key)
        if found is not None:
            self._images.move_to_end(key)
            return found
        image = self._render(text, colour, ratio)
        self._images[key] = image
        if len(self._images) > KEPT:
            self._images.popitem(last=False)
        return image

    def _render(self, text: str, colour: str, ratio: float) -> QImage:
        width = self.width(text) + 2 * HALO + 2
        height = self.line_height + 2 * HALO
        dark = self._letters(text, QColor(0, 0, 0), width, height, ratio)
        image = _clear_image(width, height, ratio)
        painter = QPainter(image)
        for radius, alpha in RINGS:  # copies of the letters: setting them 24 times takes twice as long
            painter.setOpacity(alpha / 255)
            for dx, dy in _RING:
                painter.drawImage(QPointF(dx * radius, dy * radius), dark)
        painter.setOpacity(1.0)
        painter.drawImage(QPointF(0, 0), self._letters(text, QColor(colour), width, height, ratio))
        painter.end()
        return image

    def _letters(self, text: str, colour: QColor, width: float, height: float, ratio: float) -> QImage:
        image = _clear_image(width, height, ratio)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(self._font)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setPen(colour)
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextSingleLine)
        painter.drawText(QRectF(HALO, HALO, width, height), flags, text)
        painter.end()
        return image


def _clear_image(width: float, height: float, ratio: float) -> QImage:
    image = QImage(int(width * ratio) + 1, int(height * ratio) + 1, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    return image
