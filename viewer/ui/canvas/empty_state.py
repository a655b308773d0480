"""What the grid shows while nothing is open: a drop target with buttons and recent items, or how far the reading is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from viewer.model.text import plain
from viewer.ui.i18n import tr, translated
from viewer.ui.theme import Theme
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.workspace import Workspace

MAX_RECENT = 5
MARGIN, SPACING, GAP = 40, 12, 8
BUTTONS = (
    ("file.open", "file-plus-2"),
    ("file.open_folder", "folder-open"),
    ("file.open_sample", "flask-conical"),
)


class EmptyState(QWidget):
    """`recent` gives paths that were opened before, the latest first."""

    def __init__(
        self,
        workspace: Workspace,
        registry: CommandRegistry,
        theme: Theme,
        recent: Callable[[], list[str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._registry = registry
        self._theme = theme
        self._recent = recent
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._hint = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedSize(theme.px(280), 4)
        self._buttons = [QPushButton() for _ in BUTTONS]
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._recent_title = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._recent_rows = QVBoxLayout()
        self._recent_rows.setSpacing(SPACING)
        self._build()
        theme.changed.connect(self.restyle)
        workspace.scan_changed.connect(self.follow)
        self.restyle()

    def _build(self) -> None:
        buttons = self._row
        buttons.setSpacing(GAP)
        buttons.addStretch()
        for label in (self._title, self._hint):
            label.setWordWrap(True)
        for (command_id, _), button in zip(BUTTONS, self._buttons, strict=True):
            button.clicked.connect(lambda _=False, command_id=command_id: self._run(command_id))
            button.setVisible(command_id in self._registry)
            buttons.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(SPACING)
        column.addStretch(2)
        column.addWidget(self._icon)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addWidget(self._progress, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(GAP)
        column.addLayout(buttons)
        column.addSpacing(2 * GAP)
        column.addWidget(self._recent_title)
        column.addLayout(self._recent_rows)
        column.addStretch(3)

    def _fit(self) -> None:
        """In little room the buttons stand below each other, and what was opened before gives way: the oldest first."""
        width = self.width() - 2 * MARGIN
        hints = [button.sizeHint() for button in self._buttons if not button.isHidden()]
        is_wide = sum(hint.width() + GAP for hint in hints) <= width
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
        high = [hint.height() for hint in hints] or [0]
        taken = 2 * MARGIN + 6 * SPACING + 2 * GAP + (max(high) if is_wide else sum(high) + GAP * len(high))
        taken += self._icon.sizeHint().height() + sum(one.heightForWidth(width) for one in (self._title, self._hint))
        left = self.height() - taken - self._recent_title.sizeHint().height() - SPACING
        items = [self._recent_rows.itemAt(place) for place in range(self._recent_rows.count())]
        rows = [row for item in items if item is not None and (row := item.widget()) is not None]
        for number, row in enumerate(rows):
            left -= row.sizeHint().height() + self._recent_rows.spacing()
            row.setVisible(left >= 0)
            if number == 0:
                self._recent_title.setVisible(left >= 0)
        if not rows:
            self._recent_title.hide()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fit()
        return super().event(event)

    def _run(self, command_id: str) -> None:
        if command_id in self._registry:
            self._registry.run(command_id, self._workspace)

    def dispose(self) -> None:
        self._workspace.scan_changed.disconnect(self.follow, missing_ok=True)

    def follow(self) -> None:
        """Say how far the scan is, or that nothing is open."""
        progress = self._workspace.progress
        busy = self._workspace.scan is not None
        self._progress.setVisible(busy)
        self._hint.setVisible(True)
        if not busy:
            self._title.setText(tr("Drop DICOM files or a folder here"))
            self._hint.setText(tr("Archives and DICOMDIR media work too"))
            return
        self._title.setText(tr("Reading …"))
        if progress is not None:
            self._progress.setRange(0, progress.total)
            self._progress.setValue(progress.done)
            self._hint.setText(_progress_text(progress.done, progress.total) or translated(progress.text))

    def fill_recent(self) -> None:
        """Show the latest opened items."""
        while (row := self._recent_rows.takeAt(0)) is not None:
            if (widget := row.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        paths = self._recent()[:MAX_RECENT]
        for path in paths:
            button = QPushButton(plain(Path(path).name or path, 60).replace("&", "&&"))
            button.setFlat(True)
            button.setToolTip(plain(path))
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setMinimumHeight(24)
            button.setStyleSheet(f"QPushButton {{ border: none; color: {self._theme.colours.accent}; }}")
            button.clicked.connect(lambda _=False, path=path: self._workspace.opening.open_paths([path]))
            self._recent_rows.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        self._fit()

    def restyle(self) -> None:
        """The theme or the text size changed."""
        theme = self._theme
        self._icon.setPixmap(theme.icon("images").pixmap(QSize(theme.px(40), theme.px(40))))
        self._title.setFont(theme.font(18, 600))
        self._hint.setFont(theme.font(13))
        self._recent_title.setFont(theme.font(12))
        self._title.setStyleSheet(f"color: {theme.colours.text}")
        for label in (self._hint, self._recent_title):
            label.setStyleSheet(f"color: {theme.colours.dim}")
        for (_, icon), button in zip(BUTTONS, self._buttons, strict=True):
            button.setIcon(theme.icon(icon))
            button.setMinimumHeight(theme.px(34))
        self.retranslate()
        self.update()

    def retranslate(self) -> None:
        for text, button in zip((tr("Open files"), tr("Open folder"), tr("Open sample")), self._buttons, strict=True):
            button.setText(text)
        self._recent_title.setText(tr("Opened before"))
        self.setAccessibleName(tr("Nothing is open"))
        self.follow()
        self.fill_recent()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(colours.window))
        painter.setPen(QPen(QColor(colours.hairline), 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(16, 16, -16, -16), 10, 10)


def _progress_text(done: int, total: int) -> str:
    if total:
        return tr("{done} of {total} files", done=done, total=total)
    return tr("{done} files", done=done) if done else ""
