"""The sample study is sound, and what is where it says: the oracle is pydicom, not the program."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import FileDataset, dcmread

from viewer.dicom.image_file import open_image

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "sample"
FILES = sorted(SAMPLE.rglob("*.dcm"))
RODS = {-55: -100, -33: 0, -11: 50, 11: 100, 33: 200, 55: 800}  # x in mm: HU
ROD_Y = 113.0


@pytest.fixture(scope="module")
def headers() -> dict[Path, FileDataset]:
    return {path: dcmread(path, stop_before_pixels=True) for path in FILES}


def hounsfield(number: int) -> tuple[FileDataset, NDArray[np.float64]]:
    data = dcmread(SAMPLE / "head-ct" / f"{number:03}.dcm")
    return data, np.frombuffer(data.PixelData, "<u2").reshape(data.Rows, data.Columns) - 1024.0


def mean_at(number: int, x: float, y: float) -> float:
    """Of a few pixels around a place in the patient (mm)."""
    data, values = hounsfield(number)
    column = round((x - data.ImagePositionPatient[0]) / data.PixelSpacing[1])
    row = round((y - data.ImagePositionPatient[1]) / data.PixelSpacing[0])
    return float(values[row - 3 : row + 4, column - 3 : column + 4].mean())


@pytest.mark.parametrize(("x", "expected"), RODS.items())
def test_rods_have_their_density(x: float, expected: float) -> None:
    assert mean_at(20, x, ROD_Y) == pytest.approx(expected, abs=4)


def test_left_and_right_differ_as_they_are_meant_to() -> None:
    assert mean_at(25, 38, 4) == pytest.approx(70, abs=4)  # the bleeding is on the left
    assert mean_at(25, -38, 4) < 45
    _, values = hounsfield(25)
    lead = np.argwhere(values[:60] > 2000)
    assert len(lead) > 20
    assert lead[:, 1].max() < 30  # the letter R is on the right, which is on the left of the image


def test_uids_are_of_the_project_and_none_is_twice(headers: dict[Path, FileDataset]) -> None:
    uids = [str(data.SOPInstanceUID) for data in headers.values()]
    assert len(set(uids)) == len(FILES) > 60
    assert all(uid.startswith("2.25.") and len(uid) <= 64 for uid in uids)


def test_names_in_three_scripts(headers: dict[Path, FileDataset]) -> None:
    assert {str(data.PatientName) for data in headers.values()} == {
        "Sample^Head",
        "Образцова^Вера",
        "Yamada^Hanako=山田^花子=やまだ^はなこ",
    }


def test_both_stacks_of_the_head_share_their_space(headers: dict[Path, FileDataset]) -> None:
    stacks = [data for path, data in headers.items() if path.parent.name in ("head-ct", "head-mr") and data.Modality != "SR"]
    assert len({data.FrameOfReferenceUID for data in stacks}) == 1
    assert {data.Modality for data in stacks} == {"CT", "MR"}


def test_the_program_knows_how_to_read_each_picture(headers: dict[Path, FileDataset]) -> None:
    for path, data in headers.items():
        if "Rows" in data:
            image = open_image(str(path))
            assert image.number_of_frames == int(data.get("NumberOfFrames", 1))
            assert (image.facts(1).rows, image.facts(1).columns) == (data.Rows, data.Columns)
