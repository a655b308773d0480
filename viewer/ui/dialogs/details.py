"""The list of inputs that were left out: grouped, each with its reason and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from viewer.model.errors import Problem, ProblemKind
from viewer.model.messages import Message, message
from viewer.model.text import plain
from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr, tr_n, translated
from viewer.ui.stepwise import Stepwise
from viewer.ui.theme import Theme
from viewer.workspace.workspace import Workspace

MOST_ROWS = 1000
REFILL_MS = 500
FEW = 20  # files that are no DICOM are listed open while there are no more
_AT_ONCE = 10  # rows between two looks at the clock

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
        self._groups: dict[ProblemKind, _Group] = {}
        self._taken = 0
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
        self._filling = Stepwise(self)
        self._refill = QTimer(self)
        self._refill.setSingleShot(True)
        self._refill.setInterval(REFILL_MS)
        self._refill.timeout.connect(self._take_more)
        workspace.problems_changed.connect(self._on_problems)
        self.finished.connect(lambda _code: workspace.problems_changed.disconnect(self._on_problems, missing_ok=True))
        self.begin()

    def _on_problems(self) -> None:
        if not self._refill.isActive():
            self._refill.start()

    @property
    def filling(self) -> bool:
        """Rows are still to come."""
        return self._filling.busy

    def fill(self) -> None:
        """Show the problems known now, anew."""
        self._filling.stop()
        self.tree.clear()
        self._groups, self._taken = {}, 0
        self._take_more()

    def _take_more(self) -> None:
        """Add what came since; rows that are there stay, chosen and in sight as they are."""
        problems = self._workspace.problems
        self.heading.setText(tr_n("%n file(s) skipped", len(problems)))
        self.tree.setColumnHidden(2, not any(one.advice for one in problems))  # the reasons need the room
        self._filling.run(self._steps())

    def _steps(self) -> Iterator[int]:
        problems = self._workspace.problems
        while self._taken < len(problems):
            one = problems[self._taken]
            self._taken += 1
            self._group_of(one.kind).add(one)
            if self._taken % _AT_ONCE == 0:
                self._say_numbers()
                yield self._taken
        self._say_numbers()

    def _say_numbers(self) -> None:
        for group in self._groups.values():
            group.say()

    def _group_of(self, kind: ProblemKind) -> _Group:
        found = self._groups.get(kind)
        if found is None:
            kinds = list(KIND_TITLES)
            place = sum(kinds.index(other) < kinds.index(kind) for other in self._groups)
            found = self._groups[kind] = _Group(kind, self.tree, place, self.theme)
        return found

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


class _Group:
    """The rows of one kind: the first of them, then how many more there are."""

    def __init__(self, kind: ProblemKind, tree: QTreeWidget, place: int, theme: Theme) -> None:
        self._kind = kind
        self._count = 0
        self._heading, self._more = QTreeWidgetItem(), QTreeWidgetItem()
        tree.insertTopLevelItem(place, self._heading)
        self._heading.setFirstColumnSpanned(True)
        self._heading.setFont(0, theme.font(13, 600))
        self._heading.setExpanded(True)

    def add(self, problem: Problem) -> None:
        self._count += 1
        if self._count == FEW + 1 and self._kind is ProblemKind.NOT_DICOM:
            self._heading.setExpanded(False)
        if self._count > MOST_ROWS:
            return
        row = QTreeWidgetItem(list(_columns(problem)))
        for column, text in enumerate(_columns(problem)):
            row.setToolTip(column, plain(text, 300).replace("<", "‹"))
        self._heading.addChild(row)

    def say(self) -> None:
        """Their number."""
        self._heading.setText(0, f"{translated(KIND_TITLES[self._kind])} · {self._count}")
        if self._count > MOST_ROWS:
            self._more.setText(0, tr_n("%n more; Copy gives all", self._count - MOST_ROWS))
            if self._more.parent() is None:
                self._heading.addChild(self._more)
                self._more.setFirstColumnSpanned(True)
