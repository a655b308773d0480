"""The auto-routing rules as a table: what came from whom and is like this goes on to those nodes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QPushButton, QTableWidget, QTableWidgetItem, QWidget

from viewer.model.messages import Message
from viewer.model.remote import RoutingLine
from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr, translated
from viewer.ui.theme import Theme
from viewer.workspace.network_services import Network

ON, NAME, FROM, LIKE, TO = range(5)


class RulesDialog(Dialog):
    """Rules are kept by Save. Rows that say nothing are left out."""

    def __init__(self, network: Network, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, width=860, height=460)
        self._network = network
        self._hint, self._said = paragraph(), paragraph()
        self.table = QTableWidget(0, 5)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(ON, QHeaderView.ResizeMode.ResizeToContents)
        for widget in (self._hint, self.table, self._said):
            self.body.addWidget(widget, 1 if widget is self.table else 0)
        self.add, self.remove = self.add_button(), self.add_button()
        self.up: QPushButton = self.add_button()
        self.buttons.addStretch()
        self._cancel = self.add_button()
        self.save = self.add_button(default=True)
        self.add.clicked.connect(lambda: self._append(RoutingLine("", ())))
        self.remove.clicked.connect(lambda: self.table.removeRow(self.table.currentRow()))
        self.up.clicked.connect(self._move_up)
        self._cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._save)
        self._said.hide()
        self._is_open = True
        self.finished.connect(self._let_go)
        self.begin()
        network.routing.rules(self._show)

    def _let_go(self, _code: int) -> None:
        self._is_open = False

    def _show(self, rules: Sequence[RoutingLine], said: Message) -> None:
        if not self._is_open:
            return
        for rule in rules:
            self._append(rule)
        self._say(said)
        self.save.setEnabled(not said)  # rules that cannot be read are not overwritten

    def _say(self, said: Message) -> None:
        self._said.setText(translated(said))
        self._said.setVisible(bool(said))

    def _append(self, rule: RoutingLine, place: int = -1) -> None:
        row = self.table.rowCount() if place < 0 else place
        self.table.insertRow(row)
        box = QTableWidgetItem()
        box.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        box.setCheckState(Qt.CheckState.Checked if rule.enabled else Qt.CheckState.Unchecked)
        self.table.setItem(row, ON, box)
        keys = "; ".join(f"{keyword}={value}" for keyword, value in rule.keys)
        for column, text in ((NAME, rule.name), (FROM, ", ".join(rule.calling_ae_titles)), (LIKE, keys), (TO, ", ".join(rule.to))):
            self.table.setItem(row, column, QTableWidgetItem(text))
        self.table.setCurrentCell(row, NAME)

    def _move_up(self) -> None:
        row = self.table.currentRow()
        if row > 0:
            rule = self._rule(row)
            self.table.removeRow(row)
            self._append(rule, row - 1)

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return item.text().strip() if item is not None else ""

    def _rule(self, row: int) -> RoutingLine:
        box = self.table.item(row, ON)
        keys = []
        for part in self._text(row, LIKE).split(";"):
            keyword, _, value = part.strip().partition("=")
            if keyword.strip():
                keys.append((keyword.strip(), value.strip()))
        return RoutingLine(
            self._text(row, NAME),
            _names(self._text(row, TO)),
            tuple(keys),
            _names(self._text(row, FROM)),
            box is not None and box.checkState() is Qt.CheckState.Checked,
        )

    @property
    def rules(self) -> tuple[RoutingLine, ...]:
        """What the table says now."""
        found = (self._rule(row) for row in range(self.table.rowCount()))
        return tuple(rule for rule in found if rule.name or rule.to or rule.keys)

    def _save(self) -> None:
        self.setFocus()  # ends the editing of a cell
        self._network.routing.keep(self.rules, self._saved)

    def _saved(self, said: Message) -> None:
        if not self._is_open:
            return
        if said:
            self._say(said)
        else:
            self.accept()

    def restyle(self) -> None:
        super().restyle()
        self._hint.setStyleSheet(f"color: {self.theme.colours.dim}")
        self._said.setStyleSheet(f"color: {self.theme.colours.fault}")
        self.table.verticalHeader().setDefaultSectionSize(self.theme.px(30))

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Auto-routing"))
        self.heading.setText(tr("Auto-routing"))
        self._hint.setText(
            tr(
                "What is received goes on to the nodes of every rule that matches it. Conditions are DICOM keywords with values,"
                " for example Modality=CT; StudyDescription=*head*. An empty field matches anything."
            )
        )
        self.table.setHorizontalHeaderLabels([tr("On"), tr("Name"), tr("Received from"), tr("Like"), tr("Send to")])
        self.table.setAccessibleName(tr("Auto-routing"))
        self.add.setText(tr("Add"))
        self.remove.setText(tr("Remove"))
        self.up.setText(tr("Up"))
        self._cancel.setText(tr("Cancel"))
        self.save.setText(tr("Save"))


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
