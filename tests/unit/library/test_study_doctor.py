"""The study doctor on stacks with a known fault, shuffled; and what the browser shows of it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.library_desk import AXIAL, image, series, write
from tests.multi_frame_files import write_four_dimensions
from viewer.app.main import main
from viewer.library.series_check import notes_of_frames
from viewer.library.split_rules import split_series
from viewer.library.study_doctor import Finding, FindingKind, Slice, examine, slice_of


def stack(count: int = 8, step: float = 2.0, **changes: object) -> list[Slice]:
    return [replace(at((0.0, 0.0, z * step), z + 1), **changes) for z in range(count)]


def kinds(slices: list[Slice], modality: str = "CT") -> set[FindingKind]:
    return {one.kind for one in examine(slices, modality)}


def at(position: tuple[float, float, float], number: int | None = 1, **changes: object) -> Slice:
    values = {"position": position, "orientation": AXIAL, "number": number, "size": (4, 4), "pixel_spacing": (0.5, 0.5)}
    return Slice(**values | changes)


def test_a_sound_stack_gets_no_finding() -> None:
    assert examine(stack(), "CT") == ()
    assert examine(stack(1), "CT") == ()
    assert examine([], "CT") == ()
    assert examine(stack(5, step=0.0123456), "CT") == ()


def test_axes_that_are_a_little_long_do_not_stretch_the_distances() -> None:
    long = (1.03, 0.0, 0.0, 0.0, 1.03, 0.0)
    slices = [
        slice_of(
            image(n, image_position=(0.0, 0.0, 2.0 * n), image_orientation=long, slice_thickness=1.5, pixel_spacing=(1.0, 1.0))
        )
        for n in range(5)
    ]
    (finding,) = examine(slices, "CT")
    assert str(finding.text) == "0.5 mm between slices of 1.5 mm are not imaged."


@pytest.mark.parametrize("degrees", [1.0, 12.5, 30.0])
def test_gantry_tilt_is_measured(degrees: float) -> None:
    shift = math.tan(math.radians(degrees))
    slices = [at((0.0, z * shift, float(z)), z) for z in range(6)]
    (finding,) = examine(slices, "CT")
    assert finding.kind is FindingKind.GANTRY_TILT
    assert f"{degrees:.1f}°" in str(finding.text)
    assert "sheared" in str(finding.meaning)


def test_gaps_are_counted() -> None:
    whole = stack(10)
    (finding,) = examine(whole[:3] + whole[4:6] + whole[8:], "CT")
    assert finding.kind is FindingKind.GAPS
    assert "3" in str(finding.text)
    assert kinds([at((0.0, 0.0, z), n) for n, z in enumerate((0.0, 10.0, 30.0))]) == {FindingKind.GAPS}


def test_uneven_spacing_states_both_ends() -> None:
    (finding,) = examine([at((0.0, 0.0, z), n) for n, z in enumerate((0.0, 1.0, 2.4, 3.1, 4.9))], "CT")
    assert finding.kind is FindingKind.UNEVEN_SPACING
    assert "0.7 to 1.8 mm" in str(finding.text)


def test_rounded_positions_are_even() -> None:
    positions = [round(z * 0.66667, 2) for z in range(40)]
    assert examine([at((0.0, 0.0, z), n) for n, z in enumerate(positions)], "CT") == ()


def test_duplicates_reversed_and_mixed_directions() -> None:
    assert kinds([*stack(), at((0.0, 0.0, 4.0), 77)]) == {FindingKind.DUPLICATES}
    (reverse,) = examine([at((0.0, 0.0, float(-z)), z) for z in range(5)], "CT")
    assert (reverse.kind, reverse.is_warning) == (FindingKind.REVERSED, False)
    mixed = [at((0.0, 0.0, float(z)), number) for z, number in enumerate((1, 5, 2, 4, 3))]
    assert kinds(mixed) == {FindingKind.MIXED_DIRECTIONS}
    assert kinds([at((0.0, 0.0, float(z)), None) for z in range(5)]) == set()


def test_a_place_that_comes_again_at_another_time_is_no_duplicate() -> None:
    times = [[replace(one, run=(("TemporalPositionIndex", time),)) for one in stack()] for time in range(3)]
    assert examine([one for time in times for one in time], "MR") == ()
    (finding,) = examine([*times[0], *times[1], times[1][4], times[1][5]], "MR")
    assert finding.kind is FindingKind.DUPLICATES
    assert str(finding.text).endswith(": 2.")


def test_a_slice_that_one_time_lacks_is_missing() -> None:
    first, second = ([replace(one, run=(("TemporalPositionIndex", time),)) for one in stack()] for time in (1, 2))
    (finding,) = examine([*first, *second[:3], *second[5:]], "MR")
    assert finding.kind is FindingKind.GAPS
    assert str(finding.text).endswith(": 2.")
    assert examine([*first, *second[:3]], "MR") == ()  # it ended early: what is there lies evenly


def test_what_differs_within_a_stack() -> None:
    sagittal = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
    assert FindingKind.MIXED_ORIENTATIONS in kinds([*stack(3), at((5.0, 0.0, 0.0), 9, orientation=sagittal)])
    assert kinds([*stack(3), at((0.0, 0.0, 6.0), 4, size=(4, 8))]) == {FindingKind.MIXED_SIZES}
    assert kinds([*stack(3), at((0.0, 0.0, 6.0), 4, pixel_spacing=(0.6, 0.6))]) == {FindingKind.MIXED_SPACING}
    mixed = [at((0.0, 0.0, float(z)), z, frame_of_reference_uid=f"1.{z % 2}") for z in range(4)]
    assert kinds(mixed) == {FindingKind.MIXED_FRAMES_OF_REFERENCE}


def test_what_is_missing_matters_where_slices_are_sections() -> None:
    blind = stack(3, position=None, pixel_spacing=None)
    assert kinds(blind, "MR") == {FindingKind.MISSING_POSITIONS, FindingKind.NO_PIXEL_SPACING}
    assert kinds(blind, "US") == set()


def test_thickness_against_distance() -> None:
    (gap,) = examine(stack(5, step=5.0, thickness=3.0), "MR")
    assert (gap.kind, gap.is_warning) == (FindingKind.SLICE_GAPS, False)
    assert "2 mm between slices of 3 mm" in str(gap.text)
    assert kinds(stack(5, step=1.0, thickness=3.0), "CT") == {FindingKind.OVERLAP}
    assert kinds(stack(5, step=3.0, thickness=3.0), "CT") == set()


@given(st.data())
def test_the_order_of_files_does_not_matter(data: st.DataObject) -> None:
    slices = [at((0.0, z * 0.2, z), n) for n, z in enumerate((0.0, 1.0, 2.0, 4.0, 5.0, 5.0))]
    assert examine(data.draw(st.permutations(slices)), "CT") == examine(slices, "CT")


@given(st.floats(0.05, 20), st.integers(3, 40), st.floats(-1000, 1000))
def test_an_even_stack_is_even_at_any_scale(step: float, count: int, start: float) -> None:
    slices = [at((0.0, 0.0, start + z * step), z) for z in range(count)]
    assert examine(slices, "CT") == ()


def test_findings_are_told_worst_first() -> None:
    slices = [at((0.0, 0.0, -z), n, thickness=0.2) for n, z in enumerate((0.0, 1.0, 2.0, 4.0))]
    found: tuple[Finding, ...] = examine(slices, "CT")
    assert [one.is_warning for one in found] == [True, False, False]


def test_the_browser_shows_what_would_mislead() -> None:
    images = [image(n, z=z, pixel_spacing=(1.0, 1.0)) for n, z in enumerate((0.0, 2.0, 4.0, 8.0))]
    (one,) = split_series(series(), images)
    assert [str(note) for note in one.notes] == ["Slices seem to be missing: 1."]
    (scout,) = split_series(series(series_description="Scout"), images)
    assert scout.notes == ()


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, z in enumerate((0, 2, 4, 8)):
        write(
            tmp_path / "in" / str(number), SOPInstanceUID=f"1.2.{number}", InstanceNumber=number, PixelSpacing=[1, 1],
            ImagePositionPatient=[0, 0, z], ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        )  # fmt: skip
    assert main(["check", str(tmp_path / "in"), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["series"]
    assert [(one["kind"], one["is_warning"]) for one in found["findings"]] == [("gaps", True)]
    assert main(["check", str(tmp_path / "in")]) == 0
    assert "Slices seem to be missing: 1." in capsys.readouterr().out


def test_multi_frame_images_are_looked_into(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = samples / "neurolabusc+dcm_qa_enh"
    assert main(["check", str(folder), "--json"]) in (0, 1)
    assert json.loads(capsys.readouterr().out)["series"]


def test_times_and_echoes_of_a_multi_frame_image_are_no_duplicates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_four_dimensions(tmp_path / "image.dcm")
    assert main(["check", str(tmp_path), "--json"]) == 0
    (series,) = json.loads(capsys.readouterr().out)["series"]
    assert series["findings"] == []


def test_a_gap_between_frames_is_told_but_not_of_a_segmentation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Frames of a segmentation that would be empty are left out."""
    path = tmp_path / "a" / "image.dcm"
    path.parent.mkdir()
    write_four_dimensions(path)
    image = pydicom.dcmread(path)
    for frame in image.PerFrameFunctionalGroupsSequence:
        place = frame.PlanePositionSequence[0]
        z = float(place.ImagePositionPatient[2])
        place.ImagePositionPatient = [0, 0, z + 10 if z > 15 else z]
    image.save_as(path)
    gap = "Slices seem to be missing: 2."
    assert [str(note) for note in notes_of_frames(str(path), image.SOPClassUID, "MR")] == [gap]
    assert notes_of_frames(str(path), image.SOPClassUID, "US") == ()
    assert main(["check", str(path), "--json"]) == 0
    assert [one["text"] for one in json.loads(capsys.readouterr().out)["series"][0]["findings"]] == [gap]
    image.SOPClassUID, image.Modality = "1.2.840.10008.5.1.4.1.1.66.4", "SEG"
    image.save_as(tmp_path / "segmentation.dcm")
    assert main(["check", str(tmp_path / "segmentation.dcm"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["series"][0]["findings"] == []
