"""HTTPS in both roles: chain and host checked, certificates of both sides, "insecure" by choice alone; and proxies."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import pytest

from tests.network.objects import make_series
from tests.network.test_tls import Authority
from tests.network.web_double import WebDouble
from tests.network.web_library import Running, StartServer, serve
from viewer.model.nodes import TlsFiles
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.origin.gate import Gate
from viewer.network.dicomweb.qido import WebQuery, search
from viewer.network.dicomweb.stow import stow
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.errors import NetworkError, TlsError
from viewer.network.query_scu import Level
from viewer.network.storage_item import read_item
from viewer.network.storage_scu import Outcome

pytestmark = pytest.mark.network_peers
__all__ = ["serve"]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours") / "ca", "Ours")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("foreign") / "ca", "Foreign")


def files(authority: Authority | None, pair: tuple[Path, Path] | None = None, **fields: bool) -> TlsFiles:
    certificate, key = pair or ("", "")
    return TlsFiles(str(authority.ca) if authority else "", str(certificate), str(key), **fields)


def count(running: Running, tls: TlsFiles) -> int:
    with WebSession(WebArchive(running.url, tls=tls), WebCaller()) as session:
        return len(list(search(session, WebQuery(Level.STUDY))))


def test_chain_and_host_are_checked(serve: StartServer, ours: Authority, foreign: Authority, tmp_path: Path) -> None:
    running = serve(make_series(tmp_path / "o", 2, size=8), tls=files(None, ours.issue("server")))
    assert count(running, files(ours)) == 1
    with pytest.raises(TlsError, match="not from an authority that is trusted"):
        count(running, files(foreign))
    with pytest.raises(TlsError, match="not from an authority that is trusted"):
        count(running, TlsFiles())  # the authorities of the system
    assert count(running, TlsFiles(insecure=True)) == 1
    named = WebArchive(running.url.replace("127.0.0.1", "localhost"), tls=files(ours))
    with WebSession(named, WebCaller()) as session, pytest.raises(TlsError, match="made out to another machine"):
        list(search(session, WebQuery(Level.STUDY)))
    with WebSession(WebArchive(running.url.replace("https", "http")), WebCaller()) as session, pytest.raises(NetworkError):
        list(search(session, WebQuery(Level.STUDY)))


@pytest.mark.parametrize(
    ("host", "days", "says"), [("DNS:other.example", 2, "made out to another machine"), ("IP:127.0.0.1", -1, "has expired")]
)
def test_certificates_of_others_and_of_yesterday(serve: StartServer, ours: Authority, host: str, days: int, says: str) -> None:
    running = serve(tls=files(None, ours.issue(f"bad{days}", host=host, days=days)))
    with pytest.raises(TlsError, match=says):
        count(running, files(ours))


def test_certificates_on_both_sides(serve: StartServer, ours: Authority, foreign: Authority, tmp_path: Path) -> None:
    paths = make_series(tmp_path / "o", 3, size=8)
    running = serve(store=True, tls=files(ours, ours.issue("both")))
    us = files(ours, ours.issue("us"))
    with WebSession(WebArchive(running.url, tls=us), WebCaller()) as session:
        results = stow(session, [read_item(str(path)) for path in paths])
    assert {result.outcome for result in results} == {Outcome.STORED}
    assert count(running, us) == 1
    with pytest.raises(NetworkError):
        count(running, files(ours))
    with pytest.raises(NetworkError):
        count(running, files(ours, foreign.issue("stranger")))


def test_old_tls_is_refused_by_the_server(serve: StartServer, ours: Authority) -> None:
    running = serve(tls=files(None, ours.issue("server2")))
    context = ssl.create_default_context(cafile=str(ours.ca))
    context.set_ciphers("AES128-SHA:AES256-SHA")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", running.server.port), timeout=5) as sock, pytest.raises(ssl.SSLError):
        context.wrap_socket(sock, server_hostname="127.0.0.1")


class Proxy:
    """An HTTP proxy that leads everything to one port. `lines` are the first lines it was told."""

    def __init__(self, port: int, refuse: bool = False) -> None:
        self.lines: list[str] = []
        self.heads: list[str] = []
        self._port, self._refuse = port, refuse
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(sock,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        with sock, socket.create_connection(("127.0.0.1", self._port)) as onward:
            head = b""
            while b"\r\n\r\n" not in head:
                head += sock.recv(1)
            self.heads.append(head.decode())
            self.lines.append(head.decode().splitlines()[0])
            if self._refuse:
                sock.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                return
            if self.lines[-1].startswith("CONNECT"):
                sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                method, url, version = self.lines[-1].split(" ")
                path = "/" + url.split("/", 3)[3]
                onward.sendall(head.replace(self.lines[-1].encode(), f"{method} {path} {version}".encode(), 1))
            back = threading.Thread(target=pump, args=(onward, sock))
            back.start()
            pump(sock, onward)
            back.join()


def pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_through_a_proxy(serve: StartServer, ours: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTPS through a tunnel: the proxy sees host and port, no path and no password."""
    running = serve(
        make_series(tmp_path / "o", 2, size=8),
        tls=files(None, ours.issue("far", host="DNS:pacs.example")),
        gate=Gate(hosts=frozenset(("pacs.example",))),
    )
    proxy = Proxy(running.server.port)
    monkeypatch.setenv("https_proxy", f"http://me:secret@{proxy.address}")
    monkeypatch.setenv("no_proxy", "")
    try:
        with WebSession(WebArchive("https://pacs.example/dicom-web", tls=files(ours)), WebCaller()) as session:
            assert len(list(search(session, WebQuery(Level.STUDY, {"PatientID": "P1"})))) == 1
    finally:
        proxy.close()
    assert proxy.lines == ["CONNECT pacs.example:443 HTTP/1.1"]
    assert "Proxy-Authorization: Basic bWU6c2VjcmV0" in proxy.heads[0]
    assert "P1" not in proxy.heads[0]


def test_a_proxy_for_http_and_one_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with WebDouble(make_series(tmp_path / "o", 1, size=8)) as double:
        for refuse in (False, True):
            proxy = Proxy(double.port, refuse)
            monkeypatch.setenv("http_proxy", proxy.address)
            monkeypatch.setenv("no_proxy", "")
            try:
                with WebSession(WebArchive("http://pacs.example/dicom-web"), WebCaller()) as session:
                    if refuse:
                        with pytest.raises(NetworkError, match="proxy wants to know"):
                            list(search(session, WebQuery(Level.STUDY)))
                    else:
                        assert len(list(search(session, WebQuery(Level.STUDY)))) == 1
            finally:
                proxy.close()

            assert proxy.lines[0].startswith("GET http://pacs.example/dicom-web/studies?")
