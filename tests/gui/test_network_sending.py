"""Sending from the window, with real peers on loopback: dialog, drop, rules, and what survives the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QCoreApplication, QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.machine import tool
from tests.network.conftest import Peer, StartPeer, free_port, private_network, start_peer
from tests.network.network_screen import Archive, Screen, archive, found, screen, sent, series_titles, study_index, value_of
from tests.network.objects import make_series
from tests.network.qr_archive import start_dcmqrscp, start_orthanc
from viewer.model.nodes import RemoteNode
from viewer.model.remote import Direction, RoutingLine, TransferState
from viewer.ui.display_set_mime import DISPLAY_SET_MIME
from viewer.ui.network.log_dialog import LogDialog
from viewer.ui.network.rules_dialog import RulesDialog
from viewer.ui.network.send_dialog import SendDialog

pytestmark = pytest.mark.network_peers
__all__ = ["archive", "private_network", "screen", "start_peer"]


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


@pytest.mark.parametrize("maker", [start_dcmqrscp, start_orthanc])
def test_archives_of_other_makers_are_sent_to_searched_and_fetched_from(
    screen: Screen, start_peer: StartPeer, tmp_path: Path, maker: Callable[..., Peer]
) -> None:
    """The study goes there, leaves the library, is found again and comes back."""
    peer = maker(start_peer, tmp_path / "archive")
    screen.know(replace(peer.node, name="Other maker"))
    paths = make_series(tmp_path / "mine", 4, StudyDescription="There and back", SeriesDescription="Axial", SeriesNumber="1")
    study = str(value_of(paths[0], "StudyInstanceUID"))
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
