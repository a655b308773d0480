"""What becomes one stack and what is split off: invented series with a known answer, and real ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.library_desk import ALL, image, series
from viewer.library.scan import scan_once
from viewer.library.split_rules import split_series
from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.hierarchy import Instance

CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
ECG, PDF = "1.2.840.10008.5.1.4.1.1.9.1.1", "1.2.840.10008.5.1.4.1.1.104.1"
MR_CLASS = "1.2.840.10008.5.1.4.1.1.4"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def stacks(images: list[Instance], modality: str = "MR") -> list[tuple[int, str]]:
    return [(len(one.frames), str(one.split_reason)) for one in split_series(series(modality=modality), images)]


def volume(values: list[object], attribute: str, slices: int = 5, **changes: object) -> list[Instance]:
    """A volume for each value of an attribute."""
    return [
        image(number * 100 + z, z=z * 2.0, instance_number=number * 100 + z, **{attribute: value}, **changes)
        for number, value in enumerate(values)
        for z in range(slices)
    ]


def test_one_volume_is_one_stack_without_a_reason() -> None:
    assert stacks(volume([None], "echo_number")) == [(5, "")]


@pytest.mark.parametrize(
    ("attribute", "values", "reasons"),
    [
        ("echo_number", [1, 2], ["echo 1", "echo 2"]),
        ("echo_time", [4.6, 2.3], ["echo time 2.3 ms", "echo time 4.6 ms"]),
        ("b_value", [1000.0, 0.0, 500.0], ["b = 0", "b = 500", "b = 1000"]),
        ("temporal_position", [3.0, 1.0, 2.0], ["phase 1", "phase 2", "phase 3"]),
        ("acquisition_time", ["120001", "120000"], ["phase 1", "phase 2"]),
        ("acquisition_number", [2, 1], ["phase 1", "phase 2"]),
    ],
)
def test_what_repeats_the_positions_splits(attribute: str, values: list[object], reasons: list[str]) -> None:
    assert stacks(volume(values, attribute)) == [(5, reason) for reason in reasons]


def test_an_attribute_that_varies_without_repeating_positions_does_not_split() -> None:
    images = [image(z, z=float(z), echo_time=2.0 + z, acquisition_number=z, b_value=float(z)) for z in range(8)]
    assert stacks(images) == [(8, "")]


def test_axes_that_are_a_little_long_sort_like_those_that_get_letters() -> None:
    """What is sound enough for orientation letters is so for sorting: the row axis is 4 % too long here."""
    images = [image(n, image_position=(0.0, 0.0, -2.0 * n), image_orientation=(1.04, 0.0, 0.0, 0.0, 1.0, 0.0)) for n in range(5)]
    (found,) = split_series(series(), images)
    assert [ref.sop_instance_uid for ref in found.frames] == [f"1.2.{n}" for n in (4, 3, 2, 1, 0)]


def test_the_beats_of_a_cine_are_one_stack_for_each_slice() -> None:
    images = [
        image(z * 100 + beat, z=z * 8.0, trigger_time=beat * 40.0, instance_number=z * 100 + beat)
        for z in range(3)
        for beat in range(20)
    ]
    assert stacks(images) == [(20, "slice 1"), (20, "slice 2"), (20, "slice 3")]


def test_a_long_run_of_volumes_and_the_directions_of_one_b_value_stay_together() -> None:
    assert [count for count, _ in stacks(volume(list(range(60)), "acquisition_number", slices=3))] == [180]
    directions = volume(list(range(6)), "acquisition_number", b_value=1000.0)
    assert stacks(directions) == [(30, "")]


def test_the_sop_class_is_named_where_the_size_is_the_same() -> None:
    capture = [image(9, sop_class_uid=SECONDARY_CAPTURE)]
    assert stacks([*(image(n, float(n)) for n in range(3)), *capture]) == [(3, "CT Image"), (1, "Secondary Capture Image")]


def test_a_private_object_without_bits_is_no_picture() -> None:
    """It may state the rows and columns of the images it belongs to."""
    slices = [image(n, float(n), bits_allocated=16) for n in range(3)]
    private = image(9, sop_class_uid="1.3.46.670589.11.0.0.12.2", rows=4, columns=4)
    found = split_series(series(), [*slices, private])
    assert sorted((one.kind, one.number_of_instances, str(one.split_reason)) for one in found) == [
        (DisplaySetKind.DOCUMENT, 1, "object 9"),
        (DisplaySetKind.IMAGE, 3, ""),
    ]
    picture = replace(private, bits_allocated=8)
    assert [one.kind for one in split_series(series(), [picture])] == [DisplaySetKind.IMAGE]


def test_orientation_size_type_and_colour_split() -> None:
    axial = volume([None], "echo_number")
    across = [image(500 + n, image_position=(0.0, float(n), 0.0), image_orientation=CORONAL) for n in range(4)]
    assert stacks([*axial, *across]) == [(5, "axial orientation"), (4, "coronal orientation")]
    larger = [image(600 + n, z=n * 2.0, rows=8, columns=6) for n in range(3)]
    assert stacks([*axial, *larger]) == [(5, "4 × 4 pixels"), (3, "6 × 8 pixels")]
    colour = [image(700 + n, z=n * 2.0, samples_per_pixel=3) for n in range(2)]
    assert stacks([*axial, *colour])[1] == (2, "4 × 4 pixels, colour")
    derived = [image(800 + n, z=n * 2.0, image_type=("DERIVED", "PRIMARY", "ADC")) for n in range(5)]
    original = [image(900 + n, z=n * 2.0, image_type=("ORIGINAL", "PRIMARY", "M")) for n in range(5)]
    assert {reason for _, reason in stacks([*derived, *original])} == {"image type ADC", "image type M"}


def test_images_that_turn_around_an_axis_are_one_stack() -> None:
    import math

    images = []
    for number in range(12):
        c, s = math.cos(number * math.pi / 12), math.sin(number * math.pi / 12)
        images.append(image(number, image_position=(c, s, 0.0), image_orientation=(c, s, 0.0, 0.0, 0.0, -1.0)))
    assert stacks(images) == [(12, "")]


def test_a_level_of_a_slide_is_one_image_and_the_finest_comes_first() -> None:
    slide = "1.2.840.10008.5.1.4.1.1.77.1.6"
    tiles = {1: 4, 2: 900, 3: 64}
    images = [image(number, sop_class_uid=slide, number_of_frames=count) for number, count in tiles.items()]
    found = split_series(series(modality="SM"), images)
    assert [one.frames for one in found] == [(images[number - 1].first_frame,) for number in (2, 3, 1)]


def test_documents_and_multi_frame_images_stand_alone() -> None:
    images = [image(1, number_of_frames=9), image(2, number_of_frames=3), *volume([None], "echo_number", slices=2)]
    assert sorted(stacks(images)) == [(2, ""), (3, "multi-frame image 2"), (9, "multi-frame image 1")]
    paper = [image(5, sop_class_uid=PDF, rows=0, columns=0, content_label="Letter"), image(6, sop_class_uid=ECG, rows=0, columns=0)]
    found = split_series(series(), paper)
    assert [one.kind for one in found] == [DisplaySetKind.DOCUMENT] * 2
    assert found[0].label == "Letter"


def test_a_position_without_a_sound_orientation_is_sorted_by_number() -> None:
    images = [image(n, z=float(-n), image_orientation=(0.0,) * 6, instance_number=n) for n in (3, 1, 2)]
    (one,) = split_series(series(), images)
    assert [ref.sop_instance_uid for ref in one.frames] == ["1.2.1", "1.2.2", "1.2.3"]


@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_splitting_survives_shuffles_and_never_loses_or_doubles_a_frame(data: st.DataObject) -> None:
    some = st.sampled_from([None, 1.0, 2.0])
    images = [
        image(
            number, z=float(data.draw(st.integers(0, 4))), echo_time=data.draw(some), b_value=data.draw(some),
            temporal_position=data.draw(some), rows=data.draw(st.sampled_from([4, 8])), copy=data.draw(st.integers(0, 1)),
            number_of_frames=data.draw(st.sampled_from([1, 1, 1, 3])),
        )
        for number in range(data.draw(st.integers(1, 14)))
    ]  # fmt: skip
    found = split_series(series(modality="MR"), images)
    frames = [ref for one in found for ref in one.frames]
    assert len(frames) == len(set(frames)) == sum(one.number_of_frames for one in images)
    assert len({one.key for one in found}) == len(found)
    shuffled = [data.draw(st.just(one)) for one in data.draw(st.permutations(images))]
    assert _plain(split_series(series(modality="MR"), shuffled)) == _plain(found)


def _plain(sets: tuple[DisplaySet, ...]) -> set[tuple[str, tuple[object, ...]]]:
    return {(one.key, one.frames) for one in sets}


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("Slicer+Slicer/Testing/Data/Input/CTHeadAxialDicom", [93]),
        ("neurolabusc+dcm_qa_decubitus/In/HFS", [35]),
        ("neurolabusc+dcm_qa_ct/In/Philips/S21570/S2010", [28]),
        ("neurolabusc+dcm_qa_nih/In/20180918GE/mr_0004", [15] * 10),
    ],
)
def test_real_series(samples: Path, folder: str, expected: list[int]) -> None:
    with scan_once([str(samples / folder)]) as report:
        found = [
            len(one.frames)
            for patient in report.library.patients(ALL)
            for study in report.library.studies(patient.patient_key, ALL)
            for one in report.library.display_sets(study.study_instance_uid)
            if one.kind is DisplaySetKind.IMAGE
        ]
    assert found == expected
