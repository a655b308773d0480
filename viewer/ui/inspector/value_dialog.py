"""One whole value: text over its lines, numbers one below the other, or bytes in hexadecimal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QTabBar, QWidget
from shiboken6 import isValid

from viewer.export.bytes_file import write_bytes
from viewer.model.errors import Problem
from viewer.model.messages import message
from viewer.model.signals import Signal
from viewer.model.tags import TagElement, WholeValue, tag_text
from viewer.model.text import plain
from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr, translated
from viewer.ui.inspector.folded_text import FoldedText
from viewer.ui.inspector.shown_value import size_of
from viewer.ui.theme import Theme
from viewer.workspace.task_list import Task, TaskList

MOST_CHARACTERS = 1_000_000
MOST_BYTES = 256 * 1024
_PER_LINE = 16
_LINE_ENDS = re.compile("\r\n|[\n\r\u2029\ufdd0\ufdd1]")  # where Qt begins a new paragraph
_ENDINGS = ((b"%PDF", "pdf"), (b"<?xml", "xml"), (b"\xff\xd8", "jpg"), (b"\x89PNG", "png"))


def hex_lines(raw: bytes) -> Iterator[str]:
    """Offset, sixteen bytes, and what of them is ASCII, line by line."""
    for at in range(0, len(raw), _PER_LINE):
        part = raw[at : at + _PER_LINE]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in part)
        yield f"{at:08X}  {part.hex(' ').upper():<{_PER_LINE * 3 - 1}}  {letters}"


class ValueDialog(Dialog):
    """Opens at once and fills when the value is read (`show_value`). Without `tasks` nothing can be saved."""

    saved = Signal()  # the value left the program; said even when the dialog was closed meanwhile

    def __init__(self, element: TagElement, theme: Theme, parent: QWidget | None = None, tasks: TaskList | None = None) -> None:
        super().__init__(theme, parent, width=720, height=520)
        self._tasks = tasks
        self._saving: Task | None = None
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
        self.text = FoldedText()
        self.body.addWidget(self.about)
        self.body.addWidget(self.tabs)
        self.body.addWidget(self.text, 1)
        self.copy = self.add_button()
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText("\n".join(self._lines())))
        self.save_as = self.add_button()
        self.save_as.setEnabled(False)
        self.save_as.clicked.connect(self._save_or_stop)
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
            self.save_as.setEnabled(bool(outcome.raw) and not outcome.is_cut and self._tasks is not None)
            self.tabs.setVisible(bool(outcome.text) and bool(outcome.raw))
            self.tabs.setCurrentIndex(0 if outcome.text else 1)
        self._fill()

    def _save_or_stop(self) -> None:
        if self._saving is not None:
            self._saving.cancel()
        else:
            self._ask_where()

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
        """Write the bytes as they stand in the file, in the background; they are never opened from here."""
        value = self._value
        if value is None or self._tasks is None or self._saving is not None:
            return

        def work(task: Task) -> OSError | bool:
            try:
                return write_bytes(path, value.raw, lambda: task.cancelled, task.tell)
            except OSError as error:
                return error

        self._saving = self._tasks.aside(message("Saving a value"), work, lambda outcome: self._on_saved(path, outcome))
        self._say_save()

    def _on_saved(self, path: str, outcome: OSError | bool) -> None:
        self._saving = None
        if outcome is True:
            self.saved.emit()
        if not isValid(self):  # the dialog was closed meanwhile
            return
        if isinstance(outcome, OSError):
            self.about.setText(tr("The file cannot be written: {reason}.", reason=outcome.strerror or str(outcome)))
        elif outcome:
            self.about.setText(tr("Saved: {path}", path=plain(path, 300)))
        else:
            self.about.setText(tr("Not saved: cancelled."))
        self._say_save()

    def _lines(self) -> Iterator[str]:
        """What is shown, as far as it is shown."""
        value = self._value
        if self._problem is not None:
            return iter([translated(self._problem.reason)])
        if value is None:
            return iter([tr("Reading …")])
        if self.tabs.currentIndex() == 0 and value.text:
            return iter(_LINE_ENDS.split(value.text[:MOST_CHARACTERS]))
        return hex_lines(value.raw[:MOST_BYTES])

    def _fill(self) -> None:
        self.text.show_lines(self._lines())
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
        self._close.setText(tr("Close"))
        self._say_save()
        if self._value is None:
            self._fill()
        else:
            self.about.setText(self._about())

    def _say_save(self) -> None:
        self.save_as.setText(tr("Cancel") if self._saving is not None else tr("Save as …"))
