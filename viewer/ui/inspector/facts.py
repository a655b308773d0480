"""The facts on top: what the object is, how it is written, and where its file is."""

from __future__ import annotations

import os

from PySide6.QtCore import QEvent, QLocale, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QGuiApplication, QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from viewer.model.tags import TagFacts
from viewer.model.text import plain
from viewer.ui.elided_label import ElidedLabel
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme

BUTTON = 26


class FactsBlock(QWidget):
    """Four rows: object, syntax, file and size, folder with buttons to copy and open it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._facts: TagFacts | None = None
        self._source = ""
        self.labels = [QLabel() for _ in range(4)]
        self.values = [ElidedLabel() for _ in range(4)]
        self.values[2].elide = self.values[3].elide = Qt.TextElideMode.ElideMiddle
        self.copy = QToolButton()
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._facts.path if self._facts else ""))
        self.reveal = QToolButton()
        self.reveal.clicked.connect(self.open_folder)
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 2, 8, 6)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        for row, (label, value) in enumerate(zip(self.labels, self.values, strict=True)):
            grid.addWidget(label, row, 0)
            if row < 3:
                grid.addWidget(value, row, 1)
        last = QHBoxLayout()
        last.setSpacing(2)
        last.addWidget(self.values[3], 1)
        last.addWidget(self.copy)
        last.addWidget(self.reveal)
        grid.addLayout(last, 3, 1)
        grid.setColumnStretch(1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.restyle()

    def set_facts(self, facts: TagFacts | None, source: str = "") -> None:
        """`source` is what the user knows the file as when `path` is a copy made of an archive's member."""
        self._facts = facts
        self._source = source
        self._fill()

    def _fill(self) -> None:
        facts = self._facts
        if facts is None:
            for value in self.values:
                value.set_text("")
            return
        shown = plain(self._source or facts.path, 4096)
        folder, _, name = shown.replace("\\", "/").rpartition("/")
        size = QLocale().formattedDataSize(facts.file_size, 0, QLocale.DataSizeFormat.DataSizeSIFormat)
        syntax = facts.transfer_syntax_name or facts.transfer_syntax_uid
        for value, text in zip(
            self.values,
            (facts.sop_class_name or plain(facts.sop_class_uid, 80) or "–", plain(syntax, 120), f"{name} · {size}", folder or "/"),
            strict=True,
        ):
            value.set_text(text)

    def open_folder(self) -> None:
        """Show the folder in the system's file manager."""
        if self._facts is not None:
            folder = os.path.dirname(os.path.abspath(self._source.split("!")[0] or self._facts.path))
            QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    def restyle(self) -> None:
        """The theme or the text size changed."""
        theme = self._theme
        for label in self.labels:
            label.setFont(theme.font(12))
            label.setStyleSheet(f"color: {theme.colours.dim}")
        for place, value in enumerate(self.values):
            value.setFont(theme.font(12, 500 if place < 3 else 400))
            palette = value.palette()
            colour = theme.colours.text if place < 3 else theme.colours.dim
            palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
            value.setPalette(palette)
        for button, icon in ((self.copy, "copy"), (self.reveal, "folder-open")):
            button.setIcon(theme.icon(icon, theme.colours.dim))
            button.setFixedSize(theme.px(BUTTON), theme.px(BUTTON))
            button.setIconSize(button.size() * 0.55)
            button.setStyleSheet("QToolButton { padding: 0; }")
        self.retranslate()

    def retranslate(self) -> None:
        for label, text in zip(self.labels, (tr("Object"), tr("Syntax"), tr("File"), tr("Folder")), strict=True):
            label.setText(text)
        for button, text in ((self.copy, tr("Copy path")), (self.reveal, tr("Open folder"))):
            button.setToolTip(text)
            button.setAccessibleName(text)
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
