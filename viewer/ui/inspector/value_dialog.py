"""One whole value: text over its lines, numbers one below the other, or bytes in hexadecimal."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QTabBar, QWidget

from viewer.model.errors import Problem
from viewer.model.tags import TagElement, WholeValue, tag_text
from viewer.model.text import plain
from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr, translated
from viewer.ui.inspector.shown_value import size_of
from viewer.ui.theme import Theme

MOST_CHARACTERS = 1_000_000
MOST_BYTES = 256 * 1024
_PER_LINE = 16
_ENDINGS = ((b"%PDF", "pdf"), (b"<?xml", "xml"), (b"\xff\xd8", "jpg"), (b"\x89PNG", "png"))


def hex_dump(raw: bytes) -> str:
    """Offset, sixteen bytes, and what of them is ASCII, line by line."""
    lines = []
    for at in range(0, len(raw), _PER_LINE):
        part = raw[at : at + _PER_LINE]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in part)
        lines.append(f"{at:08X}  {part.hex(' ').upper():<{_PER_LINE * 3 - 1}}  {letters}")
    return "\n".join(lines)


class ValueDialog(Dialog):
    """Opens at once and fills when the value is read (`show_value`)."""

    saved = Signal()  # the value left the program

    def __init__(self, element: TagElement, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, width=720, height=520)
        self._element = element
        self._value: WholeValue | None = None
        self._problem: Problem | None = None
        self.about = paragraph()
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.addTab("")
        self.tabs.addTab("")
        self.tabs.currentChanged.connect(lambda _place: self._fill())
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.body.addWidget(self.about)
        self.body.addWidget(self.tabs)
        self.body.addWidget(self.text, 1)
        self.copy = self.add_button()
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        self.save_as = self.add_button()
        self.save_as.setEnabled(False)
        self.save_as.clicked.connect(self._ask_where)
        self.buttons.addStretch()
        self._close = self.add_button(default=True)
        self._close.clicked.connect(self.close)
        self.tabs.hide()
        self.begin()

    def show_value(self, outcome: WholeValue | Problem) -> None:
        """The value was read, or could not be."""
        if isinstance(outcome, Problem):
            self._problem = outcome
        else:
            self._value = outcome
            self.save_as.setEnabled(bool(outcome.raw) and not outcome.is_cut)
            self.tabs.setVisible(bool(outcome.text) and bool(outcome.raw))
            self.tabs.setCurrentIndex(0 if outcome.text else 1)
        self.retranslate()

    def _ask_where(self) -> None:
        """Let the user choose a file for the bytes of the value."""
        raw = self._value.raw if self._value is not None else b""
        ending = next((ending for start, ending in _ENDINGS if raw.startswith(start)), "bin")
        chooser = QFileDialog(self, tr("Save value"))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.selectFile(f"{self._element.keyword or f'{self._element.tag:08X}'}.{ending}")
        chooser.fileSelected.connect(self.save)
        chooser.open()

    def save(self, path: str) -> None:
        """Write the bytes as they stand in the file; they are never opened from here."""
        if self._value is None:
            return
        try:
            Path(path).write_bytes(self._value.raw)
        except OSError as error:
            self.about.setText(tr("The file cannot be written: {reason}.", reason=error.strerror or str(error)))
        else:
            self.about.setText(tr("Saved: {path}", path=plain(path, 300)))
            self.saved.emit()

    def _fill(self) -> None:
        value = self._value
        if self._problem is not None:
            self.text.setPlainText(translated(self._problem.reason))
        elif value is None:
            self.text.setPlainText(tr("Reading …"))
        elif self.tabs.currentIndex() == 0 and value.text:
            self.text.setPlainText(value.text[:MOST_CHARACTERS])
        else:
            self.text.setPlainText(hex_dump(value.raw[:MOST_BYTES]))
        self.about.setText(self._about())

    def _about(self) -> str:
        element, value = self._element, self._value
        parts = [f"({tag_text(element.tag)})", element.vr, size_of(element)]
        if element.private_creator:
            parts.append(element.private_creator)
        text = " · ".join(parts)
        if value is None:
            return text
        shown = MOST_CHARACTERS if self.tabs.currentIndex() == 0 and value.text else MOST_BYTES
        whole = len(value.text) if self.tabs.currentIndex() == 0 and value.text else len(value.raw)
        if whole > shown or value.is_cut:
            text += "\n" + tr("Only the beginning is shown: {count}.", count=QLocale().toString(min(whole, shown)))
        return text

    def restyle(self) -> None:
        super().restyle()
        self.text.setFont(self.theme.mono(12))

    def retranslate(self) -> None:
        self.setWindowTitle(self._element.name)
        self.heading.setText(self._element.name)
        self.tabs.setTabText(0, tr("Text"))
        self.tabs.setTabText(1, tr("Bytes"))
        self.text.setAccessibleName(tr("Value"))
        self.copy.setText(tr("Copy"))
        self.save_as.setText(tr("Save as …"))
        self._close.setText(tr("Close"))
        self._fill()
