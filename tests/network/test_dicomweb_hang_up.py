"""Who hangs up while the library is searched for him: the search ends soon, and nobody gets half an answer for a whole one."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from tests.network.conftest import select_pause
from tests.network.test_tls import Authority
from viewer.model.nodes import TlsFiles
from viewer.network.dicomweb.origin.gate import Gate
from viewer.network.dicomweb.origin.web_listener import WebListener, WebPlace
from viewer.network.dicomweb.origin.web_service import WebService, WebServices
from viewer.network.identifier import Identifier
from viewer.network.query_retrieve_scp import QueryRequest, Served
from viewer.network.storage_item import StorageItem

pytestmark = pytest.mark.network_peers
GET = b"GET /dicom-web/studies?PatientName=A* HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
LONGEST = 20.0  # seconds that a search takes when nobody stops it


class Slow:
    """A library in which a search takes long, or as long as `go_on` is not set; it says why it ended."""

    def __init__(self) -> None:
        self.began, self.go_on = threading.Event(), threading.Event()
        self.ends: list[str] = []
        self.ended = threading.Event()

    def find(self, request: QueryRequest) -> Iterator[Identifier]:
        return iter(())

    def instances(self, request: QueryRequest) -> Sequence[StorageItem]:
        return ()

    def page(self, request: QueryRequest, offset: int, limit: int) -> tuple[Sequence[Identifier], bool]:
        self.began.set()
        due = time.monotonic() + LONGEST
        while not (request.is_stopped() or self.go_on.is_set() or time.monotonic() > due):
            select_pause()
        self.ends.append("done" if self.go_on.is_set() else "stopped" if time.monotonic() < due else "too late")
        self.ended.set()
        return [{"StudyInstanceUID": "1.2.3"}], False


class Server:
    def __init__(self, tls: TlsFiles | None = None) -> None:
        self.source = Slow()
        self.served: list[Served] = []
        self.traced: list[str] = []
        services = WebServices(self.source, report=self.served.append, trace=self.traced.append)
        self.listener = WebListener(WebPlace(port=0, tls=tls), WebService(services), Gate(), trace=self.traced.append)

    def call(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.listener.port), timeout=30)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.listener.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("web-hang-up") / "ca", "Ours")


def test_the_search_ends_with_its_caller(server: Server) -> None:
    with server.call() as sock:
        sock.sendall(GET)
        assert server.source.began.wait(20)
    assert server.source.ended.wait(LONGEST)
    assert server.source.ends == ["stopped"]
    while not any("nobody waits" in line for line in server.traced):
        select_pause()
    assert [one.operation for one in server.served] == ["find"]  # that he asked is in the audit trail all the same


def test_over_tls_too(authority: Authority) -> None:
    """Its last record is in front of the end."""
    certificate, key = authority.issue("server")
    server = Server(TlsFiles("", str(certificate), str(key)))
    context = ssl.create_default_context(cafile=str(authority.ca))
    sock = context.wrap_socket(server.call(), server_hostname="127.0.0.1")
    sock.sendall(GET)
    assert server.source.began.wait(20)
    sock.settimeout(0.5)
    try:
        sock.unwrap()
    except (OSError, ssl.SSLError):
        pass  # nobody reads what says goodbye while the search goes on
    sock.close()
    assert server.source.ended.wait(LONGEST)
    assert server.source.ends == ["stopped"]
    server.listener.close()


def test_one_that_waits_gets_its_answer_also_with_the_next_question_sent(server: Server) -> None:
    with server.call() as sock:
        sock.sendall(GET + GET)
        assert server.source.began.wait(20)
        select_pause()
        server.source.go_on.set()
        heard = b""
        while heard.count(b"HTTP/1.1 200") < 2 or heard.count(b"1.2.3") < 2:
            more = sock.recv(65536)
            assert more, heard
            heard += more
    assert server.source.ends == ["done", "done"]


def test_who_ends_his_side_and_listens_on_gets_no_half_answer(server: Server) -> None:
    with server.call() as sock:
        sock.sendall(GET)
        assert server.source.began.wait(20)
        sock.shutdown(socket.SHUT_WR)
        heard = b""
        while more := sock.recv(65536):
            heard += more
    assert b"HTTP/1.1 200" not in heard
    assert b"1.2.3" not in heard


def test_a_server_that_is_closed_waits_for_no_search(server: Server) -> None:
    with server.call() as sock:
        sock.sendall(GET)
        assert server.source.began.wait(20)
        server.listener.close()
    assert server.source.ends == ["stopped"]
