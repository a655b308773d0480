"""The audit trail to a repository over TLS: everything arrives, in order, whatever is gone meanwhile; and nowhere else."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.network.conftest import free_port, select_pause
from tests.network.objects import make_series
from tests.network.test_tls import Authority
from viewer.app.audit_repository import FILE_NAME, AuditRepositoryError, write_settings
from viewer.app.node_service import NodeEvents, NodeService
from viewer.app.node_settings import NodePlaces, NodeSettings
from viewer.model.audit import AuditSettings
from viewer.model.nodes import ApplicationEntity, RemoteNode, TlsFiles
from viewer.network.audit import FILE_NAME as AUDIT_TRAIL
from viewer.network.audit import AuditEvent, AuditRecord, AuditTrail
from viewer.network.audit_syslog import AuditSender, repository_of
from viewer.network.requestor import Caller
from viewer.network.storage_item import read_item
from viewer.network.storage_scu import RetryPolicy, send

_HEAD = re.compile(rb"<85>1 (\S+) (\S+) negatoscope (\d+) DICOM\+RFC3881 - \xef\xbb\xbf(.*)", re.DOTALL)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("syslog") / "good", "good")


class Repository:
    """What came, connection after connection."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self._changed = threading.Condition()

    @contextmanager
    def listening(self, authority: Authority, port: int) -> Iterator[None]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate, key = authority.issue("repository")
        context.load_cert_chain(certificate, key)
        stop = threading.Event()
        with socket.create_server(("127.0.0.1", port)) as door:
            door.settimeout(0.05)
            thread = threading.Thread(target=self._serve, args=(door, context, stop))
            thread.start()
            yield
            stop.set()
            thread.join()

    def _serve(self, door: socket.socket, context: ssl.SSLContext, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                plain, _ = door.accept()
                with context.wrap_socket(plain, server_side=True) as sock:
                    sock.settimeout(0.05)
                    self._read(sock, stop)
            except OSError:
                continue

    def _read(self, sock: ssl.SSLSocket, stop: threading.Event) -> None:
        data = b""
        while not stop.is_set():
            try:
                piece = sock.recv(65536)
            except TimeoutError:
                continue
            if not piece:
                return
            data += piece
            while (space := data.find(b" ")) > 0 and len(data) >= space + 1 + int(data[:space]):
                size = int(data[:space])
                with self._changed:
                    self.messages.append(data[space + 1 : space + 1 + size])
                    self._changed.notify_all()
                data = data[space + 1 + size :]

    def wait(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: len(set(self.titles())) >= count, 20)

    def titles(self) -> list[str]:
        """The peers that the messages name, in order of arrival."""
        found = []
        for one in self.messages:
            head = _HEAD.fullmatch(one)
            assert head is not None, one
            root = ElementTree.fromstring(head[4])
            found.append(root.findall("ActiveParticipant")[1].attrib["UserID"])
        return found

    def events(self) -> list[str]:
        """Their Event IDs."""
        found = [_HEAD.match(one) for one in self.messages]
        return [ElementTree.fromstring(one[4])[0][0].attrib["csd-code"] for one in found if one is not None]


def note(trail: AuditTrail, sender: AuditSender | None, first: int, count: int) -> None:
    for number in range(first, first + count):
        trail.append(AuditRecord(AuditEvent.QUERY, local_title="US", peer_title=f"PEER{number}"))
        if sender is not None:
            sender.grew()


def test_what_could_not_be_sent_is_sent_later(authority: Authority, tmp_path: Path) -> None:
    port = free_port()
    repository = Repository()
    place = repository_of(f"127.0.0.1:{port}", TlsFiles(str(authority.ca)))
    trail = AuditTrail(tmp_path, largest=20_000)
    note(trail, None, 0, 3)
    traced: list[str] = []
    sender = AuditSender(tmp_path, place, pauses=(0.05,), trace=traced.append)
    note(trail, sender, 3, 3)
    while not any("cannot be sent" in line for line in traced):
        select_pause()
    with repository.listening(authority, port):  # nobody was there until now
        assert repository.wait(6)
        assert repository.titles() == [f"PEER{number}" for number in range(6)]
        note(trail, sender, 6, 150)
        assert repository.wait(156)
    note(trail, sender, 156, 3)  # it went away
    with repository.listening(authority, port):
        assert repository.wait(159)
        sender.close()  # in good order: nothing is doubtful
    seen = repository.titles()
    assert list(dict.fromkeys(seen)) == [f"PEER{number}" for number in range(159)]
    assert len(seen) < 159 + 21  # no more again than a cut may have swallowed
    note(trail, None, 159, 2)
    before = len(seen)
    with repository.listening(authority, port):
        AuditSender(tmp_path, place, pauses=(0.05,)).close()
    assert repository.titles()[before:] == ["PEER159", "PEER160"]


def test_lines_of_another_process_are_sent_too(authority: Authority, tmp_path: Path) -> None:
    """The window writes into the same trail, and tells nobody."""
    port = free_port()
    repository = Repository()
    trail = AuditTrail(tmp_path)
    with repository.listening(authority, port):
        sender = AuditSender(tmp_path, repository_of(f"127.0.0.1:{port}", TlsFiles(str(authority.ca))), glance=0.02)
        for number in range(3):
            note(trail, None, number, 1)
            assert repository.wait(number + 1)
        sender.close()
    assert repository.titles() == ["PEER0", "PEER1", "PEER2"]


def test_it_goes_to_no_repository_that_is_not_trusted(authority: Authority, tmp_path: Path) -> None:
    port = free_port()
    repository = Repository()
    stranger = Authority(tmp_path / "stranger", "stranger")
    note(AuditTrail(tmp_path), None, 0, 2)
    traced: list[str] = []
    with repository.listening(authority, port):
        sender = AuditSender(
            tmp_path, repository_of(f"127.0.0.1:{port}", TlsFiles(str(stranger.ca))), pauses=(0.01,), trace=traced.append
        )
        while sum("is not from an authority" in line for line in traced) < 2:
            select_pause()
        sender.close()
    assert repository.messages == []


def test_addresses() -> None:
    tls = TlsFiles()
    assert (repository_of("arr.example", tls).host, repository_of("arr.example", tls).port) == ("arr.example", 6514)
    assert (repository_of("arr:7000", tls).port, repository_of("[::1]:7000", tls).host) == (7000, "::1")


def test_another_repository_holds_at_once(authority: Authority, tmp_path: Path) -> None:
    """The file is written while the node runs, by the window or others. The first gets the line that says so as its last."""
    first, second = Repository(), Repository()
    ports = free_port(), free_port()
    places = NodePlaces(tmp_path / "received", tmp_path / "library", tmp_path / "config", tmp_path / "data")
    traced: list[str] = []

    def until_written(detail: str) -> None:
        while detail not in (places.data / AUDIT_TRAIL).read_text():
            select_pause()

    with first.listening(authority, ports[0]), second.listening(authority, ports[1]):
        service = NodeService(places, "NEGATOSCOPE", events=NodeEvents(trace=traced.append))
        for port in ports:
            write_settings(places.config, AuditSettings(address=f"127.0.0.1:{port}", ca_file=str(authority.ca)))
            until_written(f"audit repository 127.0.0.1:{port}")
        (places.config / FILE_NAME).write_text("{")  # damaged: it goes where it went
        while not any("settings of the audit trail cannot be used" in line for line in traced):
            select_pause()
        service.listen(NodeSettings(ApplicationEntity(port=0)))
        while not second.messages:
            select_pause()
        write_settings(places.config, AuditSettings())
        until_written("audit repository none")
        service.close()
    codes = ["110100", "110113", "110113"]  # start, the first, the second
    assert first.events() == codes
    assert second.events() == ["110113", "110113"]  # listening, none


def test_a_node_sends_its_trail(authority: Authority, tmp_path: Path) -> None:
    port = free_port()
    repository = Repository()
    places = NodePlaces(tmp_path / "received", tmp_path / "library", tmp_path / "config", tmp_path / "data")
    places.config.mkdir()
    settings = places.config / FILE_NAME
    settings.write_text(json.dumps({"address": f"127.0.0.1:{port}", "ca_file": str(authority.ca)}))
    with repository.listening(authority, port):
        service = NodeService(places, "NEGATOSCOPE")
        address = service.listen(NodeSettings(ApplicationEntity(port=0)))
        (path,) = make_series(tmp_path / "out", 1, PatientName="Secret^Person")
        node = RemoteNode("NEGATOSCOPE", "127.0.0.1", address)
        (result,) = send(node, [read_item(str(path))], Caller("MODALITY"), policy=RetryPolicy(1), wait=lambda seconds: True)
        service.close()
    assert result.is_done
    assert repository.events() == ["110100", "110113", "110102", "110113", "110104", "110100"]
    assert b"Secret" not in b"".join(repository.messages)
    settings.write_text('{"address": 5}')
    with pytest.raises(AuditRepositoryError):
        NodeService(places, "NEGATOSCOPE")
