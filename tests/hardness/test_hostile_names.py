"""Hostile names and texts through library and command line: nothing is written elsewhere, nothing moves a terminal's cursor."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest

from tests.hardness.hostile import NUMBER_OF_FILES, TEXTS, write_hostile
from viewer.app.main import main
from viewer.dicom.image_file import open_image
from viewer.dicom.tag_tree import read_tags
from viewer.library.library import Library
from viewer.library.scan import FolderScanner
from viewer.model.requests import ScanUpdate, StudyFilter

HARMFUL = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile") / "in"
    write_hostile(made)
    return made


def harmful(text: str) -> set[str]:
    return {char for char in text if char != "\n" and unicodedata.category(char) in HARMFUL}


def everything_below(folder: Path) -> set[str]:
    return {os.path.join(place, name) for place, folders, files in os.walk(folder) for name in (*folders, *files)}


def test_there_are_enough() -> None:
    assert NUMBER_OF_FILES >= 60


def test_the_library_takes_them_all_and_writes_nowhere_else(folder: Path, tmp_path: Path) -> None:
    outside = folder.parent.parent
    before = everything_below(outside)
    updates: list[ScanUpdate] = []
    library = Library(tmp_path / "data")
    scanner = FolderScanner(library, tmp_path / "cache")
    try:
        scanner.open_paths([str(folder)], updates.append).join(60)
        assert [one for update in updates for one in update.problems] == []
        found = 0
        for patient in library.patients(StudyFilter(), 0, 500):
            for study in library.studies(patient.patient_key, StudyFilter()):
                for one in library.display_sets(study.study_instance_uid):
                    found += len(one.frames)
                    path = library.locate(one.frames[0])
                    assert path is not None
                    assert Path(path).is_relative_to(folder)
        assert found == NUMBER_OF_FILES
        for text in TEXTS:
            library.patients(StudyFilter(text=text[:200]), 0, 10)  # as somebody types it into the search box
    finally:
        scanner.close()
        library.close()
    new = everything_below(outside) - before
    assert all(Path(path).is_relative_to(tmp_path) for path in new), new
    assert not [place for place in ("/tmp/negatoscope-was-here", "/etc/negatoscope-was-here") if os.path.exists(place)]


@pytest.mark.parametrize("command", ["scan", "check"])
def test_what_folders_hold_is_printed_without_control_characters(
    folder: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(folder)]) == 0
    said = capsys.readouterr()
    assert harmful(said.out) == set()
    assert harmful(said.err) == set()
    assert all(len(line) < 4000 for line in said.out.splitlines())


@pytest.mark.parametrize("command", ["scan", "check"])
def test_json_of_folders_is_escaped(folder: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, str(folder), "--json"]) == 0
    out = capsys.readouterr().out
    assert harmful(out) == set()
    assert json.loads(out)["skipped"] == []


def test_tags_are_printed_without_control_characters(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in sorted(folder.iterdir()):
        assert main(["tags", str(path)]) == 0, path
        said = capsys.readouterr()
        assert harmful(said.out) == set(), path
        assert harmful(said.err) == set(), path


def test_json_of_tags_is_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in sorted(folder.iterdir()):
        assert main(["tags", str(path), "--json"]) == 0, path
        found = json.loads(capsys.readouterr().out)
        assert found["00280010"]["Value"] == [4]


def test_the_tree_and_the_facts_take_them(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        tree = read_tags(str(path))
        for node in range(len(tree)):
            assert harmful(tree.element(node).value) == set(), (path, tree.element(node))
        assert open_image(str(path)).facts(1).rows == 4


def test_hostile_file_names_are_told_plainly(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = (folder / "text-00").read_bytes()
    place = tmp_path / "in"
    place.mkdir()
    names = ["\x1b[2J", "a\nb", "\u202egnp.dcm", "-rf", "<b>x", "%n", "=1+2", "x" * 200, "\udcff\udcfe"]
    for number, name in enumerate(names):
        (place / name).write_bytes(content if number % 2 else b"nothing")
    main(["scan", str(place), *(str(place / name) for name in names)])
    said = capsys.readouterr()
    assert harmful(said.out) == set()
    assert harmful(said.err) == set()
