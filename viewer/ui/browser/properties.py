"""The properties of a row: everything that is known of it, to read and to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QWidget

from viewer.model.hierarchy import Instance
from viewer.ui.browser.row_facts import facts_of
from viewer.ui.browser.row_texts import title_of
from viewer.ui.browser.rows import Row
from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme


class PropertiesDialog(Dialog):
    """Of one row and its (first) instance."""

    def __init__(self, row: Row, instance: Instance | None, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, width=560, height=440)
        self._row = row
        self._instance = instance
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.body.addWidget(self._area, 1)
        self._copy = self.add_button()
        self._copy.clicked.connect(self.copy)
        self.buttons.addStretch()
        self._close = self.add_button(default=True)
        self._close.clicked.connect(self.close)
        self.begin()

    @property
    def text(self) -> str:
        """A tab-separated line per fact."""
        return "\n".join(f"{label}\t{value}" for label, value in facts_of(self._row, self._instance))

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Properties"))
        self.heading.setText(title_of(self._row))
        self._copy.setText(tr("Copy all"))
        self._close.setText(tr("Close"))
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for place, (label, value) in enumerate(facts_of(self._row, self._instance)):
            name = QLabel(label)
            name.setTextFormat(Qt.TextFormat.PlainText)
            name.setProperty("tone", "dim")
            name.setAlignment(Qt.AlignmentFlag.AlignTop)
            grid.addWidget(name, place, 0)
            shown = paragraph(_breakable(value))
            shown.setAccessibleName(f"{label}: {value}")
            grid.addWidget(shown, place, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        self._area.setWidget(table)


def _breakable(value: str) -> str:
    """Paths and UIDs may wrap after their separators."""
    return value.replace("/", "/\u200b").replace(".", ".\u200b").replace("\\", "\\\u200b")
