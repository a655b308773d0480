"""Line icons from resources/icons, tinted by the palette."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
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
        states = (
            (normal, QIcon.Mode.Normal, QIcon.State.Off),
            (checked, QIcon.Mode.Normal, QIcon.State.On),
            (disabled, QIcon.Mode.Disabled, QIcon.State.Off),
            (disabled, QIcon.Mode.Disabled, QIcon.State.On),
        )
        for colour, mode, state in states:
            renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
            for pixels in (size, 2 * size):
                icon.addPixmap(_pixmap(renderer, pixels), mode, state)
            if mode is QIcon.Mode.Normal and state is QIcon.State.Off:
                icon.addPixmap(_pixmap(renderer, LARGE), mode, state)
        return icon

    def _source(self, name: str) -> str:
        if name not in self._sources:
            file = resources() / "icons" / f"{name}.svg"
            self._sources[name] = file.read_text(encoding="utf-8") if file.is_file() else ""
        return self._sources[name]


def _pixmap(renderer: QSvgRenderer, pixels: int) -> QPixmap:
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return pixmap
