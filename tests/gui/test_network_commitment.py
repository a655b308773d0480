"""The box of the send dialog that has a node answer for what it was sent, with Orthanc and with our own provider."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.network.conftest import StartPeer, free_port, listen, private_network, start_peer
from tests.network.network_screen import Screen, click, newest, opened, screen, send_dialog
from tests.network.objects import make_series
from tests.network.qr_archive import start_orthanc
from viewer.app.node_service import NodeService
from viewer.app.node_settings import NodePlaces, NodeSettings
from viewer.model.nodes import ApplicationEntity, RemoteNode
from viewer.model.remote import TransferState
from viewer.network.instance_store import InstanceStore
from viewer.network.listener import Listener
from viewer.network.storage_scp import StorageService

pytestmark = pytest.mark.network_peers
__all__ = ["listen", "private_network", "screen", "start_peer"]


def sent_with_the_box(screen: Screen, folder: Path, count: int = 4) -> None:
    opened(screen, make_series(folder, count))
    dialog = send_dialog(screen)
    click(dialog.commit)
    assert dialog.commit.isChecked()
    click(dialog.send)
    screen.wait(lambda: newest(screen).state is TransferState.DONE)


def test_orthanc_answers_to_our_listener(screen: Screen, start_peer: StartPeer, tmp_path: Path) -> None:
    """It reports on an association of its own."""
    port = free_port()
    peer = start_orthanc(start_peer, tmp_path / "orthanc", {"NEGATO": port})
    screen.know(replace(peer.node, name="Orthanc"))
    assert screen.listen(port=port) == port
    sent_with_the_box(screen, tmp_path / "mine")
    screen.wait(lambda: "answers for all 4 objects" in str(newest(screen).note))


def test_our_own_provider_answers_on_the_same_association(screen: Screen, tmp_path: Path) -> None:
    places = NodePlaces(tmp_path / "r", tmp_path / "l", tmp_path / "c", tmp_path / "d")
    other = NodeService(places, "OTHER")
    try:
        port = other.listen(NodeSettings(ApplicationEntity("OTHER", 0, require_called_title=False)))
        screen.know(RemoteNode("OTHER", "127.0.0.1", port, name="Other"))
        sent_with_the_box(screen, tmp_path / "mine", 3)
        screen.wait(lambda: "answers for all 3 objects" in str(newest(screen).note))
        page = screen.transfers
        screen.wait(lambda: page.current is not None and page.current.note)
    finally:
        other.close()


def test_a_node_that_knows_no_commitment_is_said(screen: Screen, listen: Callable[..., Listener], tmp_path: Path) -> None:
    listener = listen([StorageService(InstanceStore(tmp_path / "received"))])
    screen.know(RemoteNode("NEGATOSCOPE", "127.0.0.1", listener.port, name="Plain"))
    sent_with_the_box(screen, tmp_path / "mine", 2)
    screen.wait(lambda: "does not answer" in str(newest(screen).note))
