"""A node under mixed load: 5,000 objects come in while others ask, cut and talk nonsense; then nothing may be left over."""

from __future__ import annotations

import random
import shutil
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from struct import pack

from tests.benchmarks.program import inside
from tests.benchmarks.screen import Screen, is_available
from tests.benchmarks.series import write_slices
from tests.benchmarks.table import Left, Line, Part
from tests.network.objects import make_series
from tests.network.test_durability import receiver
from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import RemoteNode
from viewer.network.identifier import parse_keys
from viewer.network.query_scu import Level, Query, find
from viewer.network.requestor import Caller, Proposal, open_association
from viewer.network.storage_item import StorageItem, read_item
from viewer.network.storage_scu import RetryPolicy, send
from viewer.network.verification import VERIFICATION

OBJECTS = 5000
PER_ASSOCIATION = 50
SECONDS = 30.0
_SYNTAX = ("1.2.840.10008.1.2",)


class Load:
    """Threads that go on until `stop`; errors that peers of a busy node meet are expected, others are not."""

    def __init__(self, node: RemoteNode) -> None:
        self.node = node
        self.stop = threading.Event()
        self.counts: dict[str, int] = {}
        self.query_ms: list[float] = []
        self._threads: list[threading.Thread] = []

    def start(self, name: str, action: Callable[[], object]) -> None:
        def run() -> None:
            while not self.stop.is_set():
                try:
                    action()
                    self.counts[name] = self.counts.get(name, 0) + 1
                except (NegatoscopeError, OSError):
                    self.counts[f"{name} refused"] = self.counts.get(f"{name} refused", 0) + 1

        self._threads.append(threading.Thread(target=run))
        self._threads[-1].start()

    def end(self) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join()

    def ask(self) -> None:
        began = time.perf_counter()
        list(find(self.node, Query(Level.STUDY, parse_keys(["PatientName=peer*", "ModalitiesInStudy"]), limit=100), Caller("ASKS")))
        self.query_ms.append((time.perf_counter() - began) * 1000)
        self.stop.wait(0.05)

    def cut(self) -> None:
        """An association that ends in the middle of anything."""
        association = open_association(self.node, Proposal(((VERIFICATION, _SYNTAX),)), Caller("CUTS"))
        association.cut()
        self.stop.wait(0.02)

    def babble(self) -> None:
        """Half a head, or noise."""
        with socket.create_connection((self.node.host, self.node.port), timeout=5) as sock:
            sock.sendall(
                random.choice((pack(">BxI", 1, 0xFFFFFFFF), b"GET / HTTP/1.1\r\n\r\n", b"\x01\x00", random.randbytes(200)))
            )
        self.stop.wait(0.02)


def handles(process: int) -> tuple[int, int, float]:
    """(threads, open files, MiB of memory) of a process."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":" in line)
    return int(status["Threads"]), len(list(Path(f"/proc/{process}/fd").iterdir())), int(status["VmRSS"].split()[0]) / 1024


def settled(process: int) -> tuple[int, int, float]:
    """As above, once the last associations are gone."""
    before = handles(process)
    for _ in range(50):
        time.sleep(0.1)
        now = handles(process)
        if now[:2] == before[:2] and now[0] < 12:
            return now
        before = now
    return before


def batches(items: list[StorageItem]) -> Iterator[list[StorageItem]]:
    for start in range(0, len(items), PER_ASSOCIATION):
        yield items[start : start + PER_ASSOCIATION]


def send_all(node: RemoteNode, parts: Iterator[list[StorageItem]], lock: threading.Lock) -> int:
    """Associations one after the other until nothing is left. How many objects were stored."""
    stored = 0
    policy = RetryPolicy(attempts=50, first=0.05, longest=0.5)
    while True:
        with lock:
            part = next(parts, None)
        if part is None:
            return stored
        results = send(node, part, Caller("SENDS"), policy=policy, wait=lambda seconds: time.sleep(seconds) is None)
        stored += sum(result.is_done for result in results)


def soak(home: Path) -> Iterator[Line | Left]:
    """Objects, queries, cuts and noise at once, against a node with its library, durable; then what is left over."""
    if not Path("/proc/self/status").exists():
        yield Left("a node under mixed load", "no /proc here")
        return
    items = [read_item(str(path)) for number in range(50) for path in make_series(home / f"out{number}", OBJECTS // 50, size=64)]
    with receiver(home / "store", options=("--library",)) as (process, node):
        load = Load(node)
        list(find(node, Query(Level.STUDY), Caller("WARMS")))
        send(node, items[:1], Caller("WARMS"), policy=RetryPolicy(1), wait=lambda seconds: True)
        before = settled(process.pid)
        for name in ("ask", "cut", "babble"):
            load.start(name, getattr(load, name))
        parts, lock = batches(items), threading.Lock()
        began = time.perf_counter()
        done: list[int] = []
        senders = [threading.Thread(target=lambda: done.append(send_all(node, parts, lock))) for _ in range(2)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        took = time.perf_counter() - began
        load.stop.wait(max(0.0, SECONDS - took))
        middle = handles(process.pid)[2]
        load.end()
        after = settled(process.pid)
        slow = statistics.quantiles(load.query_ms, n=20)[-1]
        counts = ", ".join(f"{name} {count}" for name, count in sorted(load.counts.items()))
        yield Line("5,000 objects, durable, while others ask and cut", sum(done) / took, 50, True, counts, "", "a second")
        yield Line("queries meanwhile, 95 of 100", slow, 1000, False, f"{len(load.query_ms)} queries", "", "ms")
        yield Line("objects missing after it", OBJECTS - sum(done), 0, False, "", "", "")
        yield Line("threads left over", after[0] - before[0], 0, False, f"{before[0]} before", "", "")
        yield Line("files left open", after[1] - before[1], 8, False, f"{before[1]} before; some are kept for reading", "", "")
        yield Line(
            "memory grown", after[2] - before[2], 60, False, f"{before[2]:.0f} MiB before, {middle:.0f} under load", "", "MiB"
        )


def scrolling(home: Path) -> Iterator[Line | Left]:
    """The whole program in a real window: a held wheel while 5,000 objects come in."""
    missing = is_available()
    if missing or shutil.which("storescu") is None:
        yield Left("a held wheel while objects come in", missing or "storescu not installed")
        return
    write_slices(home / "series", 100)
    for number in range(10):
        make_series(
            home / "many" / str(number), OBJECTS // 10, size=64, SeriesNumber=number, StudyTime="", StudyID="", AccessionNumber=""
        )
    with Screen() as screen:
        found = inside(screen, home, "receive", home / "series", home / "many")
    alone, meanwhile = found["alone"], found["receiving"]
    said = f"{alone['p99']:.1f} ms alone, most {meanwhile['most']:.0f} ms, {found['a_second']:.0f} objects a second"
    yield Line("wheel at 60 a second while 5,000 objects come in: 99 %", meanwhile["p99"], 50.0, False, said, "", "ms")
    yield Line("objects missing after it", OBJECTS - found["objects"], 0, False, "", "", "")


PARTS: Mapping[str, Part] = {"soak": soak, "scrolling": scrolling}
