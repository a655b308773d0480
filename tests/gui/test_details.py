"""The list of what was left out: it grows while a scan goes on, and a long one comes in slices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.hand_driven import Table
from viewer.model.errors import Problem, ProblemKind
from viewer.model.messages import message
from viewer.model.requests import ScanUpdate
from viewer.model.tasks import Progress
from viewer.ui.dialogs.details import FEW, MOST_ROWS, DetailsDialog
from viewer.ui.theme import Theme
from viewer.workspace.workspace import Workspace

EMPTY = message("The file is empty.")


@pytest.fixture
def workspace() -> Workspace:
    return Table().workspace


@pytest.fixture
def dialog(qapp: QApplication, workspace: Workspace) -> Iterator[DetailsDialog]:
    _skip(workspace, ProblemKind.NOT_DICOM, 3)
    made = DetailsDialog(workspace, Theme())
    made.show()
    yield made
    made.close()


def _skip(workspace: Workspace, kind: ProblemKind, count: int) -> None:
    found = tuple(Problem(f"/data/{kind.value} {number}", kind, EMPTY) for number in range(count))
    workspace.scan_updated(ScanUpdate(Progress(1, 1), problems=found))


def _groups(dialog: DetailsDialog) -> list[str]:
    found = (dialog.tree.topLevelItem(row) for row in range(dialog.tree.topLevelItemCount()))
    return [one.text(0) for one in found if one is not None]


def test_what_comes_later_is_added_and_what_is_chosen_stays(dialog: DetailsDialog, workspace: Workspace, qtbot: QtBot) -> None:
    chosen = dialog.tree.topLevelItem(0).child(1)
    dialog.tree.setCurrentItem(chosen)
    _skip(workspace, ProblemKind.NOT_DICOM, 2)
    _skip(workspace, ProblemKind.BROKEN, 1)
    qtbot.waitUntil(lambda: _groups(dialog) == ["Damaged · 1", "Not DICOM · 5"])
    assert dialog.tree.currentItem() is chosen
    assert chosen.isSelected()
    assert chosen.text(0) == "/data/not_dicom 1"
    assert dialog.heading.text().startswith("6 ")


@pytest.mark.usefixtures("small_slices")
def test_a_long_list_comes_in_slices_and_ends_with_how_many_more(dialog: DetailsDialog, workspace: Workspace, qtbot: QtBot) -> None:
    _skip(workspace, ProblemKind.BROKEN, 3 * MOST_ROWS)
    _skip(workspace, ProblemKind.TOO_LARGE, MOST_ROWS)
    dialog.fill()
    assert dialog.filling
    qtbot.waitUntil(lambda: not dialog.filling)
    assert _groups(dialog) == [f"Damaged · {3 * MOST_ROWS}", f"Over a limit · {MOST_ROWS}", "Not DICOM · 3"]
    damaged, large = dialog.tree.topLevelItem(0), dialog.tree.topLevelItem(1)
    assert (damaged.childCount(), large.childCount()) == (MOST_ROWS + 1, MOST_ROWS)
    assert damaged.child(MOST_ROWS).text(0).startswith(f"{2 * MOST_ROWS} ")


def test_many_files_that_are_no_dicom_are_folded_away(dialog: DetailsDialog, workspace: Workspace, qtbot: QtBot) -> None:
    assert dialog.tree.topLevelItem(0).isExpanded()
    _skip(workspace, ProblemKind.NOT_DICOM, FEW)
    qtbot.waitUntil(lambda: _groups(dialog) == [f"Not DICOM · {FEW + 3}"])
    assert not dialog.tree.topLevelItem(0).isExpanded()
