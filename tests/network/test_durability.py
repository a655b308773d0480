"""kill -9 in the middle of receiving: what was acknowledged is there, whole; what was not leaves no half file behind."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.machine import tool
from tests.network.conftest import free_port, ours, select_pause
from tests.network.objects import CT, make_ct, make_series, save
from tests.network.test_storage import Heard
from viewer.app.node_list import NodeList
from viewer.library.library import Library
from viewer.library.report_store import StoredReports
from viewer.model.nodes import ApplicationEntity, RemoteNode
from viewer.network.commitment import CommitmentReports, Reference, request_commitment
from viewer.network.commitment_scp import CommitmentService
from viewer.network.instance_store import InstanceStore
from viewer.network.limits import Limits
from viewer.network.listener import Listener
from viewer.network.requestor import Caller
from viewer.network.storage_item import StorageItem, read_item
from viewer.network.storage_scp import StorageService
from viewer.network.storage_scu import RetryPolicy, SendResult, send

pytestmark = pytest.mark.network_peers
KILLS = int(os.environ.get("NEGATOSCOPE_KILLS", "40"))
REPOSITORY = Path(__file__).parents[2]


@contextmanager
def receiver(folder: Path, *wrapper: str, options: tuple[str, ...] = ()) -> Iterator[tuple[subprocess.Popen[str], RemoteNode]]:
    """A receiving process and its address; it is killed at the end, if nobody did before."""
    command = [*wrapper, sys.executable, "-m", "tests.network.receiver", str(folder), *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as process:
        try:
            assert process.stdout is not None
            yield process, RemoteNode("NEGATOSCOPE", "127.0.0.1", int(process.stdout.readline().split()[0]))
        finally:
            process.kill()


def stored_data_sets(folder: Path) -> set[bytes]:
    found = set()
    for path in folder.rglob("*.dcm"):
        data = path.read_bytes()
        found.add(data[read_item(str(path)).offset :])
    return found


@pytest.mark.slow
@pytest.mark.timeout(900)  # each kill waits for a process to start and a disk to flush
def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path, caller: Caller) -> None:
    folder = tmp_path / "store"
    items = [read_item(str(path)) for path in make_series(tmp_path / "out", 60, size=256)]
    content = {item.sop_instance_uid: Path(item.path).read_bytes()[item.offset :] for item in items}
    rng = random.Random(7)
    acknowledged: set[str] = set()
    broken = 0
    for _ in range(KILLS):
        with receiver(folder) as (process, node):
            killer = Killer(process, rng)
            results = send_once(node, rng.sample(items, len(items)), caller, killer)
        killer.join()
        acknowledged |= {result.item.sop_instance_uid for result in results if result.is_done}
        broken += any(not result.is_done for result in results)
        found = stored_data_sets(folder)
        assert {content[uid] for uid in acknowledged} <= found
        assert found <= set(content.values())
        if len(acknowledged) == len(items):
            shutil.rmtree(folder)
            acknowledged.clear()
    assert broken > KILLS // 2
    InstanceStore(folder).sweep()
    assert not list((folder / "incoming").iterdir())


@pytest.mark.slow
@pytest.mark.timeout(900)  # each kill waits for a process to start and a disk to flush
def test_kill_9_of_the_whole_node_loses_nothing_of_file_and_index(tmp_path: Path, caller: Caller) -> None:
    """What was acknowledged is in the library at once, before anything was read again."""
    folder = tmp_path / "store"
    items = [read_item(str(path)) for path in make_series(tmp_path / "out", 200)]
    rng = random.Random(11)
    acknowledged: set[str] = set()
    for _ in range(max(1, KILLS // 3)):
        left = [item for item in items if item.sop_instance_uid not in acknowledged]
        with receiver(folder, options=("--library",)) as (process, node):
            killer = Killer(process, rng)
            results = send_once(node, rng.sample(left, len(left)), caller, killer)
        killer.join()
        acknowledged |= {result.item.sop_instance_uid for result in results if result.is_done}
        library = Library(folder / "library")
        found = library.peer_rows.files([item.sop_instance_uid for item in items])
        library.close()
        assert acknowledged <= found.keys()
        assert all(Path(path).is_file() for uid in acknowledged for path in found[uid])
        if len(acknowledged) == len(items):
            break
    assert acknowledged


def test_a_promised_report_outlives_kill_9(tmp_path: Path) -> None:
    """The peer was told that its storage commitment report will come; it does, from the next process."""
    port = free_port()
    NodeList(tmp_path / "store" / "config" / "nodes.json").put(RemoteNode("TESTS", "127.0.0.1", port))
    unknown = (Reference(CT, "1.2.9"),)
    reports = CommitmentReports()
    with receiver(tmp_path / "store", options=("--library",)) as (process, node):
        nobody_listens = request_commitment(node, unknown, Caller("TESTS"), seconds=0.3, reports=reports, stay=0.0)
        process.kill()
        process.wait()
    assert nobody_listens.unanswered == unknown
    reports.expect(nobody_listens.transaction_uid)
    service = CommitmentService(None, lambda title: None, Caller("TESTS"), reports=reports)
    listener = Listener(ApplicationEntity("TESTS", port), [service])
    stored = StoredReports(tmp_path / "store" / "library" / "jobs.sqlite")
    assert len(stored.kept()) == 1
    with receiver(tmp_path / "store", options=("--library",)):
        report = reports.wait(nobody_listens.transaction_uid, 20)
        for _ in range(600):
            if not stored.kept():
                break
            select_pause()
    listener.close()
    assert report is not None
    assert report.failed == {"1.2.9": 0x0112}
    assert stored.kept() == []  # it is not delivered again
    stored.close()


@pytest.mark.slow
@pytest.mark.timeout(900)  # each kill waits for a process to start and a disk to flush
def test_kill_9_between_receiving_and_forwarding(tmp_path: Path, caller: Caller) -> None:
    """A rule forwards all: what was acknowledged reaches the other node, however often the node between them dies."""
    folder = tmp_path / "store"
    reached = Heard()
    archive = Listener(ApplicationEntity("ARCHIVE", 0), [StorageService(InstanceStore(tmp_path / "archive", reached))])
    NodeList(folder / "config" / "nodes.json").put(RemoteNode("ARCHIVE", "127.0.0.1", archive.port))
    (folder / "config" / "routing.json").write_text('{"rules": [{"name": "all", "to": ["ARCHIVE"], "keys": {}}]}')
    items = [read_item(str(path)) for path in make_series(tmp_path / "out", 120)]
    rng = random.Random(5)
    acknowledged: set[str] = set()
    for _ in range(max(1, KILLS // 13)):
        left = [item for item in items if item.sop_instance_uid not in acknowledged]
        with receiver(folder, options=("--library",)) as (process, node):
            killer = Killer(process, rng)
            results = send_once(node, left, caller, killer)
        killer.join()
        acknowledged |= {result.item.sop_instance_uid for result in results if result.is_done}
    assert len(acknowledged) < len(items)
    with receiver(folder, options=("--library",)):
        for _ in range(400):
            if acknowledged <= {one.sop_instance_uid for one in reached.instances}:
                break
            select_pause()
    archive.close()
    forwarded = [one.sop_instance_uid for one in reached.instances]
    assert acknowledged <= set(forwarded)
    assert len(forwarded) < len(set(forwarded)) + 60  # again, only what was under way when the node died


class Killer:
    """Kills a process some moments after a number of objects went through."""

    def __init__(self, process: subprocess.Popen[str], rng: random.Random) -> None:
        self._left = rng.randrange(1, 40)
        self._timer = threading.Timer(rng.random() / 400, process.kill)

    def __call__(self, result: SendResult) -> None:
        self._left -= 1
        if self._left == 0:
            self._timer.start()

    def join(self) -> None:
        if self._timer.ident is not None:
            self._timer.join()


def send_once(
    node: RemoteNode, items: list[StorageItem], caller: Caller, report: Callable[[SendResult], None] = lambda result: None
) -> tuple[SendResult, ...]:
    return send(node, items, caller, policy=RetryPolicy(1), wait=lambda seconds: True, report=report)


def test_the_order_of_system_calls(tmp_path: Path, caller: Caller) -> None:
    """fsync of the file, its name, fsync of its folder, and only then the answer."""
    log = tmp_path / "calls"
    (path,) = make_series(tmp_path / "out", 1)
    tracer = (tool("strace"), "-f", "-o", str(log), "-e", "trace=fsync,link,linkat,sendto")
    with receiver(tmp_path / "store", *tracer) as (process, node):
        (result,) = send_once(node, [read_item(str(path))], caller)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(20)
    assert result.is_done
    names = re.findall(r"^\d+ +(\w+)\(", log.read_text(), re.MULTILINE)
    # the association is accepted; file; folder of folders, as the folder is new; name; folder; the answer; the release
    names = [name.removesuffix("at") for name in names]
    assert names[names.index("sendto") :] == ["sendto", "fsync", "fsync", "link", "fsync", "sendto", "sendto"]


def test_parallel_senders_of_the_same_uid(listen: Callable[..., Listener], tmp_path: Path) -> None:
    """Eight associations send two contents under the same UIDs at once: both contents are kept, byte by byte, once each."""
    uids = [read_item(str(path)).sop_instance_uid for path in make_series(tmp_path / "names", 10)]
    variants = []
    for variant in range(2):
        folder = tmp_path / f"variant{variant}"
        folder.mkdir()
        paths = [save(make_ct(10 * variant + n, uid=uid), folder / f"{n}.dcm") for n, uid in enumerate(uids)]
        variants.append([read_item(str(path)) for path in paths])
    store = InstanceStore(tmp_path / "store")
    listener = listen([StorageService(store)], Limits(associations_per_address=8))
    outcomes: list[SendResult] = []

    def run(items: list[StorageItem]) -> None:
        outcomes.extend(send_once(ours(listener), items, Caller("T")))

    threads = [threading.Thread(target=run, args=(variants[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 80
    assert all(result.is_done for result in outcomes)
    expected = {Path(item.path).read_bytes()[item.offset :] for items in variants for item in items}
    assert stored_data_sets(store.folder) == expected
    assert len(list(store.folder.rglob("*.dcm"))) == 20
