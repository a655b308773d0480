"""A dock without a title bar: resizable, shown and hidden by its command."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QWidget


class SidePanel(QDockWidget):
    """`name` keeps its place between starts."""

    def __init__(self, name: str, content: QWidget, width: int, smallest: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setTitleBarWidget(_NoTitle(self))
        self.content = content
        self.preferred_width = width
        content.setMinimumWidth(smallest)
        content.setAutoFillBackground(True)  # the ground of a panel, not that of the window
        self.setWidget(content)
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)


class _NoTitle(QWidget):
    """Takes the place of the title bar, and none on screen."""

    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)
