"""The text of an object that has no picture, over the canvas: to be read, scrolled and copied."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from viewer.model.document import Document, DocumentLine
from viewer.model.messages import Message
from viewer.ui.canvas.halo_text import AMBER, BRIGHT, DIM
from viewer.ui.i18n import tr, translated
from viewer.ui.theme import Theme
from viewer.workspace.viewport import ViewportState

INDENT = 18
WIDEST = 760
ABOVE = 76  # leaves the corner text free
BESIDE = 24


class DocumentView(QTextBrowser):
    """Shows the document of a viewport, and hides while there is none. Takes no keyboard: keys stay with the viewport."""

    activated = Signal()

    def __init__(self, viewport: ViewportState, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._viewport = viewport
        self._theme = theme
        self._shown: Document | None = None
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
        """Write the text anew, in the language and size of now."""
        document = self._shown
        self.setVisible(document is not None)
        if document is None:
            self.clear()
            return
        self.setAccessibleName(tr("Text of the object"))
        self.setFont(self._theme.font())
        self.setHtml(_html(document, self._theme))

    def fit(self, width: int, height: int) -> None:
        """Take the place that the corner text leaves."""
        wide = min(width - 2 * BESIDE, self._theme.px(WIDEST))
        above = self._theme.px(ABOVE)
        self.setGeometry((width - wide) // 2, above, wide, max(height - 2 * above, 40))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.activated.emit()
        super().mousePressEvent(event)


def _words(text: str | Message) -> str:
    return translated(text) if isinstance(text, Message) else text


def _html(document: Document, theme: Theme) -> str:
    title = document.title or translated(document.message_title)
    parts = [f'<h2 style="color:{BRIGHT}; font-size:{theme.px(18)}px">{escape(title)}</h2>']
    parts += [f'<p style="color:{AMBER}">{escape(translated(note))}</p>' for note in document.notes]
    parts += [_paragraph(line, theme) for line in document.lines]
    return "".join(parts)


def _paragraph(line: DocumentLine, theme: Theme) -> str:
    label, text = escape(_words(line.label)), escape(_words(line.text)).replace("\n", "<br>")
    indent = theme.px(INDENT) * min(line.level, 8)
    if label and not text:
        body = f'<b style="color:{BRIGHT}">{label}</b>'
    elif label:
        body = f'<span style="color:{DIM}">{label}:</span> {text}'
    else:
        body = text
    return f'<p style="color:{BRIGHT}; margin:{theme.px(4)}px 0 0 {indent}px">{body}</p>'
