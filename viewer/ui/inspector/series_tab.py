"""The tab Series: what is known of the display set in the active viewport as a whole."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from viewer.ui.canvas.line_text import line_text
from viewer.ui.elided_label import ElidedLabel
from viewer.ui.i18n import tr, translated
from viewer.ui.inspector.follower import Shown
from viewer.ui.theme import Theme
from viewer.workspace.corner_text import CornerLine
from viewer.workspace.series_facts import Fact, series_facts
from viewer.workspace.workspace import Workspace


class SeriesTab(QScrollArea):
    """A list of facts; `turn_to` says of what."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._theme = theme
        self._shown: Shown | None = None
        self._facts: tuple[Fact, ...] = ()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self.copy = QPushButton()
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.as_text()))
        self.empty = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self._column = QVBoxLayout(page)
        self._column.addLayout(self._grid)
        self._column.addWidget(self.copy, alignment=Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self.empty)
        self._column.addStretch()
        self.setWidget(page)
        theme.changed.connect(self.restyle)
        self.restyle()

    def turn_to(self, shown: Shown) -> None:
        """Show the facts of what is in the active viewport; read when the tab is on screen."""
        self._shown = shown
        if self.isVisible():
            self._look_up()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look_up()

    def _look_up(self) -> None:
        shown = self._shown
        facts: tuple[Fact, ...] = ()
        if shown is not None and shown.display_set is not None:
            complete = self._workspace.scan is None
            facts = series_facts(self._workspace.services.catalogue, shown.display_set, shown.facts, complete=complete)
        if facts != self._facts:
            self._facts = facts
            self._fill()

    def as_text(self) -> str:
        """The rows for the clipboard."""
        return "\n".join(f"{translated(fact.label)}\t{_text_of(fact)}" for fact in self._facts)

    def _fill(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, fact in enumerate(self._facts):
            self._grid.addWidget(self._label(translated(fact.label)), place, 0)
            self._grid.addWidget(self._value(fact), place, 1)
        self.copy.setVisible(bool(self._facts))
        self.empty.setVisible(not self._facts)

    def _label(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        label.setMaximumWidth(self._theme.px(120))
        label.setStyleSheet(f"color: {self._theme.colours.dim}")
        label.setFont(self._theme.font(12))
        return label

    def _value(self, fact: Fact) -> QWidget:
        text, colours = _text_of(fact), self._theme.colours
        value: QLabel | ElidedLabel
        if text.replace(".", "").isdigit() and "." in text:  # a UID has no place to break a line at
            value = ElidedLabel()
            value.elide = Qt.TextElideMode.ElideMiddle
            value.set_text(text)
            value.setFont(self._theme.mono(11))
        else:
            value = QLabel(_breakable(text))
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setWordWrap(True)
            value.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            value.setStyleSheet(f"color: {colours.warning if fact.is_warning else colours.text}")
            value.setFont(self._theme.font(12, 500))
        copy = QAction(tr("Copy"), value)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(text))
        value.addAction(copy)
        value.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return value

    def restyle(self) -> None:
        """The theme or the text size changed."""
        theme = self._theme
        self._column.setContentsMargins(*(theme.px(n) for n in (14, 12, 12, 12)))
        self._column.setSpacing(theme.px(14))
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(8))
        self._grid.setColumnMinimumWidth(0, theme.px(92))
        self.empty.setFont(theme.font(13))
        self.empty.setStyleSheet(f"color: {theme.colours.dim}; padding: {theme.px(24)}px")
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Series"))
        self.copy.setText(tr("Copy all"))
        self.empty.setText(tr("What is known of the series on screen is shown here."))
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def _text_of(fact: Fact) -> str:
    return line_text(CornerLine(fact.parts))


def _breakable(text: str) -> str:
    """With a place to break the line after each underscore: names of protocols have no other."""
    return text.replace("_", "_\u200b")
