"""The node in the window, with real peers on loopback: receiving, searching, fetching, and what the user sees of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QCoreApplication, QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.machine import tool
from tests.network.conftest import free_port, private_network, start_peer
from tests.network.network_screen import Archive, Screen, archive, found, screen, sent, series_titles, study_index
from tests.network.objects import make_ct, make_series, save
from tests.network.test_node_guest import Service
from tests.network.web_library import StartServer, serve
from viewer.app.folder_lock import FolderLock
from viewer.app.paths import folders
from viewer.model.nodes import ApplicationEntity, IdentityWay, RemoteNode, RetrieveWay
from viewer.model.remote import Direction, TransferState
from viewer.model.requests import StudyFilter
from viewer.model.web_archives import WebArchive
from viewer.ui.canvas.viewport_widget import ViewportWidget
from viewer.ui.display_set_mime import DISPLAY_SET_MIME
from viewer.ui.network.secret_dialog import SecretDialog

pytestmark = pytest.mark.network_peers
__all__ = ["archive", "private_network", "screen", "serve", "start_peer"]


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
    screen.wait(lambda: screen.desk.transfers.transfers[-1].state is TransferState.DONE)
    transfer = screen.desk.transfers.transfers[-1]
    assert (transfer.direction, transfer.done, transfer.total, transfer.node) == (Direction.RETRIEVE, 12, 12, "Archive")
    assert "Axial" in transfer.title
    screen.wait(lambda: search.model.result(axial).presence().endswith("here"))
    # The rest of the study, the scout, comes by itself, and leaves no transfer behind.
    screen.wait(lambda: search.model.result(head).here == 13)
    screen.wait(lambda: len(screen.desk.transfers.transfers) == 1)
    assert viewport.count == 12
    # Fetching the whole study again finds nothing missing.
    search.tree.setCurrentIndex(head)
    search.fetch(search.tree.current())
    screen.wait(lambda: len(screen.desk.transfers.transfers) == 2)
    screen.wait(lambda: all(one.state is TransferState.DONE for one in screen.desk.transfers.transfers))
    assert screen.desk.transfers.transfers[0].done == 13


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
    assert "first 2" in search.said.text()
    search.more.click()  # there may be, but there is not
    screen.wait(lambda: not search.is_asking and not search.more.isVisible())
    assert search.said.text() == "2 studies found"


def test_an_archive_is_paged_through_to_its_end(
    screen: Screen, serve: StartServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page is one request for its rows alone; the end of the list asks for the next."""
    monkeypatch.setattr("viewer.ui.network.search_page.LIMIT", 20)
    paths = [
        save(make_ct(study=f"1.2.{n}", uid=f"1.2.{n}.1", PatientID=f"P{n}", PatientName=f"N^{n}"), tmp_path / str(n))
        for n in range(50)
    ]
    running = serve(paths)
    screen.know_archive(WebArchive(running.url, name="Web"))
    search = found(screen)
    assert search.model.number_of_studies == 20
    for number in (40, 50):
        bar = search.tree.verticalScrollBar()
        screen.wait(lambda bar=bar: bar.maximum() > 0)
        bar.setValue(bar.maximum())
        screen.wait(lambda number=number: not search.is_asking and search.model.number_of_studies == number)
    assert search.said.text() == "50 studies found"
    asked = [line.rpartition(" ")[2] for line in running.lines if line.startswith("QIDO")]
    assert asked == ["200", "200", "200", "204"]  # the last: fewer than were asked for may not be all


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
    dialog.give.click()
    screen.wait(lambda: not search.is_asking and search.model.number_of_studies == 2)
    assert not search.faults.isVisible()


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


def test_a_window_beside_a_service_has_its_fetches_done_by_it(screen: Screen, archive: Archive) -> None:
    """Only listening is left to the other one, and is ours when it has ended."""
    service = Service()
    try:
        screen.know(archive.node)
        search = found(screen)
        assert not search.faults.isVisible()
        search.fetch(search.model.result(study_index(search, "Head")))
        page = screen.transfers
        screen.wait(lambda: page.current is not None and page.current.state is TransferState.DONE)
        screen.wait(lambda: any(row.study.study_description == "Head" for row in screen.studies()))
        entity = ApplicationEntity("NEGATO", free_port())
        screen.desk.listener.change(replace(screen.desk.listener.settings, entity=entity, is_on=True), lambda said: None)
        screen.wait(lambda: screen.desk.listener.state.reason)
        assert "cannot listen" in screen.light.words
    finally:
        service.close()
    screen.wait(lambda: screen.desk.listener.state.port == entity.port)


def test_what_a_second_program_orders_waits_for_the_folder(screen: Screen, archive: Archive) -> None:
    """One that has the folder and does nothing: what was ordered is done when it has let go."""
    screen.know(archive.node)
    lock = FolderLock(folders().data / "received")
    try:
        search = found(screen)
        search.fetch(search.model.result(study_index(search, "Head")))
        page = screen.transfers
        screen.wait(lambda: page.current is not None and page.current.state is TransferState.QUEUED)
    finally:
        lock.close()
    screen.wait(lambda: page.current is not None and page.current.state is TransferState.DONE)


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
