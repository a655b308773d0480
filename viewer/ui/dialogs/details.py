"""The list of inputs that were left out: grouped, each with its reason and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from viewer.model.errors import Problem, ProblemKind
from viewer.model.messages import Message, message
from viewer.model.text import plain
from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr, tr_n, translated
from viewer.ui.theme import Theme
from viewer.workspace.workspace import Workspace

MOST_ROWS = 1000
REFILL_MS = 500

KIND_TITLES: dict[ProblemKind, Message] = {
    ProblemKind.BROKEN: message("Damaged"),
    ProblemKind.MISSING_CODEC: message("No decoder"),
    ProblemKind.TOO_LARGE: message("Over a limit"),
    ProblemKind.LOCKED: message("Locked"),
    ProblemKind.MISSING_FILE: message("Missing"),
    ProblemKind.NO_PICTURE: message("No picture"),
    ProblemKind.NOT_DICOM: message("Not DICOM"),
}


def grouped(problems: Sequence[Problem]) -> list[tuple[ProblemKind, list[Problem]]]:
    """By kind, what needs a person first."""
    groups: dict[ProblemKind, list[Problem]] = {kind: [] for kind in KIND_TITLES}
    for one in problems:
        groups[one.kind].append(one)
    return [(kind, found) for kind, found in groups.items() if found]


def as_text(problems: Sequence[Problem]) -> str:
    """For the clipboard: a heading per kind, a tab-separated line per input."""
    lines: list[str] = []
    for kind, found in grouped(problems):
        lines.append(f"{translated(KIND_TITLES[kind])} ({len(found)})")
        lines += ["\t".join(part for part in _columns(one) if part) for one in found]
        lines.append("")
    return "\n".join(lines)


def _columns(problem: Problem) -> tuple[str, str, str]:
    return plain(problem.path), translated(problem.reason), translated(problem.advice)


class DetailsDialog(Dialog):
    """Follows the workspace's problems while it is open."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, width=820, height=520)
        self._workspace = workspace
        self._hint = paragraph()
        self.tree = QTreeWidget()
        self.tree.setColumnCount(3)
        self.tree.setUniformRowHeights(True)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.tree.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, theme.px(280))
        header.resizeSection(1, theme.px(300))
        self.body.addWidget(self._hint)
        self.body.addWidget(self.tree, 1)
        self._copy = self.add_button()
        self._copy.clicked.connect(self.copy)
        self.buttons.addStretch()
        self._close = self.add_button(default=True)
        self._close.clicked.connect(self.close)
        self._refill = QTimer(self)
        self._refill.setSingleShot(True)
        self._refill.setInterval(REFILL_MS)
        self._refill.timeout.connect(self.fill)
        workspace.problems_changed.connect(self._on_problems)
        self.finished.connect(lambda _code: workspace.problems_changed.disconnect(self._on_problems, missing_ok=True))
        self.begin()

    def _on_problems(self) -> None:
        if not self._refill.isActive():
            self._refill.start()

    def fill(self) -> None:
        """Show the problems known now."""
        problems = self._workspace.problems
        self.heading.setText(tr_n("%n file(s) skipped", len(problems)))
        self.tree.clear()
        self.tree.setColumnHidden(2, not any(one.advice for one in problems))  # the reasons need the room
        for kind, found in grouped(problems):
            group = QTreeWidgetItem(self.tree, [f"{translated(KIND_TITLES[kind])} · {len(found)}"])
            group.setFirstColumnSpanned(True)
            group.setFont(0, self.theme.font(13, 600))
            for one in found[:MOST_ROWS]:
                row = QTreeWidgetItem(group, list(_columns(one)))
                for column, text in enumerate(_columns(one)):
                    row.setToolTip(column, plain(text, 300).replace("<", "‹"))
            if len(found) > MOST_ROWS:
                more = QTreeWidgetItem(group, [tr_n("%n more; Copy gives all", len(found) - MOST_ROWS)])
                more.setFirstColumnSpanned(True)
            group.setExpanded(kind is not ProblemKind.NOT_DICOM or len(found) <= 20)

    def copy(self) -> None:
        """Everything as text into the clipboard."""
        QGuiApplication.clipboard().setText(as_text(self._workspace.problems))

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Details"))
        self._hint.setText(tr("Everything else was opened. Nothing was changed on disk."))
        self.tree.setHeaderLabels([tr("File"), tr("Reason"), tr("What to do")])
        self.tree.setAccessibleName(tr("Skipped files"))
        self._copy.setText(tr("Copy all"))
        self._close.setText(tr("Close"))
        self.fill()
