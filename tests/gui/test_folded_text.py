"""Long text: folded, filled in slices, copied as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from viewer.ui.inspector.folded_text import LONGEST_LINE, FoldedText, folded


@pytest.fixture
def text(qapp: QApplication) -> Iterator[FoldedText]:
    made = FoldedText()
    made.show()
    yield made
    made.close()
    made.deleteLater()


def document_end(text: FoldedText) -> int:
    return text.document().characterCount() - 1


def test_a_line_is_folded_after_a_space_or_where_it_has_to_be() -> None:
    assert list(folded("short")) == [("short", False)]
    assert list(folded("ab cd efgh", 6)) == [("ab cd ", True), ("efgh", False)]
    assert list(folded("abcdefghij", 4)) == [("abcd", True), ("efgh", True), ("ij", False)]
    assert list(folded("")) == [("", False)]


def test_no_paragraph_is_longer_than_qt_breaks_quickly(text: FoldedText, qtbot: QtBot) -> None:
    endless = "http://x/" + "0123456789abcdef" * 5000
    text.show_lines(["first", endless, "last"])
    qtbot.waitUntil(lambda: not text.filling)
    document = text.document()
    lengths = [document.findBlockByNumber(number).length() for number in range(document.blockCount())]
    assert max(lengths) <= LONGEST_LINE + 1
    assert document.blockCount() == 2 + -(-len(endless) // LONGEST_LINE)


def test_what_is_copied_has_no_folds(text: FoldedText, qtbot: QtBot) -> None:
    endless = "word " * 3000
    text.show_lines(["first", endless, "last"])
    qtbot.waitUntil(lambda: not text.filling)
    text.selectAll()
    assert text.createMimeDataFromSelection().text() == f"first\n{endless}\nlast"
    cursor = text.textCursor()
    cursor.setPosition(2)
    cursor.setPosition(document_end(text) - 2, QTextCursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)
    assert text.createMimeDataFromSelection().text() == f"rst\n{endless}\nla"


@pytest.mark.usefixtures("small_slices")
def test_much_is_filled_in_while_the_window_lives(text: FoldedText, qtbot: QtBot) -> None:
    lines = (f"line {number}" for number in range(30_000))
    text.show_lines(lines)
    assert text.filling
    assert text.toPlainText().startswith("line 0\nline 1\n")
    text.show_lines(["another"])
    assert (text.filling, text.toPlainText()) == (False, "another")
    assert list(lines)  # what was dropped is not read to its end


def test_without_folds_the_selection_is_copied_as_text_only(text: FoldedText) -> None:
    text.show_lines(["first", "second <b>", "third"])
    cursor = text.textCursor()
    cursor.setPosition(3)
    cursor.setPosition(document_end(text) - 2, QTextCursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)
    copied = text.createMimeDataFromSelection()
    assert (copied.text(), copied.hasHtml()) == ("st\nsecond <b>\nthi", False)
