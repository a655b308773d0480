"""What the network was at when the program ended goes on at the next start; what was answered is still there."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.network.conftest import free_port
from tests.network.network_screen import Archive, Screen, click, found, opened, send_dialog, study_index, value_of
from tests.network.objects import make_series
from viewer.model.nodes import ApplicationEntity, RemoteNode
from viewer.model.remote import Direction, TransferState
from viewer.network.commitment import Reference
from viewer.network.commitment_scp import CommitmentService
from viewer.network.instance_store import InstanceStore
from viewer.network.listener import Listener
from viewer.network.requestor import Caller
from viewer.network.storage_scp import StorageService

pytestmark = pytest.mark.network_peers


@pytest.fixture
def tidy(qapp: QApplication) -> Iterator[None]:
    yield
    qapp.setStyleSheet("")
    QCoreApplication.processEvents()


@pytest.mark.usefixtures("tidy")
@pytest.mark.parametrize("is_killed", [False, True])
def test_a_fetch_goes_on_by_itself_at_the_next_start(qapp: QApplication, qtbot: QtBot, tmp_path: Path, is_killed: bool) -> None:
    archive = Archive(tmp_path, many=150)
    first = Screen(qapp, qtbot)
    try:
        first.know(archive.node)
        search = found(first)
        search.fetch(search.model.result(study_index(search, "Head")))
        first.wait(lambda: first.desk.transfers.transfers and first.desk.transfers.transfers[0].done > 3)
        title = first.desk.transfers.transfers[0].title
        if is_killed:
            os.kill(first.desk.line.process_id, signal.SIGKILL)
    finally:
        first.close()
    second = Screen(qapp, qtbot)
    try:
        second.wait(lambda: second.desk.transfers.transfers)
        assert second.desk.transfers.transfers[0].direction is Direction.RETRIEVE
        second.wait(lambda: second.desk.transfers.transfers[0].state is TransferState.DONE)
        (transfer,) = second.desk.transfers.transfers
        assert (transfer.done, transfer.total, transfer.failed, transfer.title) == (151, 151, 0, title)
        study = second.workspace.services.catalogue.study
        second.wait(lambda: (here := study(archive.study)) is not None and here.number_of_instances == 151)
    finally:
        second.close()
        archive.listener.close()


class Keeper:
    """Answers for all objects but the last."""

    def __init__(self, absent: str) -> None:
        self._absent = absent

    def failure_reason(self, reference: Reference) -> int:
        return 0x0112 if reference.sop_instance_uid == self._absent else 0


@pytest.mark.usefixtures("tidy")
def test_the_answer_to_a_commitment_is_there_after_a_restart(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    paths = make_series(tmp_path / "mine", 3, StudyDescription="Mine")
    keeper = CommitmentService(Keeper(str(value_of(paths[2], "SOPInstanceUID"))), {}.get, Caller("KEEPER"))
    listener = Listener(ApplicationEntity("KEEPER", 0), [StorageService(InstanceStore(tmp_path / "kept")), keeper])
    said = "The node answers for 2 of 3 objects."
    first = Screen(qapp, qtbot)
    try:
        first.know(RemoteNode("KEEPER", "127.0.0.1", listener.port, name="Keeper"))
        opened(first, paths)
        dialog = send_dialog(first)
        click(dialog.commit)
        assert dialog.commit.isChecked()
        click(dialog.send)
        first.wait(lambda: first.desk.transfers.transfers and str(first.desk.transfers.transfers[0].note) == said)
    finally:
        first.close()
        listener.close()
        keeper.close()
    second = Screen(qapp, qtbot)
    try:
        second.wait(lambda: second.desk.transfers.transfers)
        second.wait(lambda: str(second.desk.transfers.transfers[0].note) == said)
        assert second.desk.line.process_id == 0  # it was read, not asked for
    finally:
        second.close()


@pytest.mark.usefixtures("tidy")
def test_why_a_send_waits_is_told_in_any_language_at_the_next_start(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    first = Screen(qapp, qtbot)
    try:
        first.know(RemoteNode("NOBODY", "127.0.0.1", free_port(), name="Gone"))
        opened(first, make_series(tmp_path / "mine", 1))
        click(send_dialog(first).send)
        first.wait(lambda: first.desk.transfers.transfers and first.desk.transfers.transfers[0].state is TransferState.WAITING)
    finally:
        first.close()
    second = Screen(qapp, qtbot)
    try:
        second.wait(lambda: second.desk.transfers.transfers)
        assert second.desk.transfers.transfers[0].reason.source.startswith("No connection to {node}")
    finally:
        second.close()
