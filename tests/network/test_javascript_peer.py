"""A JavaScript stack in both directions: dcmjs-dimse under Node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.machine import absent, tool
from tests.network.archive_source import FileSource
from tests.network.conftest import Peer, StartPeer, free_port, select_pause
from tests.network.objects import make_series
from tests.network.test_storage import Heard
from viewer.network.instance_store import InstanceStore
from viewer.network.listener import Listener
from viewer.network.mpps import FinalState, PerformedSeries, StartedStep, begin, finish
from viewer.network.query_retrieve_scp import QueryRetrieveService
from viewer.network.query_scu import Level, Query, find
from viewer.network.requestor import Caller
from viewer.network.storage_item import read_item
from viewer.network.storage_scp import StorageService
from viewer.network.storage_scu import RetryPolicy, send
from viewer.network.verification import VerificationService, check_node

pytestmark = pytest.mark.network_peers
FOLDER = Path(__file__).parent / "javascript"
PROGRAM = FOLDER / "peer.js"


@pytest.fixture(autouse=True)
def installed() -> None:
    if not (FOLDER / "node_modules" / "dcmjs-dimse").is_dir():
        absent("dcmjs-dimse (npm install in tests/network/javascript)")


@pytest.fixture
def peer(start_peer: StartPeer) -> Peer:
    port = free_port()
    return start_peer("JAVASCRIPT", port, FOLDER, "node", PROGRAM, "serve", port)


def heard_by(peer: Peer, count: int) -> list[dict[str, Any]]:
    """What it was asked, once that is so much."""
    for _ in range(400):
        whole, _, _ = peer.log.read_text().rpartition("\n")  # the last line may still be written
        lines = [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
        if len(lines) >= count:
            return lines
        select_pause()
    pytest.fail(peer.log.read_text())


def ask(listener: Listener, *arguments: object) -> list[dict[str, Any]]:
    command = [tool("node"), str(PROGRAM), "ask", str(listener.port), "NEGATOSCOPE", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_we_verify_store_and_ask(peer: Peer, tmp_path: Path, caller: Caller) -> None:
    assert all(step.passed for step in check_node(peer.node, caller))
    items = [read_item(str(path)) for path in make_series(tmp_path / "out", 3, size=256)]
    results = send(peer.node, items, caller, policy=RetryPolicy(1), wait=lambda seconds: True)
    assert all(result.is_done for result in results), results
    answers = list(find(peer.node, Query(Level.STUDY, {"PatientName": "DOE*"}), caller))
    assert {answer["StudyInstanceUID"] for answer in answers} == {"1.2.1", "1.2.2"}
    heard = heard_by(peer, 4)
    assert {row["stored"] for row in heard if "stored" in row} == {item.sop_instance_uid for item in items}
    assert {row["size"] for row in heard if "stored" in row} == {256 * 256 * 2}


def test_we_report_a_step(peer: Peer, caller: Caller) -> None:
    uid = begin(peer.node, StartedStep("CT", "SCANNER", "1", datetime(2026, 3, 1)), caller)
    finish(peer.node, uid, FinalState.COMPLETED, [PerformedSeries("1.2.3", "Thorax")], datetime(2026, 3, 1, 1), caller)
    assert heard_by(peer, 2) == [{"created": "IN PROGRESS"}, {"set": "COMPLETED"}]


def test_it_verifies_stores_asks_and_gets(listen: Callable[..., Listener], tmp_path: Path, caller: Caller) -> None:
    heard = Heard()
    paths = make_series(tmp_path / "out", 3)
    services = [
        VerificationService(),
        StorageService(InstanceStore(tmp_path / "store", heard)),
        QueryRetrieveService(FileSource(paths), lambda title: None, "NEGATOSCOPE", caller),
    ]
    listener = listen(services)
    items = [read_item(str(path)) for path in paths]
    uids = {item.sop_instance_uid for item in items}
    assert [row["status"] for row in ask(listener, "echo")] == [0]
    assert [row["status"] for row in ask(listener, "store", *paths)] == [0, 0, 0]
    assert {instance.sop_instance_uid for instance in heard.instances} == uids
    found = ask(listener, "find", "peer*")
    assert [(row["status"], row.get("study")) for row in found] == [(0xFF00, items[0].study_instance_uid), (0, None)]
    got = ask(listener, "get", items[0].study_instance_uid)
    assert {row["received"] for row in got if "received" in row} == uids
    assert got[-1]["status"] == 0
