"""The named windows of each modality, as a table: the order is that of the keys 2 to 9."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QWidget

from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr, translated
from viewer.ui.theme import Theme
from viewer.workspace.preferences import PreferenceHolder
from viewer.workspace.preset_list import (
    DEFAULTS,
    FIRST_DIGIT,
    LONGEST_NAME,
    MOST,
    WindowPreset,
    entries_of_presets,
    of_modality,
    presets_from,
)
from viewer.workspace.workspace import Workspace

USUAL = ("CT", "MR", "PT", "NM", "CR", "DX", "MG", "XA", "RF", "US", "OT")
KEY, NAME, WIDTH, CENTER = range(4)
_OWN = Qt.ItemDataRole.UserRole  # the English name, while the translated one that is shown is not edited


class PresetsDialog(Dialog):
    """Kept by Save, for all modalities that were looked at. Rows without a name and without numbers are left out."""

    def __init__(self, preferences: PreferenceHolder, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, width=620, height=480)
        self._preferences = preferences
        self._workspace = workspace
        self._kept = list(presets_from(preferences.value.presets))
        self._hint, self._said = paragraph(), paragraph()
        self._label = QLabel()
        self.modality = QComboBox()
        self._label.setBuddy(self.modality)
        self.table = QTableWidget(0, 4)
        self._lay_out()
        self.add, self.remove, self.up, self.down, self.reset = (self.add_button() for _ in range(5))
        self.buttons.addStretch()
        self._cancel = self.add_button()
        self.save = self.add_button(default=True)
        self._fill_modalities()
        self._shown = self.modality.currentText()
        self._connect()
        self._show(of_modality(self._kept, self._shown))
        self._said.hide()
        self.begin()

    def _lay_out(self) -> None:
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        for column in (KEY, WIDTH, CENTER):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        row = QHBoxLayout()
        row.addWidget(self._label)
        row.addWidget(self.modality)
        row.addStretch()
        self.body.addWidget(self._hint)
        self.body.addLayout(row)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._said)

    def _connect(self) -> None:
        self.modality.currentTextChanged.connect(self._turn_to)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.reset.clicked.connect(lambda: self._show(of_modality(DEFAULTS, self._shown)))
        self._cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._save)
        self.table.currentCellChanged.connect(self._enable)

    def _fill_modalities(self) -> None:
        frame = self._workspace.layout.active.frame
        here = frame.facts.modality if frame is not None else ""
        known = (here, *(one.modality for one in self._kept), *USUAL)
        self.modality.addItems([one for one in dict.fromkeys(known) if WindowPreset(one, "?", 1, 0).is_sound])

    # The table

    def _turn_to(self, modality: str) -> None:
        """Another modality; the rows of the last one are put by, unless they make no sense: then it stays."""
        if modality == self._shown:
            return
        if not self._put_by():
            self.modality.setCurrentText(self._shown)
            return
        self._shown = modality
        self._show(of_modality(self._kept, modality))

    def _show(self, presets: Sequence[WindowPreset]) -> None:
        self.table.setRowCount(0)
        for preset in presets:
            self._insert(self.table.rowCount(), translated(preset.title), f"{preset.width:g}", f"{preset.center:g}", preset.name)
        self.table.setCurrentCell(0, NAME)
        self._number()

    def _insert(self, row: int, name: str, width: str, center: str, own_name: str = "") -> None:
        self.table.insertRow(row)
        key = QTableWidgetItem()
        key.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        title = QTableWidgetItem(name)
        title.setData(_OWN, (own_name, name))
        for column, item in ((KEY, key), (NAME, title), (WIDTH, QTableWidgetItem(width)), (CENTER, QTableWidgetItem(center))):
            self.table.setItem(row, column, item)

    def _number(self) -> None:
        for row in range(self.table.rowCount()):
            item = self.table.item(row, KEY)
            if item is not None:
                item.setText(str(FIRST_DIGIT + row))
        self._enable()

    def _enable(self) -> None:
        row, count = self.table.currentRow(), self.table.rowCount()
        self.add.setEnabled(count < MOST)
        self.remove.setEnabled(row >= 0)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < count - 1)

    def _add(self) -> None:
        """A row with the window on screen, where that is one of this modality."""
        viewport = self._workspace.layout.active
        frame, data = viewport.frame, viewport.data
        width, center = "", ""
        if frame is not None and frame.facts.modality == self._shown and data.width is not None and data.center is not None:
            width, center = f"{data.width:.6g}", f"{data.center:.6g}"
        row = self.table.rowCount()
        self._insert(row, "", width, center)
        self._number()
        self.table.setCurrentCell(row, NAME)
        self.table.setFocus()
        item = self.table.item(row, NAME)
        if item is not None:
            self.table.editItem(item)

    def _remove(self) -> None:
        self.table.removeRow(self.table.currentRow())
        self._number()

    def _move(self, step: int) -> None:
        row, column = self.table.currentRow(), self.table.currentColumn()
        for place in range(1, self.table.columnCount()):
            one, other = self.table.takeItem(row, place), self.table.takeItem(row + step, place)
            self.table.setItem(row, place, other)
            self.table.setItem(row + step, place, one)
        self.table.setCurrentCell(row + step, column)
        self._number()

    # What it says

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return " ".join(item.text().split()) if item is not None else ""

    def _preset(self, row: int) -> WindowPreset | None:
        """The preset of a row, None when it makes no sense."""
        name, item = self._text(row, NAME), self.table.item(row, NAME)
        own, shown = item.data(_OWN) if item is not None else ("", "")
        preset = WindowPreset(
            self._shown,
            own if own and name == shown else name,
            _number(self._text(row, WIDTH)),
            _number(self._text(row, CENTER)),
        )
        return preset if preset.is_sound else None

    def _put_by(self) -> bool:
        """Take over the rows that are shown. False, and said, when one of them makes no sense."""
        self.setFocus()  # ends the editing of a cell
        rows = [row for row in range(self.table.rowCount()) if any(self._text(row, column) for column in (NAME, WIDTH, CENTER))]
        found = [(row, self._preset(row)) for row in rows]
        wrong = next((row for row, preset in found if preset is None), None)
        self._said.setVisible(wrong is not None)
        if wrong is not None:
            self.table.setCurrentCell(wrong, NAME)
            self._say_wrong()
            return False
        fresh = [preset for _, preset in found if preset is not None]
        places = [i for i, one in enumerate(self._kept) if one.modality == self._shown]
        at = places[0] if places else len(self._kept)
        others = [one for one in self._kept if one.modality != self._shown]
        self._kept = [*others[:at], *fresh, *others[at:]]
        return True

    def _save(self) -> None:
        if self._put_by():
            self._preferences.change(presets=entries_of_presets(self._kept))
            self.accept()

    def restyle(self) -> None:
        super().restyle()
        self._hint.setStyleSheet(f"color: {self.theme.colours.dim}")
        self._said.setStyleSheet(f"color: {self.theme.colours.fault}")
        self.table.verticalHeader().setDefaultSectionSize(self.theme.px(30))

    def _say_wrong(self) -> None:
        self._said.setText(
            tr(
                "Each preset needs a name of at most {count} letters, a width above 0 and a centre, both numbers.",
                count=LONGEST_NAME,
            )
        )

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Window presets"))
        self.heading.setText(tr("Window presets"))
        self._hint.setText(tr("The keys 2 to 9 choose the presets of the image's modality, in this order."))
        self._label.setText(tr("Modality"))
        self.modality.setAccessibleName(tr("Modality"))
        self.table.setAccessibleName(tr("Window presets"))
        self.table.setHorizontalHeaderLabels([tr("Key"), tr("Name"), tr("Width"), tr("Centre")])
        for button, text in (
            (self.add, tr("Add")),
            (self.remove, tr("Remove")),
            (self.up, tr("Up")),
            (self.down, tr("Down")),
            (self.reset, tr("As at first")),
            (self._cancel, tr("Cancel")),
            (self.save, tr("Save")),
        ):
            button.setText(text)
        self._say_wrong()


def _number(text: str) -> float:
    """A number as people write it, also with a comma and a long minus; not-a-number for anything else."""
    try:
        return float(text.replace(",", ".").replace("\u2212", "-"))
    except ValueError:
        return float("nan")
