"""The dialog of nodes and archives: entering, testing, keeping, exchanging, and what administrators need."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from tests.network.network_screen import Archive, Screen, archive, found, screen
from viewer.model.nodes import RemoteNode, TlsFiles
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
