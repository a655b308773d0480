"""Reports in the viewport of the real window."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from viewer.app.bootstrap import Program
from viewer.ui.canvas.document_view import DocumentView

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
