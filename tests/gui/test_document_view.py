"""Reports in the viewport of the real window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from viewer.app.bootstrap import Program
from viewer.ui.canvas.document_view import DocumentView
from viewer.ui.theme import Theme
from viewer.workspace.viewport import ViewportState

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "sample"


@pytest.fixture(autouse=True)
def english(program: Program) -> None:
    program.language.use("en")


def test_a_report_is_read_and_gives_way_to_a_picture(program: Program, qtbot: QtBot) -> None:
    viewport = program.workspace.layout.active
    program.window.open_paths([str(SAMPLE / "head-ct" / "report.dcm")])
    qtbot.waitUntil(lambda: viewport.document is not None, timeout=20_000)
    (shown,) = [one for one in program.window.findChildren(DocumentView) if one.isVisible()]
    assert shown.toPlainText().startswith("Diagnostic imaging report")
    qtbot.waitUntil(lambda: "Nobody is ill." in shown.toPlainText())
    assert shown.geometry().top() > 0
    program.language.use("ru")
    qtbot.waitUntil(lambda: "не подтверждён" in shown.toPlainText())
    program.window.open_paths([str(SAMPLE / "skull-cr" / "001.dcm")])
    qtbot.waitUntil(lambda: viewport.frame is not None, timeout=20_000)
    assert not shown.isVisible()


@pytest.mark.parametrize(("width", "height"), [(158, 168), (200, 230), (630, 690)])
def test_most_of_a_viewport_is_the_text(qtbot: QtBot, width: int, height: int) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    view = DocumentView(ViewportState(), Theme(), place)
    view.fit(width, height)
    assert view.height() >= 0.45 * height
    assert view.width() >= 0.85 * width
    assert view.geometry().top() >= 40  # two lines of the corner text
    assert height - view.geometry().bottom() >= 40
