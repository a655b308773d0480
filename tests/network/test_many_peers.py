"""A third stack, a hundred associations at once, and a queue whose runs end in the middle."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.machine import tool
from tests.network.conftest import ours, run_tool
from tests.network.objects import make_ct, make_series, save
from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import ApplicationEntity, RemoteNode
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.listener import Listener
from viewer.network.requestor import Caller
from viewer.network.send_queue import Deliver, run_job
from viewer.network.storage_item import StorageItem, read_item
from viewer.network.storage_scp import StorageService
from viewer.network.storage_scu import Outcome, Report, RetryPolicy, SendResult, send
from viewer.network.verification import VerificationService

pytestmark = pytest.mark.network_peers


def test_gdcm_verifies_and_stores(tmp_path: Path) -> None:
    """Judged by what we saw: Debian's gdcmscu dies by its own exception after every release, at any peer."""
    tool("gdcmscu")
    received: list[ReceivedInstance] = []
    seen: list[str] = []
    services = [VerificationService(), StorageService(InstanceStore(tmp_path / "store"), received=received.append)]
    listener = Listener(ApplicationEntity(port=0), services, trace=seen.append)
    address = ("127.0.0.1", listener.port, "--call", "NEGATOSCOPE")
    run_tool("gdcmscu", "--echo", *address)
    run_tool("gdcmscu", "--store", *address, save(make_ct(), tmp_path / "a.dcm"))
    listener.close()
    assert len(received) == 1
    assert seen.count("association released by the peer") == 2


def test_a_hundred_associations_at_once(listen: Callable[..., Listener], tmp_path: Path) -> None:
    """Those over the limit are told so, and come again; what was acknowledged is there."""
    store = InstanceStore(tmp_path / "store")
    listener = listen([VerificationService(), StorageService(store)])  # with the limits as they are shipped
    items = [read_item(str(path)) for path in make_series(tmp_path / "out", 200)]
    results: list[SendResult] = []
    refused: list[float] = []
    pause = threading.Event()

    def wait(seconds: float) -> bool:
        refused.append(seconds)
        pause.wait(seconds)
        return True

    def run(number: int) -> None:
        own = items[2 * number : 2 * number + 2]
        policy = RetryPolicy(attempts=200, first=0.01 + number / 10_000, factor=1.2, longest=0.2)
        results.extend(send(ours(listener), own, Caller(f"PEER{number}"), policy=policy, wait=wait))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert refused
    assert [result.outcome for result in results] == [Outcome.STORED] * 200
    stored = {path.read_bytes()[read_item(str(path)).offset :] for path in store.folder.rglob("*.dcm")}
    assert stored == {Path(item.path).read_bytes()[item.offset :] for item in items}


class MemoryQueue:
    """A send queue in memory: what the library's will keep on the disk."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._open = {str(path): None for path in paths}
        self.recorded: list[tuple[str, Outcome]] = []

    def open_paths(self, job: int) -> Sequence[str]:
        return list(self._open)

    def record(self, job: int, path: str, result: SendResult) -> None:
        del self._open[path]
        self.recorded.append((path, result.outcome))

    def refuse(self, job: int, path: str, error: NegatoscopeError) -> None:
        del self._open[path]
        self.recorded.append((path, Outcome.FAILED))


def by(caller: Caller, node: RemoteNode) -> Deliver:
    """Sent by C-STORE."""

    def deliver(items: Sequence[StorageItem], report: Report) -> Sequence[SendResult]:
        return send(node, items, caller, policy=RetryPolicy(1), wait=lambda seconds: True, report=report)

    return deliver


def test_a_stopped_job_goes_on_where_it_was(listen: Callable[..., Listener], tmp_path: Path) -> None:
    received: list[ReceivedInstance] = []
    listener = listen([StorageService(InstanceStore(tmp_path / "store"), received=received.append)])
    paths = make_series(tmp_path / "out", 10)
    text = tmp_path / "out" / "notes.txt"
    text.write_text("no image")
    queue = MemoryQueue([*paths, text])
    done: list[SendResult] = []
    stopping = Caller("TESTS", stop=lambda: len(done) >= 4)
    assert not run_job(queue, 1, by(stopping, ours(listener)), report=done.append)
    assert (str(text), Outcome.FAILED) in queue.recorded
    assert len(queue.recorded) == 5
    assert run_job(queue, 1, by(Caller("TESTS"), ours(listener)))
    assert [outcome for _, outcome in queue.recorded].count(Outcome.STORED) == 10
    fresh = [instance for instance in received if not instance.is_known]
    assert len(fresh) == 10
    assert len(received) <= 11  # at most the one whose answer was not waited for came twice
