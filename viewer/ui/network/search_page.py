"""Searching other nodes: whom to ask, what for, what they have, and bringing it here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, QSettings, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from viewer.model.messages import message
from viewer.model.remote import QueryEnd, RemoteEntity, RemoteLevel, RemoteQuery
from viewer.model.text import person_name, plain
from viewer.ui.i18n import tr, tr_n, translated
from viewer.ui.network.query_form import QueryForm
from viewer.ui.network.result_model import Result, ResultModel
from viewer.ui.network.result_pictures import SIDE, ResultPictures
from viewer.ui.network.result_tree import ResultTree
from viewer.ui.network.secret_dialog import SecretDialog
from viewer.ui.network.send_dialog import SendDialog
from viewer.ui.network.source_list import SourceList
from viewer.ui.theme import Theme
from viewer.workspace.commands.network import series_to_send
from viewer.workspace.network_services import Call, Network
from viewer.workspace.viewport import ViewportState
from viewer.workspace.workspace import Workspace

LIMIT = 200  # studies of one node in a page


class SearchPage(QWidget):
    """Asks every chosen node at once; answers come in as they arrive."""

    def __init__(self, workspace: Workspace, network: Network, theme: Theme, state: QSettings) -> None:
        super().__init__()
        self._workspace, self._network, self._theme = workspace, network, theme
        self._calls: dict[str, Call] = {}
        self._series_calls: list[Call] = []
        self._ends: dict[str, QueryEnd] = {}
        self._keys: dict[str, str] = {}
        self._answers: Counter[str] = Counter()  # of each source
        self._turn = 0
        self.sources = SourceList(network.nodes, theme, state)
        self.nothing = QWidget()  # instead of all else while there is nobody to ask
        self.no_nodes = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.no_nodes.setWordWrap(True)
        self.add_node = QPushButton()
        self.form = QueryForm(theme, state)
        self.model = ResultModel(workspace.services.catalogue, self)
        self.tree = ResultTree(self.model, theme)
        self.pictures = ResultPictures(network.pictures, self.tree, self.model, self._picture_pixels)
        self.tree.pictures = self.pictures
        self.said, self.faults = QLabel(), QLabel()
        self.more, self.secret, self.fetch_button = QPushButton(), QPushButton(), QPushButton()
        self._lay_out()
        self._connect()
        self._on_nodes()
        self.restyle()

    def _lay_out(self) -> None:
        for label in (self.said, self.faults):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.hide()
        for button in (self.more, self.secret):
            button.hide()
        self._column = QVBoxLayout(self)
        nothing = QVBoxLayout(self.nothing)
        nothing.addStretch(2)
        nothing.addWidget(self.no_nodes)
        nothing.addWidget(self.add_node, alignment=Qt.AlignmentFlag.AlignHCenter)
        nothing.addStretch(3)
        self._column.addWidget(self.nothing, 1)
        self._column.addWidget(self.sources)
        self._column.addWidget(self.form)
        self._column.addWidget(self.tree, 1)
        self._column.addWidget(self.faults)
        self._column.addWidget(self.said)
        foot = QHBoxLayout()
        for button in (self.fetch_button, self.more, self.secret):
            foot.addWidget(button)
        foot.addStretch()
        self._column.addLayout(foot)

    def _connect(self) -> None:
        self.form.asked.connect(self.ask)
        self.form.stopped.connect(self.stop)
        self.tree.opened.connect(self.open)
        self.tree.fetched.connect(self.fetch)
        self.tree.dragged.connect(self._offer)
        self.tree.expanded.connect(self._on_expanded)
        self.tree.selectionModel().currentChanged.connect(lambda *_: self._follow_current())
        self.more.clicked.connect(self._ask_more)
        self.tree.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.secret.clicked.connect(self._ask_secret)
        self.fetch_button.clicked.connect(lambda: self.open(self.tree.current()))
        self.add_node.clicked.connect(self._show_nodes)
        self.sources.dropped.connect(self._on_dropped)
        self._theme.changed.connect(self.restyle)
        self._network.nodes.changed.connect(self._on_nodes)
        self._workspace.studies_changed.connect(self.model.follow)
        self._workspace.closing.connect(self.dispose)

    def dispose(self) -> None:
        """Let go of the workspace; the window closes."""
        self.stop()
        self.pictures.close()
        self._network.nodes.changed.disconnect(self._on_nodes, missing_ok=True)
        self._workspace.studies_changed.disconnect(self.model.follow, missing_ok=True)
        self._workspace.closing.disconnect(self.dispose, missing_ok=True)

    def _picture_pixels(self) -> int:
        return round(self._theme.px(SIDE) * self.devicePixelRatioF())

    def _on_nodes(self) -> None:
        self.sources.fill()
        has_nodes = bool(self._network.nodes.nodes or self._network.nodes.archives)
        for widget in (self.sources, self.form, self.tree, self.fetch_button):
            widget.setVisible(has_nodes)
        self.nothing.setVisible(not has_nodes)

    def _show_nodes(self) -> None:
        if self._workspace.window is not None:
            self._workspace.window.show_dialog("nodes")

    # Asking

    @property
    def is_asking(self) -> bool:
        return bool(self._calls)

    def search_for(self, keys: Mapping[str, str]) -> None:
        """Ask for the studies of a patient, as the fields then say."""
        self.form.set_fields({"patient_id": keys.get("PatientID", ""), "name": keys.get("PatientName", "")})
        self.ask()

    def ask(self) -> None:
        """Ask anew with what the fields say."""
        self._keys = self.form.keys()
        self._ask_anew()

    def _ask_anew(self) -> None:
        self.stop()
        self._ends = {}
        self._answers.clear()
        self.pictures.forget()
        self.model.empty()
        self._begin(self.sources.asked())

    def _ask_more(self) -> None:
        """The next page, of the sources that may have one."""
        self._begin([source for source, end in self._ends.items() if end.limited])

    def _on_scrolled(self, at: int) -> None:
        """At the last row."""
        if at > 0 and at == self.tree.verticalScrollBar().maximum() and self.more.isVisible():
            self._ask_more()

    def _begin(self, sources: Sequence[str]) -> None:
        self._turn += 1
        for source in sources:
            query = RemoteQuery(source, RemoteLevel.STUDY, self._keys, LIMIT, self._answers[source])
            self._calls[source] = self._network.queries.find(
                query, partial(self._on_studies, source), partial(self._on_end, source, self._turn)
            )
        self.form.set_asking(self.is_asking)
        self._say()

    def stop(self) -> None:
        """No more answers; what came stays."""
        for call in (*self._calls.values(), *self._series_calls):
            call.stop()
        self._calls, self._series_calls = {}, []
        self.form.set_asking(False)
        self._say()

    def _on_studies(self, source: str, entities: Sequence[RemoteEntity]) -> None:
        self._answers[source] += len(entities)
        self.model.add_studies(entities)
        self._say()

    def _on_end(self, source: str, turn: int, end: QueryEnd) -> None:
        if turn != self._turn:
            return
        self._calls.pop(source, None)
        self._ends[source] = end
        self.form.set_asking(self.is_asking)
        self._say()

    def _say(self) -> None:
        """How many, whether there is more, and who did not answer."""
        count = self.model.number_of_studies
        limited = any(end.limited for end in self._ends.values())
        text = ""
        if self.is_asking:
            text = tr_n("Asking … %n study(s) so far", count)
        elif limited:
            text = tr_n("The first %n study(s): there may be more", count)
        elif self._ends:
            text = tr_n("%n study(s) found", count)
        self.said.setText(text)
        self.said.setVisible(bool(text))
        self.more.setVisible(limited and not self.is_asking)
        faults = [
            tr("{node}: {why}", node=source, why=" ".join((translated(end.reason), translated(end.advice))).strip())
            for source, end in self._ends.items()
            if not end.complete
        ]
        self.faults.setText("\n".join(faults))
        self.faults.setVisible(bool(faults))
        self.secret.setVisible(any(end.needs_secret for end in self._ends.values()))

    def _ask_secret(self) -> None:
        source = next((name for name, end in self._ends.items() if end.needs_secret), "")
        node = self._network.nodes.source(source)
        if node is None:
            return

        def use(secret: str) -> None:
            self._network.nodes.keep_secret(node, secret)
            self._ask_anew()

        SecretDialog(node, use, self._theme, self.window()).open()

    # The series of a study

    def _on_expanded(self, index: QModelIndex) -> None:
        result = self.model.result(index)
        if not result.is_study or result.fetched or result.entity is None:
            return
        result.fetched = True
        source, uid = result.entity.source, result.entity.study_instance_uid
        query = RemoteQuery(source, RemoteLevel.SERIES, {"StudyInstanceUID": uid})
        answered = partial(self.model.add_series, source, uid)
        self._series_calls.append(self._network.queries.find(query, answered, partial(self._on_series_end, result)))

    def _on_series_end(self, result: Result, end: QueryEnd) -> None:
        entity = result.entity
        if entity is None:
            return
        if not end.complete:
            result.fetched = False
            self.model.say(entity.source, entity.study_instance_uid, translated(end.reason))
        else:
            self.model.say(entity.source, entity.study_instance_uid, "")

    # Bringing it here

    def open(self, result: Result) -> None:
        """Fetch what is missing and show it in the active viewport as soon as its first image is here."""
        if result.entity is not None:
            self._open_in(result, self._workspace.layout.active)

    def _open_in(self, result: Result, viewport: ViewportState) -> None:
        entity, remote = result.entity, self._workspace.remote
        if entity is None or remote is None:
            return
        remote.open(entity, self._title_of(result), viewport)
        if not result.is_all_here:
            self._workspace.notify(message("Fetching from {node} …", node=entity.source))

    def fetch(self, result: Result) -> None:
        """Fetch what is missing."""
        if result.entity is None:
            return
        title = self._title_of(result)
        self._network.transfers.retrieve(result.entity, title)
        self._workspace.notify(message("Fetching from {node} …", node=result.entity.source))

    def _title_of(self, result: Result) -> str:
        entity = result.entity
        assert entity is not None
        patient = entity.patient()
        index = self.tree.currentIndex()
        while not patient.patient_name and index.isValid():  # answers about series do not name the patient
            found = self.model.result(index).patient
            patient, index = found or patient, index.parent()
        name = plain(person_name(patient.patient_name) or patient.patient_id, 100)
        return " · ".join(part for part in (name, result.title()) if part)

    def _offer(self, result: Result) -> None:
        self._workspace.arrivals.offer(result.key, lambda viewport: self._open_in(result, viewport))

    def _on_dropped(self, key: str, node: str) -> None:
        display_set = self._workspace.services.catalogue.display_set(key)
        if display_set is not None:
            what = series_to_send(self._workspace, display_set)
            SendDialog(what, self._network, self._theme, self.window(), node=node).open()

    def _follow_current(self) -> None:
        self.fetch_button.setEnabled(self.tree.current().entity is not None)

    # Looks

    def restyle(self) -> None:
        theme, colours = self._theme, self._theme.colours
        self._column.setContentsMargins(*(theme.px(n) for n in (12, 6, 12, 8)))
        self._column.setSpacing(theme.px(8))
        inner = self.nothing.layout()
        if inner is not None:
            inner.setSpacing(theme.px(12))
        for label in (self.said, self.no_nodes):
            label.setStyleSheet(f"color: {colours.dim}")
        self.faults.setStyleSheet(f"color: {colours.warning}")
        for label in (self.said, self.faults, self.no_nodes):
            label.setFont(theme.font(12))
        self.tree.scheduleDelayedItemsLayout()
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Search the network"))
        self.sources.setAccessibleName(tr("Nodes to ask"))
        self.sources.setToolTip(tr("Drop a series here to send it"))
        self.no_nodes.setText(tr("There is no archive to search yet. Your PACS administrator knows its AE title, host and port."))
        self.add_node.setText(tr("Add a node …"))
        self.tree.setAccessibleName(tr("What the nodes have"))
        self.more.setText(tr("More"))
        self.secret.setText(tr("Password …"))
        self.fetch_button.setText(tr("Fetch and open"))
        self.form.retranslate()
        self._follow_current()
        self._say()
        self.tree.viewport().update()
