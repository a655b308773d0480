"""Modality and date of the studies to be listed: a small popup below the search box."""

from __future__ import annotations

from PySide6.QtCore import QDate, QEvent, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from viewer.model.requests import StudyFilter
from viewer.ui.browser.row_texts import joined
from viewer.ui.browser.search_text import MODALITIES, date_span
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme

SPANS = (0, 1, 7, 31, 365, -1)  # days back from today; 0 any, -1 two dates of one's own
OWN_DATES = -1


class FilterPopup(QFrame):
    """Says `changed` at each choice. `query` holds modality and dates only."""

    changed = Signal()
    hidden = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self._head = parent
        self.modality = QComboBox()
        self.span = QComboBox()
        self.first = QLineEdit()
        self.last = QLineEdit()
        self.reset_button = QPushButton()
        self._labels = [QLabel() for _ in range(4)]
        self.setObjectName("popup")
        for label in self._labels:
            label.setProperty("tone", "dim")
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 12, 14, 14)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        for place, (label, widget) in enumerate(zip(self._labels, (self.modality, self.span, self.first, self.last), strict=True)):
            label.setBuddy(widget)
            grid.addWidget(label, place, 0)
            grid.addWidget(widget, place, 1)
        grid.addWidget(self.reset_button, 4, 1)
        for code in ("", *MODALITIES):
            self.modality.addItem(code, code)
        for days in SPANS:
            self.span.addItem("", days)
        self.modality.activated.connect(lambda _: self.changed.emit())
        self.span.activated.connect(lambda _: self._on_span())
        for field in (self.first, self.last):
            field.textEdited.connect(lambda _: self._on_dates())
        self.reset_button.clicked.connect(self._on_reset)
        theme.changed.connect(self.restyle)
        self.restyle()
        self._on_span_shown()

    @property
    def query(self) -> StudyFilter:
        first, last = self._dates()
        return StudyFilter(study_date_from=first, study_date_to=last, modality=self.modality.currentData() or "")

    @property
    def text(self) -> str:
        """What is chosen, for people; "" when nothing is."""
        dates = ""
        if self._dates() != ("", ""):
            own = self.span.currentData() == OWN_DATES
            dates = f"{self.first.text().strip()} … {self.last.text().strip()}" if own else self.span.currentText()
        return joined(self.modality.currentData() or "", dates.strip())

    def _dates(self) -> tuple[str, str]:
        """First and last day as DA values; "" is open."""
        days = self.span.currentData()
        if days == OWN_DATES:
            first, last = (date_span(field.text(), day_first=day_comes_first()) for field in (self.first, self.last))
            return (first[0] if first else "", last[1] if last else "")
        if not days:
            return "", ""
        return QDate.currentDate().addDays(1 - days).toString("yyyyMMdd"), ""

    def open_at(self, place: QPoint) -> None:
        """Show it with its top right corner near `place`, on the screen."""
        self.adjustSize()
        area = self._head.screen().availableGeometry()
        x = max(place.x() - self.width() + self._theme.px(32), self._head.mapToGlobal(QPoint(8, 0)).x())
        self.move(min(x, area.right() - self.width() - 4), min(place.y(), area.bottom() - self.height()))
        self.show()
        self.modality.setFocus()

    def reset(self) -> None:
        """Any modality, any date. Says nothing."""
        self.modality.setCurrentIndex(0)
        self.span.setCurrentIndex(0)
        self.first.clear()
        self.last.clear()
        self._on_span_shown()

    def _on_reset(self) -> None:
        self.reset()
        self.changed.emit()
        self.hide()

    def _on_span(self) -> None:
        self._on_span_shown()
        self.changed.emit()

    def _on_span_shown(self) -> None:
        own = self.span.currentData() == OWN_DATES
        for field in (self.first, self.last):
            field.setEnabled(own)

    def _on_dates(self) -> None:
        for field in (self.first, self.last):
            wrong = bool(field.text()) and date_span(field.text(), day_first=day_comes_first()) is None
            if wrong != (field.property("tone") == "warning"):
                field.setProperty("tone", "warning" if wrong else "")
                field.style().unpolish(field)  # a style sheet looks at properties only then
                field.style().polish(field)
        self.changed.emit()

    def restyle(self) -> None:
        for widget in (self.modality, self.span, self.first, self.last):
            widget.setMinimumWidth(self._theme.px(168))
        self.retranslate()

    def retranslate(self) -> None:
        for label, text in zip(self._labels, (tr("Modality"), tr("Study date"), tr("From"), tr("To")), strict=True):
            label.setText(text)
        for widget, label in zip((self.modality, self.span, self.first, self.last), self._labels, strict=True):
            widget.setAccessibleName(label.text())
        self.modality.setItemText(0, tr("Any modality"))
        spans = (tr("Any date"), tr("Today"), tr("Last 7 days"), tr("Last 31 days"), tr("Last 12 months"), tr("Custom dates"))
        for place, text in enumerate(spans):
            self.span.setItemText(place, text)
        for field in (self.first, self.last):
            field.setPlaceholderText("2020-03-28")
        self.reset_button.setText(tr("Reset"))
        self.setAccessibleName(tr("Filter by modality and date"))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.hidden.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def day_comes_first() -> bool:
    """How the language writes a short date."""
    form = QLocale().dateFormat(QLocale.FormatType.ShortFormat)
    return form.find("d") < form.find("M")
