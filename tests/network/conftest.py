"""Real peers on loopback, each started for one test and ended with it, in a network of their own where the system allows it.

DCMTK's servers cannot bind to loopback alone, so as root the tests leave the machine's network while they run.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import itertools
import os
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.machine import tool
from viewer.model.nodes import ApplicationEntity, RemoteNode
from viewer.network.limits import Limits
from viewer.network.listener import Listener, Service
from viewer.network.requestor import Caller
from viewer.network.user_identity import UserCheck

_CLONE_NEWNET = 0x40000000
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1


@pytest.fixture(scope="package", autouse=True)
def private_network() -> Iterator[bool]:
    """A network that has nothing but loopback; False where only root may have one."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not os.path.exists("/proc/self/ns/net"):
        yield False
        return
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    entered = libc.unshare(_CLONE_NEWNET) == 0
    if entered:
        _raise_loopback()
    yield entered
    if entered:
        libc.setns(home, _CLONE_NEWNET)
    os.close(home)


def _raise_loopback() -> None:
    with socket.socket() as sock:
        answer = fcntl.ioctl(sock, _SIOCGIFFLAGS, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16sh14x", answer)[1]
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | _IFF_UP))


_FIRST_PORT, _PORTS = 12_000, 18_000  # below those that the system gives to whoever asks for any: no other test gets it meanwhile
_numbers = itertools.count(os.getpid() * 211)


def free_port() -> int:
    """A port at which nobody listens, and another one at each call."""
    for number in itertools.islice(_numbers, 500):
        port = _FIRST_PORT + number % _PORTS
        with socket.socket() as sock, contextlib.suppress(OSError):
            sock.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


@dataclass
class Peer:
    """A program that listens."""

    node: RemoteNode
    folder: Path
    process: subprocess.Popen[bytes]
    log: Path


def run_tool(name: str, *arguments: object, timeout: float = 30) -> subprocess.CompletedProcess[str]:
    """Run a program of a peer to its end, with both of its writes sent at once."""
    command = [tool(name), *map(str, arguments)]
    environment = os.environ | {"TCP_NODELAY": "1"}
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=timeout, env=environment, check=False)


StartPeer = Callable[..., Peer]


@pytest.fixture
def start_peer(tmp_path: Path) -> Iterator[StartPeer]:
    """Starts a listening program: ``start_peer(title, port, folder, name, *arguments)``; waits until its port answers."""
    peers: list[Peer] = []

    def start(title: str, port: int, folder: Path, name: str, *arguments: object) -> Peer:
        log = tmp_path / f"{title}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [tool(name), *map(str, arguments)],
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=os.environ | {"TCP_NODELAY": "1"},
            )
        peer = Peer(RemoteNode(title, "127.0.0.1", port), folder, process, log)
        peers.append(peer)
        _wait_for_port(peer)
        return peer

    yield start
    for peer in peers:
        peer.process.terminate()
        try:
            peer.process.wait(5)
        except subprocess.TimeoutExpired:
            peer.process.kill()
            peer.process.wait(5)


def _wait_for_port(peer: Peer) -> None:
    due = time.monotonic() + 20
    while time.monotonic() < due:
        if peer.process.poll() is not None:
            pytest.fail(f"{peer.node} ended: {peer.log.read_text(errors='replace')}")
        try:
            socket.create_connection((peer.node.host, peer.node.port), timeout=1).close()
            return
        except OSError:
            select_pause()
    pytest.fail(f"{peer.node} does not listen")


def select_pause() -> None:
    """Wait 50 ms for something that tells nobody when it is ready."""
    import select

    select.select([], [], [], 0.05)


@pytest.fixture
def storescp(start_peer: StartPeer, tmp_path: Path) -> Callable[..., Peer]:
    """Starts DCMTK's Storage SCP; what it stores is in ``peer.folder``."""

    def start(*options: object) -> Peer:
        folder = tmp_path / f"storescp{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        port = free_port()
        return start_peer("STORESCP", port, folder, "storescp", "-aet", "STORESCP", "-od", folder, "+B", *options, port)

    return start


@pytest.fixture
def listen() -> Iterator[Callable[..., Listener]]:
    """Starts our own listener on a free port of loopback: ``listen([services], limits=..., **fields of ApplicationEntity)``."""
    listeners: list[Listener] = []

    def start(services: list[Service], limits: Limits | None = None, users: UserCheck | None = None, **fields: object) -> Listener:
        entity = ApplicationEntity(port=0, **fields)  # type: ignore[arg-type]
        listener = Listener(entity, services, limits=limits or Limits(), users=users)
        listeners.append(listener)
        return listener

    yield start
    for listener in listeners:
        listener.close()


@pytest.fixture
def caller() -> Caller:
    return Caller("TESTS")


def ours(listener: Listener) -> RemoteNode:
    return RemoteNode("NEGATOSCOPE", "127.0.0.1", listener.port)
