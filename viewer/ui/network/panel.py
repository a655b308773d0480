"""The network's page of the inspector: search and transfers, one of them on screen; made when it is first looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from viewer.ui.i18n import tr, tr_n
from viewer.ui.theme import Theme
from viewer.workspace.network_services import Network
from viewer.workspace.workspace import Workspace

if TYPE_CHECKING:
    from viewer.ui.network.search_page import SearchPage
    from viewer.ui.network.transfers_page import TransfersPage


class NetworkPage(QWidget):
    """`show_part` turns to "search" or "transfers"."""

    def __init__(self, workspace: Workspace, network: Network, theme: Theme, state: QSettings) -> None:
        super().__init__()
        self._workspace, self._network, self._theme, self._state = workspace, network, theme, state
        self.search: SearchPage | None = None
        self.transfers: TransfersPage | None = None
        self.pages = QStackedWidget()
        self._segments = QWidget()
        self._segments.setObjectName("segments")
        self._segments.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._group = QButtonGroup(self)
        self.search_button, self.transfers_button = QToolButton(), QToolButton()
        row = QHBoxLayout(self._segments)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for number, button in enumerate((self.search_button, self.transfers_button)):
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            self._group.addButton(button, number)
            row.addWidget(button, 1)
        self.search_button.setChecked(True)
        self._head = QHBoxLayout()
        self._head.addWidget(self._segments)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addWidget(self.pages, 1)
        self._group.idClicked.connect(self.pages.setCurrentIndex)
        network.transfers.changed.connect(self._say_running)
        workspace.closing.connect(self.dispose)
        theme.changed.connect(self.restyle)
        self.restyle()

    def dispose(self) -> None:
        """Let go of the transfers; the window closes."""
        self._network.transfers.changed.disconnect(self._say_running, missing_ok=True)
        self._workspace.closing.disconnect(self.dispose, missing_ok=True)

    def make(self) -> SearchPage:
        """Make the parts, if they are not."""
        if self.search is None or self.transfers is None:
            from viewer.ui.network.search_page import SearchPage
            from viewer.ui.network.transfers_page import TransfersPage

            self.search = SearchPage(self._workspace, self._network, self._theme, self._state)
            self.transfers = TransfersPage(self._workspace, self._network, self._theme)
            self.pages.addWidget(self.search)
            self.pages.addWidget(self.transfers)
            self.pages.setCurrentIndex(self._group.checkedId())
        return self.search

    def show_part(self, name: str) -> None:
        """Turn to "search" or "transfers" and give it the keyboard."""
        search = self.make()
        (self.transfers_button if name == "transfers" else self.search_button).setChecked(True)
        self.pages.setCurrentIndex(self._group.checkedId())
        if name == "transfers" and self.transfers is not None:
            self.transfers.list.setFocus()
        else:
            (search.form.name if search.form.isVisible() else search.add_node).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.make()

    def _say_running(self) -> None:
        """How many transfers are not over, in their heading."""
        running = sum(not one.state.is_over for one in self._network.transfers.transfers)
        self.transfers_button.setText(f"{tr('Transfers')} · {running}" if running else tr("Transfers"))
        self.transfers_button.setAccessibleName(tr_n("Transfers, %n under way", running))

    def restyle(self) -> None:
        theme = self._theme
        self._head.setContentsMargins(*(theme.px(n) for n in (12, 6, 12, 2)))
        for button in (self.search_button, self.transfers_button):
            button.setFixedHeight(theme.px(26))
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Network"))
        self.search_button.setText(tr("Search"))
        self._say_running()
        if self.search is not None and self.transfers is not None:
            self.search.retranslate()
            self.transfers.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
