"""Speed of the network as ratios to DCMTK, both measured in one run on loopback. Medians of three."""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.table import Left, Line, Part
from tests.network.conftest import free_port, run_tool, select_pause, tool
from tests.network.objects import make_series
from tests.network.qr_archive import dcmqrscp_configuration
from tests.network.test_durability import receiver
from viewer.model.nodes import RemoteNode
from viewer.network.instance_store import InstanceStore
from viewer.network.query_scu import Level
from viewer.network.requestor import Caller
from viewer.network.retrieve_scu import Target, get
from viewer.network.storage_item import StorageItem, read_item
from viewer.network.storage_scu import RetryPolicy, send

COUNT = 100
CALLER = Caller("BENCHMARK")


def items(folder: Path) -> list[StorageItem]:
    return [read_item(str(path)) for path in sorted(folder.iterdir())]


def median_seconds(action: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def send_all(node: RemoteNode, folder: Path) -> None:
    results = send(node, items(folder), CALLER, policy=RetryPolicy(1), wait=lambda seconds: True)
    assert all(result.is_done for result in results)


@contextmanager
def running(title: str, port: int, name: str, *arguments: object, no_delay: bool = True) -> Iterator[RemoteNode]:
    """A program that listens, until the block ends."""
    environment = {key: value for key, value in os.environ.items() if key != "TCP_NODELAY"}
    if no_delay:
        environment["TCP_NODELAY"] = "1"
    command = [tool(name), *map(str, arguments)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield RemoteNode(title, "127.0.0.1", port)
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    due = time.monotonic() + 20
    while time.monotonic() < due:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            select_pause()
    raise TimeoutError(port)


@contextmanager
def storescp(folder: Path, *options: object, no_delay: bool = True) -> Iterator[RemoteNode]:
    folder.mkdir(exist_ok=True)
    port = free_port()
    arguments = ("-aet", "STORESCP", "-od", folder, *options, port)
    with running("STORESCP", port, "storescp", *arguments, no_delay=no_delay) as node:
        yield node


def sending(slices: Path, folder: Path) -> float:
    with storescp(folder, "+B", "-pdu", "131072") as node:
        ours = median_seconds(lambda: send_all(node, slices))
        theirs = median_seconds(lambda: run_tool("storescu", "127.0.0.1", node.port, "+sd", slices))
    return theirs / ours


def sending_to_a_late_peer(slices: Path, folder: Path) -> float:
    """Debian's storescu to a default storescp waits 40 ms for each object."""
    with storescp(folder, no_delay=False) as node:
        environment = {key: value for key, value in os.environ.items() if key != "TCP_NODELAY"}
        began = time.perf_counter()
        command = [tool("storescu"), "127.0.0.1", str(node.port), "+sd", str(slices)]
        subprocess.run(command, check=True, env=environment)
        theirs = time.perf_counter() - began
        return theirs / median_seconds(lambda: send_all(node, slices))


def receiving(slices: Path, folder: Path) -> float:
    """Without fsync, against storescp."""
    ours = statistics.median(receiving_seconds(slices, folder / f"ours{number}", "--no-fsync") for number in range(3))
    with storescp(folder / "theirs", "+B", "-pdu", "131072") as node:
        theirs = median_seconds(lambda: run_tool("storescu", "127.0.0.1", node.port, "+sd", slices))
    return theirs / ours


def receiving_seconds(slices: Path, folder: Path, *options: str) -> float:
    """Into an empty store each time: what is known already is not written again."""
    with receiver(folder, options=options) as (_, node):
        began = time.perf_counter()
        run_tool("storescu", "-aec", node.ae_title, node.host, node.port, "+sd", slices)
        return time.perf_counter() - began


def receiving_durably(slices: Path, folder: Path) -> float:
    """Objects per second with fsync."""
    return COUNT / statistics.median(receiving_seconds(slices, folder / str(number)) for number in range(3))


def getting(slices: Path, folder: Path) -> float:
    port = free_port()
    with running("QRSCP", port, "dcmqrscp", "-c", dcmqrscp_configuration(folder, port)) as node:
        send_all(node, slices)
        study = items(slices)[0].study_instance_uid
        rounds = iter(range(100))

        def ours_gets() -> None:
            store = InstanceStore(folder / f"ours{next(rounds)}", durable=False)
            assert len(get(node, Target(Level.STUDY, {"StudyInstanceUID": study}), store, CALLER).received) == COUNT

        def theirs_gets() -> None:
            theirs = folder / f"theirs{next(rounds)}"
            theirs.mkdir()
            keys = ("-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={study}")
            assert run_tool("getscu", "-S", "-aec", "QRSCP", "-od", theirs, *keys, "127.0.0.1", port).returncode == 0

        return median_seconds(theirs_gets) / median_seconds(ours_gets)


TARGETS: tuple[tuple[str, Callable[[Path, Path], float], float, str, str], ...] = (
    ("C-STORE SCU", sending, 0.4, "storescu", "×"),
    ("C-STORE SCU to a storescp as it comes", sending_to_a_late_peer, 5.0, "storescu", "×"),
    ("C-GET SCU", getting, 0.4, "getscu", "×"),
    ("C-STORE SCP without fsync", receiving, 0.25, "storescp", "×"),
    ("C-STORE SCP with fsync", receiving_durably, 100.0, "", "a second"),
)


def network(home: Path) -> Iterator[Line | Left]:
    """Sending, receiving and fetching 100 slices on loopback."""
    absent = [name for name in ("storescu", "storescp", "getscu", "dcmqrscp") if shutil.which(name) is None]
    if absent:
        yield Left("DIMSE against DCMTK", f"{', '.join(absent)} not installed")
        return
    slices = home / "slices"
    make_series(slices, COUNT, size=512, StudyTime="1200", StudyID="1", AccessionNumber="A", SeriesNumber=1)
    for number, (name, measure, least, other, unit) in enumerate(TARGETS):
        folder = home / str(number)
        folder.mkdir()
        yield Line(name, measure(slices, folder), least, True, "", other, unit)


PARTS: Mapping[str, Part] = {"network": network}
