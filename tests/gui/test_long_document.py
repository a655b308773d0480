"""A report of thousands of lines: shown at once, written on while the window lives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.hand_driven import Table
from viewer.model.document import Document, DocumentLine
from viewer.model.messages import message
from viewer.ui.canvas.document_view import DocumentView
from viewer.ui.canvas.halo_text import BRIGHT, DIM
from viewer.ui.theme import Theme
from viewer.workspace.viewport import ViewportState


@pytest.fixture
def viewport() -> ViewportState:
    return Table().viewport


@pytest.fixture
def view(qapp: QApplication, viewport: ViewportState) -> Iterator[DocumentView]:
    parent = QWidget()
    parent.resize(900, 700)
    made = DocumentView(viewport, Theme(), parent)
    made.fit(900, 700)
    parent.show()
    yield made
    parent.close()
    parent.deleteLater()


def test_the_rest_of_a_long_report_follows(view: DocumentView, viewport: ViewportState, qtbot: QtBot) -> None:
    text = "There is a finding of some length in the left upper lobe. " * 5
    viewport.set_document(Document("Report", tuple(DocumentLine(text, f"Finding {number}") for number in range(4000))))
    view.follow()
    assert 0 < view.document().blockCount() < 4000
    assert view.toPlainText().startswith(f"Report\nFinding 0: {text}\nFinding 1: ")
    qtbot.waitUntil(lambda: view.document().blockCount() == 4001)
    assert view.toPlainText().endswith(f"\nFinding 3999: {text}")
    assert view.verticalScrollBar().value() == 0


def test_another_document_replaces_one_that_is_being_written(view: DocumentView, viewport: ViewportState, qtbot: QtBot) -> None:
    viewport.set_document(Document("Long", tuple(DocumentLine("word " * 80, str(number)) for number in range(4000))))
    view.follow()
    viewport.set_document(Document("Short", (DocumentLine("two\nlines"),)))
    view.follow()
    assert view.toPlainText() == "Short\ntwo\nlines"
    viewport.set_document(None)
    view.follow()
    assert view.toPlainText() == ""


def test_headings_labels_and_levels_look_it(view: DocumentView, viewport: ViewportState) -> None:
    lines = (DocumentLine("", "Findings"), DocumentLine("12 mm", message("Size"), 1), DocumentLine("only <b>text</b>", "", 2))
    viewport.set_document(Document("", lines, (message("This report is not complete."),), message("Report")))
    view.follow()
    assert view.toPlainText() == "Report\nThis report is not complete.\nFindings\nSize: 12 mm\nonly <b>text</b>"
    blocks = [view.document().findBlockByNumber(number) for number in (2, 3, 4)]
    heading, label = blocks[0].begin().fragment().charFormat(), blocks[1].begin().fragment().charFormat()
    assert (heading.fontWeight(), heading.foreground().color()) == (QFont.Weight.Bold, QColor(BRIGHT))
    assert label.foreground().color() == QColor(DIM)
    margins = [block.blockFormat().leftMargin() for block in blocks]
    assert margins[0] == 0 < margins[1] == margins[2] / 2
