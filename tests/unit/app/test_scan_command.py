"""``negatoscope scan``: the tree as JSON and as text, what was skipped, exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.library_desk import write
from viewer.app.main import main


def test_the_tree_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = write(tmp_path / "in" / "a", SOPInstanceUID="1.2.1", InstanceNumber=2, SeriesDescription="Lung")
    write(tmp_path / "in" / "b", SOPInstanceUID="1.2.2", InstanceNumber=1, SeriesDescription="Lung")
    (tmp_path / "in" / "notes.txt").write_text("not an image")
    assert main(["scan", str(tmp_path / "in"), "--json"]) == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert captured.err == ""
    (patient,) = document["patients"]
    assert (patient["patient_name"], patient["patient_id"]) == ("Muster^Max", "P1")
    (study,) = patient["studies"]
    assert study["study_instance_uid"] == "1.2.3"
    (series,) = study["series"]
    assert series["series_description"] == "Lung"
    assert [one["instance_number"] for one in series["instances"]] == [1, 2]
    assert series["instances"][1]["path"] == str(first)
    (shown,) = series["display_sets"]
    assert (shown["kind"], shown["number_of_frames"], shown["rows"]) == ("image", 2, 2)
    assert [run["sop_instance_uid"] for run in shown["frames"]] == ["1.2.2", "1.2.1"]
    (skipped,) = document["skipped"]
    assert (Path(skipped["path"]).name, skipped["kind"]) == ("notes.txt", "not_dicom")
    assert skipped["reason"]
    keys = {*patient, *study, *series, *series["instances"][0], *shown}
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", key) for key in keys)


def test_the_tree_as_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "a", PatientName="Evil^\x1b[2J\u202eName", SpecificCharacterSet="ISO_IR 192", StudyDescription="Chest")
    assert main(["scan", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "Chest" in out
    assert "\x1b" not in out
    assert "\u202e" not in out


@pytest.mark.parametrize(
    ("make", "named", "code"),
    [
        (lambda folder: (folder / "notes.txt").write_text("x"), False, 0),
        (lambda folder: (folder / "notes.txt").write_text("x"), True, 1),
        (lambda folder: (folder / "notes.txt").write_bytes(bytes(128) + b"DICM"), False, 1),
        (lambda folder: None, True, 1),
    ],
)
def test_exit_codes_and_names_on_stderr(tmp_path: Path, capsys, make, named: bool, code: int) -> None:
    write(tmp_path / "in" / "a")
    make(tmp_path / "in")
    path = tmp_path / "in" / "notes.txt" if named else tmp_path / "in"
    assert main(["scan", str(path)]) == code
    assert ("notes.txt" in capsys.readouterr().err) is (code == 1)


def test_no_path_cannot_run() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["scan"])
    assert caught.value.code == 2


def test_all_samples(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", str(samples), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    paths = [
        instance["path"]
        for patient in document["patients"]
        for study in patient["studies"]
        for series in study["series"]
        for instance in series["instances"]
    ]
    assert len(paths) == len(set(paths)) > 1000
    assert all(Path(path).is_file() for path in paths)
