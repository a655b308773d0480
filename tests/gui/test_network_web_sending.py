"""Sending to DICOMweb archives from the window: one list with the nodes, passwords with and without a key store, login, restart."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QCoreApplication, QMimeData, QPointF, Qt
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.network.key_store import PLACE
from tests.network.network_screen import (
    Archive,
    Screen,
    archive,
    choose,
    click,
    newest,
    opened,
    screen,
    send_dialog,
    write,
)
from tests.network.objects import make_series
from tests.network.test_dicomweb_login import Provider
from tests.network.test_dicomweb_stow import StowArchive, took, uids_in
from tests.network.web_library import Running, StartServer, serve
from viewer.app.paths import folders
from viewer.model.remote import Direction, TransferState
from viewer.model.web_archives import OidcClient, WebAccess, WebArchive
from viewer.network.dicomweb.origin.gate import Gate
from viewer.ui.display_set_mime import DISPLAY_SET_MIME
from viewer.ui.network.secret_dialog import SecretDialog
from viewer.ui.network.send_dialog import SendDialog

pytestmark = pytest.mark.network_peers
__all__ = ["archive", "screen", "serve"]


def series(folder: Path, count: int = 3) -> list[Path]:
    return make_series(folder, count, StudyDescription="Mine")


def test_nodes_and_archives_are_one_list(screen: Screen, archive: Archive, serve: StartServer, tmp_path: Path) -> None:
    running = serve(store=True)
    screen.know(archive.node)
    screen.know_archive(WebArchive(running.url, "Cloud"))
    opened(screen, series(tmp_path / "mine", 4))
    dialog = send_dialog(screen)
    assert [dialog.node.itemText(place) for place in range(dialog.node.count())] == ["Archive", "Cloud"]
    assert dialog.commit.isVisible()
    click(dialog.commit)
    choose(dialog.node, "Cloud")
    assert not dialog.commit.isVisible()  # its answer says already what it keeps
    click(dialog.send)
    screen.wait(lambda: newest(screen).state is TransferState.DONE)
    transfer = newest(screen)
    assert (transfer.direction, transfer.node, transfer.done, transfer.total) == (Direction.SEND, "Cloud", 4, 4)
    assert not transfer.note
    assert len(running.received) == 4
    screen.page.make()  # before it is looked at
    hidden = screen.page.transfers
    assert hidden is not None
    screen.desk.transfers.changed.disconnect(hidden.follow)  # nothing is told any more: it asks by itself when it is shown
    page = screen.transfers
    screen.wait(lambda: page.objects.topLevelItemCount() == 4)
    assert {page.objects.topLevelItem(row).text(1) for row in range(4)} == {"done"}


def test_the_menu_of_a_study_names_them_all(screen: Screen, archive: Archive, serve: StartServer, tmp_path: Path) -> None:
    running = serve(store=True)
    screen.know(archive.node)
    screen.know_archive(WebArchive(running.url, "R&D cloud"))
    opened(screen, series(tmp_path / "mine"))
    screen.wait(lambda: screen.studies())
    menu = screen.browser.menu.build(screen.studies()[0], None)
    names = {action.text(): action for action in menu.findChildren(QAction)}
    assert {"Archive", "R&&D cloud", "Send …"} <= names.keys()
    names["R&&D cloud"].trigger()
    menu.deleteLater()
    dialog = screen.window.findChild(SendDialog)
    assert dialog is not None
    assert dialog.wanted == "R&D cloud"
    click(dialog.send)
    screen.wait(lambda: len(running.received) == 3)
    screen.wait(lambda: newest(screen).state is TransferState.DONE)


def test_a_card_dropped_on_an_archive_is_sent_there(screen: Screen, serve: StartServer, tmp_path: Path) -> None:
    running = serve(store=True)
    screen.know_archive(WebArchive(running.url, "Cloud"))
    opened(screen, series(tmp_path / "mine"))
    search = screen.search
    display_set = screen.workspace.layout.active.display_set
    assert display_set is not None
    data = QMimeData()
    data.setData(DISPLAY_SET_MIME, QByteArray(display_set.key.encode()))
    place = search.sources.visualItemRect(search.sources.item(0)).center()
    event = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    search.sources.dropEvent(event)
    dialog = screen.window.findChild(SendDialog)
    assert dialog is not None
    assert dialog.wanted == "Cloud"
    click(dialog.send)
    screen.wait(lambda: len(running.received) == 3)


def test_objects_that_an_archive_refuses_are_named(screen: Screen, tmp_path: Path) -> None:
    paths = series(tmp_path / "mine", 3)

    def answer(number: int, body: bytes) -> tuple[str, object]:
        return "202 Accepted", took(body, {uids_in(body)[1]: 0xA900} if number == 1 else {})

    with StowArchive(answer) as double:
        screen.know_archive(WebArchive(double.url, "Picky"))
        opened(screen, paths)
        click(send_dialog(screen).send)
        page = screen.transfers
        screen.wait(lambda: page.current is not None and page.current.state is TransferState.FAILED)
        assert page.current is not None
        assert (page.current.done, page.current.failed) == (3, 1)
        screen.wait(lambda: page.objects.topLevelItemCount() == 3)
        assert page.objects.topLevelItem(0).text(1) == "failed"  # what needs a person comes first
        assert page.objects.topLevelItem(0).text(2)
        click(page.buttons["retry"])
        screen.wait(lambda: page.current is not None and page.current.state is TransferState.DONE)
    assert [body.count(b"DICM") for body in double.requests] == [3, 1]


def test_what_waits_for_an_archive_outlives_the_program(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    """It is overloaded; the program ends; it is well again when the program starts."""
    is_well = threading.Event()

    def answer(number: int, body: bytes) -> tuple[str, object]:
        return ("200 OK", took(body)) if is_well.is_set() else ("503 Later", b"")

    with StowArchive(answer) as double:
        first = Screen(qapp, qtbot)
        first.know_archive(WebArchive(double.url, "Cloud"))
        opened(first, series(tmp_path / "mine"))
        click(send_dialog(first).send)
        first.wait(lambda: newest(first).state is TransferState.WAITING)
        assert "out of service" in str(newest(first).reason)
        title = newest(first).title
        first.close()
        is_well.set()
        second = Screen(qapp, qtbot)
        try:
            page = second.transfers
            second.wait(lambda: page.current is not None)
            assert page.current is not None
            assert (page.current.title, page.current.node) == (title, "Cloud")
            second.wait(lambda: page.current is not None and page.current.state is TransferState.DONE)  # by itself
            assert uids_in(double.requests[-1]) == uids_in(double.requests[0])
        finally:
            second.close()
            qapp.setStyleSheet("")
            QCoreApplication.processEvents()


def test_kill_9_of_the_node_in_the_middle_of_a_request(screen: Screen, tmp_path: Path) -> None:
    """What had no answer goes out once more by itself; the window says so as if nothing had happened."""
    came, gate = threading.Event(), threading.Event()

    def answer(number: int, body: bytes) -> tuple[str, object]:
        if number == 1:
            came.set()
            gate.wait(30)
        return "200 OK", took(body)

    with StowArchive(answer) as double:
        screen.know_archive(WebArchive(double.url, "Cloud"))
        opened(screen, series(tmp_path / "mine"))
        click(send_dialog(screen).send)
        screen.wait(came.is_set)
        os.kill(screen.desk.line.process_id, signal.SIGKILL)
        gate.set()
        screen.wait(lambda: newest(screen).state is TransferState.DONE)
        assert (newest(screen).done, newest(screen).failed) == (3, 0)
    assert [len(uids_in(body)) for body in double.requests] == [3, 3]


# How the user is shown


def guarded(serve: StartServer, access: WebAccess) -> tuple[Running, WebArchive]:
    running = serve(store=True, gate=Gate(token="tok-right", users={"doctor": "pw-right"}))
    return running, WebArchive(running.url, "Cloud", access=access, user_name="doctor" if access is WebAccess.BASIC else "")


def give(screen: Screen, secret: str) -> None:
    """Into the dialog that asks."""
    page = screen.transfers
    screen.wait(lambda: page.model.rows and page.model.rows[0].needs_secret)
    page.list.setCurrentIndex(page.model.index(0))
    screen.wait(lambda: page.buttons["secret"].isVisible())
    click(page.buttons["secret"])
    dialog = screen.window.findChild(SecretDialog)
    assert dialog is not None
    write(dialog.field, secret)
    click(dialog.give)
    screen.wait(lambda: screen.window.findChild(SecretDialog) is None or not dialog.isVisible())


@pytest.mark.parametrize(("access", "secret"), [(WebAccess.BASIC, "pw-right"), (WebAccess.BEARER, "tok-right")])
def test_without_a_key_store_the_secret_is_asked_for_at_each_start(
    qapp: QApplication, qtbot: QtBot, serve: StartServer, tmp_path: Path, access: WebAccess, secret: str
) -> None:
    running, known = guarded(serve, access)
    first = Screen(qapp, qtbot)
    first.know_archive(known)
    opened(first, series(tmp_path / "mine"))
    click(send_dialog(first).send)
    give(first, "wrong one")
    first.wait(lambda: "wants to know who asks" in str(newest(first).reason))
    give(first, secret)
    first.wait(lambda: newest(first).state is TransferState.DONE)
    assert len(running.received) == 3
    click(send_dialog(first).send)  # the same run of the program
    first.wait(lambda: newest(first, 2).state is TransferState.DONE)
    first.close()
    second = Screen(qapp, qtbot)
    try:
        opened(second, series(tmp_path / "more"))
        click(send_dialog(second).send)
        give(second, secret)
        second.wait(lambda: newest(second, 3).state is TransferState.DONE)
        assert not any(secret in line for line in second.desk.log.lines)
    finally:
        second.close()
        qapp.setStyleSheet("")
        QCoreApplication.processEvents()
    kept = [path for top in (folders().config, folders().data) for path in top.rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if secret.encode() in path.read_bytes()]


@pytest.fixture
def key_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One that the window and its node have."""
    import keyring

    path = tmp_path / "keys.json"
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.network.key_store.TestKeyring")
    monkeypatch.setenv(PLACE, str(path))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    before = keyring.get_keyring()
    keyring.core.init_backend()
    yield path
    keyring.set_keyring(before)


@pytest.mark.parametrize(("access", "secret"), [(WebAccess.BASIC, "pw-right"), (WebAccess.BEARER, "tok-right")])
def test_with_a_key_store_the_secret_is_asked_for_once(
    qapp: QApplication, qtbot: QtBot, key_store: Path, serve: StartServer, tmp_path: Path, access: WebAccess, secret: str
) -> None:
    running, known = guarded(serve, access)
    first = Screen(qapp, qtbot)
    first.know_archive(known)
    opened(first, series(tmp_path / "mine"))
    click(send_dialog(first).send)
    give(first, secret)
    first.wait(lambda: newest(first).state is TransferState.DONE)
    first.close()
    assert secret in key_store.read_text()
    second = Screen(qapp, qtbot)
    try:
        opened(second, series(tmp_path / "more", 2))
        click(send_dialog(second).send)
        second.wait(lambda: newest(second, 2).state is TransferState.DONE)
        assert len(running.received) == 5
    finally:
        second.close()
        qapp.setStyleSheet("")
        QCoreApplication.processEvents()


# Login in the browser


@pytest.fixture
def provider() -> Iterator[Provider]:
    one = Provider()
    yield one
    one.close()


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A browser that follows the redirect of the provider and writes down what it was given."""
    program, pages = tmp_path / "browser.py", tmp_path / "pages.txt"
    program.write_text(
        f"import sys, urllib.request\nopen({str(pages)!r}, 'a').write(sys.argv[1] + '\\n')\n"
        "urllib.request.urlopen(sys.argv[1], timeout=20).read()\n"
    )
    monkeypatch.setenv("BROWSER", f"{sys.executable} {program} %s &")
    return pages


def test_a_login_in_the_browser_serves_search_and_sending(
    screen: Screen, provider: Provider, browser: Path, serve: StartServer, tmp_path: Path
) -> None:
    """The user logs in once in a run; what the provider gave is shown to the archive."""
    running = serve(make_series(tmp_path / "there", 2, StudyDescription="There"), store=True, gate=Gate(token="token-0"))
    client = OidcClient(provider.issuer, "negatoscope")
    screen.know_archive(WebArchive(running.url, "Cloud", access=WebAccess.OIDC, oidc=client))
    search = screen.search
    click(search.form.search)
    screen.wait(lambda: not search.is_asking)
    assert not search.faults.isVisible(), search.faults.text()
    assert search.model.number_of_studies == 1
    opened(screen, series(tmp_path / "mine"))
    click(send_dialog(screen).send)
    screen.wait(lambda: newest(screen).state is TransferState.DONE)
    assert len(running.received) == 3
    assert provider.problems == []
    assert len(browser.read_text().splitlines()) == 1
    assert not any("code=" in line or "token-0" in line for line in screen.desk.log.lines)


def test_without_a_browser_it_says_so(
    screen: Screen, provider: Provider, serve: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("DISPLAY", raising=False)
    running = serve(gate=Gate(token="token-0"))
    client = OidcClient(provider.issuer, "negatoscope")
    screen.know_archive(WebArchive(running.url, "Cloud", access=WebAccess.OIDC, oidc=client))
    search = screen.search
    click(search.form.search)
    screen.wait(lambda: not search.is_asking)
    assert "No browser could be opened" in search.faults.text()


def test_a_login_that_nobody_answers_is_stopped(
    screen: Screen, provider: Provider, serve: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stop frees what waited; the next search shows the page anew."""
    monkeypatch.setenv("BROWSER", f"{sys.executable} -c pass %s &")
    running = serve(gate=Gate(token="token-0"))
    client = OidcClient(provider.issuer, "negatoscope")
    screen.know_archive(WebArchive(running.url, "Cloud", access=WebAccess.OIDC, oidc=client))
    search = screen.search
    for _ in range(2):
        shown = sum("waits for a login" in line for line in screen.desk.log.lines)
        click(search.form.search)
        screen.wait(lambda shown=shown: sum("waits for a login" in line for line in screen.desk.log.lines) > shown)
        click(search.form.search)  # it says Stop now
        assert not search.is_asking
