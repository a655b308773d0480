"""What was one image becomes another under the same UIDs: the window shows what is there now."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from tests.hardness.bombs import EXPLICIT, header, meta, native
from viewer.app.bootstrap import Program
from viewer.model.requests import StudyFilter


def write(path: Path, value: int, comment: bytes = b"") -> Path:
    """An even picture of `value`, always under the same UIDs."""
    path.write_bytes(meta(EXPLICIT) + header() + native(np.full(64, value, "<u2").tobytes()) + comment)
    return path


def shown_value(program: Program, path: Path, qtbot: QtBot) -> int:
    """Open `path` and look at the picture."""
    viewport = program.workspace.layout.active
    program.window.open_paths([str(path)])
    qtbot.waitUntil(lambda: program.workspace.scan is None, timeout=20_000)
    (patient,) = program.library.patients(StudyFilter(), 0, 10)
    (study,) = program.library.studies(patient.patient_key, StudyFilter())
    program.workspace.opening.show(viewport, program.library.display_sets(study.study_instance_uid)[0])
    qtbot.waitUntil(lambda: viewport.frame is not None and not viewport.loading, timeout=20_000)
    assert viewport.frame is not None
    return int(viewport.frame.pixels[0, 0])


def test_another_file_after_its_study_was_forgotten(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    first, second = write(tmp_path / "a.dcm", 111), write(tmp_path / "b.dcm", 222)
    assert shown_value(program, first, qtbot) == 111
    program.workspace.opening.close_study("1.2.4")
    program.library.forget_study("1.2.4")
    assert shown_value(program, second, qtbot) == 222


def test_a_file_that_was_written_anew(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    path = write(tmp_path / "a.dcm", 111)
    assert shown_value(program, path, qtbot) == 111
    write(path, 222)
    os.utime(path, ns=(10**18, 10**18))
    assert shown_value(program, path, qtbot) == 222
