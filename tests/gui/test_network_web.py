"""DICOMweb archives in the window: entered, tested, searched, fetched from, sent to; and how the user is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.network.network_screen import Screen, archive, found, screen, series_titles, study_index
from tests.network.objects import make_series
from tests.network.web_library import StartServer, serve
from viewer.model.remote import TransferState
from viewer.ui.network.nodes_dialog import NodesDialog

pytestmark = pytest.mark.network_peers
__all__ = ["archive", "screen", "serve"]


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
