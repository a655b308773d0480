"""The nodes: this workstation, the remote ones and DICOMweb archives, each edited and tested here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.model.errors import NegatoscopeError
from viewer.model.messages import NO_MESSAGE, Message
from viewer.model.nodes import NodeAddressError, RemoteNode
from viewer.model.remote import ListenerSettings
from viewer.model.web_archives import WebArchive
from viewer.ui.dialogs.dialog import Dialog
from viewer.ui.i18n import tr, translated
from viewer.ui.network.archive_form import NEW_ARCHIVE, ArchiveForm
from viewer.ui.network.listener_form import ListenerForm
from viewer.ui.network.node_form import NEW_NODE, NodeForm
from viewer.ui.network.security_fields import is_insecure
from viewer.ui.network.test_steps import TestSteps
from viewer.ui.theme import Theme
from viewer.workspace.network_services import Call, Network

_NAME = Qt.ItemDataRole.UserRole
_PAGE = Qt.ItemDataRole.UserRole + 1
OWN, NODE, ARCHIVE = range(3)


class NodesDialog(Dialog):
    """Edits are kept by the button Save, or by going to another row after it was asked."""

    def __init__(self, network: Network, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, width=900, height=740)
        self._network = network
        self._test: Call | None = None
        self._is_open = True
        self._editing = ""  # name of the node or archive in the form; "" for a new one
        self.list = QListWidget()
        self.list.setObjectName("nodes")
        self.add, self.remove = QToolButton(), QToolButton()
        self.listener, self.node, self.archive = ListenerForm(theme), NodeForm(theme), ArchiveForm(theme)
        self._kinds = QMenu(self)
        self.add_node, self.add_archive = self._kinds.addAction(""), self._kinds.addAction("")
        self.add.setMenu(self._kinds)
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.steps = TestSteps(theme)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.test, self.save = QPushButton(), QPushButton()
        self._import, self._export = self.add_button(), self.add_button()
        self.buttons.addStretch()
        self._close = self.add_button(default=True)
        self._lay_out()
        self._connect()
        self._fill()
        self.list.setCurrentRow(0)
        self.begin()

    def _lay_out(self) -> None:
        px = self.theme.px
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self.list, 1)
        tools = QHBoxLayout()
        for button in (self.add, self.remove):
            tools.addWidget(button)
        tools.addStretch()
        left.addLayout(tools)
        self.pages = QStackedWidget()
        for page in (self.listener, self.node, self.archive):
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setFrameShape(QScrollArea.Shape.NoFrame)
            area.setWidget(page)
            self.pages.addWidget(area)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.pages, 1)
        right.addWidget(self.steps)
        right.addWidget(self.said)
        deeds = QHBoxLayout()
        deeds.addStretch()
        for push in (self.test, self.save):
            push.setAutoDefault(False)
            deeds.addWidget(push)
        right.addLayout(deeds)
        self.list.setMinimumWidth(160)
        self.list.setMaximumWidth(px(240))
        row = QHBoxLayout()
        row.setSpacing(px(18))
        row.addLayout(left, 1)
        row.addLayout(right, 3)
        self.body.addLayout(row, 1)

    def _connect(self) -> None:
        network = self._network
        self.list.currentItemChanged.connect(self._on_row)
        self.add_node.triggered.connect(lambda: self._new(NODE))
        self.add_archive.triggered.connect(lambda: self._new(ARCHIVE))
        self.remove.clicked.connect(self._remove)
        self.test.clicked.connect(self._on_test)
        self.save.clicked.connect(self._on_save)
        self._import.clicked.connect(self._on_import)
        self._export.clicked.connect(self._on_export)
        self._close.clicked.connect(self.close)
        self.listener.changed.connect(self._on_edit)
        self.node.changed.connect(self._on_edit)
        self.archive.changed.connect(self._on_edit)
        network.nodes.changed.connect(self._fill)
        network.listener.changed.connect(self._follow_listener)
        self.finished.connect(self._let_go)

    def _while_open(self, function: Callable[..., None]) -> Callable[..., None]:
        """`function` for as long as the dialog is there: answers may come later."""
        return lambda *values: function(*values) if self._is_open else None

    def _let_go(self, _code: int) -> None:
        self._is_open = False
        self._stop_test()
        self._network.nodes.changed.disconnect(self._fill, missing_ok=True)
        self._network.listener.changed.disconnect(self._follow_listener, missing_ok=True)

    # The list

    def _fill(self) -> None:
        """The rows: this workstation first. What is being edited stays in its form."""
        page, wanted = self.pages.currentIndex(), self._editing
        is_new = self.list.currentRow() > 0 and not wanted
        keeps_form = is_new or (self.list.count() > 0 and self.save.isEnabled())
        blocked = self.list.blockSignals(True)
        self.list.clear()
        own = self._network.listener.settings.entity
        self._row("", tr("This workstation"), f"{own.ae_title}:{own.port}", OWN)
        for node in self._network.nodes.nodes:
            self._row(node.name, node.name, str(node), NODE, is_marked=is_insecure(node))
        for archive in self._network.nodes.archives:
            self._row(archive.name, archive.name, str(archive), ARCHIVE, is_marked=is_insecure(archive))
        if is_new:
            self._row_of_new(page)
        self.list.blockSignals(blocked)
        place = self.list.count() - 1 if is_new else self._place_of(wanted) if page != OWN else 0
        blocked = self.list.blockSignals(keeps_form and place >= 0)
        self.list.setCurrentRow(max(place, 0))
        self.list.blockSignals(blocked)

    def _row_of_new(self, page: int) -> None:
        self._row("", tr("New node") if page == NODE else tr("New archive"), "", page)

    def _row(self, name: str, title: str, line: str, page: int, *, is_marked: bool = False) -> None:
        item = QListWidgetItem(f"{title}\n" + (tr("insecure") + " · " if is_marked else "") + line)
        item.setToolTip(f"{title}\n{line}".strip())
        item.setData(_NAME, name)
        item.setData(_PAGE, page)
        item.setSizeHint(QSize(0, self.theme.px(50)))
        if is_marked:
            item.setForeground(QColor(self.theme.colours.fault))
            item.setIcon(self.theme.icon("triangle-alert", self.theme.colours.fault))
            item.setToolTip(f"{title}\n{line}\n{tr('The certificate of this node is not checked')}")
        self.list.addItem(item)

    def _place_of(self, name: str) -> int:
        names = [str(self.list.item(place).data(_NAME)).casefold() for place in range(self.list.count())]
        return names.index(name.casefold()) if name.casefold() in names else -1

    def _on_row(self, current: QListWidgetItem | None, _before: QListWidgetItem | None = None) -> None:
        self._stop_test()
        self.steps.clear()
        self._say(NO_MESSAGE)
        page = int(current.data(_PAGE)) if current is not None else OWN
        self._editing = str(current.data(_NAME)) if current is not None else ""
        is_own = page == OWN
        self.pages.setCurrentIndex(page)
        source = self._network.nodes.source(self._editing)
        if is_own:
            self.listener.show_settings(self._network.listener.settings)
            self._follow_listener()
            self._ask_entry()
        elif page == NODE:
            self.node.show_node(source if isinstance(source, RemoteNode) else NEW_NODE)
        else:
            self.archive.show_archive(source if isinstance(source, WebArchive) else NEW_ARCHIVE)
        self.test.setVisible(not is_own)
        self.remove.setEnabled(not is_own)
        self.save.setEnabled(not is_own and not self._editing)

    def _new(self, page: int) -> None:
        self._row_of_new(page)
        self.list.setCurrentRow(self.list.count() - 1)
        self.save.setEnabled(True)
        if page == ARCHIVE:
            self.archive.name.setFocus()
            return
        self.node.name.clear()
        self.node.host.clear()
        self.node.title.setFocus()

    def _remove(self) -> None:
        nodes = self._network.nodes
        if self._editing:
            nodes.remove(self._editing, self._while_open(self._say))
        self._editing = ""
        self.list.setCurrentRow(0)
        self._fill()

    # The forms

    def _on_edit(self) -> None:
        self.save.setEnabled(True)
        self._say(NO_MESSAGE)
        if self.pages.currentIndex() == OWN:
            self._ask_entry()

    def _follow_listener(self) -> None:
        self.listener.show_state(self._network.listener.state)
        own = self._network.listener.settings.entity
        first = self.list.item(0)
        if first is not None:
            first.setText(f"{tr('This workstation')}\n{own.ae_title}:{own.port}")

    def _ask_entry(self) -> None:
        try:
            entity = self.listener.value().entity
        except NegatoscopeError:
            return
        self._network.listener.entry(entity, self._while_open(self.listener.show_entry))

    def _on_save(self) -> None:
        if self.pages.currentIndex() == OWN:
            self._save_listener()
            return
        source, nodes = self._valid_source(), self._network.nodes
        if source is None:
            return
        replacing, self._editing = self._editing, source.name
        if isinstance(source, WebArchive):
            nodes.put_archive(source, replacing=replacing, secret=self.archive.typed_secret(), done=self._while_open(self._saved))
        else:
            nodes.put(source, replacing=replacing, secret=self.node.typed_secret(), done=self._while_open(self._saved))

    def _save_listener(self) -> None:
        try:
            settings: ListenerSettings = self.listener.value()
        except NodeAddressError as error:
            self._say_error(error)
            return
        self._network.listener.change(settings, self._while_open(self._saved))

    def _saved(self, said: Message) -> None:
        self.save.setEnabled(bool(said))
        self._say(said)

    def _valid_source(self) -> RemoteNode | WebArchive | None:
        """What the form makes; None, said to the user, where it makes nothing."""
        try:
            return self.archive.value() if self.pages.currentIndex() == ARCHIVE else self.node.value()
        except NodeAddressError as error:
            self._say_error(error)
            return None

    def _say_error(self, error: NegatoscopeError) -> None:
        self._say(error.reason, error.advice)

    def _say(self, said: Message, advice: Message = NO_MESSAGE) -> None:
        self.said.setText(" ".join((translated(said), translated(advice))).strip())
        self.said.setVisible(bool(said))

    # The test

    def _on_test(self) -> None:
        self._stop_test()
        source = self._valid_source()
        if source is None:
            return
        form = self.archive if isinstance(source, WebArchive) else self.node
        self.steps.begin()
        self._test = self._network.nodes.test(source, form.typed_secret(), self.steps.add, self._on_tested)

    def _on_tested(self) -> None:
        self._test = None
        self.steps.end()

    def _stop_test(self) -> None:
        if self._test is not None:
            self._test.stop()
            self._test = None
            self.steps.end()

    # Files

    def _on_import(self) -> None:
        dialog = self._file_dialog(tr("Import nodes"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self._network.nodes.read(path, self._while_open(self._say)))
        dialog.open()

    def _on_export(self) -> None:
        dialog = self._file_dialog(tr("Export nodes"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile("nodes.json")
        dialog.fileSelected.connect(lambda path: self._network.nodes.write(path, self._while_open(self._say)))
        dialog.open()

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter("*.json")
        return dialog

    def restyle(self) -> None:
        super().restyle()
        theme = self.theme
        self.add.setIcon(theme.icon("plus"))
        self.remove.setIcon(theme.icon("trash-2"))
        for button in (self.add, self.remove):
            button.setIconSize(QSize(theme.px(18), theme.px(18)))
        self.said.setStyleSheet(f"color: {theme.colours.warning}")
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Nodes"))
        self.heading.setText(tr("Nodes"))
        self.list.setAccessibleName(tr("Nodes"))
        for button, text in ((self.add, tr("Add a node")), (self.remove, tr("Remove this node"))):
            button.setToolTip(text)
            button.setAccessibleName(text)
        self.add_node.setText(tr("DICOM node"))
        self.add_archive.setText(tr("DICOMweb archive"))
        self.test.setText(tr("Test"))
        self.save.setText(tr("Save"))
        self._import.setText(tr("Import …"))
        self._export.setText(tr("Export …"))
        self._close.setText(tr("Close"))
        self.listener.retranslate()
        self.node.retranslate()
        self.archive.retranslate()
        self.steps.fill()
        for place in range(self.list.count()):
            item = self.list.item(place)
            if place == 0:
                _, _, line = item.text().partition("\n")
                item.setText(f"{tr('This workstation')}\n{line}")
