"""What to ask for: name, ID, accession number, modality, date; searches that are kept by name."""

from __future__ import annotations

import json

from PySide6.QtCore import QDate, QSettings, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QGridLayout, QInputDialog, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from viewer.ui.i18n import tr
from viewer.ui.theme import Theme

MODALITIES = ("CR", "CT", "DX", "ES", "IO", "MG", "MR", "NM", "OT", "PT", "PX", "RF", "RTDOSE", "SC", "SR", "US", "XA", "XC")
DATES = ("", "today", "yesterday", "week", "month", "range")
_KEPT = "network/searches"
_DAY = "yyyyMMdd"


class QueryForm(QWidget):
    """`asked` fires when the user wants an answer, `stopped` when no more of it."""

    asked = Signal()
    stopped = Signal()

    def __init__(self, theme: Theme, state: QSettings) -> None:
        super().__init__()
        self._theme, self._state = theme, state
        self._is_asking = False
        self.name, self.patient_id, self.accession = QLineEdit(), QLineEdit(), QLineEdit()
        self.modality, self.date = QComboBox(), QComboBox()
        self.first, self.last = QDateEdit(), QDateEdit()
        self.search = QPushButton()
        self.kept = QToolButton()
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.kept.setMenu(self._menu)
        self.kept.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._lay_out()
        for field in (self.name, self.patient_id, self.accession):
            field.setMaxLength(64)
            field.returnPressed.connect(self.asked)
        self.search.clicked.connect(self._on_button)
        self.date.currentIndexChanged.connect(self._follow)
        theme.changed.connect(self.restyle)
        self._follow()
        self.restyle()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        grid.addWidget(self.name, 0, 0, 1, 2)
        grid.addWidget(self.patient_id, 1, 0)
        grid.addWidget(self.accession, 1, 1)
        grid.addWidget(self.modality, 2, 0)
        grid.addWidget(self.date, 2, 1)
        grid.addWidget(self.first, 3, 0)
        grid.addWidget(self.last, 3, 1)
        grid.addWidget(self.search, 4, 0)
        grid.addWidget(self.kept, 4, 1, Qt.AlignmentFlag.AlignRight)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        for box in (self.modality, self.date):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
        self.modality.addItem("", "")
        for modality in MODALITIES:
            self.modality.addItem(modality, modality)
        for word in DATES:
            self.date.addItem("", word)
        today = QDate.currentDate()
        for edit, day in ((self.first, today.addDays(-30)), (self.last, today)):
            edit.setCalendarPopup(True)
            edit.setDate(day)

    def _follow(self) -> None:
        is_range = self.date.currentData() == "range"
        self.first.setVisible(is_range)
        self.last.setVisible(is_range)

    def _on_button(self) -> None:
        if self._is_asking:
            self.stopped.emit()
        else:
            self.asked.emit()

    def set_asking(self, asking: bool) -> None:
        """While answers come the button stops them."""
        self._is_asking = asking
        self.search.setText(tr("Stop") if asking else tr("Search"))

    # What is asked for

    def keys(self) -> dict[str, str]:
        """Keywords and values; names find what begins with them, dates are words."""
        name = self.name.text().strip().replace(", ", "^").replace(",", "^")
        if name and "*" not in name and "?" not in name:
            name += "*"
        date = str(self.date.currentData())
        if date == "range":
            first, last = sorted((self.first.date(), self.last.date()))
            date = f"{first.toString(_DAY)}-{last.toString(_DAY)}"
        keys = {
            "PatientName": name,
            "PatientID": self.patient_id.text().strip(),
            "AccessionNumber": self.accession.text().strip(),
            "ModalitiesInStudy": str(self.modality.currentData()),
            "StudyDate": date,
        }
        return {key: value for key, value in keys.items() if value}

    def fields(self) -> dict[str, str]:
        """As they stand, to be kept."""
        return {
            "name": self.name.text(),
            "patient_id": self.patient_id.text(),
            "accession": self.accession.text(),
            "modality": str(self.modality.currentData()),
            "date": str(self.date.currentData()),
            "first": self.first.date().toString(_DAY),
            "last": self.last.date().toString(_DAY),
        }

    def set_fields(self, fields: dict[str, str]) -> None:
        """Those that are not named are emptied."""
        self.name.setText(fields.get("name", ""))
        self.patient_id.setText(fields.get("patient_id", ""))
        self.accession.setText(fields.get("accession", ""))
        self.modality.setCurrentIndex(max(self.modality.findData(fields.get("modality", "")), 0))
        self.date.setCurrentIndex(max(self.date.findData(fields.get("date", "")), 0))
        for edit, name in ((self.first, "first"), (self.last, "last")):
            day = QDate.fromString(fields.get(name, ""), _DAY)
            if day.isValid():
                edit.setDate(day)

    # Searches that are kept

    def kept_searches(self) -> dict[str, dict[str, str]]:
        try:
            found = json.loads(str(self._state.value(_KEPT, "{}")))
            return {str(name): {str(key): str(value) for key, value in fields.items()} for name, fields in found.items()}
        except (ValueError, AttributeError):
            return {}

    def keep(self, name: str) -> None:
        """Keep the fields under a name; "" keeps nothing."""
        if name.strip():
            self._store({**self.kept_searches(), name.strip(): self.fields()})

    def forget(self, name: str) -> None:
        self._store({other: fields for other, fields in self.kept_searches().items() if other != name})

    def _store(self, searches: dict[str, dict[str, str]]) -> None:
        self._state.setValue(_KEPT, json.dumps(searches, ensure_ascii=False))

    def _fill_menu(self) -> None:
        self._menu.clear()
        searches = self.kept_searches()
        for name, fields in searches.items():
            action = self._menu.addAction(name.replace("&", "&&"))
            action.triggered.connect(lambda _=False, fields=fields: self._use(fields))
        if searches:
            self._menu.addSeparator()
            forget = self._menu.addMenu(tr("Forget a search"))
            for name in searches:
                forget.addAction(name.replace("&", "&&")).triggered.connect(lambda _=False, name=name: self.forget(name))
        self._menu.addAction(tr("Keep this search …")).triggered.connect(self._ask_name)

    def _use(self, fields: dict[str, str]) -> None:
        self.set_fields(fields)
        self.asked.emit()

    def _ask_name(self) -> None:
        dialog = QInputDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(tr("Keep this search"))
        dialog.setLabelText(tr("Name of the search:"))
        dialog.textValueSelected.connect(self.keep)
        dialog.open()

    def restyle(self) -> None:
        theme = self._theme
        self.kept.setIcon(theme.icon("star"))
        self.kept.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.kept.setFixedHeight(theme.px(32))
        self.retranslate()

    def retranslate(self) -> None:
        texts = ((self.name, tr("Name")), (self.patient_id, tr("Patient ID")), (self.accession, tr("Accession number")))
        for field, text in texts:
            field.setPlaceholderText(text)
            field.setAccessibleName(text)
        self.name.setToolTip(tr("Family name, given name; what begins with it is found. * and ? stand for anything."))
        self.modality.setItemText(0, tr("Any modality"))
        self.modality.setAccessibleName(tr("Modality"))
        words = (tr("Any date"), tr("Today"), tr("Yesterday"), tr("Last 7 days"), tr("Last 30 days"), tr("From … to …"))
        for place, text in enumerate(words):
            self.date.setItemText(place, text)
        self.date.setAccessibleName(tr("Study date"))
        self.first.setAccessibleName(tr("From"))
        self.last.setAccessibleName(tr("To"))
        self.kept.setToolTip(tr("Kept searches"))
        self.kept.setAccessibleName(tr("Kept searches"))
        self.set_asking(self._is_asking)
