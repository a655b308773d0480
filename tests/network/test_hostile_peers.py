"""Peers that lie, stall, flood, cut and trickle: the listener goes on, everybody else is served, nothing is left behind."""

from __future__ import annotations

import ctypes
import gc
import os
import random
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from struct import pack

import pytest

from tests.network.conftest import ours
from tests.network.objects import CT, make_ct, save
from viewer.dicom.transfer_syntaxes import DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN
from viewer.model.nodes import NodeTimeouts, RemoteNode
from viewer.network import association_pdu as pdus
from viewer.network.association_pdu import AssociateRequest, ProposedContext, UserInformation
from viewer.network.command_set import HAS_DATA_SET, CommandField, CommandSet, decode_command, encode_command
from viewer.network.errors import AbortedError, BusyError, NetworkError, ProtocolError, StalledError
from viewer.network.instance_store import InstanceStore
from viewer.network.limits import Limits
from viewer.network.listener import Listener
from viewer.network.requestor import Caller, Proposal, open_association
from viewer.network.storage_item import read_item
from viewer.network.storage_scp import StorageService
from viewer.network.storage_scu import RetryPolicy, send
from viewer.network.verification import VERIFICATION, VerificationService, check_node

pytestmark = pytest.mark.network_peers
MUTANTS = int(os.environ.get("NEGATOSCOPE_MUTANTS", "10000"))
BUSY = 15.0  # seconds that a machine with other work may take for what is done at once
PATIENT = Limits(association_seconds=60.0, pdu_seconds=60.0, idle_seconds=60.0)  # who waits, waits longer than `BUSY`
QUICK = Limits(association_seconds=5.0, pdu_seconds=2.0, idle_seconds=5.0)
REQUEST = pdus.encode_request(
    AssociateRequest(
        "NEGATOSCOPE",
        "HOSTILE",
        (
            ProposedContext(1, VERIFICATION, (EXPLICIT_VR_LITTLE_ENDIAN,)),
            ProposedContext(3, CT, (EXPLICIT_VR_LITTLE_ENDIAN,)),
            ProposedContext(5, CT, (DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,)),
        ),
        UserInformation(16384, "1.2.3"),
    )
)


_dialled: list[socket.socket] = []


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    yield
    while _dialled:
        _dialled.pop().close()


def dial(listener: Listener, *, own_address: str = "127.0.0.1") -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", listener.port), timeout=20, source_address=(own_address, 0))
    sock.settimeout(30)
    _dialled.append(sock)
    return sock


def associate(listener: Listener) -> socket.socket:
    sock = dial(listener)
    sock.sendall(REQUEST)
    assert read_pdu(sock)[0] == pdus.ASSOCIATE_AC
    return sock


def read_exactly(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def read_pdu(sock: socket.socket) -> tuple[int, bytes]:
    head = read_exactly(sock, 6)
    return head[0], read_exactly(sock, int.from_bytes(head[2:6], "big"))


def seconds_until_closed(sock: socket.socket, began: float | None = None) -> float:
    """How long, from `began` or now, until the other side ends the connection; what it still says is read."""
    began = time.monotonic() if began is None else began
    try:
        while sock.recv(65536):
            pass
    except ConnectionError:
        pass
    return time.monotonic() - began


def p_data(context_id: int, mark: int, payload: bytes) -> bytes:
    return pack(">BxIIBB", pdus.P_DATA_TF, len(payload) + 6, len(payload) + 2, context_id, mark) + payload


def store_request(context_id: int, uid: str = "1.2.3.4") -> bytes:
    command = CommandSet(
        CommandField.C_STORE_RQ,
        affected_sop_class_uid=CT,
        affected_sop_instance_uid=uid,
        message_id=1,
        priority=0,
        command_data_set_type=HAS_DATA_SET,
    )
    return p_data(context_id, 3, encode_command(command))


def assert_serves(listener: Listener) -> None:
    began = time.monotonic()
    assert all(step.passed for step in check_node(ours(listener), Caller("HONEST")))
    assert time.monotonic() - began < BUSY


def is_open(sock: socket.socket) -> bool:
    """Whether the other side still holds a connection on which it says nothing."""
    sock.setblocking(False)
    try:
        return bool(sock.recv(1))
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        sock.settimeout(30)


@pytest.fixture
def store(tmp_path: Path) -> InstanceStore:
    return InstanceStore(tmp_path / "store")


@pytest.fixture
def listener(listen: Callable[..., Listener], store: InstanceStore) -> Listener:
    return listen([VerificationService(), StorageService(store)], QUICK)


def files(store: InstanceStore) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]


def test_four_gigabytes_are_not_waited_for(listen: Callable[..., Listener]) -> None:
    listener = listen([VerificationService()], PATIENT)
    sock = dial(listener)
    sock.sendall(b"\x01\x00\xff\xff\xff\xff")
    assert seconds_until_closed(sock) < BUSY
    sock = associate(listener)
    sock.sendall(b"\x04\x00\xff\xff\xff\xff" + bytes(1000))
    assert seconds_until_closed(sock) < BUSY
    assert_serves(listener)


def test_half_requests_do_not_hold_the_door(listen: Callable[..., Listener]) -> None:
    listener = listen([VerificationService()], replace(QUICK, association_seconds=6.0))
    stalled = [dial(listener) for _ in range(12)]
    for sock in stalled:
        sock.sendall(REQUEST[:20])
    assert_serves(listener)
    assert all(map(is_open, stalled)), "others are served while they wait, not after"
    began = time.monotonic()
    for sock in stalled:
        seconds_until_closed(sock)
    assert time.monotonic() - began < 6 + BUSY


def test_a_hundred_silent_peers_do_not_keep_others_out(listen: Callable[..., Listener]) -> None:
    listener = listen([VerificationService()])  # with the limits as they are shipped
    silent = [dial(listener, own_address="127.0.0.2") for _ in range(100)]
    assert_serves(listener)
    wait_until(lambda: threading.active_count() < 60)  # whom the newest pushed out is on the way
    for sock in silent:
        sock.close()


def test_associations_over_the_limit_are_told_to_come_back(listen: Callable[..., Listener]) -> None:
    listener = listen([VerificationService()], Limits(associations=3, associations_per_address=3))
    held = [associate_echo(listener) for _ in range(3)]
    with pytest.raises(BusyError, match="no room"):
        associate_echo(listener)
    for association in held:
        association.release()
    wait_until(lambda: listener.associations == 0)
    associate_echo(listener).release()


def associate_echo(listener: Listener):  # type: ignore[no-untyped-def]
    return open_association(ours(listener), Proposal(((VERIFICATION, (EXPLICIT_VR_LITTLE_ENDIAN,)),)), Caller("HONEST"))


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    due = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < due
        threading.Event().wait(0.01)


def test_a_peer_that_stalls_in_an_object_is_cut_off(listener: Listener, store: InstanceStore) -> None:
    sock = associate(listener)
    began = time.monotonic()
    sock.sendall(store_request(3) + p_data(3, 0, bytes(10_000)) + pack(">BxIIBB", 4, 5006, 5002, 3, 2) + bytes(100))
    assert 0.3 < seconds_until_closed(sock, began) < QUICK.pdu_seconds + BUSY
    wait_until(lambda: not files(store))
    assert_serves(listener)


def test_a_peer_that_trickles_is_cut_off(listener: Listener, store: InstanceStore) -> None:
    sock = associate(listener)
    sock.sendall(store_request(3))
    began = time.monotonic()
    try:
        while time.monotonic() - began < 30:
            sock.sendall(p_data(3, 0, b"\0\0"))
            threading.Event().wait(0.05)
    except OSError:
        pass
    assert time.monotonic() - began < 15
    wait_until(lambda: not files(store))


def test_a_cut_leaves_nothing(listener: Listener, store: InstanceStore) -> None:
    sock = associate(listener)
    sock.sendall(store_request(3) + p_data(3, 0, bytes(100_000)))
    wait_until(lambda: len(files(store)) == 1)
    sock.close()
    wait_until(lambda: not files(store))
    assert_serves(listener)


def test_an_endless_command_is_cut_off(listen: Callable[..., Listener]) -> None:
    listener = listen([VerificationService()], PATIENT)
    sock = associate(listener)
    part = p_data(1, 1, bytes(60_000))
    try:
        for _ in range(10):
            sock.sendall(part)
    except OSError:
        pass
    assert seconds_until_closed(sock) < BUSY
    assert_serves(listener)


def test_an_object_over_the_limit_is_cut_off(listen: Callable[..., Listener], store: InstanceStore) -> None:
    listener = listen([VerificationService(), StorageService(store)], replace(PATIENT, largest_object=100_000))
    sock = associate(listener)
    sock.sendall(store_request(3))
    try:
        for _ in range(10):
            sock.sendall(p_data(3, 0, bytes(30_000)))
    except OSError:
        pass
    assert seconds_until_closed(sock) < BUSY
    wait_until(lambda: not files(store))


def test_a_deflate_bomb_is_refused(listen: Callable[..., Listener], tmp_path: Path) -> None:
    store = InstanceStore(tmp_path / "store", limits=Limits(largest_inflated=50_000_000))
    listener = listen([VerificationService(), StorageService(store)])
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    megabyte = bytes(2**20)
    bomb = b"".join(deflater.compress(megabyte) for _ in range(60)) + deflater.flush()
    assert len(bomb) < 100_000
    sock = associate(listener)
    sock.sendall(store_request(5))
    for start in range(0, len(bomb), 60_000):
        part = bomb[start : start + 60_000]
        sock.sendall(p_data(5, 2 if start + 60_000 >= len(bomb) else 0, part))
    kind, body = read_pdu(sock)
    assert kind == pdus.P_DATA_TF
    assert decode_command(body[6:]).status == 0xC000
    assert not files(store)
    sock.close()


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def memory() -> int:
    """Resident bytes of this process, without what the collector or the allocator only keeps for later."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.timeout(900)  # a thread for each of ten thousand
def test_mutated_messages_never_stop_the_listener(listener: Listener) -> None:
    """Threads and files are back where they were, memory nearly so."""
    assert_serves(listener)
    threads, files_before, memory_before = threading.active_count(), open_files(), 0
    rng = random.Random(5)
    good = REQUEST + store_request(3) + p_data(3, 2, bytes(300)) + pdus.RELEASE_REQUEST
    for number in range(MUTANTS):
        if number == MUTANTS // 5:  # each of the many threads' arenas has been touched by then
            memory_before = memory()
        data = bytearray(good)
        for _ in range(rng.choice((1, 1, 2, 5, 30))):
            place = rng.randrange(len(data))
            data[place] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
        if rng.random() < 0.3:
            del data[rng.randrange(len(data)) :]
        with dial(listener) as sock:
            try:
                sock.sendall(data)
                sock.shutdown(socket.SHUT_WR)
                if number % 4 == 0:
                    seconds_until_closed(sock)
            except OSError:
                pass
        _dialled.clear()  # closed above
    wait_until(lambda: threading.active_count() <= threads + 1)
    wait_until(lambda: listener.associations == 0)
    wait_until(lambda: open_files() <= files_before + 1)
    assert memory() - memory_before < 20 * 2**20
    assert_serves(listener)


# What a hostile provider can do to us.


class Actor:
    """Accepts one connection after the other and plays a script on it. Who calls waits for so many `seconds`."""

    def __init__(self, play: Callable[[socket.socket], None], seconds: float) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        timeouts = NodeTimeouts(connect=BUSY, association=seconds, response=seconds)
        self.node = RemoteNode("ACTOR", "127.0.0.1", self._socket.getsockname()[1], timeouts=timeouts)
        self._play = play
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            with sock:
                sock.settimeout(5)
                try:
                    self._play(sock)
                except (OSError, EOFError):
                    pass

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


def accept_all(sock: socket.socket, *, maximum: int = 16384) -> None:
    request = pdus.decode_request(read_pdu(sock)[1])
    answers = tuple(pdus.ContextAnswer(c.context_id, 0, c.transfer_syntaxes[0]) for c in request.contexts)
    accept = pdus.AssociateAccept("ACTOR", request.calling_ae_title, answers, UserInformation(maximum, "1.2.3"))
    sock.sendall(pdus.encode_accept(accept))


def silent(sock: socket.socket) -> None:
    seconds_until_closed(sock)


def garbage(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def huge_accept(sock: socket.socket) -> None:
    read_pdu(sock)
    sock.sendall(b"\x02\x00\xff\xff\xff\xff" + bytes(100_000))
    silent(sock)


def half_accept(sock: socket.socket) -> None:
    read_pdu(sock)
    sock.sendall(b"\x02\x00\x00\x00\x01\x00" + bytes(10))
    silent(sock)


def closes(sock: socket.socket) -> None:
    read_pdu(sock)


def aborts_when_asked(sock: socket.socket) -> None:
    accept_all(sock)
    read_pdu(sock)
    sock.sendall(pdus.encode_abort(2, 6))


def silent_after_accept(sock: socket.socket) -> None:
    accept_all(sock)
    silent(sock)


def huge_answer(sock: socket.socket) -> None:
    accept_all(sock)
    read_pdu(sock)
    sock.sendall(b"\x04\x00\xff\xff\xff\xff" + bytes(1000))
    silent(sock)


def foreign_context(sock: socket.socket) -> None:
    accept_all(sock)
    read_pdu(sock)
    sock.sendall(p_data(201, 3, encode_command(CommandSet(CommandField.C_ECHO_RSP, message_id_being_responded_to=1, status=0))))
    silent(sock)


def nonsense_command(sock: socket.socket) -> None:
    accept_all(sock)
    read_pdu(sock)
    sock.sendall(p_data(1, 3, bytes(range(200))))
    silent(sock)


def tiny_pdus(sock: socket.socket) -> None:
    accept_all(sock, maximum=7)  # less than any fragment needs
    silent(sock)


@pytest.mark.parametrize(
    ("play", "error"),
    [
        (silent, StalledError),
        (garbage, (ProtocolError, AbortedError)),
        (huge_accept, ProtocolError),
        (half_accept, StalledError),
        (closes, AbortedError),
        (aborts_when_asked, AbortedError),
        (silent_after_accept, StalledError),
        (huge_answer, ProtocolError),
        (foreign_context, ProtocolError),
        (nonsense_command, ProtocolError),
        (tiny_pdus, StalledError),
    ],
)
def test_a_hostile_provider_costs_a_sentence(
    play: Callable[[socket.socket], None], error: type[NetworkError], tmp_path: Path
) -> None:
    actor = Actor(play, 0.4 if error is StalledError else 3 * BUSY)
    try:
        item = read_item(str(save(make_ct(), tmp_path / "a.dcm")))
        began = time.monotonic()
        steps = check_node(actor.node, Caller("HONEST"))
        assert not steps[-1].passed
        assert steps[-1].reason
        (result,) = send(actor.node, [item], Caller("HONEST"), policy=RetryPolicy(1), wait=lambda seconds: True)
        assert not result.is_done
        assert result.reason
        assert time.monotonic() - began < 6 + BUSY
        with pytest.raises(error):
            verify(actor.node)
    finally:
        actor.close()


def verify(node: RemoteNode) -> None:
    from viewer.network.verification import echo

    association = open_association(node, Proposal(((VERIFICATION, (EXPLICIT_VR_LITTLE_ENDIAN,)),)), Caller("HONEST"))
    try:
        echo(association)
    finally:
        association.abort()


def test_mutated_answers_never_harm_us(tmp_path: Path) -> None:
    """What a provider would answer to an echo, with bytes changed: an answer or a sentence, never anything else."""
    rng = random.Random(9)
    accept = pdus.AssociateAccept(
        "ACTOR", "HONEST", (pdus.ContextAnswer(1, 0, EXPLICIT_VR_LITTLE_ENDIAN),), UserInformation(16384, "1.2.3", "PEER")
    )
    echo = encode_command(CommandSet(CommandField.C_ECHO_RSP, message_id_being_responded_to=1, status=0))
    good = [pdus.encode_accept(accept), p_data(1, 3, echo), pdus.RELEASE_RESPONSE]
    outcomes: set[bool] = set()
    plays: list[int] = []

    def play(sock: socket.socket) -> None:
        plays.append(1)
        changed = [bytearray(part) for part in good]
        for _ in range(rng.choice((0, 1, 1, 2, 5, 30))):
            part = rng.choice(changed)
            part[rng.randrange(len(part))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
        read_pdu(sock)
        for part in changed:
            sock.sendall(part)
        sock.shutdown(socket.SHUT_WR)
        seconds_until_closed(sock)

    actor = Actor(play, 0.4)
    try:
        threads = threading.active_count()
        for _ in range(MUTANTS // 2):
            steps = check_node(actor.node, Caller("HONEST"))
            assert all(step.passed or step.reason for step in steps)
            outcomes.add(steps[-1].passed)
        assert threading.active_count() <= threads
    finally:
        actor.close()
    assert outcomes == {True, False}
    assert len(plays) == MUTANTS // 2
