"""Real World Value Mapping objects: whom they speak of, and what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from written_files import EXPLICIT, IMPLICIT, item, write

from viewer.dicom.separate_maps import REAL_WORLD_VALUE_MAPPING, read_separate_maps

QIN = "QIICR+dcmqi/data/sr-example/rwvm.dcm"


def mapping(label: str, slope: float, first: int, last: int, vr: str = "US") -> Dataset:
    code = item(CodeValue="{SUVbw}g/ml", CodingSchemeDesignator="UCUM", CodeMeaning="SUV")
    one = item(LUTLabel=label, MeasurementUnitsCodeSequence=[code], RealWorldValueSlope=slope, RealWorldValueIntercept=0.0)
    one.add_new("RealWorldValueFirstValueMapped", vr, first)
    one.add_new("RealWorldValueLastValueMapped", vr, last)
    return one


def named(uid: str, **more: Any) -> Dataset:
    return item(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.128", ReferencedSOPInstanceUID=uid, **more)


def written(path: Path, *said: tuple[list[Dataset], list[Dataset]], syntax: str = EXPLICIT, kind: str = "") -> str:
    groups = [item(ReferencedImageSequence=images, RealWorldValueMappingSequence=maps) for images, maps in said]
    top = item(SOPClassUID=kind or REAL_WORLD_VALUE_MAPPING, SOPInstanceUID="1.9", Modality="RWV")
    top.ReferencedImageRealWorldValueMappingSequence = groups
    return write(path, top, syntax)


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_each_image_and_frame_has_its_own(tmp_path: Path, syntax: str) -> None:
    path = written(
        tmp_path / "a.dcm",
        ([named("1.1"), named("1.2", ReferencedFrameNumber=[2, 5])], [mapping("SUVbw", 0.5, 0, 100)]),
        ([named("1.2", ReferencedFrameNumber=3)], [mapping("lean", 0.25, 0, 100), mapping("area", 2.0, 0, 100)]),
        syntax=syntax,
    )
    found = read_separate_maps([path], is_signed=False, bits_stored=16)
    said = {
        key: [(one.label, one.slope) for one in found.of(*key)]
        for key in [("1.1", 7), ("1.2", 1), ("1.2", 3), ("1.2", 5), ("1.3", 1)]
    }
    assert said == {
        ("1.1", 7): [("SUVbw", 0.5)],
        ("1.2", 1): [],
        ("1.2", 3): [("lean", 0.25), ("area", 2.0)],
        ("1.2", 5): [("SUVbw", 0.5)],
        ("1.3", 1): [],
    }
    (one,) = found.of("1.1", 1)
    assert one.units == "g/ml"


def test_bounds_have_the_sign_of_the_image(tmp_path: Path) -> None:
    path = written(tmp_path / "a.dcm", ([named("1.1")], [mapping("SUVbw", 0.5, 0xFF00, 100)]))
    (signed,) = read_separate_maps([path], is_signed=True, bits_stored=16).of("1.1", 1)
    assert (signed.first, signed.last) == (-256, 100)
    (unsigned,) = read_separate_maps([path], is_signed=False, bits_stored=16).of("1.1", 1)
    assert (unsigned.first, unsigned.last) == (100, 0xFF00)


def test_what_is_not_for_a_whole_frame_or_no_mapping_object_says_nothing(tmp_path: Path) -> None:
    maps = [mapping("SUVbw", 0.5, 0, 100)]
    segment = written(tmp_path / "a.dcm", ([named("1.1", ReferencedSegmentNumber=1)], maps))
    other = written(tmp_path / "b.dcm", ([named("1.1")], maps), kind="1.2.840.10008.5.1.4.1.1.66")
    (tmp_path / "c.dcm").write_bytes(b"no image " * 40)
    good = written(tmp_path / "d.dcm", ([named("1.1")], maps))
    bad = [segment, other, str(tmp_path / "c.dcm"), str(tmp_path / "gone.dcm")]
    assert read_separate_maps(bad, is_signed=False, bits_stored=16).of("1.1", 1) == ()
    assert len(read_separate_maps([*bad, good], is_signed=False, bits_stored=16).of("1.1", 1)) == 1


def test_a_real_one_of_191_images(samples: Path) -> None:
    if not (samples / QIN).is_file():
        pytest.skip("the sample is not there")
    found = read_separate_maps([str(samples / QIN)], is_signed=False, bits_stored=16)
    assert len(found.by_image) == 191
    (one,) = found.of("1.3.6.1.4.1.14519.5.2.1.2744.7002.228755433214382668984541352487", 1)
    assert (one.label, one.units, one.slope, one.first, one.last) == ("SUVbw", "g/ml", 0.000375125, 0, 32761)
