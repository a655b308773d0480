"""The text of an object that has no picture, over the canvas: to be read, scrolled and copied."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from viewer.model.document import Document, DocumentLine
from viewer.model.messages import Message
from viewer.ui.canvas.corner_layout import document_place
from viewer.ui.canvas.halo_text import AMBER, BRIGHT, DIM
from viewer.ui.i18n import tr, translated
from viewer.ui.stepwise import Stepwise
from viewer.ui.theme import Theme
from viewer.workspace.viewport import ViewportState

INDENT = 18
_AT_ONCE = 5  # paragraphs between two looks at the clock
_LINE_BREAK = "\u2028"  # within a paragraph


class DocumentView(QTextBrowser):
    """Shows the document of a viewport, and hides while there is none. Takes no keyboard: keys stay with the viewport."""

    activated = Signal()

    def __init__(self, viewport: ViewportState, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._viewport = viewport
        self._theme = theme
        self._shown: Document | None = None
        self._writing = Stepwise(self)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setAcceptDrops(False)
        self.setLineWrapMode(QTextBrowser.LineWrapMode.WidgetWidth)
        self.setStyleSheet("QTextBrowser { background: #000000; border: none; }")
        self.hide()

    def follow(self) -> None:
        """The viewport changed: show what it has now."""
        if self._viewport.document is self._shown:
            return
        self._shown = self._viewport.document
        self.fill()

    def fill(self) -> None:
        """Write the text anew, in the language and size of now; of a long one the rest follows while the window lives."""
        self._writing.stop()
        document = self._shown
        self.setVisible(document is not None)
        if document is None:
            self.clear()
            return
        self.setAccessibleName(tr("Text of the object"))
        self.setFont(self._theme.font())
        self.setHtml(_head(document, self._theme))
        self._writing.run(self._write(document))

    def _write(self, document: Document) -> Iterator[int]:
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        try:
            for number, line in enumerate(document.lines, 1):
                _add(cursor, line, self._theme)
                if number % _AT_ONCE == 0:
                    cursor.endEditBlock()
                    yield number
                    cursor.beginEditBlock()
        finally:
            cursor.endEditBlock()

    def fit(self, width: int, height: int) -> None:
        """Take the place that the corner text leaves; in a small viewport that of its later lines, too."""
        self.setGeometry(*document_place(width, height, self._theme.px))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.activated.emit()
        super().mousePressEvent(event)


def _words(text: str | Message) -> str:
    return translated(text) if isinstance(text, Message) else text


def _head(document: Document, theme: Theme) -> str:
    title = document.title or translated(document.message_title)
    parts = [f'<h2 style="color:{BRIGHT}; font-size:{theme.px(18)}px">{escape(title)}</h2>']
    parts += [f'<p style="color:{AMBER}">{escape(translated(note))}</p>' for note in document.notes]
    return "".join(parts)


def _add(cursor: QTextCursor, line: DocumentLine, theme: Theme) -> None:
    label, text = _words(line.label), _words(line.text).replace("\n", _LINE_BREAK)
    block = QTextBlockFormat()
    block.setTopMargin(theme.px(4))
    block.setLeftMargin(theme.px(INDENT) * min(line.level, 8))
    cursor.insertBlock(block, _letters(BRIGHT))
    if label and not text:
        cursor.insertText(label, _letters(BRIGHT, QFont.Weight.Bold))
        return
    if label:
        cursor.insertText(f"{label}:", _letters(DIM))
        cursor.insertText(" ", _letters(BRIGHT))
    cursor.insertText(text, _letters(BRIGHT))


def _letters(colour: str, weight: QFont.Weight = QFont.Weight.Normal) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(QColor(colour))
    form.setFontWeight(weight)
    return form
