"""``negatoscope render`` and ``negatoscope pixels`` on real files: what they write and how they answer."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest

from viewer.app.cli.one_frame import load_frame
from viewer.app.main import main
from viewer.imaging.compose import initial_data, to_grey
from viewer.imaging.render import render_frame

CT = "ImagingDataCommons+highdicom/data/test_files/ct_image.dcm"
COLOUR = "pydicom+pydicom/src/pydicom/data/test_files/SC_rgb_small_odd.dcm"


@pytest.fixture
def ct(samples: Path) -> str:
    return str(samples / CT)


def test_render_writes_the_native_picture(ct: str, tmp_path: Path) -> None:
    target = tmp_path / "out.png"
    assert main(["render", ct, "-o", str(target)]) == 0
    frame = load_frame(ct, 1)
    picture = imagecodecs.imread(str(target))
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, render_frame(frame, initial_data(frame), overlays=False))


def test_render_takes_a_window_also_a_negative_one(ct: str, tmp_path: Path) -> None:
    target = tmp_path / "out.png"
    assert main(["render", ct, "--window", "-600", "1500.5", "-o", str(target)]) == 0
    frame = load_frame(ct, 1)
    values = frame.pixels.astype(float) * frame.facts.modality_lut.slope + frame.facts.modality_lut.intercept
    expected = np.clip(((values + 600.5) / 1499.5 + 0.5) * 255, 0, 255)
    assert np.abs(imagecodecs.imread(str(target)) - expected).max() <= 0.5 + 1e-9


def test_render_fits_into_a_size(ct: str, tmp_path: Path) -> None:
    target = tmp_path / "out.png"
    assert main(["render", ct, "--size", "300", "200", "-o", str(target)]) == 0
    picture = imagecodecs.imread(str(target))
    assert picture.shape == (200, 300)
    assert not picture[:, :50].any()
    assert not picture[:, 250:].any()
    assert picture[:, 50:250].std() > 10


@pytest.mark.parametrize("arguments", [["--window", "nan", "5"], ["--window", "1"], ["--size", "0", "5"], ["--size", "99999", "5"]])
def test_options_that_make_no_sense_are_refused(ct: str, tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["render", ct, *arguments, "-o", str(tmp_path / "out.png")])
    assert end.value.code == 2
    assert not (tmp_path / "out.png").exists()


def test_pixels_after_the_modality_lut_and_as_stored(ct: str, tmp_path: Path) -> None:
    measured, stored = tmp_path / "measured", tmp_path / "stored.npy"
    assert main(["pixels", ct, "-o", str(measured)]) == 0
    assert main(["pixels", ct, "--stored", "-o", str(stored)]) == 0
    frame = load_frame(ct, 1)
    lut = frame.facts.modality_lut
    plain = np.load(stored)
    assert plain.dtype == frame.pixels.dtype
    assert np.array_equal(plain, frame.pixels)
    assert np.array_equal(np.load(measured), plain * float(lut.slope) + float(lut.intercept))
    assert lut.intercept != 0


def test_colour_is_written_as_rgb_and_has_no_window(samples: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path, target = str(samples / COLOUR), tmp_path / "out.png"
    assert main(["render", path, "--window", "1", "2", "-o", str(target)]) == 0
    assert "no window" in capfd.readouterr().err
    assert np.array_equal(imagecodecs.imread(str(target)), load_frame(path, 1).pixels)
    assert main(["pixels", path, "-o", str(target)]) == 0
    assert np.load(target).shape == load_frame(path, 1).pixels.shape


@pytest.mark.parametrize("command", ["render", "pixels"])
@pytest.mark.parametrize(
    ("file", "frame", "sentence"),
    [
        (CT, "2", "no frame 2"),
        (CT, "0", "no frame 0"),
        ("README.md", "1", "not DICOM"),
        ("missing", "1", "not there"),
        (".", "1", "folder"),
    ],
)
def test_what_gives_no_picture_is_named_in_one_line(
    samples: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], command: str, file: str, frame: str, sentence: str
) -> None:
    target = tmp_path / "out"
    path = str(samples / file)
    assert main([command, path, "--frame", frame, "-o", str(target)]) == 1
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 1
    assert path in lines[0]
    assert sentence in lines[0]
    assert not target.exists()


@pytest.mark.parametrize("command", ["render", "pixels"])
def test_an_output_that_cannot_be_written_ends_with_2(
    ct: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, ct, "-o", str(tmp_path / "no" / "such")]) == 2
    assert "cannot be written" in capfd.readouterr().err


def test_a_crasher_costs_a_sentence(crashers: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for path in sorted(crashers.iterdir())[:6]:
        if path.is_file():
            assert main(["render", str(path), "-o", str(tmp_path / "out.png")]) in (0, 1)
            assert "Traceback" not in capfd.readouterr().err


def test_grey_of_the_command_line_is_the_net_transformation(ct: str) -> None:
    frame = load_frame(ct, 1)
    data = initial_data(frame)
    assert np.array_equal(render_frame(frame, data, overlays=False), to_grey(frame.pixels, frame.facts, data))


def test_pixels_as_the_file_maps_them(ct: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data_set = pydicom.dcmread(ct)
    data_set.RealWorldValueMappingSequence = [_mapping("first", "1", 2.0, 1), _mapping("second", "{SUVbw}g/ml", 0.5, 3)]
    path, target = str(tmp_path / "in.dcm"), tmp_path / "out.npy"
    data_set.save_as(path)
    stored = data_set.pixel_array.astype(float)
    covered = (stored >= -500) & (stored <= 900)
    assert covered.any()
    assert not covered.all()
    for arguments, slope, intercept, said in (
        (["--mapped"], 2.0, 1, "first\n"),
        (["--quantity", "second"], 0.5, 3, "second, g/ml\n"),
    ):
        assert main(["pixels", path, *arguments, "-o", str(target)]) == 0
        assert capsys.readouterr().out == said
        assert np.array_equal(np.load(target), np.where(covered, stored * slope + intercept, np.nan), equal_nan=True)


def _mapping(label: str, unit: str, slope: float, intercept: float) -> pydicom.Dataset:
    unit_code = pydicom.Dataset()
    unit_code.CodeValue, unit_code.CodingSchemeDesignator, unit_code.CodeMeaning = unit, "UCUM", unit
    mapping = pydicom.Dataset()
    mapping.LUTLabel, mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept = label, slope, intercept
    mapping.MeasurementUnitsCodeSequence = [unit_code]
    mapping.add_new("RealWorldValueFirstValueMapped", "SS", -500)
    mapping.add_new("RealWorldValueLastValueMapped", "SS", 900)
    return mapping


def test_pixels_without_a_mapping_say_so(ct: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.npy"
    assert main(["pixels", ct, "--mapped", "-o", str(target)]) == 1
    assert "does not say what its values stand for" in capsys.readouterr().err
    assert not target.exists()
    data_set = pydicom.dcmread(ct)
    data_set.RealWorldValueMappingSequence = [_mapping("first", "1", 2.0, 1)]
    data_set.save_as(tmp_path / "in.dcm")
    assert main(["pixels", str(tmp_path / "in.dcm"), "--quantity", "other", "-o", str(target)]) == 1
    assert "There is no other in this file, but first." in capsys.readouterr().err


def test_pixels_as_a_mapping_object_maps_them(ct: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data_set = pydicom.dcmread(ct)
    image, both = pydicom.Dataset(), pydicom.Dataset()
    image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = data_set.SOPClassUID, data_set.SOPInstanceUID
    both.ReferencedImageSequence, both.RealWorldValueMappingSequence = [image], [_mapping("second", "{SUVbw}g/ml", 0.5, 3)]
    mapping = pydicom.Dataset()
    mapping.SOPClassUID, mapping.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.67", "1.2.3"
    mapping.ReferencedImageRealWorldValueMappingSequence = [both]
    mapping.file_meta = data_set.file_meta
    mapping.save_as(tmp_path / "rwv.dcm", enforce_file_format=True)
    target = tmp_path / "out.npy"
    arguments = ["pixels", ct, "--mapping", str(tmp_path / "rwv.dcm"), "-o", str(target)]
    assert main(arguments) == 0
    assert capsys.readouterr().out == "second, g/ml\n"
    stored = data_set.pixel_array.astype(float)
    covered = (stored >= -500) & (stored <= 900)
    assert np.array_equal(np.load(target), np.where(covered, stored * 0.5 + 3, np.nan), equal_nan=True)
    assert main([*arguments, "--stored"]) == 2
    assert "exclude each other" in capsys.readouterr().err
    assert main(["pixels", ct, "--mapping", str(tmp_path / "gone.dcm"), "-o", str(target)]) == 1
    assert "gone.dcm" in capsys.readouterr().err
    assert main(["pixels", ct, "--mapping", ct, "-o", str(target)]) == 1
    assert "Neither the file nor the mapping objects" in capsys.readouterr().err
