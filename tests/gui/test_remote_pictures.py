"""Pictures beside the series of an archive: of rows in sight alone, kept, and none where there are none."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PySide6.QtGui import QPixmap

from tests.network.conftest import StartPeer, private_network, start_peer
from tests.network.network_screen import Archive, Screen, archive, found, screen, series_titles, study_index
from tests.network.objects import make_ct, save
from tests.network.test_dicomweb_orthanc import start_orthanc
from tests.network.web_library import StartServer, serve
from viewer.app.remote_pictures import small_picture
from viewer.model.remote import RemoteEntity, TransferState
from viewer.model.web_archives import WebAccess, WebArchive
from viewer.network.dicomweb.authorization import by_password
from viewer.network.dicomweb.series_picture import SeriesPictures
from viewer.network.dicomweb.stow import stow
from viewer.network.dicomweb.wado import WebTarget
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.storage_item import read_item
from viewer.ui.network.search_page import SearchPage

pytestmark = pytest.mark.network_peers
__all__ = ["archive", "private_network", "screen", "serve", "start_peer"]
MANY = 40
STUDY = "1.2.826.0.1.3680043.8.498.77"


def make_study(folder: Path, series: int) -> list[Path]:
    """Series of three slices, dark at the left and bright at the right."""
    folder.mkdir()
    ramp = np.tile(np.arange(64, dtype="<u2") * 40, (64, 1)).tobytes()
    paths = []
    for number in range(series):
        for slice_ in (1, 2, 3):
            data = make_ct(
                slice_, study=STUDY, series=f"{STUDY}.{number}", SeriesNumber=number, StudyDescription="Head", PixelData=ramp
            )
            data["PixelData"].VR = "OW"
            paths.append(save(data, folder / f"{number:03}-{slice_}.dcm"))
    return paths


def entities(search: SearchPage, title: str) -> list[RemoteEntity]:
    study = study_index(search, title)
    rows = [search.model.result(search.model.index(row, 0, study)).entity for row in range(search.model.rowCount(study))]
    return [one for one in rows if one is not None]


def test_rows_in_sight_get_pictures_and_the_others_when_they_come_into_sight(
    screen: Screen, serve: StartServer, tmp_path: Path
) -> None:
    running = serve(make_study(tmp_path / "web", MANY))
    screen.know_archive(WebArchive(running.url, "Cloud"))
    search = found(screen, name="peer")
    search.tree.expand(study_index(search, "Head"))
    screen.wait(lambda: len(series_titles(search, study_index(search, "Head"))) == MANY)
    series = entities(search, "Head")
    screen.wait(lambda: search.pictures.of(series[0]) is not None)
    pixmap = search.pictures.of(series[0])
    assert isinstance(pixmap, QPixmap)
    image = pixmap.toImage()
    middle = image.height() // 2
    assert image.pixelColor(1, middle).lightness() + 60 < image.pixelColor(image.width() - 2, middle).lightness()
    screen.wait(lambda: search.pictures.of(series[4]) is not None)
    assert search.pictures.of(series[-1]) is None  # far below
    bar = search.tree.verticalScrollBar()
    bar.setValue(bar.maximum())
    screen.wait(lambda: search.pictures.of(series[-1]) is not None)
    assert sum(search.pictures.of(one) is not None for one in series) < MANY
    assert not search.window().grab().isNull()


def test_orthanc_gives_pictures_and_the_rest_of_a_study_while_it_is_looked_at(
    screen: Screen, start_peer: StartPeer, tmp_path: Path
) -> None:
    """Over DICOMweb: what is opened comes first; the others follow by themselves, and leave no transfer behind."""
    archive = WebArchive(start_orthanc(start_peer, tmp_path / "orthanc"), "Orthanc", access=WebAccess.BASIC, user_name="ci")
    with WebSession(archive, WebCaller(by_password("ci", "ci-pass"))) as session:
        stored = stow(session, [read_item(str(path)) for path in make_study(tmp_path / "web", 4)])
    assert all(one.is_done for one in stored), stored
    screen.know_archive(archive)
    screen.desk.nodes.keep_secret(archive, "ci-pass")
    search = found(screen, patient_id="P1")
    search.tree.expand(study_index(search, "Head"))
    screen.wait(lambda: len(series_titles(search, study_index(search, "Head"))) == 4)
    series = entities(search, "Head")
    screen.wait(lambda: all(search.pictures.of(one) is not None for one in series))
    study = search.model.result(study_index(search, "Head"))
    second = search.model.result(search.model.index(1, 0, study_index(search, "Head")))
    search.open(second)
    viewport = screen.workspace.layout.active
    screen.wait(lambda: viewport.frame is not None and viewport.count == 3)
    assert viewport.display_set is not None
    assert viewport.display_set.series_instance_uid == series[1].series_instance_uid
    screen.wait(lambda: study.here == 12)
    screen.wait(lambda: [one.state for one in screen.desk.transfers.transfers] == [TransferState.DONE])


def test_nodes_of_dimse_have_none(screen: Screen, archive: Archive) -> None:
    screen.know(archive.node)
    search = found(screen, name="peer")
    search.tree.expand(study_index(search, "Head"))
    screen.wait(lambda: len(series_titles(search, study_index(search, "Head"))) == 2)
    assert not any(search.pictures.has(one) for one in entities(search, "Head"))


def test_an_archive_without_thumbnails_renders_the_middle_of_the_series(serve: StartServer, tmp_path: Path) -> None:
    running = serve(make_study(tmp_path / "web", 1))
    with running.session() as session:
        pictures = SeriesPictures(session)
        packed = pictures.jpeg(WebTarget(STUDY, f"{STUDY}.0"), 3, 48)
        picture = small_picture(packed, 48)
        assert picture is not None
        assert picture.shape == (48, 48, 3)
        assert picture[24, 2, 0] + 60 < picture[24, 45, 0]
        assert pictures.jpeg(WebTarget(STUDY, "1.2.3"), 3, 48) == b""
    asked = [line for line in running.lines if "thumbnail" in line]
    assert len(asked) <= 1  # what it does not know it is asked for once


def test_pictures_of_strangers() -> None:
    colours = np.zeros((90, 40, 3), np.uint8)
    colours[:, 20:] = (250, 100, 10)
    small = small_picture(imagecodecs.jpeg8_encode(colours, level=95), 30)
    assert small is not None
    assert small.shape == (30, 13, 3)
    assert np.abs(small[15, 11].astype(int) - (250, 100, 10)).max() < 20
    grey = small_picture(imagecodecs.jpeg8_encode(np.full((20, 10), 77, np.uint8)), 30)
    assert grey is not None
    assert grey.shape == (20, 10, 3)
    wide = small_picture(imagecodecs.jpeg8_encode(np.zeros((2, 400), np.uint8)), 30)
    assert wide is not None
    assert max(wide.shape) <= 30
    packed = bytes(imagecodecs.jpeg8_encode(colours))
    huge = bytearray(packed)
    at = packed.index(b"\xff\xc0")
    huge[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    for bad in (b"", b"no picture", bytes(huge), packed[: at + 4]):
        assert small_picture(bad, 30) is None
