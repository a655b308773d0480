"""What stands in the place of the list while it has no rows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from viewer.ui.i18n import tr
from viewer.ui.status_bar import reading_text
from viewer.ui.theme import Theme
from viewer.workspace.workspace import Workspace


class EmptyList(QWidget):
    """Nothing opened, nothing found, or reading."""

    clear_asked = Signal()
    library_asked = Signal()

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._theme = theme
        self._narrowed = False
        self._in_library = False
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._hint = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._hint.setProperty("tone", "dim")
        self.clear = QPushButton()
        self.clear.clicked.connect(self.clear_asked)
        self.library = QPushButton()
        self.library.clicked.connect(self.library_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 0, 20, 0)
        column.setSpacing(8)
        column.addStretch(2)
        for widget in (self._icon, self._title, self._hint):
            column.addWidget(widget)
        column.addSpacing(6)
        for button in (self.clear, self.library):
            column.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        theme.changed.connect(self.restyle)
        self.restyle()

    def tell(self, *, narrowed: bool, in_library: bool) -> None:
        """Why there are no rows: `narrowed` by a search; looking in the library or in what this session opened."""
        self._narrowed, self._in_library = narrowed, in_library
        self.follow()

    def follow(self) -> None:
        """How far a scan is."""
        reading = self._workspace.scan is not None and not self._narrowed
        icon, title, hint = self._texts(reading=reading)
        self._title.setText(title)
        self._hint.setText(hint)
        side = self._theme.px(28)
        self._icon.setPixmap(self._theme.icon(icon, self._theme.colours.faint).pixmap(QSize(side, side)))
        self.clear.setVisible(self._narrowed)
        self.library.setVisible(not self._in_library and not reading)
        self.library.setText(tr("Search the library") if self._narrowed else tr("Look in the library"))

    def _texts(self, *, reading: bool) -> tuple[str, str, str]:
        """Icon, title, hint."""
        if reading:
            progress = self._workspace.progress
            return "loader", tr("Reading …"), reading_text(progress) if progress is not None else ""
        if self._narrowed:
            where = tr("in the library") if self._in_library else tr("in what this session opened")
            return "search", tr("Nothing found"), where
        if self._in_library:
            return "database", tr("The library is empty"), tr("What you open is listed here, also next time.")
        return "inbox", tr("Nothing opened yet"), tr("Drop files or folders on the window.")

    def restyle(self) -> None:
        theme = self._theme
        self._title.setFont(theme.font(14, 600))
        self._hint.setFont(theme.font(12))
        self.retranslate()

    def retranslate(self) -> None:
        self.clear.setText(tr("Clear search"))
        self.follow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
