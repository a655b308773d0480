"""From a file to patient, study, series and instance: UIDs that lack, lies about frames, b-values, titles, patients."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.library_desk import write
from viewer.dicom.whole_header import read_whole_header
from viewer.library.read_instance import FoundInstance, b_value, made_up_uid, patient_of, read_instance, series_of, study_of

MR = "1.2.840.10008.5.1.4.1.1.4"
SR = "1.2.840.10008.5.1.4.1.1.88.11"
PDF = "1.2.840.10008.5.1.4.1.1.104.1"
_NO_IMAGE = dict.fromkeys(("Rows", "Columns", "PixelData", "BitsAllocated", "BitsStored", "HighBit", "SamplesPerPixel"))


def read(path: Path, **attributes: object) -> FoundInstance:
    return read_instance(str(write(path, **attributes)))


def test_everything_that_sorting_needs(tmp_path: Path) -> None:
    found = read(
        tmp_path / "f", ImagePositionPatient=[1.5, -2, 3], ImageOrientationPatient=[1, 0, 0, 0, 1, 0], PixelSpacing=[0.5, 0.7],
        SliceThickness=2, InstanceNumber=7, AcquisitionNumber=3, AcquisitionTime="101112.5", ContentTime="1012", EchoTime=4.5,
        TemporalPositionIdentifier=2, TriggerTime=33.5, FrameOfReferenceUID="1.7", ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
        StudyID="S1", SeriesNumber=4, SeriesTime="0900", BodyPartExamined="CHEST", PatientAge="042Y", EchoNumbers=2,
    )  # fmt: skip
    one = found.instance
    assert (one.image_position, one.pixel_spacing, one.slice_thickness) == ((1.5, -2.0, 3.0), (0.5, 0.7), 2.0)
    assert (one.instance_number, one.acquisition_number, one.acquisition_time, one.content_time) == (7, 3, "101112.5", "1012")
    assert (one.temporal_position, one.trigger_time, one.echo_time, one.echo_number) == (2.0, 33.5, 4.5, 2)
    assert (one.rows, one.columns, one.bits_allocated, one.samples_per_pixel) == (2, 3, 8, 1)
    assert one.image_type == ("ORIGINAL", "PRIMARY", "AXIAL")
    assert one.frame_of_reference_uid == "1.7"
    series = series_of(found.header, "1.2.3.9", "1.2.3")
    assert (series.series_number, series.series_time, series.body_part_examined) == (4, "0900", "CHEST")
    study = study_of(found.header, "1.2.3", "key")
    assert (study.study_id, study.patient_age, study.study_date) == ("S1", "042Y", "20240131")


def test_a_decimal_comma_reads_as_it_does_for_the_picture(tmp_path: Path) -> None:
    path = write(
        tmp_path / "f", ImagePositionPatient=["1.5", "2", "3"], SliceThickness="2.5", ImageOrientationPatient=[1, 0, 0, 0, 1, 0]
    )
    path.write_bytes(path.read_bytes().replace(b"1.5\\2\\3", b"1,5\\2\\3").replace(b"2.5 ", b"2,5 "))
    one = read_instance(str(path)).instance
    header = read_whole_header(str(path))
    assert one.image_position == (1.5, 2.0, 3.0) == header.data_set.numbers(0x00200032)
    assert one.slice_thickness == 2.5 == header.data_set.number(0x00180050)


def test_values_that_change_within_a_series_are_never_taken_from_its_last_file(tmp_path: Path) -> None:
    first = read(tmp_path / "1", EchoTime=1, Rows=2, SOPInstanceUID="1.2.1").instance
    second = read(tmp_path / "2", EchoTime=2, Rows=3, SOPInstanceUID="1.2.2", SeriesInstanceUID="1.2.8").instance
    third = read(tmp_path / "3", EchoTime=None, Rows=2, SOPInstanceUID="1.2.3").instance
    assert [(one.echo_time, one.rows) for one in (first, second, third)] == [(1.0, 2), (2.0, 3), (None, 2)]
    assert [one.series_instance_uid for one in (first, second)] == ["1.2.3.9", "1.2.8"]


@pytest.mark.parametrize("uid", [None, "", "../../etc", "a/b", "x\\y", "..", ".", "1..2"])
def test_unusable_uids_are_made_up_from_content(tmp_path: Path, uid: str | None) -> None:
    wrong = {"StudyInstanceUID": uid, "SeriesInstanceUID": uid, "SOPInstanceUID": uid}
    first, again = read(tmp_path / "1", **wrong).instance, read(tmp_path / "2", **wrong).instance
    other = read(tmp_path / "3", **wrong, PatientID="P2", StudyID="9").instance
    for one in (first, again, other):
        for made in (one.study_instance_uid, one.series_instance_uid, one.sop_instance_uid):
            assert made.startswith("2.25.") or uid == "x\\y"
            assert "/" not in made
    assert (first.study_instance_uid, first.series_instance_uid) == (again.study_instance_uid, again.series_instance_uid)
    if uid != "x\\y":
        assert first.study_instance_uid != other.study_instance_uid
        assert first.sop_instance_uid != other.sop_instance_uid


def test_made_up_uids_are_uids() -> None:
    made = made_up_uid("a", b"b")
    assert len(made) <= 64
    assert made == made_up_uid("a", b"b") != made_up_uid("ab", b"")


@pytest.mark.parametrize(("declared", "kept"), [(1, 1), (0, 1), (-5, 1), (300, 300), (4096, 4096), (2**31 - 1, 4096), ("junk", 1)])
def test_a_lie_about_frames_does_not_fill_the_memory(tmp_path: Path, declared: object, kept: int) -> None:
    if declared == "junk":
        path = write(tmp_path / "f", NumberOfFrames=77)
        path.write_bytes(path.read_bytes().replace(b"IS\x02\x0077", b"IS\x02\x00zz"))
        assert read_instance(str(path)).instance.number_of_frames == kept
    else:
        assert read(tmp_path / "f", NumberOfFrames=declared).instance.number_of_frames == kept


def test_b_values_of_the_standard_and_of_makers(tmp_path: Path) -> None:
    standard = read(tmp_path / "1", Modality="MR", SOPClassUID=MR, DiffusionBValue=1000.0)
    assert standard.instance.b_value == 1000.0
    assert read(tmp_path / "2", Modality="MR", SOPClassUID=MR).instance.b_value is None
    header = standard.header
    for elements, expected in [
        ({0x00080070: b"SIEMENS ", 0x0019100C: b"800 "}, 800.0),
        ({0x00080070: b"OTHER", 0x0019100C: b"800 "}, None),
        ({0x00431039: b"1000000750\\8\\0\\0"}, 750.0),
        ({0x00431039: b"500\\8"}, 500.0),
        ({0x20011003: struct.pack("<f", 650.0)}, 650.0),
        ({0x20011003: b"junk!"}, None),
        ({0x00189087: struct.pack("<d", float("nan"))}, None),
    ]:
        header.elements = elements
        assert b_value(header) == expected, elements


def test_documents_say_what_they_are(tmp_path: Path) -> None:
    paper = read(tmp_path / "1", SOPClassUID=PDF, **_NO_IMAGE, DocumentTitle="Arztbrief")
    assert paper.instance.content_label == "Arztbrief"
    name = Dataset()
    name.CodeValue, name.CodingSchemeDesignator, name.CodeMeaning = "18748-4", "LN", "Diagnostic Imaging Report"
    report = read(tmp_path / "2", SOPClassUID=SR, **_NO_IMAGE, ConceptNameCodeSequence=[name])
    assert report.instance.content_label == "Diagnostic Imaging Report"


def test_who_is_one_patient(tmp_path: Path) -> None:
    def key(number: int, **attributes: object) -> str:
        return patient_of(read(tmp_path / str(number), **attributes).header, f"1.2.{number}").patient_key

    assert key(1, PatientName="Doe^John") == key(2, PatientName="DOE^JOHN") == key(3, PatientName="John^Doe")
    assert key(4, PatientName="Doe^John") != key(5, PatientName="Roe^Jane")  # one ID, two people
    assert key(6, PatientID="", PatientName="Doe^John") != key(7, PatientID="P1", PatientName="Doe^John")
    assert key(8, PatientID="", PatientName="Doe^John", PatientBirthDate="19600101") != key(9, PatientID="", PatientName="Doe^John")
    assert key(10, PatientID="", PatientName="") != key(11, PatientID="", PatientName="")  # strangers are not thrown together
    assert key(12, IssuerOfPatientID="A") != key(13, IssuerOfPatientID="B")
