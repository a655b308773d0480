"""TLS, login and passwords in the dialog of nodes, with real peers on loopback: what is wrong, and what to change."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.network.archive_source import FileSource
from tests.network.conftest import listen
from tests.network.network_screen import Screen, choose, click, newest, opened, screen, send_dialog, tick, write
from tests.network.objects import make_series
from tests.network.test_dicomweb_login import Provider
from tests.network.test_tls import Authority
from tests.network.web_library import StartServer, serve
from viewer.model.nodes import TlsFiles
from viewer.model.remote import TransferState
from viewer.network.dicomweb.origin.gate import Gate
from viewer.network.instance_store import InstanceStore
from viewer.network.listener import Listener
from viewer.network.query_retrieve_scp import QueryRetrieveService
from viewer.network.requestor import Caller
from viewer.network.storage_scp import StorageService
from viewer.network.user_identity import KnownUsers
from viewer.network.verification import VerificationService
from viewer.ui.network.nodes_dialog import NodesDialog
from viewer.ui.network.secret_dialog import SecretDialog

pytestmark = pytest.mark.network_peers
__all__ = ["listen", "screen", "serve"]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours") / "ca", "Ours")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("foreign") / "ca", "Foreign")


def nodes_dialog(screen: Screen, *, archive: bool) -> NodesDialog:
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    screen.wait(dialog.isVisible)
    (dialog.add_archive if archive else dialog.add_node).trigger()
    return dialog


def tried(screen: Screen, dialog: NodesDialog) -> list[str]:
    """What the test says, line by line."""
    click(dialog.test)
    screen.wait(lambda: dialog.steps.lines and not dialog.steps.lines[-1].startswith("Testing"))
    return dialog.steps.lines


WRONG = [
    ("foreign", "IP:127.0.0.1", 2, "not from an authority that is trusted here. Choose the file of the peer's authority"),
    ("ours", "DNS:other.example", 2, "made out to another machine. Enter the host name that stands in the certificate"),
    ("ours", "IP:127.0.0.1", -1, "has expired. Its administrator has to renew it"),
]


@pytest.mark.parametrize(("by", "host", "days", "says"), WRONG)
def test_a_node_with_a_wrong_certificate(
    screen: Screen,
    listen: Callable[..., Listener],
    ours: Authority,
    foreign: Authority,
    by: str,
    host: str,
    days: int,
    says: str,
) -> None:
    certificate, key = {"ours": ours, "foreign": foreign}[by].issue(f"node{days}", host=host, days=days)
    listener = listen([VerificationService()], tls=TlsFiles("", str(certificate), str(key)))
    dialog = nodes_dialog(screen, archive=False)
    form = dialog.node
    write(form.title, "NEGATOSCOPE")
    write(form.host, "127.0.0.1")
    form.port.setValue(listener.port)
    tick(form.tls)
    write(form.security.ca_file.field, str(ours.ca))
    lines = tried(screen, dialog)
    assert lines[0].startswith("✓ Network connection")
    assert lines[1].startswith("✗ TLS")
    assert says in lines[1]
    tick(form.security.insecure)
    assert form.security.insecure_note.isVisible()
    assert screen.program.theme.colours.fault in form.security.insecure_note.styleSheet()
    assert tried(screen, dialog)[-1] == "The node answers."
    dialog.close()


@pytest.mark.parametrize(("by", "host", "days", "says"), WRONG)
def test_an_archive_with_a_wrong_certificate(
    screen: Screen, serve: StartServer, ours: Authority, foreign: Authority, by: str, host: str, days: int, says: str
) -> None:
    certificate, key = {"ours": ours, "foreign": foreign}[by].issue(f"web{days}", host=host, days=days)
    running = serve(tls=TlsFiles("", str(certificate), str(key)))
    dialog = nodes_dialog(screen, archive=True)
    form = dialog.archive
    write(form.url, running.url)
    write(form.security.ca_file.field, str(ours.ca))
    lines = tried(screen, dialog)
    assert lines[0].startswith("✓ Network connection")
    assert lines[1].startswith("✗ TLS")
    assert says in lines[1]
    tick(form.security.insecure)
    assert tried(screen, dialog)[-1] == "The node answers."
    write(form.name, "Unsafe")
    click(dialog.save)
    screen.wait(lambda: screen.desk.nodes.archives)
    item = dialog.list.item(1)
    assert "insecure" in item.text()
    assert item.foreground().color().name() == screen.program.theme.colours.fault
    dialog.close()
    assert screen.search.sources.item(0).foreground().color().name() == screen.program.theme.colours.fault


def test_certificates_of_both_sides_with_a_node(
    screen: Screen, listen: Callable[..., Listener], ours: Authority, foreign: Authority, tmp_path: Path
) -> None:
    """Without ours, with one the node does not trust, with the right one; and then a study goes there."""
    certificate, key = ours.issue("mutual")
    mine, strange = ours.issue("me"), foreign.issue("stranger")
    services = [VerificationService(), StorageService(InstanceStore(tmp_path / "received"))]
    listener = listen(services, tls=TlsFiles(str(ours.ca), str(certificate), str(key)))
    dialog = nodes_dialog(screen, archive=False)
    form = dialog.node
    write(form.name, "Secured")
    write(form.title, "NEGATOSCOPE")
    write(form.host, "127.0.0.1")
    form.port.setValue(listener.port)
    tick(form.tls)
    security = form.security
    write(security.ca_file.field, str(ours.ca))
    for pair in ((), strange):
        write(security.certificate.field, str(pair[0]) if pair else "")
        write(security.key.field, str(pair[1]) if pair else "")
        lines = tried(screen, dialog)
        assert lines[-1].startswith("✗ Association"), lines
        assert "certificate" in lines[-1]
    write(security.certificate.field, str(mine[0]))
    write(security.key.field, str(mine[1]))
    assert tried(screen, dialog)[-1] == "The node answers."
    click(dialog.save)
    screen.wait(lambda: screen.desk.nodes.named("Secured") is not None)
    dialog.close()
    opened(screen, make_series(tmp_path / "mine", 3))
    click(send_dialog(screen).send)
    screen.wait(lambda: newest(screen).state is TransferState.DONE)
    assert len(list((tmp_path / "received").rglob("*.dcm"))) == 3


def test_certificates_of_both_sides_with_an_archive(
    screen: Screen, serve: StartServer, ours: Authority, foreign: Authority, tmp_path: Path
) -> None:
    certificate, key = ours.issue("mutual-web")
    mine, strange = ours.issue("me-web"), foreign.issue("stranger-web")
    running = serve(store=True, tls=TlsFiles(str(ours.ca), str(certificate), str(key)))
    dialog = nodes_dialog(screen, archive=True)
    form, security = dialog.archive, dialog.archive.security
    write(form.name, "Secured")
    write(form.url, running.url)
    write(security.ca_file.field, str(ours.ca))
    for pair in ((), strange):
        write(security.certificate.field, str(pair[0]) if pair else "")
        write(security.key.field, str(pair[1]) if pair else "")
        lines = tried(screen, dialog)
        assert lines[-1].startswith("✗ DICOMweb search"), lines
        assert "certificate" in lines[-1]
    write(security.certificate.field, str(mine[0]))
    write(security.key.field, str(mine[1]))
    assert tried(screen, dialog)[-1] == "The node answers."
    click(dialog.save)
    screen.wait(lambda: screen.desk.nodes.archives)
    dialog.close()
    opened(screen, make_series(tmp_path / "mine", 3))
    click(send_dialog(screen).send)
    screen.wait(lambda: newest(screen).state is TransferState.DONE)
    assert len(running.received) == 3


def test_a_password_is_typed_into_the_form(screen: Screen, serve: StartServer) -> None:
    running = serve(gate=Gate(users={"doctor": "right"}))
    dialog = nodes_dialog(screen, archive=True)
    form = dialog.archive
    write(form.name, "Cloud")
    write(form.url, running.url)
    lines = tried(screen, dialog)
    assert "wants to know who asks" in lines[-1]
    choose(form.access, "User name and password")
    click(dialog.save)
    assert "user name is missing" in dialog.said.text()
    write(form.user, "doctor")
    assert form.plain_note.isVisible()  # the password goes over plain http
    assert "not known" in tried(screen, dialog)[-1]
    write(form.secret, "wrong")
    assert "wants to know who asks" in tried(screen, dialog)[-1]
    write(form.secret, "right")
    assert tried(screen, dialog)[-1] == "The node answers."
    click(dialog.save)
    screen.wait(lambda: screen.desk.nodes.archives)
    dialog.close()
    search = screen.search
    click(search.form.search)
    screen.wait(lambda: not search.is_asking)
    assert not search.faults.isVisible(), search.faults.text()


def test_a_node_that_wants_a_password(screen: Screen, listen: Callable[..., Listener], tmp_path: Path) -> None:
    """A wrong one is asked for again; what waits to be sent goes on by itself with the right one."""
    received = tmp_path / "received"
    paths = make_series(tmp_path / "there", 2, StudyDescription="There")
    services = [
        VerificationService(),
        StorageService(InstanceStore(received)),
        QueryRetrieveService(FileSource(paths), lambda title: None, "NEGATOSCOPE", Caller("NEGATOSCOPE")),
    ]
    listener = listen(services, users=KnownUsers({"doctor": "right"}.get))
    dialog = nodes_dialog(screen, archive=False)
    form = dialog.node
    write(form.name, "Guarded")
    write(form.title, "NEGATOSCOPE")
    write(form.host, "127.0.0.1")
    form.port.setValue(listener.port)
    choose(form.identity, "User name and password")
    write(form.user, "doctor")
    write(form.secret, "wrong")
    assert "password may be wrong" in tried(screen, dialog)[-1]
    click(dialog.save)
    screen.wait(lambda: screen.desk.nodes.named("Guarded") is not None)
    dialog.close()
    opened(screen, make_series(tmp_path / "mine", 3))
    click(send_dialog(screen).send)
    page = screen.transfers
    screen.wait(lambda: page.current is not None and page.current.needs_secret)
    assert not list(received.rglob("*.dcm"))
    search = screen.search
    click(search.form.search)
    screen.wait(lambda: search.secret.isVisible())
    click(search.secret)
    asking = screen.window.findChild(SecretDialog)
    assert asking is not None
    write(asking.field, "right")
    click(asking.give)
    screen.wait(lambda: not search.is_asking and search.model.number_of_studies == 1)
    screen.wait(lambda: newest(screen).state is TransferState.DONE)
    assert len(list(received.rglob("*.dcm"))) == 3


@pytest.fixture
def provider() -> Iterator[Provider]:
    one = Provider()
    yield one
    one.close()


def test_openid_is_entered_and_tested(
    screen: Screen, provider: Provider, serve: StartServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser is one that follows the provider's redirect to us."""
    program = tmp_path / "browser.py"
    program.write_text("import sys, urllib.request\nurllib.request.urlopen(sys.argv[1], timeout=20).read()\n")
    monkeypatch.setenv("BROWSER", f"{sys.executable} {program} %s &")
    running = serve(gate=Gate(token="token-0"))
    dialog = nodes_dialog(screen, archive=True)
    form = dialog.archive
    write(form.name, "Cloud")
    write(form.url, running.url)
    choose(form.access, "Log in with the browser (OpenID)")
    click(dialog.test)
    assert "OpenID provider is missing" in dialog.said.text()
    write(form.issuer, provider.issuer + "-of-others")
    assert tried(screen, dialog)[-1].startswith("✗ DICOMweb search")
    write(form.issuer, provider.issuer)
    write(form.scope, "openid  offline_access")
    assert tried(screen, dialog)[-1] == "The node answers."
    click(dialog.save)
    screen.wait(lambda: screen.desk.nodes.archives)
    kept = screen.desk.nodes.archives[0].oidc
    assert kept is not None
    assert (kept.issuer, kept.client_id, kept.scope) == (provider.issuer, "negatoscope", "openid offline_access")
    dialog.close()
