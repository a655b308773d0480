"""The node in the window, with real peers on loopback: receiving, searching, fetching, sending, and what the user sees of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QCoreApplication, QMimeData, QModelIndex, QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.machine import tool
from tests.network.archive_source import FileSource
from tests.network.conftest import Peer, StartPeer, free_port, private_network, start_peer
from tests.network.objects import make_ct, make_series, save
from tests.network.qr_archive import start_dcmqrscp, start_orthanc
from tests.network.web_library import StartServer, serve
from viewer.app.bootstrap import Program
from viewer.app.desk.desk import NetworkDesk
from viewer.app.folder_lock import FolderLock
from viewer.app.paths import folders
from viewer.model.messages import NO_MESSAGE, Message
from viewer.model.nodes import ApplicationEntity, IdentityWay, RemoteNode, RetrieveWay, TlsFiles
from viewer.model.remote import Direction, RoutingLine, TransferState
from viewer.model.requests import StudyFilter
from viewer.network.instance_store import InstanceStore
from viewer.network.listener import Listener
from viewer.network.query_retrieve_scp import QueryRetrieveService
from viewer.network.requestor import Caller
from viewer.network.storage_scp import StorageService
from viewer.network.verification import VerificationService
from viewer.ui.browser.panel import BrowserPanel
from viewer.ui.browser.rows import StudyRow
from viewer.ui.canvas.viewport_widget import ViewportWidget
from viewer.ui.display_set_mime import DISPLAY_SET_MIME
from viewer.ui.network.log_dialog import LogDialog
from viewer.ui.network.nodes_dialog import NodesDialog
from viewer.ui.network.panel import NetworkPage
from viewer.ui.network.rules_dialog import RulesDialog
from viewer.ui.network.search_page import SearchPage
from viewer.ui.network.secret_dialog import SecretDialog
from viewer.ui.network.send_dialog import SendDialog
from viewer.ui.network.transfers_page import TransfersPage

pytestmark = pytest.mark.network_peers
__all__ = ["private_network", "serve", "start_peer"]
LONG = 40_000


class Screen:
    """The program with its window, and short ways to its network."""

    def __init__(self, application: QApplication, qtbot: QtBot) -> None:
        places = folders()
        places.make()
        self.qtbot = qtbot
        self.program = Program(application, places)
        self.program.settings.holder.change(language="en")
        self.window = self.program.window
        self.window.resize(1280, 800)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.workspace = self.program.workspace
        assert self.program.network is not None
        self.desk: NetworkDesk = self.program.network.desk
        self.light = self.program.network.light

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    def run(self, command: str) -> None:
        assert self.program.registry.run(command, self.workspace), command

    def know(self, node: RemoteNode) -> None:
        said: list[Message] = []
        self.desk.nodes.put(node, replacing="", secret=None, done=said.append)
        self.wait(lambda: said)
        assert said == [NO_MESSAGE]

    def listen(self, **fields: object) -> int:
        """Switch the listener on as its command does, on a free port."""
        entity = ApplicationEntity("NEGATO", free_port())
        settings = replace(self.desk.listener.settings, entity=replace(entity, **fields))
        self.desk.listener.change(settings, lambda said: None)
        self.wait(lambda: self.desk.listener.settings.entity.ae_title == "NEGATO")
        self.run("network.listen")
        self.wait(lambda: self.desk.listener.state.port)
        return self.desk.listener.state.port

    def dialog(self, name: str) -> object:
        self.window.requests.show_dialog(name)
        return self.window.requests._dialogs[name]

    @property
    def page(self) -> NetworkPage:
        page = self.window.requests.network_page
        assert page is not None
        return page

    @property
    def search(self) -> SearchPage:
        self.run("network.search")
        assert self.page.search is not None
        return self.page.search

    @property
    def transfers(self) -> TransfersPage:
        self.run("network.transfers")
        assert self.page.transfers is not None
        return self.page.transfers

    @property
    def browser(self) -> BrowserPanel:
        panel = self.window.browser.content
        assert isinstance(panel, BrowserPanel)
        return panel

    def studies(self) -> list[StudyRow]:
        patients = self.browser.model.root.children
        return [row for patient in patients for row in patient.children if isinstance(row, StudyRow)]

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()


@pytest.fixture
def screen(qapp: QApplication, qtbot: QtBot) -> Iterator[Screen]:
    made = Screen(qapp, qtbot)
    yield made
    made.close()
    qapp.setStyleSheet("")
    QCoreApplication.processEvents()


class Archive:
    """Our own archive with two series of one study and one of another; it also takes what is sent."""

    def __init__(self, folder: Path, many: int = 12) -> None:
        self.known: dict[str, RemoteNode] = {}
        first = make_series(folder / "a", many, StudyDescription="Head", SeriesDescription="Axial", SeriesNumber="2")
        study = str(_value(first[0], "StudyInstanceUID"))
        one = make_ct(study=study, StudyDescription="Head", SeriesDescription="Scout", SeriesNumber="1")
        (folder / "b").mkdir()
        scout = save(one, folder / "b" / "scout.dcm")
        other = make_series(folder / "c", 2, StudyDescription="Old chest", StudyDate="20190203")
        self.paths = [*first, scout, *other]
        self.study = study
        self.received = folder / "received"
        services = [
            VerificationService(),
            QueryRetrieveService(FileSource(self.paths), self.known.get, "ARCHIVE", Caller("ARCHIVE")),
            StorageService(InstanceStore(self.received)),
        ]
        self.listener = Listener(ApplicationEntity("ARCHIVE", 0), services)
        self.node = RemoteNode("ARCHIVE", "127.0.0.1", self.listener.port, name="Archive")


def _value(path: Path, keyword: str) -> object:
    from pydicom import dcmread

    return dcmread(path, stop_before_pixels=True)[keyword].value


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path)
    yield made
    made.listener.close()


def sent(name: str, port: int, title: str, *paths: Path) -> None:
    """A study sent by another maker's program."""
    command = [tool(name), "-aec", title, "127.0.0.1", str(port), *map(str, paths)]
    subprocess.run(command, check=True, timeout=60, capture_output=True)


def test_nothing_of_the_network_runs_until_it_is_wanted(screen: Screen) -> None:
    said: list[bool] = []
    screen.desk.line.work(lambda: said.append(True))
    screen.wait(lambda: said)
    assert screen.desk.line.process_id == 0
    assert screen.light.words == "NEGATOSCOPE · off"
    assert "off" in screen.light.accessibleName()
    assert not screen.window.actions_by_id["network.listen"].isChecked()


@pytest.mark.parametrize("program", ["storescu", "dcmsend"])
def test_what_is_sent_to_us_appears_in_the_browser(screen: Screen, tmp_path: Path, program: str) -> None:
    tool(program)
    paths = make_series(tmp_path / "out", 3, StudyDescription="Sent to us")
    port = screen.listen()
    assert screen.light.words == f"NEGATO:{port}"
    assert screen.window.actions_by_id["network.listen"].isChecked()
    sent(program, port, "NEGATO", *paths)
    screen.wait(lambda: [row.study.number_of_instances for row in screen.studies()] == [3])
    (row,) = screen.studies()
    assert row.study.study_description == "Sent to us"
    assert row.key in screen.browser.marks.received
    index = screen.browser.model.index_of(row)
    assert "received" in screen.browser.model.data(index, Qt.ItemDataRole.AccessibleTextRole)
    screen.browser.open_row(row)
    screen.wait(lambda: screen.workspace.layout.active.frame is not None)
    assert screen.workspace.layout.active.count == 3
    assert not screen.browser.marks.received  # it was looked at
    screen.run("network.listen")
    screen.wait(lambda: not screen.desk.listener.state.port)
    assert screen.light.words == "NEGATO · off"


def test_a_port_that_is_taken_is_said_in_the_light(screen: Screen, archive: Archive) -> None:
    entity = ApplicationEntity("NEGATO", archive.listener.port)
    screen.desk.listener.change(replace(screen.desk.listener.settings, entity=entity, is_on=True), lambda said: None)
    screen.wait(lambda: screen.desk.listener.state.reason)
    assert screen.light.words == "NEGATO · cannot listen"
    assert screen.light.toolTip()


def test_the_listener_is_as_it_was_left_at_the_next_start(qapp: QApplication, qtbot: QtBot) -> None:
    first = Screen(qapp, qtbot)
    port = first.listen()
    first.close()
    second = Screen(qapp, qtbot)
    try:
        second.wait(lambda: second.desk.listener.state.port == port)
        assert second.light.words == f"NEGATO:{port}"
    finally:
        second.close()
        qapp.setStyleSheet("")
        QCoreApplication.processEvents()


# Searching and fetching


def found(screen: Screen, **fields: str) -> SearchPage:
    """The search page after an answer."""
    search = screen.search
    search.form.set_fields(fields)
    search.ask()
    assert search.form.search.text() == "Stop"
    screen.wait(lambda: not search.is_asking)
    return search


def study_index(search: SearchPage, title: str) -> QModelIndex:
    model = search.model
    for place in range(model.rowCount()):
        patient = model.index(place, 0)
        for row in range(model.rowCount(patient)):
            index = model.index(row, 0, patient)
            if model.result(index).title() == title:
                return index
    raise AssertionError(title)


def series_titles(search: SearchPage, study: QModelIndex) -> list[str]:
    model = search.model
    rows = [model.result(model.index(row, 0, study)) for row in range(model.rowCount(study))]
    return [row.title() for row in rows if row.entity is not None]


def test_searching_opening_and_growing(screen: Screen, archive: Archive) -> None:
    screen.know(archive.node)
    search = found(screen, name="peer")
    assert search.said.text() == "2 studies found"
    head = study_index(search, "Head")
    assert study_index(search, "Old chest").row() > head.row()  # the newest first
    assert search.model.result(head).presence() == ""
    search.tree.expand(head)
    screen.wait(lambda: series_titles(search, head) == ["Scout", "Axial"])  # by number
    axial = search.model.index(1, 0, head)
    search.tree.setCurrentIndex(axial)
    search.open(search.tree.current())
    viewport = screen.workspace.layout.active
    screen.wait(lambda: viewport.frame is not None and viewport.count == 12)
    assert viewport.display_set is not None
    assert viewport.display_set.series_description == "Axial"
    screen.wait(lambda: screen.desk.transfers.transfers[0].state is TransferState.DONE)
    transfer = screen.desk.transfers.transfers[0]
    assert (transfer.direction, transfer.done, transfer.total, transfer.node) == (Direction.RETRIEVE, 12, 12, "Archive")
    assert "Axial" in transfer.title
    screen.wait(lambda: search.model.result(axial).presence().endswith("here"))
    assert search.model.result(head).here == 12
    # The rest of the study: only the scout is missing.
    search.tree.setCurrentIndex(head)
    search.fetch(search.tree.current())
    screen.wait(lambda: len(screen.desk.transfers.transfers) == 2)
    screen.wait(lambda: all(one.state is TransferState.DONE for one in screen.desk.transfers.transfers))
    screen.wait(lambda: search.model.result(head).here == 13)


def test_fields_narrow_the_search(screen: Screen, archive: Archive) -> None:
    screen.know(archive.node)
    search = found(screen, date="range", first="20190101", last="20191231")
    assert search.model.number_of_studies == 1
    assert study_index(search, "Old chest").isValid()
    assert found(screen, name="nobody").said.text() == "0 studies found"
    assert found(screen, date="today").model.number_of_studies == 0


def test_a_node_that_does_not_answer_is_said_beside_the_others(screen: Screen, archive: Archive) -> None:
    screen.know(archive.node)
    screen.know(RemoteNode("NOBODY", "127.0.0.1", free_port(), name="Gone"))
    search = found(screen)
    assert search.model.number_of_studies == 2
    assert "Gone: No connection to NOBODY" in search.faults.text()
    assert "running" in search.faults.text()


def test_the_limit_is_said_and_lifted(screen: Screen, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.ui.network.search_page.LIMIT", 1)
    screen.know(archive.node)
    search = found(screen)
    assert "first 1" in search.said.text()
    search.more.click()
    screen.wait(lambda: not search.is_asking and search.model.number_of_studies == 2)
    assert not search.more.isVisible()


def test_a_result_is_dragged_into_the_empty_window_and_into_a_viewport(screen: Screen, archive: Archive) -> None:
    screen.know(archive.node)
    search = found(screen)
    first = search.model.result(study_index(search, "Head"))
    search.tree.dragged.emit(first)
    data = QMimeData()
    data.setData(DISPLAY_SET_MIME, QByteArray(first.key.encode()))
    event = QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    screen.window.grid.dropEvent(event)
    screen.wait(lambda: screen.workspace.layout.active.frame is not None)
    result = search.model.result(study_index(search, "Old chest"))
    search.tree.dragged.emit(result)
    screen.workspace.layout.set_grid(1, 2)
    target = screen.workspace.layout.viewports[1]
    screen.wait(lambda: [one for one in screen.window.grid.findChildren(ViewportWidget) if one.viewport is target])
    place = next(one for one in screen.window.grid.findChildren(ViewportWidget) if one.viewport is target)
    data = QMimeData()
    data.setData(DISPLAY_SET_MIME, QByteArray(result.key.encode()))
    event = QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    place.canvas.dropEvent(event)
    screen.wait(lambda: target.frame is not None)
    assert screen.workspace.layout.active is target


def test_fetching_by_move_and_what_it_needs(screen: Screen, archive: Archive) -> None:
    screen.know(replace(archive.node, retrieve=RetrieveWay.MOVE))
    search = found(screen)
    result = search.model.result(study_index(search, "Old chest"))
    search.fetch(result)
    screen.wait(lambda: screen.desk.transfers.transfers and screen.desk.transfers.transfers[0].state is TransferState.FAILED)
    page = screen.transfers
    screen.wait(lambda: page.current is not None)
    transfer = page.current
    assert transfer is not None
    assert "we do not listen" in str(transfer.reason)
    assert "Switch the listener on" in str(transfer.advice)
    archive.known["NEGATO"] = RemoteNode("NEGATO", "127.0.0.1", screen.listen())
    page.buttons["retry"].click()
    screen.wait(lambda: screen.desk.transfers.transfers[0].state is TransferState.DONE)
    assert screen.desk.transfers.transfers[0].done == 2
    screen.wait(lambda: page.objects.topLevelItemCount() == 2)
    assert page.objects.topLevelItem(0).text(1) == "done"
    page.buttons["forget"].click()
    screen.wait(lambda: not page.model.rows)


def test_other_studies_of_the_patient_on_screen(screen: Screen, archive: Archive) -> None:
    screen.know(archive.node)
    screen.window.open_paths([str(archive.paths[-1])])
    screen.wait(lambda: screen.workspace.layout.active.frame is not None and screen.workspace.scan is None)
    screen.run("network.priors")
    search = screen.page.search
    assert search is not None
    assert search.form.keys() == {"PatientID": "P1"}
    screen.wait(lambda: not search.is_asking)
    assert search.model.number_of_studies == 2
    assert search.model.result(study_index(search, "Old chest")).presence().endswith("here")
    assert search.model.result(study_index(search, "Head")).presence() == ""


def test_searches_are_kept_by_name(screen: Screen, archive: Archive) -> None:
    screen.know(archive.node)
    search = found(screen, name="peer", modality="CT", date="week")
    search.form.keep("Mine & yours")
    search.form.set_fields({})
    assert search.form.keys() == {}
    search.form._fill_menu()
    action = search.form._menu.actions()[0]
    assert action.text() == "Mine && yours"
    action.trigger()
    assert search.form.keys() == {"PatientName": "peer*", "ModalitiesInStudy": "CT", "StudyDate": "week"}
    screen.wait(lambda: not search.is_asking)
    search.form.forget("Mine & yours")
    assert search.form.kept_searches() == {}


def test_a_search_that_is_stopped_says_no_more(screen: Screen, archive: Archive) -> None:
    screen.know(archive.node)
    search = screen.search
    search.ask()
    search.form.search.click()
    assert not search.is_asking
    assert search.form.search.text() == "Search"


def test_a_password_that_is_missing_is_asked_for(screen: Screen, archive: Archive) -> None:
    screen.know(replace(archive.node, identity=IdentityWay.PASSWORD, user_name="doctor"))
    search = found(screen)
    assert "not known" in search.faults.text()
    assert search.secret.isVisible()
    search.secret.click()
    dialog = screen.window.findChild(SecretDialog)
    assert dialog is not None
    dialog.field.setText("secret")
    dialog.use.click()
    screen.wait(lambda: not search.is_asking and search.model.number_of_studies == 2)
    assert not search.faults.isVisible()


# Sending


def test_sending_the_study_on_screen(screen: Screen, archive: Archive, tmp_path: Path) -> None:
    screen.know(archive.node)
    paths = make_series(tmp_path / "mine", 4, StudyDescription="Mine")
    screen.window.open_paths([str(path) for path in paths])
    screen.wait(lambda: screen.workspace.scan is None and screen.workspace.layout.active.count == 4)
    screen.run("network.send")
    dialog = screen.window.findChild(SendDialog)
    assert dialog is not None
    assert dialog.node.currentText() == "Archive"
    assert "4 objects" in dialog._count.text()
    dialog.send.click()
    screen.wait(lambda: screen.desk.transfers.transfers and screen.desk.transfers.transfers[0].state is TransferState.DONE)
    transfer = screen.desk.transfers.transfers[0]
    assert (transfer.direction, transfer.done, transfer.total, transfer.failed) == (Direction.SEND, 4, 4, 0)
    assert transfer.title == "Peer, Test · Mine"
    assert len(list(archive.received.rglob("*.dcm"))) == 4
    page = screen.transfers
    screen.wait(lambda: page.objects.topLevelItemCount() == 4)
    dialog_log = screen.dialog("association_log")
    assert isinstance(dialog_log, LogDialog)
    screen.wait(lambda: "association with ARCHIVE@127.0.0.1" in dialog_log.text.toPlainText())
    assert "Peer" not in dialog_log.text.toPlainText()
    dialog_log._copy.click()
    assert "ARCHIVE" in QGuiApplication.clipboard().text()
    dialog_log.close()


def test_a_send_to_nobody_waits_is_cancelled_and_survives_the_program(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    paths = make_series(tmp_path / "mine", 2, StudyDescription="Mine")
    first = Screen(qapp, qtbot)
    first.know(RemoteNode("NOBODY", "127.0.0.1", free_port(), name="Gone"))
    first.window.open_paths([str(path) for path in paths])
    first.wait(lambda: first.workspace.scan is None and first.workspace.layout.active.count == 2)
    first.run("network.send_series")
    dialog = first.window.findChild(SendDialog)
    assert dialog is not None
    dialog.send.click()
    first.wait(lambda: first.desk.transfers.transfers and first.desk.transfers.transfers[0].state is TransferState.WAITING)
    assert first.desk.transfers.transfers[0].reason.source.startswith("No connection to {node}")  # can be said in any language
    title = first.desk.transfers.transfers[0].title
    first.close()
    second = Screen(qapp, qtbot)
    try:
        second.wait(lambda: second.desk.transfers.transfers)
        page = second.transfers
        second.wait(lambda: page.current is not None)
        assert page.current is not None
        assert page.current.title == title
        page.buttons["cancel"].click()
        second.wait(lambda: page.current is not None and page.current.state is TransferState.CANCELLED)
    finally:
        second.close()
        qapp.setStyleSheet("")
        QCoreApplication.processEvents()


def test_a_card_dropped_on_a_node_asks_to_send_it_there(screen: Screen, archive: Archive, tmp_path: Path) -> None:
    screen.know(RemoteNode("OTHER", "127.0.0.1", free_port(), name="Another"))
    screen.know(archive.node)
    screen.window.open_paths([str(path) for path in make_series(tmp_path / "mine", 2)])
    screen.wait(lambda: screen.workspace.scan is None and screen.workspace.layout.active.count == 2)
    search = screen.search
    display_set = screen.workspace.layout.active.display_set
    assert display_set is not None
    data = QMimeData()
    data.setData(DISPLAY_SET_MIME, QByteArray(display_set.key.encode()))
    place = search.sources.visualItemRect(search.sources.item(1)).center()
    event = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    search.sources.dropEvent(event)
    dialog = screen.window.findChild(SendDialog)
    assert dialog is not None
    assert dialog.node.currentText() == "Archive"
    dialog.send.click()
    screen.wait(lambda: len(list(archive.received.rglob("*.dcm"))) == 2)


def test_rules_send_on_what_is_received(screen: Screen, archive: Archive, tmp_path: Path) -> None:
    tool("storescu")
    screen.know(archive.node)
    dialog = screen.dialog("routing")
    assert isinstance(dialog, RulesDialog)
    screen.wait(lambda: dialog.save.isEnabled())
    dialog.add.click()
    for column, text in ((1, "Heads"), (3, "StudyDescription=*head*; Modality=CT"), (4, "Archive")):
        dialog.table.item(0, column).setText(text)
    dialog.add.click()  # an empty row is left out
    assert dialog.rules == (RoutingLine("Heads", ("Archive",), (("StudyDescription", "*head*"), ("Modality", "CT")), (), True),)
    dialog.table.item(0, 3).setText("NoSuchKeyword=1")
    dialog.save.click()
    screen.wait(lambda: "NoSuchKeyword" in dialog._said.text())
    dialog.table.item(0, 3).setText("StudyDescription=*head*")
    dialog.save.click()
    screen.wait(lambda: "routing" not in screen.window.requests._dialogs)
    port = screen.listen()
    heads = make_series(tmp_path / "h", 2, StudyDescription="HEAD CT")
    sent("storescu", port, "NEGATO", *heads, *make_series(tmp_path / "k", 1, StudyDescription="Knee"))
    screen.wait(lambda: len(list(archive.received.rglob("*.dcm"))) == 2)
    screen.wait(lambda: any(one.title == "rule Heads" for one in screen.desk.transfers.transfers))


# Nodes


def test_a_node_is_entered_tested_kept_and_removed(screen: Screen, archive: Archive) -> None:
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    dialog.add_node.trigger()
    form = dialog.node
    form.name.setText("New one")
    form.title.setText("ARCHIVE")
    dialog.save.click()
    assert "host is missing" in dialog.said.text()
    form.host.setText("127.0.0.1")
    form.port.setValue(archive.listener.port)
    dialog.test.click()
    screen.wait(lambda: dialog.steps.lines and dialog.steps.lines[-1] == "The node answers.")
    assert [line.split(":")[0] for line in dialog.steps.lines[:3]] == ["✓ Network connection", "✓ Association", "✓ C-ECHO"]
    form.title.setText("WRONG")
    dialog.test.click()
    screen.wait(lambda: any(line.startswith("✗ Association") for line in dialog.steps.lines))
    assert "AE title of the node" in dialog.steps.lines[-1]
    form.title.setText("ARCHIVE")
    form.tls.setChecked(True)
    form.insecure.setChecked(True)
    assert not form.insecure_note.isHidden()
    dialog.save.click()
    screen.wait(lambda: screen.desk.nodes.named("new one") is not None)
    kept = screen.desk.nodes.named("New one")
    assert kept is not None
    assert kept.tls == TlsFiles(insecure=True)
    assert "insecure" in dialog.list.item(1).text()
    dialog.list.setCurrentRow(1)
    dialog.test.click()
    screen.wait(lambda: any(line.startswith("✗ TLS") for line in dialog.steps.lines))
    dialog.remove.click()
    screen.wait(lambda: not screen.desk.nodes.nodes)
    assert dialog.list.count() == 1
    dialog.close()


def test_news_of_the_list_leave_alone_what_is_being_entered(screen: Screen) -> None:
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    dialog.add_archive.trigger()
    dialog.archive.name.setText("Half entered")
    screen.know(RemoteNode("OTHER", "127.0.0.1", 104, name="Other"))
    assert dialog.pages.currentIndex() == 2
    assert dialog.archive.name.text() == "Half entered"
    assert [dialog.list.item(place).text().split("\n")[0] for place in range(dialog.list.count())] == [
        "This workstation",
        "Other",
        "New archive",
    ]
    assert dialog.list.currentRow() == 2
    dialog.list.setCurrentRow(1)
    dialog.node.host.setText("elsewhere")
    dialog.node.changed.emit()
    screen.know(RemoteNode("THIRD", "127.0.0.1", 104, name="A third"))
    assert dialog.list.currentItem().text().startswith("Other")
    assert dialog.node.host.text() == "elsewhere"
    dialog.close()


def test_what_the_administrator_needs_is_copied(screen: Screen) -> None:
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    form = dialog.listener
    form.title.setText("READER")
    form.port.setValue(4242)
    form.changed.emit()
    screen.wait(lambda: "READER" in form.entry.toPlainText() and "4242" in form.entry.toPlainText())
    form.copy.click()
    assert "4242" in QGuiApplication.clipboard().text()
    form.tls.setChecked(True)
    dialog.save.click()
    assert "certificate" in dialog.said.text()
    form.tls.setChecked(False)
    form.callers.setText("MODALITY@127.0.0.1, WORK")
    dialog.save.click()
    screen.wait(lambda: screen.desk.listener.settings.entity.ae_title == "READER")
    entity = screen.desk.listener.settings.entity
    assert [(one.ae_title, one.address) for one in entity.callers] == [("MODALITY", "127.0.0.1"), ("WORK", "")]
    assert not screen.desk.listener.settings.is_on
    dialog.close()


@pytest.mark.parametrize("theme", ["dark", "light", "high_contrast"])
def test_every_part_speaks_russian_and_takes_every_look(screen: Screen, archive: Archive, theme: str) -> None:
    screen.know(archive.node)
    search = found(screen)
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    screen.program.settings.holder.change(theme=theme, language="ru", text_size=150)
    QCoreApplication.processEvents()
    assert screen.page.search_button.text() == "Поиск"
    assert search.form.name.placeholderText() == "Имя"
    assert dialog.windowTitle() == "Узлы"
    assert "Russian" not in search.said.text()
    assert not screen.window.grab().isNull()
    screen.program.settings.holder.change(language="en", text_size=100, theme="dark")
    QCoreApplication.processEvents()
    assert screen.page.search_button.text() == "Search"
    dialog.close()


def test_an_archive_is_entered_tested_searched_and_fetched_from_over_dicomweb(
    screen: Screen, serve: StartServer, tmp_path: Path
) -> None:
    paths = make_series(tmp_path / "web", 5, StudyDescription="From the web", SeriesDescription="Axial")
    running = serve(paths)
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    dialog.add_archive.trigger()
    form = dialog.archive
    form.name.setText("Cloud")
    form.url.setText("pacs")
    dialog.save.click()
    assert "not an address of a DICOMweb archive" in dialog.said.text()
    form.url.setText(running.url + "/nowhere")
    dialog.test.click()
    screen.wait(lambda: any(line.startswith("✗ DICOMweb search") for line in dialog.steps.lines))
    form.url.setText(running.url)
    dialog.test.click()
    screen.wait(lambda: dialog.steps.lines and dialog.steps.lines[-1] == "The node answers.")
    dialog.save.click()
    screen.wait(lambda: screen.desk.nodes.archives)
    assert screen.desk.nodes.archives[0].url == running.url
    assert dialog.list.item(1).text().startswith("Cloud")
    dialog.close()
    search = found(screen, name="peer")
    study = study_index(search, "From the web")
    assert search.model.result(study).line() == "CT · 1 series · 5 objects"
    search.tree.expand(study)
    screen.wait(lambda: series_titles(search, study) == ["Axial"])
    search.open(search.model.result(study))
    viewport = screen.workspace.layout.active
    screen.wait(lambda: viewport.frame is not None and viewport.count == 5)
    screen.wait(lambda: screen.desk.transfers.transfers[0].state is TransferState.DONE)
    screen.wait(lambda: search.model.result(study).presence().endswith("here"))
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    dialog.list.setCurrentRow(1)
    dialog.remove.click()
    screen.wait(lambda: not screen.desk.nodes.archives and dialog.list.count() == 1)
    dialog.close()


def test_a_fetch_that_is_paused_goes_on_with_what_is_missing(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Archive(tmp_path, many=400)
    try:
        screen.know(made.node)
        search = found(screen)
        head = study_index(search, "Head")
        page = screen.transfers
        search.fetch(search.model.result(head))
        screen.wait(lambda: page.current is not None and page.current.done > 3)
        page.buttons["pause"].click()
        screen.wait(lambda: page.current is not None and page.current.state is TransferState.PAUSED)
        assert page.current is not None
        here = page.current.done
        assert 3 < here < 401
        page.buttons["resume"].click()
        screen.wait(lambda: page.current is not None and page.current.state is TransferState.DONE)
        assert (page.current.done, page.current.total) == (401, 401)
    finally:
        made.listener.close()


@pytest.mark.parametrize("maker", [start_dcmqrscp, start_orthanc])
def test_archives_of_other_makers_are_sent_to_searched_and_fetched_from(
    screen: Screen, start_peer: StartPeer, tmp_path: Path, maker: Callable[..., Peer]
) -> None:
    """The study goes there, leaves the library, is found again and comes back."""
    peer = maker(start_peer, tmp_path / "archive")
    screen.know(replace(peer.node, name="Other maker"))
    paths = make_series(tmp_path / "mine", 4, StudyDescription="There and back", SeriesDescription="Axial", SeriesNumber="1")
    study = str(_value(paths[0], "StudyInstanceUID"))
    screen.window.open_paths([str(path) for path in paths])
    screen.wait(lambda: screen.workspace.scan is None and screen.workspace.layout.active.count == 4)
    screen.run("network.send")
    dialog = screen.window.findChild(SendDialog)
    assert dialog is not None
    dialog.send.click()
    screen.wait(lambda: screen.desk.transfers.transfers and screen.desk.transfers.transfers[0].state is TransferState.DONE)
    screen.run("file.close_study")
    screen.program.library.forget_study(study)
    search = found(screen, patient_id="P1")
    index = study_index(search, "There and back")
    screen.wait(lambda: search.model.result(index).presence() == "")
    search.tree.expand(index)
    screen.wait(lambda: series_titles(search, index) in (["Axial"], ["Series 1"]))  # DCMTK's keeps no description of series
    search.open(search.model.result(search.model.index(0, 0, index)))
    viewport = screen.workspace.layout.active
    screen.wait(lambda: viewport.frame is not None and viewport.count == 4)
    screen.wait(lambda: search.model.result(index).presence().endswith("here"))
    assert viewport.frame is not None
    assert viewport.frame.facts.rows == 64


def test_a_second_program_says_that_the_folder_is_taken(screen: Screen, archive: Archive) -> None:
    """The node of the first has the folder of received objects."""
    screen.know(archive.node)
    lock = FolderLock(folders().data / "received")
    try:
        search = screen.search
        search.ask()
        screen.wait(lambda: not search.is_asking)
        assert "Another node of ours already uses this folder" in search.faults.text()
    finally:
        lock.close()


def test_the_whole_way_received_searched_fetched_shown(screen: Screen, archive: Archive, tmp_path: Path) -> None:
    """Start the listener, be sent a study, see it; ask a node, fetch, see that too; both are in the library."""
    tool("dcmsend")
    screen.know(archive.node)
    sent("dcmsend", screen.listen(), "NEGATO", *make_series(tmp_path / "out", 3, StudyDescription="Sent to us"))
    screen.wait(lambda: any(row.study.study_description == "Sent to us" for row in screen.studies()))
    search = found(screen, name="peer")
    search.open(search.model.result(study_index(search, "Old chest")))
    viewport = screen.workspace.layout.active
    screen.wait(lambda: viewport.frame is not None and viewport.count == 2)
    screen.wait(lambda: any(row.study.study_description == "Old chest" for row in screen.studies()))
    catalogue = screen.workspace.services.catalogue
    (patient,) = catalogue.patients(StudyFilter())
    assert {one.study_description for one in catalogue.studies(patient.patient_key, StudyFilter())} == {"Sent to us", "Old chest"}
