"""A video in the whole program: found, shown, played, stepped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.video_files import H264, RATE, decoded, encoded, pictures, write_video
from viewer.app.bootstrap import Program
from viewer.app.paths import folders
from viewer.dicom.video import video_library
from viewer.model.display_set import DisplaySetKind

pytestmark = pytest.mark.skipif(video_library() is None, reason="the extra video is not installed")


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot) -> Iterator[Program]:
    places = folders()
    places.make()
    made = Program(qapp, places)
    made.window.resize(900, 600)
    made.window.show()
    qtbot.waitExposed(made.window)
    yield made
    made.window.close()
    made.window.deleteLater()
    qapp.setStyleSheet("")
    QCoreApplication.processEvents()


def test_a_video_opens_plays_and_is_stepped_through(program: Program, ffmpeg: str, tmp_path: Path, qtbot: QtBot) -> None:
    stream = encoded(ffmpeg, pictures(40), tmp_path, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "10")
    path = write_video(tmp_path / "video.dcm", stream, H264, 40)
    expected = decoded(ffmpeg, stream)
    program.window.open_paths([path])
    viewport, workspace = program.workspace.layout.active, program.workspace
    qtbot.waitUntil(lambda: viewport.frame is not None and viewport.count == 40, timeout=20_000)
    assert viewport.display_set is not None
    assert viewport.display_set.kind is DisplaySetKind.VIDEO
    assert workspace.cine.rate(viewport) == pytest.approx(RATE)

    def shows(number: int) -> bool:
        frame = viewport.frame
        return frame is not None and frame.ref.frame_number == number and np.array_equal(frame.pixels, expected[number - 1])

    workspace.opening.go(29)
    qtbot.waitUntil(lambda: shows(30))
    workspace.opening.step(-1)
    qtbot.waitUntil(lambda: shows(29))
    program.registry.run("navigate.cine", workspace)
    qtbot.waitUntil(lambda: viewport.index > 33)
    program.registry.run("navigate.cine", workspace)
    assert viewport.cine_rate is None
    qtbot.waitUntil(lambda: shows(viewport.index + 1))
