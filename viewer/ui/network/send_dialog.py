"""Where to send what the user chose."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QSizePolicy, QWidget

from viewer.model.nodes import RemoteNode
from viewer.model.remote import Outgoing
from viewer.model.text import plain
from viewer.model.web_archives import WebArchive
from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr, tr_n
from viewer.ui.network.fields import Form
from viewer.ui.network.security_fields import is_insecure
from viewer.ui.theme import Theme
from viewer.workspace.network_services import Network


class SendDialog(Dialog):
    """Sends by its button, to a node or a DICOMweb archive; `node` is chosen at first."""

    def __init__(self, what: Outgoing, network: Network, theme: Theme, parent: QWidget | None = None, *, node: str = "") -> None:
        super().__init__(theme, parent, width=460, height=280)
        self._what, self._network = what, network
        self._what_line = paragraph()
        self._count = QLabel()
        self._form = Form(theme)
        self.node = QComboBox()
        self.node.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)  # names may be long
        self.node.setMinimumContentsLength(16)
        self.node.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.commit = QCheckBox()
        self.insecure = paragraph()
        self._none = paragraph()
        self._form.add(self.node)
        self.node.currentIndexChanged.connect(lambda _: self._follow())
        for widget in (self._what_line, self._count, self._form, self.insecure, self.commit, self._none):
            self.body.addWidget(widget)
        self.body.addStretch()
        self.nodes = self.add_button()
        self.buttons.addStretch()
        self._cancel = self.add_button()
        self.send = self.add_button(default=True)
        self._cancel.clicked.connect(self.reject)
        self.send.clicked.connect(self._send)
        self._fill(node)
        network.nodes.changed.connect(self._on_nodes)
        self.finished.connect(lambda _code: network.nodes.changed.disconnect(self._on_nodes, missing_ok=True))
        self.begin()

    def _on_nodes(self) -> None:
        self._fill(self.wanted)

    @property
    def wanted(self) -> str:
        """Name of the node or archive that is chosen."""
        return str(self.node.currentData() or "")

    def _fill(self, wanted: str) -> None:
        blocked = self.node.blockSignals(True)
        self.node.clear()
        nodes = self._network.nodes
        receivers: tuple[RemoteNode | WebArchive, ...] = (*nodes.nodes, *nodes.archives)
        for place, one in enumerate(receivers):
            is_marked = is_insecure(one)
            self.node.addItem(one.name + (" · " + tr("insecure") if is_marked else ""), one.name)
            self.node.setItemData(place, str(one), Qt.ItemDataRole.ToolTipRole)
            if is_marked:
                self.node.setItemData(place, QColor(self.theme.colours.fault), Qt.ItemDataRole.ForegroundRole)
        self.node.setCurrentIndex(max(self.node.findData(wanted), 0))
        self.node.blockSignals(blocked)
        has_nodes = self.node.count() > 0
        self._form.setVisible(has_nodes)
        self._none.setVisible(not has_nodes)
        self.send.setEnabled(has_nodes)
        self._follow()

    def _follow(self) -> None:
        """Only a node is asked afterwards: the answer of an archive says already what it keeps (PS3.18 10.5.3)."""
        self.commit.setVisible(self._network.nodes.named(self.wanted) is not None)
        one = self._network.nodes.source(self.wanted)
        self.insecure.setVisible(one is not None and is_insecure(one))

    def _send(self) -> None:
        commit = self.commit.isChecked() and not self.commit.isHidden()
        self._network.transfers.send(self._what, self.wanted, commit=commit)
        self.accept()

    def restyle(self) -> None:
        super().restyle()
        self._count.setStyleSheet(f"color: {self.theme.colours.dim}")
        self._what_line.setFont(self.theme.font(13, 600))
        self.insecure.setStyleSheet(f"color: {self.theme.colours.fault}")

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Send"))
        self.heading.setText(tr("Send"))
        self._what_line.setText(plain(self._what.title, 200))
        count = self._what.number_of_instances
        self._count.setText(tr_n("%n object(s)", count) if count else "")
        self._count.setVisible(bool(count))
        self._form.title(self.node, tr("Send to"))
        self.commit.setText(tr("Have the node confirm that it keeps them"))
        self.commit.setToolTip(tr("Storage commitment, asked for after the last object"))
        self.insecure.setText(tr("Anybody on the network can pose as this node and read what is sent to it."))
        self._none.setText(tr("There is no node to send to yet. Add one under Nodes."))
        self.nodes.setText(tr("Nodes …"))
        self._cancel.setText(tr("Cancel"))
        self.send.setText(tr("Send"))
