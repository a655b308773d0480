"""The program with its window and ways to its network, for tests of the GUI; and an archive of ours to talk to."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.machine import tool
from tests.network.archive_source import FileSource
from tests.network.conftest import free_port
from tests.network.objects import make_ct, make_series, save
from viewer.app.bootstrap import Program
from viewer.app.desk.desk import NetworkDesk
from viewer.app.paths import folders
from viewer.model.messages import NO_MESSAGE, Message
from viewer.model.nodes import ApplicationEntity, RemoteNode
from viewer.model.remote import Transfer
from viewer.model.web_archives import WebArchive
from viewer.network.instance_store import InstanceStore
from viewer.network.listener import Listener
from viewer.network.query_retrieve_scp import QueryRetrieveService
from viewer.network.requestor import Caller
from viewer.network.storage_scp import StorageService
from viewer.network.verification import VerificationService
from viewer.ui.browser.panel import BrowserPanel
from viewer.ui.browser.rows import StudyRow
from viewer.ui.network.panel import NetworkPage
from viewer.ui.network.search_page import SearchPage
from viewer.ui.network.send_dialog import SendDialog
from viewer.ui.network.transfers_page import TransfersPage

LONG = 120_000  # milliseconds; 150 objects with two flushes each took 50 s on a slow disk


class Screen:
    """The program with its window, and short ways to its network."""

    def __init__(self, application: QApplication, qtbot: QtBot) -> None:
        places = folders()
        places.make()
        self.qtbot = qtbot
        self.program = Program(application, places)
        self.program.settings.holder.change(language="en")
        self.window = self.program.window
        self.window.resize(1280, 800)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.workspace = self.program.workspace
        assert self.program.network is not None
        self.desk: NetworkDesk = self.program.network.desk
        self.light = self.program.network.light

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    def run(self, command: str) -> None:
        assert self.program.registry.run(command, self.workspace), command

    def know(self, node: RemoteNode) -> None:
        said: list[Message] = []
        self.desk.nodes.put(node, replacing="", secret=None, done=said.append)
        self.wait(lambda: said)
        assert said == [NO_MESSAGE]

    def know_archive(self, archive: WebArchive) -> None:
        said: list[Message] = []
        self.desk.nodes.put_archive(archive, replacing="", secret=None, done=said.append)
        self.wait(lambda: said)
        assert said == [NO_MESSAGE]

    def listen(self, **fields: object) -> int:
        """Switch the listener on as its command does, on a free port."""
        entity = ApplicationEntity("NEGATO", free_port())
        settings = replace(self.desk.listener.settings, entity=replace(entity, **fields))
        self.desk.listener.change(settings, lambda said: None)
        self.wait(lambda: self.desk.listener.settings.entity.ae_title == "NEGATO")
        self.run("network.listen")
        self.wait(lambda: self.desk.listener.state.port)
        return self.desk.listener.state.port

    def dialog(self, name: str) -> object:
        self.window.requests.show_dialog(name)
        return self.window.requests._dialogs[name]

    @property
    def page(self) -> NetworkPage:
        page = self.window.requests.network_page
        assert page is not None
        return page

    @property
    def search(self) -> SearchPage:
        self.run("network.search")
        assert self.page.search is not None
        return self.page.search

    @property
    def transfers(self) -> TransfersPage:
        self.run("network.transfers")
        assert self.page.transfers is not None
        return self.page.transfers

    @property
    def browser(self) -> BrowserPanel:
        panel = self.window.browser.content
        assert isinstance(panel, BrowserPanel)
        return panel

    def studies(self) -> list[StudyRow]:
        patients = self.browser.model.root.children
        return [row for patient in patients for row in patient.children if isinstance(row, StudyRow)]

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()


@pytest.fixture
def screen(qapp: QApplication, qtbot: QtBot) -> Iterator[Screen]:
    made = Screen(qapp, qtbot)
    yield made
    made.close()
    qapp.setStyleSheet("")
    QCoreApplication.processEvents()


class Archive:
    """Our own archive with two series of one study and one of another; it also takes what is sent."""

    def __init__(self, folder: Path, many: int = 12) -> None:
        self.known: dict[str, RemoteNode] = {}
        first = make_series(folder / "a", many, StudyDescription="Head", SeriesDescription="Axial", SeriesNumber="2")
        study = str(value_of(first[0], "StudyInstanceUID"))
        one = make_ct(study=study, StudyDescription="Head", SeriesDescription="Scout", SeriesNumber="1")
        (folder / "b").mkdir()
        scout = save(one, folder / "b" / "scout.dcm")
        other = make_series(folder / "c", 2, StudyDescription="Old chest", StudyDate="20190203")
        self.paths = [*first, scout, *other]
        self.study = study
        self.received = folder / "received"
        services = [
            VerificationService(),
            QueryRetrieveService(FileSource(self.paths), self.known.get, "ARCHIVE", Caller("ARCHIVE")),
            StorageService(InstanceStore(self.received)),
        ]
        self.listener = Listener(ApplicationEntity("ARCHIVE", 0), services)
        self.node = RemoteNode("ARCHIVE", "127.0.0.1", self.listener.port, name="Archive")


def value_of(path: Path, keyword: str) -> object:
    from pydicom import dcmread

    return dcmread(path, stop_before_pixels=True)[keyword].value


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path)
    yield made
    made.listener.close()


def sent(name: str, port: int, title: str, *paths: Path) -> None:
    """A study sent by another maker's program."""
    command = [tool(name), "-aec", title, "127.0.0.1", str(port), *map(str, paths)]
    subprocess.run(command, check=True, timeout=60, capture_output=True)


def found(screen: Screen, **fields: str) -> SearchPage:
    """The search page after an answer."""
    search = screen.search
    search.form.set_fields(fields)
    search.ask()
    assert search.form.search.text() == "Stop"
    screen.wait(lambda: not search.is_asking)
    return search


def study_index(search: SearchPage, title: str) -> QModelIndex:
    model = search.model
    for place in range(model.rowCount()):
        patient = model.index(place, 0)
        for row in range(model.rowCount(patient)):
            index = model.index(row, 0, patient)
            if model.result(index).title() == title:
                return index
    raise AssertionError(title)


def series_titles(search: SearchPage, study: QModelIndex) -> list[str]:
    model = search.model
    rows = [model.result(model.index(row, 0, study)) for row in range(model.rowCount(study))]
    return [row.title() for row in rows if row.entity is not None]


# What the user's hands do


def click(widget: QWidget) -> None:
    """With the mouse; on what is there to be clicked."""
    assert widget.isVisible()
    assert widget.isEnabled(), widget
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def write(field: QLineEdit, text: str) -> None:
    """Over what is in it, key by key."""
    assert field.isVisible()
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)


def choose(box: QComboBox, text: str) -> None:
    """With the arrow keys."""
    assert box.isVisible()
    box.setFocus()
    wanted = box.findText(text)
    assert wanted >= 0, [box.itemText(place) for place in range(box.count())]
    while box.currentIndex() != wanted:
        QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up)


def tick(box: QCheckBox) -> None:
    box.setFocus()
    before = box.isChecked()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked() is not before


def opened(screen: Screen, paths: Sequence[Path]) -> None:
    """A series on the screen."""
    screen.window.open_paths([str(path) for path in paths])
    screen.wait(lambda: screen.workspace.scan is None and screen.workspace.layout.active.count == len(paths))


def send_dialog(screen: Screen) -> SendDialog:
    """Of the study on the screen."""
    screen.run("network.send")
    dialog = screen.window.findChild(SendDialog)
    assert dialog is not None
    return dialog


def newest(screen: Screen, count: int = 1) -> Transfer:
    """Once there are so many."""
    screen.wait(lambda: len(screen.desk.transfers.transfers) >= count)
    return screen.desk.transfers.transfers[0]
