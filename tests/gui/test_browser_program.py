"""The browser over the real library, scanner and loader."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from viewer.app.bootstrap import Program
from viewer.ui.browser.panel import BrowserPanel
from viewer.ui.browser.row_texts import title_of
from viewer.ui.browser.rows import DisplaySetRow, Row

HEAD = "Slicer+Slicer/Testing/Data/Input/CTHeadAxialDicom"
SYNTHETIC = "synthetic"


def panel_of(program: Program) -> BrowserPanel:
    assert program.window.browser is not None
    panel = program.window.browser.content
    assert isinstance(panel, BrowserPanel)
    return panel


def cards(panel: BrowserPanel) -> list[DisplaySetRow]:
    found: list[DisplaySetRow] = []

    def walk(row: Row) -> None:
        found.extend(child for child in row.children if isinstance(child, DisplaySetRow))
        for child in row.children:
            walk(child)

    walk(panel.model.root)
    return found


@pytest.mark.samples
def test_scanned_series_get_cards_and_thumbnails(program: Program, samples: Path, qtbot: QtBot) -> None:
    panel = panel_of(program)
    program.window.open_paths([str(samples / HEAD)])
    qtbot.waitUntil(lambda: program.workspace.scan is None, timeout=20_000)
    qtbot.waitUntil(lambda: [len(one.display_set.frames) for one in cards(panel)] == [93], timeout=20_000)
    key = cards(panel)[0].key
    assert panel.marks.on_screen == {key: True}

    def has_picture() -> bool:
        thumbnail = panel._shelf.of(key)
        return thumbnail is not None and thumbnail.pixmap is not None

    qtbot.waitUntil(has_picture, timeout=20_000)


@pytest.mark.samples
def test_search_opening_and_forgetting(program: Program, samples: Path, qtbot: QtBot) -> None:
    panel = panel_of(program)
    program.window.open_paths([str(samples / HEAD), str(samples / SYNTHETIC)])
    qtbot.waitUntil(lambda: program.workspace.scan is None and len(cards(panel)) > 2, timeout=30_000)
    panel.search.field.setText("synthetic CT")
    qtbot.waitUntil(lambda: [title_of(one) for one in cards(panel)][:1] == ["Synthetic phantom CT"], timeout=20_000)
    row = cards(panel)[0]
    panel.open_row(row)
    assert program.workspace.layout.active.display_set == row.display_set
    qtbot.waitUntil(lambda: program.workspace.layout.active.frame is not None, timeout=20_000)
    study = row.display_set.study_instance_uid
    program.workspace.upkeep.forget(study)
    qtbot.waitUntil(lambda: program.library.study(study) is None, timeout=20_000)
    qtbot.waitUntil(lambda: all(one.display_set.study_instance_uid != study for one in cards(panel)), timeout=20_000)
    qtbot.waitUntil(lambda: program.workspace.layout.active.display_set is None, timeout=20_000)


@pytest.mark.samples
def test_search_key_goes_to_the_search_box(program: Program) -> None:
    panel = panel_of(program)
    program.window.requests.toggle_panel("browser")
    assert not panel.isVisible()
    program.registry.run("application.search", program.workspace)
    assert panel.isVisible()
    assert program.window.focusWidget() is panel.search.field
