"""The nodes and archives that are asked, each with a check box; series dropped on one of them are sent to it."""

from __future__ import annotations

import json

from PySide6.QtCore import QSettings, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from viewer.model.nodes import RemoteNode
from viewer.model.web_archives import WebArchive
from viewer.ui.display_set_mime import DISPLAY_SET_MIME
from viewer.ui.i18n import tr
from viewer.ui.network.security_fields import is_insecure
from viewer.ui.theme import Theme
from viewer.workspace.network_services import Nodes

_KEPT = "network/asked"
_NAME = Qt.ItemDataRole.UserRole
_MOST_ROWS = 4


class SourceList(QListWidget):
    """`dropped` fires with the key of a display set and the name of the node it was dropped on."""

    dropped = Signal(str, str)

    def __init__(self, nodes: Nodes, theme: Theme, state: QSettings) -> None:
        super().__init__()
        self._nodes, self._theme, self._state = nodes, theme, state
        self.setAcceptDrops(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.itemChanged.connect(lambda _: self._keep())
        theme.changed.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """The nodes as the list has them now. A single one is asked without being ticked."""
        asked = self._kept()
        blocked = self.blockSignals(True)
        self.clear()
        sources: tuple[RemoteNode | WebArchive, ...] = (*self._nodes.nodes, *self._nodes.archives)
        for node in sources:
            is_marked = is_insecure(node)
            item = QListWidgetItem(node.name + (" · " + tr("insecure") if is_marked else ""))
            item.setData(_NAME, node.name)
            item.setToolTip(str(node))
            item.setSizeHint(QSize(0, self._theme.px(26)))
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            ticked = node.name in asked or len(sources) == 1
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            if is_marked:
                item.setForeground(QColor(self._theme.colours.fault))
            self.addItem(item)
        self.blockSignals(blocked)
        self.setFixedHeight(self._theme.px(26) * min(max(self.count(), 1), _MOST_ROWS) + 4)

    def asked(self) -> list[str]:
        """Names of the nodes that are ticked; of all when none is."""
        items = [self.item(place) for place in range(self.count())]
        ticked = [str(item.data(_NAME)) for item in items if item.checkState() is Qt.CheckState.Checked]
        return ticked or [str(item.data(_NAME)) for item in items]

    def _kept(self) -> list[str]:
        try:
            found = json.loads(str(self._state.value(_KEPT, "[]")))
            return [str(name) for name in found]
        except (ValueError, TypeError):
            return []

    def _keep(self) -> None:
        items = [self.item(place) for place in range(self.count())]
        ticked = [str(item.data(_NAME)) for item in items if item.checkState() is Qt.CheckState.Checked]
        self._state.setValue(_KEPT, json.dumps(ticked, ensure_ascii=False))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(DISPLAY_SET_MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        if event.mimeData().hasFormat(DISPLAY_SET_MIME) and item is not None:
            self.setCurrentItem(item)
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        if event.mimeData().hasFormat(DISPLAY_SET_MIME) and item is not None:
            event.acceptProposedAction()
            key = bytes(event.mimeData().data(DISPLAY_SET_MIME).data()).decode()
            self.dropped.emit(key, str(item.data(_NAME)))
