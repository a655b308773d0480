"""DICOMweb archives in the window: entered, tested, searched, fetched from, sent to; and how the user is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.network.conftest import StartPeer, private_network, start_peer
from tests.network.network_screen import (
    Screen,
    click,
    found,
    newest,
    opened,
    screen,
    send_dialog,
    series_titles,
    study_index,
    value_of,
    write,
)  # fmt: skip
from tests.network.objects import make_series
from tests.network.test_dicomweb_orthanc import start_orthanc
from tests.network.web_library import StartServer, serve
from viewer.model.remote import TransferState
from viewer.model.web_archives import WebAccess, WebArchive
from viewer.ui.network.nodes_dialog import NodesDialog
from viewer.ui.network.secret_dialog import SecretDialog

pytestmark = pytest.mark.network_peers
__all__ = ["private_network", "screen", "serve", "start_peer"]


def test_an_archive_is_entered_tested_searched_and_fetched_from_over_dicomweb(
    screen: Screen, serve: StartServer, tmp_path: Path
) -> None:
    paths = make_series(tmp_path / "web", 5, StudyDescription="From the web", SeriesDescription="Axial")
    running = serve(paths)
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    dialog.add_archive.trigger()
    form = dialog.archive
    form.name.setText("Cloud")
    form.url.setText("pacs")
    dialog.save.click()
    assert "not an address of a DICOMweb archive" in dialog.said.text()
    form.url.setText(running.url + "/nowhere")
    dialog.test.click()
    screen.wait(lambda: any(line.startswith("✗ DICOMweb search") for line in dialog.steps.lines))
    form.url.setText(running.url)
    dialog.test.click()
    screen.wait(lambda: dialog.steps.lines and dialog.steps.lines[-1] == "The node answers.")
    dialog.save.click()
    screen.wait(lambda: screen.desk.nodes.archives)
    assert screen.desk.nodes.archives[0].url == running.url
    assert dialog.list.item(1).text().startswith("Cloud")
    dialog.close()
    search = found(screen, name="peer")
    study = study_index(search, "From the web")
    assert search.model.result(study).line() == "CT · 1 series · 5 objects"
    search.tree.expand(study)
    screen.wait(lambda: series_titles(search, study) == ["Axial"])
    search.open(search.model.result(study))
    viewport = screen.workspace.layout.active
    screen.wait(lambda: viewport.frame is not None and viewport.count == 5)
    screen.wait(lambda: screen.desk.transfers.transfers[0].state is TransferState.DONE)
    screen.wait(lambda: search.model.result(study).presence().endswith("here"))
    dialog = screen.dialog("nodes")
    assert isinstance(dialog, NodesDialog)
    dialog.list.setCurrentRow(1)
    dialog.remove.click()
    screen.wait(lambda: not screen.desk.nodes.archives and dialog.list.count() == 1)
    dialog.close()


def test_orthanc_is_sent_to_searched_and_fetched_from_over_dicomweb(screen: Screen, start_peer: StartPeer, tmp_path: Path) -> None:
    """The study goes there, leaves the library, is found again and comes back; the password is asked for once."""
    url = start_orthanc(start_peer, tmp_path / "orthanc")
    screen.know_archive(WebArchive(url, "Orthanc", access=WebAccess.BASIC, user_name="ci"))
    paths = make_series(tmp_path / "mine", 4, StudyDescription="There and back", SeriesDescription="Axial", SeriesNumber="1")
    opened(screen, paths)
    click(send_dialog(screen).send)
    page = screen.transfers
    screen.wait(lambda: page.buttons["secret"].isVisible())
    click(page.buttons["secret"])
    dialog = screen.window.findChild(SecretDialog)
    assert dialog is not None
    write(dialog.field, "ci-pass")
    click(dialog.give)
    screen.wait(lambda: newest(screen).state is TransferState.DONE)
    assert newest(screen).done == 4
    screen.run("file.close_study")
    screen.program.library.forget_study(str(value_of(paths[0], "StudyInstanceUID")))
    search = found(screen, patient_id="P1")
    index = study_index(search, "There and back")
    screen.wait(lambda: search.model.result(index).presence() == "")
    search.open(search.model.result(index))
    viewport = screen.workspace.layout.active
    screen.wait(lambda: viewport.frame is not None and viewport.count == 4)
    screen.wait(lambda: search.model.result(index).presence().endswith("here"))
