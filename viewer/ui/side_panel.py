"""A dock without a title bar: resizable, shown and hidden by its command, its content made when there is time for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QWidget


class SidePanel(QDockWidget):
    """`name` keeps its place between starts."""

    def __init__(self, name: str, width: int, smallest: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setTitleBarWidget(_NoTitle(self))
        self.preferred_width = width
        self._smallest = smallest
        self.content = QWidget()
        self.fill(self.content)
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)

    def fill(self, content: QWidget) -> None:
        """Put `content` where there was an empty ground of the same size."""
        before, self.content = self.content, content
        content.setMinimumWidth(self._smallest)
        content.setAutoFillBackground(True)  # the ground of a panel, not that of the window
        self.setWidget(content)
        if before is not content:
            before.deleteLater()


class _NoTitle(QWidget):
    """Takes the place of the title bar, and none on screen."""

    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)
