"""Storage Commitment with Orthanc in both directions and with ourselves, on the same association and on another."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pynetdicom import evt

from tests.network.conftest import Peer, StartPeer, free_port, ours, select_pause
from tests.network.objects import CT, make_series
from tests.network.pynetdicom_peers import pynetdicom_provider
from tests.network.qr_archive import start_orthanc
from viewer.model.nodes import RemoteNode
from viewer.network.commitment import (
    STORAGE_COMMITMENT,
    CommitmentReports,
    Reference,
    failure_meaning,
    request_commitment,
)
from viewer.network.commitment_scp import CommitmentService
from viewer.network.errors import CancelledError, RefusedError
from viewer.network.listener import Listener
from viewer.network.report_delivery import RetryReport
from viewer.network.requestor import Caller
from viewer.network.storage_item import read_item
from viewer.network.storage_scu import RetryPolicy, send

pytestmark = pytest.mark.network_peers
STORED = tuple(Reference(CT, f"1.2.3.{number}") for number in range(5))
UNKNOWN = Reference(CT, "1.2.9")
MR = "1.2.840.10008.5.1.4.1.1.4"


class Kept:
    """Holdings of a few objects."""

    def failure_reason(self, reference: Reference) -> int:
        classes = {one.sop_instance_uid: one.sop_class_uid for one in STORED}
        if reference.sop_instance_uid not in classes:
            return 0x0112
        return 0 if classes[reference.sop_instance_uid] == reference.sop_class_uid else 0x0119


@pytest.fixture
def reporting(listen: Callable[..., Listener]) -> Iterator[tuple[Listener, CommitmentReports]]:
    """A listener of our own for reports on other associations."""
    reports = CommitmentReports()
    service = CommitmentService(None, lambda title: None, Caller("TESTS"), reports=reports)
    yield listen([service], ae_title="TESTS"), reports
    service.close()


@pytest.fixture
def provide(listen: Callable[..., Listener]) -> Iterator[Callable[..., RemoteNode]]:
    """Our own provider: ``provide(nodes)`` with the peers it knows."""
    services: list[CommitmentService] = []

    def start(nodes: dict[str, RemoteNode]) -> RemoteNode:
        service = CommitmentService(Kept(), nodes.get, Caller("NEGATOSCOPE"), retry=RetryReport((0.0, 0.2, 0.2)))
        services.append(service)
        return ours(listen([service]))

    yield start
    for service in services:
        service.close()


def test_ours_on_the_same_association(provide: Callable[..., RemoteNode], caller: Caller) -> None:
    node = provide({})
    result = request_commitment(node, STORED, caller, seconds=10)
    assert result.is_complete
    assert result.committed == STORED
    wrong = Reference(MR, STORED[0].sop_instance_uid)
    mixed = request_commitment(node, (wrong, STORED[1], UNKNOWN), caller, seconds=10)
    assert mixed.failed == ((wrong, 0x0119), (UNKNOWN, 0x0112))
    assert mixed.committed == STORED[1:2]
    assert not mixed.is_complete
    assert "does not have it" in str(failure_meaning(0x0112))


def test_ours_on_another_association(
    provide: Callable[..., RemoteNode], reporting: tuple[Listener, CommitmentReports], caller: Caller
) -> None:
    listener, reports = reporting
    node = provide({"TESTS": RemoteNode("TESTS", "127.0.0.1", listener.port)})
    for stay in (0.0, 5.0):
        result = request_commitment(node, (*STORED, UNKNOWN), caller, seconds=10, reports=reports, stay=stay)
        assert (result.committed, result.failed) == (STORED, ((UNKNOWN, 0x0112),))


def test_a_large_request(provide: Callable[..., RemoteNode], caller: Caller) -> None:
    many = tuple(Reference(CT, f"1.2.826.0.1.3680043.8.498.{number:030}") for number in range(20_000))
    result = request_commitment(provide({}), (*many, STORED[0]), caller, seconds=60)
    assert (len(result.failed), result.committed) == (20_000, STORED[:1])


def test_no_report_is_no_commitment(provide: Callable[..., RemoteNode], caller: Caller) -> None:
    """The peer knows us at an address where nobody listens."""
    node = provide({"TESTS": RemoteNode("TESTS", "127.0.0.1", free_port())})
    result = request_commitment(node, STORED, caller, seconds=0.5)
    assert result.unanswered == STORED
    assert not result.is_complete
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 20

    with pytest.raises(CancelledError):
        request_commitment(node, STORED, Caller("TESTS", stop=stop), seconds=30, reports=CommitmentReports(), stay=0.0)


def test_requests_that_cannot_be_taken(provide: Callable[..., RemoteNode], caller: Caller) -> None:
    with pytest.raises(RefusedError) as refused:
        request_commitment(provide({}), (), caller, seconds=1)
    assert refused.value.status == 0x0120
    with pytest.raises(RefusedError) as empty:
        request_commitment(provide({}), (Reference("", "1.2"),), caller, seconds=1)
    assert empty.value.status == 0x0106


def test_a_report_nobody_asked_for_is_not_believed(caller: Caller) -> None:
    """A provider that reports another transaction, and names objects that were not asked for."""

    def act(event: Any) -> tuple[int, None]:
        return 0x0000, None

    def report_later(event: Any) -> None:
        if getattr(event.message, "command_set", Dataset()).get("CommandField") != 0x8130:
            return
        information = Dataset()
        information.TransactionUID = "1.2.3.4.5"
        information.ReferencedSOPSequence = []
        for reference in STORED:
            item = Dataset()
            item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = CT, reference.sop_instance_uid
            information.ReferencedSOPSequence.append(item)
        event.assoc.send_n_event_report(information, 1, STORAGE_COMMITMENT, STORAGE_COMMITMENT + ".1")

    handlers = [(evt.EVT_N_ACTION, act), (evt.EVT_DIMSE_SENT, report_later)]
    with pynetdicom_provider([STORAGE_COMMITMENT], handlers) as node:
        result = request_commitment(node, STORED, caller, seconds=1)
    assert result.unanswered == STORED


# Orthanc


@pytest.fixture
def orthanc(start_peer: StartPeer, tmp_path: Path) -> Callable[..., tuple[Peer, int]]:
    """Starts Orthanc that knows an AE title at a port: ``orthanc(title, port)`` gives it and its HTTP port."""

    def start(title: str, port: int) -> tuple[Peer, int]:
        http = free_port()
        extra = {"HttpServerEnabled": True, "HttpPort": http, "RemoteAccessAllowed": False, "AuthenticationEnabled": False}
        return start_orthanc(start_peer, tmp_path / "orthanc", {title: port}, extra), http

    return start


def test_orthanc_commits_itself_to_us(
    orthanc: Callable[..., tuple[Peer, int]], reporting: tuple[Listener, CommitmentReports], tmp_path: Path, caller: Caller
) -> None:
    listener, reports = reporting
    peer, _ = orthanc("TESTS", listener.port)
    items = [read_item(str(path)) for path in make_series(tmp_path / "out", 3)]
    assert all(one.is_done for one in send(peer.node, items, caller, policy=RetryPolicy(1), wait=lambda seconds: True))
    sent = tuple(Reference(item.sop_class_uid, item.sop_instance_uid) for item in items)
    result = request_commitment(peer.node, sent, caller, seconds=20, reports=reports)
    assert result.is_complete
    assert result.committed == sent
    mixed = request_commitment(peer.node, (*sent, UNKNOWN), caller, seconds=20, reports=reports)
    assert (mixed.committed, mixed.failed) == (sent, ((UNKNOWN, 0x0112),))


def test_we_commit_ourselves_to_orthanc(orthanc: Callable[..., tuple[Peer, int]], listen: Callable[..., Listener]) -> None:
    nodes: dict[str, RemoteNode] = {}
    service = CommitmentService(Kept(), nodes.get, Caller("NEGATOSCOPE"))
    listener = listen([service])
    peer, http = orthanc("NEGATOSCOPE", listener.port)
    nodes["ORTHANC"] = peer.node
    question = {"DicomInstances": [[one.sop_class_uid, one.sop_instance_uid] for one in (*STORED, UNKNOWN)]}
    asked = rest(http, "/modalities/NEGATOSCOPE/storage-commitment", question)
    answer = rest(http, asked["Path"])
    for _ in range(600):
        if answer["Status"] != "Pending":
            break
        select_pause()
        answer = rest(http, asked["Path"])
    service.close()
    assert answer["Status"] == "Failure"
    assert {row["SOPInstanceUID"] for row in answer["Success"]} == {one.sop_instance_uid for one in STORED}
    assert [(row["SOPInstanceUID"], row["FailureReason"]) for row in answer["Failures"]] == [("1.2.9", 0x0112)]


def rest(port: int, path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", data, timeout=10) as response:
        return json.load(response)


def test_the_command(orthanc: Callable[..., tuple[Peer, int]], tmp_path: Path, caller: Caller) -> None:
    port = free_port()
    peer, _ = orthanc("TESTS", port)
    paths = make_series(tmp_path / "out", 3)
    items = [read_item(str(path)) for path in paths[:2]]
    assert all(one.is_done for one in send(peer.node, items, caller, policy=RetryPolicy(1), wait=lambda seconds: True))

    def run(*files: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "viewer", "commit", "--to", str(peer.node), "--ae-title", "TESTS", "--port", str(port)]
        return subprocess.run([*command, "--json", *map(str, files)], capture_output=True, text=True, timeout=60, check=False)

    good = run(*paths[:2])
    assert good.returncode == 0, good.stderr
    assert len(json.loads(good.stdout)["committed"]) == 2
    bad = run(tmp_path / "out")
    assert bad.returncode == 1
    (failed,) = json.loads(bad.stdout)["failed"]
    assert (failed["path"], failed["failure_reason"]) == (str(paths[2]), "0x0112")
