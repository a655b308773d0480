"""Long text to be read: filled in while the window lives, its endless lines folded, and copied as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from viewer.ui.stepwise import Stepwise

LONGEST_LINE = (
    2000  # Qt breaks longer ones in a time that grows with the square: a million characters without a space take a minute
)
_AT_ONCE = 4000  # characters
_PARAGRAPH_END = "\u2029"


def folded(line: str, longest: int = LONGEST_LINE) -> Iterator[tuple[str, bool]]:
    """`line` in parts of at most `longest` characters, after a space where there is one; True with those that go on."""
    start = 0
    while len(line) - start > longest:
        end = line.rfind(" ", start + longest // 2, start + longest) + 1 or start + longest
        yield line[start:end], True
        start = end
    yield line[start:], False


class FoldedText(QPlainTextEdit):
    """Read-only. A fold is no line break of the text: what is copied has none there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self._go_on: set[int] = set()  # blocks that end with a fold
        self._stepwise = Stepwise(self)

    @property
    def filling(self) -> bool:
        """There is more to come."""
        return self._stepwise.busy

    def show_lines(self, lines: Iterable[str]) -> None:
        """Show these instead of what is shown."""
        self._stepwise.stop()
        self._go_on.clear()
        self.clear()
        self._stepwise.run(self._fill(iter(lines)))

    def _fill(self, lines: Iterator[str]) -> Iterator[int]:
        cursor = QTextCursor(self.document())
        block, waiting, size, start = 0, [], 0, ""
        for line in lines:
            for part, goes_on in folded(line):
                if goes_on:
                    self._go_on.add(block)
                waiting.append(part)
                size += len(part) + 40  # a line has its price too
                block += 1
                if size > _AT_ONCE:
                    cursor.insertText(start + "\n".join(waiting))
                    waiting, size, start = [], 0, "\n"
                    yield block
        cursor.insertText(start + "\n".join(waiting) if waiting else "")

    def createMimeDataFromSelection(self) -> QMimeData:
        """The selected text, without the folds."""
        cursor, document, data = self.textCursor(), self.document(), QMimeData()
        begin, end = cursor.selectionStart(), cursor.selectionEnd()
        if not self._go_on:  # Qt's own makes HTML of it too, which takes long
            data.setText(cursor.selectedText().replace(_PARAGRAPH_END, "\n"))
            return data
        found = []
        block = document.findBlock(begin)
        while block.isValid() and block.position() <= end:
            text, at = block.text(), block.position()
            found.append(text[max(begin - at, 0) : end - at])
            if at + block.length() <= end and block.blockNumber() not in self._go_on:
                found.append("\n")
            block = block.next()
        data.setText("".join(found))
        return data
