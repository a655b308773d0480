"""What was one image becomes another under the same UIDs: the window shows what is there now."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
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


def test_two_objects_that_were_taken_for_one_are_shown_as_two(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    """They differ where no sample is taken: what is told apart in the background gets a card of its own."""
    for name, byte in (("a.dcm", 1), ("b.dcm", 2)):
        comment = bytearray(400_000)
        comment[100_000] = byte
        write(tmp_path / name, 111, b"\xfc\xff\xfc\xff" + b"OB\0\0" + len(comment).to_bytes(4, "little") + bytes(comment))
    told: list[frozenset[str]] = []
    program.workspace.studies_changed.connect(told.append)
    program.window.open_paths([str(tmp_path)])
    qtbot.waitUntil(lambda: len(program.library.display_sets("1.2.4")) == 2)
    qtbot.waitUntil(lambda: bool(told) and "1.2.4" in told[-1])
    panel = program.window.browser.content
    qtbot.waitUntil(lambda: "same UID" in " ".join(texts(panel.model)))  # type: ignore[attr-defined]


def texts(model: QAbstractItemModel, parent: QModelIndex | None = None) -> list[str]:
    """What the rows of a model say, down to the last."""
    found: list[str] = []
    for row in range(model.rowCount(parent or QModelIndex())):
        index = model.index(row, 0, parent or QModelIndex())
        found += [str(index.data(Qt.ItemDataRole.AccessibleTextRole)), *texts(model, index)]
    return found
