"""TLS in both directions with DCMTK and with ourselves; wrong, foreign, expired and missing certificates."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.network.archive_source import FileSource
from tests.network.conftest import Peer, run_tool, tool
from tests.network.objects import make_ct, make_series, save
from tests.network.test_hostile_peers import BUSY, is_open
from viewer.model.nodes import RemoteNode, TlsFiles
from viewer.network.errors import TlsError
from viewer.network.instance_store import InstanceStore
from viewer.network.limits import Limits
from viewer.network.listener import Listener
from viewer.network.query_retrieve_scp import QueryRetrieveService
from viewer.network.query_scu import Level
from viewer.network.requestor import Caller
from viewer.network.retrieve_scu import Target, get, move
from viewer.network.storage_item import read_item
from viewer.network.storage_scp import StorageService
from viewer.network.storage_scu import RetryPolicy, send
from viewer.network.tls import acceptor_context, requestor_context
from viewer.network.verification import Step, VerificationService, check_node

pytestmark = pytest.mark.network_peers


class Authority:
    """A certificate authority in a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        folder.mkdir()
        self.ca = folder / "ca.pem"
        self._openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
            "-keyout", folder / "ca.key", "-out", self.ca,
        )  # fmt: skip

    def issue(self, name: str, *, host: str = "IP:127.0.0.1", days: int = 2) -> tuple[Path, Path]:
        """(certificate, key)."""
        key, request, certificate = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        names = self.folder / f"{name}.san"
        names.write_text(f"subjectAltName={host}\n")
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        self._openssl(
            "x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.folder / "ca.key", "-CAcreateserial",
            "-days", days, "-extfile", names, "-out", certificate,
        )  # fmt: skip
        return certificate, key

    @staticmethod
    def _openssl(*arguments: object) -> None:
        subprocess.run([tool("openssl"), *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls") / "good", "good")


@pytest.fixture(scope="module")
def server(authority: Authority) -> TlsFiles:
    certificate, key = authority.issue("server")
    return TlsFiles(str(authority.ca), str(certificate), str(key))


@pytest.fixture(scope="module")
def client(authority: Authority) -> TlsFiles:
    certificate, key = authority.issue("client")
    return TlsFiles(str(authority.ca), str(certificate), str(key))


@pytest.fixture(scope="module")
def rogue(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    other = Authority(tmp_path_factory.mktemp("tls") / "rogue", "rogue")
    certificate, key = other.issue("client")
    return TlsFiles(str(other.ca), str(certificate), str(key))


def node(listener: Listener, tls: TlsFiles | None) -> RemoteNode:
    return RemoteNode("NEGATOSCOPE", "127.0.0.1", listener.port, tls=tls)


def test_we_store_securely_at_dcmtk(
    storescp: Callable[..., Peer], server: TlsFiles, client: TlsFiles, tmp_path: Path, caller: Caller
) -> None:
    peer = storescp("+tls", server.key_file, server.certificate_file, "+cf", server.ca_file)
    secured = RemoteNode("STORESCP", "127.0.0.1", peer.node.port, tls=client)
    item = read_item(str(save(make_ct(), tmp_path / "a.dcm")))
    (result,) = send(secured, [item], caller, policy=RetryPolicy(1), wait=lambda seconds: True)
    assert result.is_done, result
    assert [step.name for step in check_node(secured, caller)] == ["tcp", "tls", "association", "echo"]


def test_dcmtk_stores_securely_at_us(
    listen: Callable[..., Listener], server: TlsFiles, client: TlsFiles, rogue: TlsFiles, tmp_path: Path
) -> None:
    store = InstanceStore(tmp_path / "store")
    listener = listen([StorageService(store)], tls=server)
    path = save(make_ct(), tmp_path / "a.dcm")
    address = ("-aec", "NEGATOSCOPE", "127.0.0.1", listener.port, path)
    good = run_tool("storescu", "+tls", client.key_file, client.certificate_file, "+cf", client.ca_file, *address)
    assert good.returncode == 0, good.stderr
    stranger = run_tool("storescu", "+tls", rogue.key_file, rogue.certificate_file, "+cf", client.ca_file, *address)
    assert stranger.returncode != 0
    nameless = run_tool("storescu", "+tla", "+cf", client.ca_file, *address)
    assert nameless.returncode != 0
    plain = run_tool("storescu", *address)
    assert plain.returncode != 0
    assert len(list(store.folder.rglob("*.dcm"))) == 1


def test_mutual_certificates_between_ourselves(
    listen: Callable[..., Listener], server: TlsFiles, client: TlsFiles, rogue: TlsFiles, caller: Caller
) -> None:
    listener = listen([VerificationService()], tls=server)
    assert all(step.passed for step in check_node(node(listener, client), caller))
    mixed = TlsFiles(client.ca_file, rogue.certificate_file, rogue.key_file)
    assert_certificate_is_to_blame(check_node(node(listener, mixed), caller)[-1])
    nobody = TlsFiles(client.ca_file)
    assert_certificate_is_to_blame(check_node(node(listener, nobody), caller)[-1])
    assert not all(step.passed for step in check_node(node(listener, None), caller))
    assert all(step.passed for step in check_node(node(listener, client), caller))


def assert_certificate_is_to_blame(step: Step) -> None:
    """Under TLS 1.3 the peer says so after the handshake, if its word is not lost with the connection."""
    assert (step.name, step.passed) == ("association", False)
    assert "certificate" in f"{step.reason} {step.advice}"
    assert step.advice


def failure(listener: Listener, tls: TlsFiles, caller: Caller) -> str:
    step = check_node(node(listener, tls), caller)[-1]
    assert (step.name, step.passed) == ("tls", False)
    return str(step.reason)


def test_a_provider_with_a_wrong_certificate_is_not_spoken_to(
    listen: Callable[..., Listener], authority: Authority, client: TlsFiles, rogue: TlsFiles, server: TlsFiles, caller: Caller
) -> None:
    def listening(certificate: str, key: str) -> Listener:
        return listen([VerificationService()], tls=TlsFiles("", certificate, key))

    foreign = listening(rogue.certificate_file, rogue.key_file)
    assert "not from an authority that is trusted here" in failure(foreign, client, caller)
    elsewhere = listening(*map(str, authority.issue("elsewhere", host="DNS:archive.example")))
    assert "made out to another machine" in failure(elsewhere, client, caller)
    expired = listening(*map(str, authority.issue("expired", days=-1)))
    assert "has expired" in failure(expired, client, caller)
    insecure = TlsFiles(client.ca_file, client.certificate_file, client.key_file, insecure=True)
    for listener in (foreign, elsewhere, expired):
        assert all(step.passed for step in check_node(node(listener, insecure), caller))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_protocols_are_refused(
    listen: Callable[..., Listener], server: TlsFiles, client: TlsFiles, version: ssl.TLSVersion
) -> None:
    listener = listen([VerificationService()], tls=server)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(client.certificate_file, client.key_file)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", listener.port)) as sock, pytest.raises((ssl.SSLError, OSError)):
        context.wrap_socket(sock)


def test_weak_ciphers_are_refused(listen: Callable[..., Listener], server: TlsFiles, client: TlsFiles) -> None:
    listener = listen([VerificationService()], tls=server)
    for ciphers in ("NULL-SHA256:@SECLEVEL=0", "AES128-SHA:@SECLEVEL=0", "ECDHE-RSA-AES128-SHA:@SECLEVEL=0"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.load_cert_chain(client.certificate_file, client.key_file)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(ciphers)
        with socket.create_connection(("127.0.0.1", listener.port)) as sock, pytest.raises((ssl.SSLError, OSError)):
            context.wrap_socket(sock)


def test_a_stalled_handshake_holds_nobody_up(
    listen: Callable[..., Listener], server: TlsFiles, client: TlsFiles, caller: Caller
) -> None:
    listener = listen([VerificationService()], Limits(association_seconds=6.0), tls=server)
    stalled = [socket.create_connection(("127.0.0.1", listener.port), timeout=30) for _ in range(5)]
    began = time.monotonic()
    assert all(step.passed for step in check_node(node(listener, client), caller))
    assert all(map(is_open, stalled)), "others are served while they wait, not after"
    for sock in stalled:
        assert sock.recv(10) == b""
        sock.close()
    assert time.monotonic() - began < 6 + BUSY


def test_certificates_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("nonsense")
    with pytest.raises(TlsError, match=r"broken\.pem"):
        requestor_context(TlsFiles(str(broken)))
    with pytest.raises(TlsError, match="needs a certificate"):
        acceptor_context(TlsFiles())


def test_findscu_asks_us_securely_and_a_move_goes_on_so(
    listen: Callable[..., Listener],
    storescp: Callable[..., Peer],
    server: TlsFiles,
    client: TlsFiles,
    tmp_path: Path,
    caller: Caller,
) -> None:
    """The move goes on over TLS too, to a peer that wants a certificate."""
    destination = storescp("+tls", server.key_file, server.certificate_file, "+cf", server.ca_file)
    paths = make_series(tmp_path / "out", 3)
    nodes = {"STORESCP": RemoteNode("STORESCP", "127.0.0.1", destination.node.port, tls=client)}
    service = QueryRetrieveService(FileSource(paths), nodes.get, "NEGATOSCOPE", caller)
    listener = listen([service], tls=server)
    secure = ("+tls", client.key_file, client.certificate_file, "+cf", client.ca_file)
    study = read_item(str(paths[0])).study_instance_uid
    keys = ("-S", "-aec", "NEGATOSCOPE", "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={study}")
    found = run_tool("findscu", *secure, *keys, "-X", "-od", tmp_path, "127.0.0.1", listener.port)
    assert found.returncode == 0, found.stderr
    assert len(list(tmp_path.glob("rsp*.dcm"))) == 1
    target = Target(Level.STUDY, {"StudyInstanceUID": study})
    assert move(node(listener, client), target, "STORESCP", caller).is_complete
    assert len(list(destination.folder.iterdir())) == 3
    store = InstanceStore(tmp_path / "store")
    result = get(node(listener, client), target, store, caller)
    assert result.is_complete
    assert len(result.received) == 3
