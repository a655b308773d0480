"""Line icons from resources/icons, tinted by the palette."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from viewer.ui.resources import resources

LARGE = 96


class IconStore:
    """Icons by name and colours, drawn once each. A name without a file gives an empty icon."""

    def __init__(self) -> None:
        self._sources: dict[str, str] = {}
        self._icons: dict[tuple[str, str, str, str, int], QIcon] = {}

    def icon(self, name: str, normal: str, checked: str, disabled: str, size: int) -> QIcon:
        """The icon `name` in "#rrggbb" colours for its three states, sharp at `size` and twice `size` pixels."""
        key = (name, normal, checked, disabled, size)
        if key not in self._icons:
            self._icons[key] = self._draw(*key)
        return self._icons[key]

    def _draw(self, name: str, normal: str, checked: str, disabled: str, size: int) -> QIcon:
        icon = QIcon()
        source = self._source(name)
        if not source:
            return icon
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", normal).encode()))
        for pixels in (size, 2 * size):
            drawn = _pixmap(renderer, pixels)
            icon.addPixmap(drawn, QIcon.Mode.Normal, QIcon.State.Off)
            icon.addPixmap(_tinted(drawn, checked), QIcon.Mode.Normal, QIcon.State.On)
            faint = _tinted(drawn, disabled)
            icon.addPixmap(faint, QIcon.Mode.Disabled, QIcon.State.Off)
            icon.addPixmap(faint, QIcon.Mode.Disabled, QIcon.State.On)
        icon.addPixmap(_pixmap(renderer, LARGE), QIcon.Mode.Normal, QIcon.State.Off)
        return icon

    def _source(self, name: str) -> str:
        if name not in self._sources:
            file = resources() / "icons" / f"{name}.svg"
            self._sources[name] = file.read_text(encoding="utf-8") if file.is_file() else ""
        return self._sources[name]


def _tinted(drawn: QPixmap, colour: str) -> QPixmap:
    """The same lines in another colour."""
    pixmap = drawn.copy()
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), QColor(colour))
    painter.end()
    return pixmap


def _pixmap(renderer: QSvgRenderer, pixels: int) -> QPixmap:
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return pixmap
