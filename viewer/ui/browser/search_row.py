"""The head of the browser: search box, filters, and whether to look at this session or at the whole library."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from viewer.model.requests import StudyFilter
from viewer.ui.browser.filter_popup import FilterPopup, day_comes_first
from viewer.ui.browser.search_text import understood
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme

DEBOUNCE_MS = 150


class SearchRow(QWidget):
    """Says `changed` with the `StudyFilter` that is asked for, and `left` when the keyboard is to go to the list."""

    changed = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._said = StudyFilter(opened_only=True)
        self.field = QLineEdit()
        self.field.setMaxLength(256)
        self.field.setAcceptDrops(False)  # what is dropped here is for the window to open
        self._glass = QAction(self)
        self._clear = QAction(self)
        self._clear.triggered.connect(self.clear_text)
        self.field.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.field.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self.filter_button = QToolButton()
        self.filter_button.setCheckable(True)
        self.filter_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.popup = FilterPopup(theme, self)
        self.session = QToolButton()
        self.library = QToolButton()
        self._scope = QButtonGroup(self)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(DEBOUNCE_MS)
        self._build()
        self._connect()
        self.restyle()

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.field, 1)
        top.addWidget(self.filter_button)
        self._segments = QWidget()
        self._segments.setObjectName("segments")
        self._segments.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        segments = QHBoxLayout(self._segments)
        segments.setContentsMargins(2, 2, 2, 2)
        segments.setSpacing(2)
        for number, button in enumerate((self.session, self.library)):
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            self._scope.addButton(button, number)
            segments.addWidget(button, 1)
        self.session.setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 6)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self._segments)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_text)
        self.field.installEventFilter(self)
        self._wait.timeout.connect(self._say)
        self._scope.idClicked.connect(lambda _: self._say())
        self.filter_button.clicked.connect(self._show_popup)
        self.popup.changed.connect(self._on_filters)
        self.popup.hidden.connect(self._mark_filters)
        self._theme.changed.connect(self.restyle)

    @property
    def query(self) -> StudyFilter:
        """What is asked for now."""
        base = replace(self.popup.query, opened_only=self.session.isChecked())
        return understood(self.field.text(), base, day_first=day_comes_first())

    @property
    def is_narrowed(self) -> bool:
        """Something is asked for beside the scope."""
        return replace(self.query, opened_only=False) != StudyFilter()

    def look_in_library(self) -> None:
        """From this session to the whole library."""
        self.library.setChecked(True)
        self._say()

    def clear(self) -> None:
        """Ask for everything again."""
        self.popup.reset()
        self.field.clear()
        self._say()

    def clear_text(self) -> None:
        self.field.clear()
        self._say()

    def type(self, text: str) -> None:
        """Go on typing here what was begun in the list."""
        self.field.setFocus()
        self.field.setText(self.field.text() + text)

    def stop(self) -> None:
        self._wait.stop()

    def _on_text(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._wait.start()

    def _on_filters(self) -> None:
        self._mark_filters()
        self._say()

    def _say(self) -> None:
        self._wait.stop()
        query = self.query
        if query != self._said:
            self._said = query
            self.changed.emit(query)

    def _show_popup(self) -> None:
        self.popup.open_at(self.filter_button.mapToGlobal(QPoint(0, self.filter_button.height() + 4)))

    def _mark_filters(self) -> None:
        chosen = self.popup.text
        self.filter_button.setChecked(bool(chosen))
        self.filter_button.setToolTip(chosen or tr("Filter by modality and date"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._say()
                self.left.emit()
                return True
            if event.key() == Qt.Key.Key_Escape and self.field.text():
                self.clear_text()
                return True
        return super().eventFilter(watched, event)

    def restyle(self) -> None:
        theme, colours = self._theme, self._theme.colours
        self._glass.setIcon(theme.icon("search", colours.dim))
        self._clear.setIcon(theme.icon("x", colours.dim))
        self._clear.setVisible(bool(self.field.text()))
        self.filter_button.setIcon(theme.icon("sliders-horizontal", colours.dim))
        side = theme.px(32)
        self.filter_button.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.filter_button.setFixedSize(side, side)
        for button in (self.session, self.library):
            button.setFixedHeight(theme.px(26))
        self.retranslate()

    def retranslate(self) -> None:
        self.field.setPlaceholderText(tr("Search name, ID, date, text"))
        self.field.setAccessibleName(tr("Search patients and studies"))
        self.field.setToolTip(tr("Also CT or MR, 12.03.2020, 2019..2020, id:…, name:…"))
        self._clear.setText(tr("Clear search"))
        self._clear.setToolTip(tr("Clear search"))
        self._mark_filters()
        self.filter_button.setAccessibleName(tr("Filter by modality and date"))
        self.session.setText(tr("This session"))
        self.session.setToolTip(tr("What was opened since the program started"))
        self.library.setText(tr("Library"))
        self.library.setToolTip(tr("Everything that was ever opened"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
