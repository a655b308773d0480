"""Hostile texts in the whole window: shown plain. No markup, no direction marks, no control characters, no way out of a label."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.hardness.hostile import NUMBER_OF_FILES, write_hostile
from viewer.app.bootstrap import Program
from viewer.model.requests import StudyFilter
from viewer.workspace.corner_text import corner_text, identity_of

ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
HARMFUL = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
ISOLATE = ("\u2068", "\u2069")
MARKUP = ("<b>bold</b>", "<img src", "<a href", "<script", "<table", "<!--")


def all_texts(model: QAbstractItemModel, parent: QModelIndex | None = None) -> Iterator[tuple[int, str]]:
    """(role, text) of every row and column, what is fetched page by page included."""
    above = QModelIndex() if parent is None else parent
    while model.canFetchMore(above):
        model.fetchMore(above)
    for row in range(model.rowCount(above)):
        for column in range(model.columnCount(above)):
            index = model.index(row, column, above)
            for role in ROLES:
                text = model.data(index, role)
                if isinstance(text, str):
                    yield role, text
        yield from all_texts(model, model.index(row, 0, above))


def is_harmful(text: str) -> bool:
    """Our own isolates around names (U+2068 … U+2069) are no harm, in pairs."""
    if text.count(ISOLATE[0]) != text.count(ISOLATE[1]):
        return True
    return any(char not in ("\n", "\t", *ISOLATE) and unicodedata.category(char) in HARMFUL for char in text)


def is_rendered(text: str) -> bool:
    """True for what a tool tip or an undecided label would take for markup with something of a stranger in it."""
    return QtGui.Qt.mightBeRichText(text) and any(mark in text for mark in MARKUP)


def undecided(window: QWidget) -> list[str]:
    """Labels and tool tips that would render a stranger's markup."""
    labels = [one.text() for one in window.findChildren(QLabel) if one.textFormat() is not Qt.TextFormat.PlainText]
    tips = [one.toolTip() for one in window.findChildren(QWidget)]
    return [text for text in (*labels, *tips, window.windowTitle()) if is_rendered(text)]


def shown_path(inspector: QWidget) -> str:
    """The file whose tags the inspector shows."""
    tree = inspector.tags.model.tree  # type: ignore[attr-defined]
    return "" if tree is None else str(tree.facts.path)


@pytest.mark.timeout(240)
def test_every_place_in_the_window_shows_them_plain(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    made = write_hostile(tmp_path / "in")
    workspace = program.workspace
    program.window.open_paths([str(tmp_path / "in")])
    qtbot.waitUntil(lambda: workspace.scan is None, timeout=60_000)
    assert program.window.browser is not None
    browser = program.window.browser.content
    inspector = program.window.inspector.content  # type: ignore[union-attr]
    people = program.library.count_patients(StudyFilter())
    qtbot.waitUntil(lambda: len(browser.model.root.children) >= min(people, 100), timeout=20_000)  # type: ignore[attr-defined]
    texts = [*all_texts(browser.model)]  # type: ignore[attr-defined]
    assert len(texts) > len(made)
    assert [text for _, text in texts if is_harmful(text)] == []
    assert [text for role, text in texts if role == Qt.ItemDataRole.ToolTipRole and is_rendered(text)] == []
    viewport, library, seen = workspace.layout.active, program.library, 0
    for patient in library.patients(StudyFilter(), 0, 500):
        for study in library.studies(patient.patient_key, StudyFilter()):
            for one in library.display_sets(study.study_instance_uid):
                workspace.opening.show(viewport, one)
                qtbot.waitUntil(lambda: bool(viewport.frame or viewport.notice) and not viewport.loading, timeout=20_000)
                assert viewport.frame is not None, (str(viewport.notice), one.frames)
                corners = corner_text(viewport, identity_of(library, viewport.display_set))
                lines = (*corners.top_left, *corners.top_right, *corners.bottom_left, *corners.bottom_right)
                assert [part for line in lines for part in line.parts if is_harmful(str(part))] == []
                seen += len(one.frames)
                path = library.locate(one.frames[0])
                qtbot.waitUntil(lambda path=path: shown_path(inspector) == path, timeout=20_000)
                rows = [*all_texts(inspector.tags.model)]  # type: ignore[attr-defined]
                assert [text for _, text in rows if is_harmful(text)] == [], path
                assert [text for role, text in rows if role == Qt.ItemDataRole.ToolTipRole and is_rendered(text)] == [], path
                assert undecided(program.window) == []
                program.window.grab()
    assert seen == NUMBER_OF_FILES
