"""The dialog of nodes and archives: entering, testing, keeping, exchanging, and what administrators need."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from tests.network.network_screen import Archive, Screen, archive, choose, click, found, screen, write
from viewer.model.nodes import IdentityWay, NodeTimeouts, RemoteNode, RetrieveWay, TlsFiles
from viewer.model.web_archives import WebAccess, WebArchive
from viewer.ui.network.nodes_dialog import NodesDialog

pytestmark = pytest.mark.network_peers
__all__ = ["archive", "screen"]


def test_a_node_is_entered_tested_kept_and_removed(screen: Screen, archive: Archive) -> None:
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    dialog.add_node.trigger()
    form = dialog.node
    form.name.setText("New one")
    form.title.setText("ARCHIVE")
    dialog.save.click()
    assert "host is missing" in dialog.said.text()
    form.host.setText("127.0.0.1")
    form.port.setValue(archive.listener.port)
    dialog.test.click()
    screen.wait(lambda: dialog.steps.lines and dialog.steps.lines[-1] == "The node answers.")
    assert [line.split(":")[0] for line in dialog.steps.lines[:3]] == ["✓ Network connection", "✓ Association", "✓ C-ECHO"]
    form.title.setText("WRONG")
    dialog.test.click()
    screen.wait(lambda: any(line.startswith("✗ Association") for line in dialog.steps.lines))
    assert "AE title of the node" in dialog.steps.lines[-1]
    form.title.setText("ARCHIVE")
    form.tls.setChecked(True)
    form.security.insecure.setChecked(True)
    assert not form.security.insecure_note.isHidden()
    dialog.save.click()
    screen.wait(lambda: screen.desk.nodes.named("new one") is not None)
    kept = screen.desk.nodes.named("New one")
    assert kept is not None
    assert kept.tls == TlsFiles(insecure=True)
    assert "insecure" in dialog.list.item(1).text()
    dialog.list.setCurrentRow(1)
    dialog.test.click()
    screen.wait(lambda: any(line.startswith("✗ TLS") for line in dialog.steps.lines))
    dialog.remove.click()
    screen.wait(lambda: not screen.desk.nodes.nodes)
    assert dialog.list.count() == 1
    dialog.close()


def test_news_of_the_list_leave_alone_what_is_being_entered(screen: Screen) -> None:
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    dialog.add_archive.trigger()
    dialog.archive.name.setText("Half entered")
    screen.know(RemoteNode("OTHER", "127.0.0.1", 104, name="Other"))
    assert dialog.pages.currentIndex() == 2
    assert dialog.archive.name.text() == "Half entered"
    assert [dialog.list.item(place).text().split("\n")[0] for place in range(dialog.list.count())] == [
        "This workstation",
        "Other",
        "New archive",
    ]
    assert dialog.list.currentRow() == 2
    dialog.list.setCurrentRow(1)
    dialog.node.host.setText("elsewhere")
    dialog.node.changed.emit()
    screen.know(RemoteNode("THIRD", "127.0.0.1", 104, name="A third"))
    assert dialog.list.currentItem().text().startswith("Other")
    assert dialog.node.host.text() == "elsewhere"
    dialog.close()


def test_what_the_administrator_needs_is_copied(screen: Screen) -> None:
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    form = dialog.listener
    form.title.setText("READER")
    form.port.setValue(4242)
    form.changed.emit()
    screen.wait(lambda: "READER" in form.entry.toPlainText() and "4242" in form.entry.toPlainText())
    form.copy.click()
    assert "4242" in QGuiApplication.clipboard().text()
    form.tls.setChecked(True)
    dialog.save.click()
    assert "certificate" in dialog.said.text()
    form.tls.setChecked(False)
    form.callers.setText("MODALITY@127.0.0.1, WORK")
    dialog.save.click()
    screen.wait(lambda: screen.desk.listener.settings.entity.ae_title == "READER")
    entity = screen.desk.listener.settings.entity
    assert [(one.ae_title, one.address) for one in entity.callers] == [("MODALITY", "127.0.0.1"), ("WORK", "")]
    assert not screen.desk.listener.settings.is_on
    dialog.close()


@pytest.mark.parametrize("theme", ["dark", "light", "high_contrast"])
def test_every_part_speaks_russian_and_takes_every_look(screen: Screen, archive: Archive, theme: str) -> None:
    screen.know(archive.node)
    search = found(screen)
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    screen.program.settings.holder.change(theme=theme, language="ru", text_size=150)
    QCoreApplication.processEvents()
    assert screen.page.search_button.text() == "Поиск"
    assert search.form.name.placeholderText() == "Имя"
    assert dialog.windowTitle() == "Узлы"
    assert "Russian" not in search.said.text()
    assert not screen.window.grab().isNull()
    screen.program.settings.holder.change(language="en", text_size=100, theme="dark")
    QCoreApplication.processEvents()
    assert screen.page.search_button.text() == "Search"
    dialog.close()


def test_nodes_and_archives_go_to_another_machine(screen: Screen, tmp_path: Path) -> None:
    """Exported and imported by the buttons and their file dialogs; there is no password in the file."""
    screen.know(RemoteNode("OTHER", "10.0.0.1", 104, name="Other"))
    screen.know_archive(WebArchive("https://cloud.example/dicom-web", "Cloud", access=WebAccess.BASIC, user_name="doctor"))
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    path = tmp_path / "list.json"
    click(dialog._export)
    with_files(dialog, path)
    screen.wait(lambda: "2 nodes" in dialog.said.text())
    for name in ("Cloud", "Other"):
        dialog.list.setCurrentRow(dialog._place_of(name))
        click(dialog.remove)
        screen.wait(lambda name=name: screen.desk.nodes.source(name) is None)
    click(dialog._import)
    with_files(dialog, path)
    screen.wait(lambda: "2 nodes were taken in, 0 left" in dialog.said.text())
    assert screen.desk.nodes.named("Other") is not None
    cloud = screen.desk.nodes.source("Cloud")
    assert isinstance(cloud, WebArchive)
    assert (cloud.access, cloud.user_name) == (WebAccess.BASIC, "doctor")
    dialog.close()


def with_files(dialog: NodesDialog, path: Path) -> None:
    """Choose a file in the dialog that asks for one."""
    (files,) = [one for one in dialog.findChildren(QFileDialog) if one.isVisible()]
    files.setDirectory(str(path.parent))
    files.selectFile(path.name)
    files.accept()


def test_defaults_of_a_node_are_entered_and_kept(screen: Screen) -> None:
    """What is sent to it, how it is fetched from, its letters, its patience, its PDUs."""
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    screen.wait(dialog.isVisible)
    dialog.add_node.trigger()
    form = dialog.node
    write(form.title, "SLOW")
    write(form.host, "10.0.0.1")
    choose(form.retrieve, "C-MOVE: it connects to us")
    choose(form.identity, "User name")
    write(form.user, "doctor")
    form.character_set.setCurrentText("ISO_IR 100")
    for spin, seconds in zip(form.seconds, (2.5, 20.0, 90.0, 1200.0), strict=True):
        spin.setValue(seconds)
    form.pdu.setValue(16384)
    write(form.syntaxes, "1.2.840.10008.1.2.4.90, 1.2.840.10008.1.2.4.70")
    click(dialog.save)
    screen.wait(lambda: screen.desk.nodes.nodes)
    dialog.list.setCurrentRow(0)
    dialog.list.setCurrentRow(1)
    assert form.value() == screen.desk.nodes.nodes[0]
    assert screen.desk.nodes.nodes[0] == RemoteNode(
        "SLOW",
        "10.0.0.1",
        104,
        name="SLOW",
        retrieve=RetrieveWay.MOVE,
        character_set="ISO_IR 100",
        maximum_pdu=16384,
        timeouts=NodeTimeouts(2.5, 20.0, 90.0, 1200.0),
        transfer_syntaxes=("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.70"),
        identity=IdentityWay.NAME,
        user_name="doctor",
    )
    dialog.close()
