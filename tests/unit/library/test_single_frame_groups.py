"""Enhanced images that are a file each: sorted and split by what their functional groups say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset

from tests.library_desk import scan, write
from viewer.library.library import Library
from viewer.library.read_instance import read_instance

MR, CT = "1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.2"
PLACES = (12.5, -7.5, 2.5, -2.5, 7.5)  # by Instance Number


def item(**attributes: Any) -> Dataset:
    data_set = Dataset()
    for keyword, value in attributes.items():
        setattr(data_set, keyword, value)
    return data_set


def enhanced(number: int, place: float, b_value: float = 0.0, **attributes: Any) -> dict[str, Any]:
    shared = item(
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.7], SliceThickness=2)],
    )
    own = item(
        PlanePositionSequence=[item(ImagePositionPatient=[1, 2, place])],
        FrameContentSequence=[item(FrameAcquisitionDateTime="20240131101112.5", TemporalPositionIndex=3)],
        MREchoSequence=[item(EffectiveEchoTime=41.5)],
        MRDiffusionSequence=[item(DiffusionBValue=b_value)],
        CardiacSynchronizationSequence=[item(NominalCardiacTriggerDelayTime=33.5)],
    )
    return {
        "SOPClassUID": MR, "Modality": "MR", "SOPInstanceUID": f"1.2.7.{number}", "InstanceNumber": number, "NumberOfFrames": 1,
        "SharedFunctionalGroupsSequence": [shared], "PerFrameFunctionalGroupsSequence": [own],
    } | attributes  # fmt: skip


def test_what_sorts_is_taken_from_the_groups(tmp_path: Path) -> None:
    one = read_instance(str(write(tmp_path / "f", **enhanced(1, 12.5, 800.0)))).instance
    assert (one.image_position, one.image_orientation) == ((1, 2, 12.5), (1, 0, 0, 0, 1, 0))
    assert (one.pixel_spacing, one.slice_thickness) == ((0.5, 0.7), 2)
    assert (one.temporal_position, one.trigger_time, one.echo_time, one.b_value) == (3, 33.5, 41.5, 800)
    assert one.acquisition_time == "101112.5"


def test_it_is_left_alone_where_it_says_its_place_and_where_it_has_many_frames(tmp_path: Path) -> None:
    plain = enhanced(1, 12.5, ImagePositionPatient=[9, 9, 9], ImageOrientationPatient=[0, 1, 0, 0, 0, 1])
    one = read_instance(str(write(tmp_path / "1", **plain))).instance
    assert (one.image_position, one.image_orientation, one.echo_time) == ((9, 9, 9), (0, 1, 0, 0, 0, 1), None)
    for changes in ({"NumberOfFrames": 2}, {"SOPClassUID": CT}):
        other = read_instance(str(write(tmp_path / "2", **enhanced(1, 12.5, **changes)))).instance
        assert (other.image_position, other.echo_time) == (None, None)


def test_a_series_of_single_frames_is_sorted_by_place_and_split_by_b_value(tmp_path: Path) -> None:
    numbers = iter(range(1, 100))
    for b_value in (0.0, 800.0):
        for place in PLACES:
            number = next(numbers)
            write(tmp_path / "in" / str(number), **enhanced(number, place, b_value))
    library = Library(None)
    try:
        scan(library, [tmp_path / "in"], tmp_path / "cache")
        sets = library.display_sets("1.2.3")
        assert [str(one.split_reason) for one in sets] == ["b = 0", "b = 800"]
        for shift, one in enumerate(sets):
            expected = [f"1.2.7.{1 + 5 * shift + index}" for index in sorted(range(5), key=PLACES.__getitem__)]
            assert [frame.sop_instance_uid for frame in one.frames] == expected
    finally:
        library.close()


def test_a_file_whose_groups_are_cut_off_stays_in_the_series(tmp_path: Path) -> None:
    path = write(tmp_path / "in" / "1", **enhanced(1, 12.5))
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"\x20\x00\x11\x91")])
    one = read_instance(str(path)).instance
    assert (one.sop_instance_uid, one.image_position) == ("1.2.7.1", None)
