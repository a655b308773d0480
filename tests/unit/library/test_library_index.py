"""The index: one UID with two contents, second copies, what is gone, display sets that grow, threads that ask meanwhile."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.library_desk import ALL, everything, image, scan, series, write
from viewer.library.library import Library
from viewer.library.read_instance import read_instance
from viewer.library.rows import OWN_COLUMNS, alike_from_row, alike_row, alike_values, instance_from, own_row, path_text, stored_path
from viewer.library.scan import scan_once
from viewer.library.split_rules import split_series
from viewer.model.hierarchy import FrameRef
from viewer.model.requests import StudyFilter


@pytest.fixture
def library(tmp_path: Path):
    found = Library(tmp_path / "data")
    yield found
    found.close()


def test_other_content_under_the_same_uid_is_kept_apart(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    first = write(folder / "1", PixelData=b"abcdef")
    second = write(folder / "2", PixelData=b"abcdeX")  # the same header and size
    third = write(folder / "3", PixelData=b"abcdef", SeriesDescription="other header")
    shutil.copy(first, folder / "4")
    scan(library, [folder], tmp_path / "cache")
    found = {one.path: one.copy for one in everything(library)}
    assert found == {str(first): 0, str(second): 1, str(third): 2, str(folder / "4"): 0}
    sets = library.display_sets("1.2.3")
    assert sorted(ref.copy for one in sets for ref in one.frames) == [0, 1, 2]
    assert sum("same UID" in str(one.split_reason) for one in sets) == 2
    assert library.locate(FrameRef("1.2.3.1", 1, 1)) == str(second)


def test_two_contents_in_two_batches_are_kept_apart_too(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "a" / "1", PixelData=b"abcdef")
    write(tmp_path / "b" / "1", PixelData=b"ABCDEF")
    scan(library, [tmp_path / "a"], tmp_path / "cache")
    scan(library, [tmp_path / "b"], tmp_path / "cache")
    assert sorted(one.copy for one in everything(library)) == [0, 1]


def test_a_changed_file_with_a_second_copy_of_the_old_content_is_other_content(library: Library, tmp_path: Path) -> None:
    first, second = write(tmp_path / "in" / "1"), write(tmp_path / "in" / "2")
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    write(second, SeriesDescription="changed")
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    assert {one.path: one.copy for one in everything(library)} == {str(first): 0, str(second): 1}


def test_locate_falls_back_to_a_second_copy(library: Library, tmp_path: Path) -> None:
    first, second = write(tmp_path / "in" / "1"), write(tmp_path / "in" / "2")
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    ref = FrameRef("1.2.3.1")
    assert library.locate(ref) == str(first)
    first.unlink()
    assert library.locate(ref) == str(second)
    write(second, SOPInstanceUID="1.2.3.4.5")  # another object took its place
    assert library.locate(ref) is None
    second.unlink()
    assert library.locate(ref) is None
    assert library.locate(FrameRef("9.9.9")) is None


def test_refresh_and_forget(library: Library, tmp_path: Path) -> None:
    paths = [write(tmp_path / "in" / str(number), SOPInstanceUID=f"1.2.{number}") for number in (1, 2, 3)]
    write(tmp_path / "in" / "o", SOPInstanceUID="1.5", StudyInstanceUID="1.9", PatientID="P2")
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    assert library.refresh_study("1.2.3") == 0
    paths[1].unlink()
    paths[2].unlink()
    told: list[tuple[int, int]] = []
    assert library.refresh_study("1.2.3", lambda done, total: not told.append((done, total)) and done < 2) == 0
    assert told == [(0, 3), (1, 3), (2, 3)]
    assert [len(one.frames) for one in library.display_sets("1.2.3")] == [3], "cancelled: nothing is dropped"
    assert library.refresh_study("1.2.3") == 2
    opened = StudyFilter(opened_only=True)
    assert [one.patient_id for one in library.patients(opened)] == ["P2", "P1"]
    library.close_study("1.9")
    assert [one.patient_id for one in library.patients(opened)] == ["P1"]
    assert library.study("1.9") is not None
    assert [len(one.frames) for one in library.display_sets("1.2.3")] == [1]
    library.forget_study("1.2.3")
    assert library.study("1.2.3") is None
    assert library.display_sets("1.2.3") == ()
    assert [one.patient_id for one in library.patients(ALL)] == ["P2"]
    assert paths[0].exists()
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    assert library.count_patients(ALL) == 2


def test_display_sets_grow_while_files_come_and_keep_their_key(library: Library, tmp_path: Path) -> None:
    def add(number: int) -> tuple[str, int]:
        position = [0, 0, float(number)]
        write(
            tmp_path / "in" / str(number), SOPInstanceUID=f"1.2.{number}", ImagePositionPatient=position,
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0], InstanceNumber=10 - number,
        )  # fmt: skip
        scan(library, [tmp_path / "in"], tmp_path / "cache")
        (one,) = library.display_sets("1.2.3")
        assert library.display_set(one.key) == one
        return one.key, len(one.frames)

    keys = [add(number) for number in (5, 1, 3)]
    assert len({key for key, _ in keys}) == 1
    assert [count for _, count in keys] == [1, 2, 3]
    assert [ref.sop_instance_uid for ref in library.display_sets("1.2.3")[0].frames] == ["1.2.1", "1.2.3", "1.2.5"]


def test_patients_and_studies_newest_first_and_counted(library: Library, tmp_path: Path) -> None:
    for number, (patient, date, modality) in enumerate(
        [("A", "20200101", "CT"), ("B", "20240101", "MR"), ("A", "20230101", "PT"), ("C", "", "US"), ("A", "20230101", "CT")]
    ):
        study = f"1.{patient}.{date or 0}".replace("A", "1").replace("B", "2").replace("C", "3")
        write(
            tmp_path / "in" / str(number), SOPInstanceUID=f"1.2.{number}", PatientID=patient, PatientName=patient, StudyDate=date,
            StudyInstanceUID=study, SeriesInstanceUID=f"{study}.{number}", Modality=modality,
        )  # fmt: skip
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    patients = library.patients(ALL)
    assert [one.patient_id for one in patients] == ["B", "A", "C"]
    assert [library.patients(ALL, at, 1)[0].patient_id for at in range(3)] == ["B", "A", "C"]
    assert (patients[1].number_of_studies, patients[1].latest_study_date) == (2, "20230101")
    newest, oldest = library.studies(patients[1].patient_key, ALL)
    assert (newest.study_date, newest.modalities_in_study, newest.number_of_series) == ("20230101", ("CT", "PT"), 2)
    assert oldest.number_of_instances == 1
    assert library.patient(patients[1].patient_key) == patients[1]


def test_what_another_run_opened_is_not_opened_now(tmp_path: Path) -> None:
    opened = StudyFilter(opened_only=True)
    first = Library(tmp_path / "data")
    write(tmp_path / "in" / "1")
    scan(first, [tmp_path / "in"], tmp_path / "cache")
    assert first.count_patients(opened) == 1
    first.close()
    second = Library(tmp_path / "data")
    try:
        assert (second.count_patients(opened), second.count_patients(ALL)) == (0, 1)
        scan(second, [tmp_path / "in"], tmp_path / "cache")
        assert second.count_patients(opened) == 1
    finally:
        second.close()


def test_two_patients_under_one_study_uid_stay_two(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "in" / "1", SOPInstanceUID="1.2.1", PatientID="P1", PatientName="Alpha^Ann")
    write(tmp_path / "in" / "2", SOPInstanceUID="1.2.2", PatientID="P2", PatientName="Beta^Bob")
    write(tmp_path / "in" / "3", SOPInstanceUID="1.2.4", PatientID="P1", PatientName="Alpha^Ann^Maria")
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    found = {one.patient_id: library.studies(one.patient_key, ALL) for one in library.patients(ALL)}
    assert {key: [one.number_of_instances for one in studies] for key, studies in found.items() if studies} == {
        "P1": [2],
        "P2": [1],
    }


def test_hostile_values_are_kept_as_they_are(library: Library, tmp_path: Path) -> None:
    nasty = "'; DROP TABLE patients; --\u202e<b>x</b>"
    write(tmp_path / "in" / "1", PatientID=nasty[:64], SpecificCharacterSet="ISO_IR 192", InstanceNumber="2147483647")
    write(tmp_path / "in" / "2", SOPInstanceUID="../../x", StudyInstanceUID="a/b", SeriesInstanceUID="")
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    assert library.count_patients(ALL) == 2
    assert nasty in {one.patient_id for one in library.patients(ALL)}
    assert library.count_patients(StudyFilter(patient_id=nasty)) == 1
    assert library.count_patients(StudyFilter(text='" OR * NEAR(')) == 0
    made_up = next(one for one in everything(library) if one.path.endswith("2"))
    assert made_up.sop_instance_uid.startswith("2.25.")
    assert "/" not in made_up.study_instance_uid


def test_questions_from_many_threads_while_a_scan_writes(library: Library, tmp_path: Path) -> None:
    for number in range(400):
        write(tmp_path / "in" / str(number), SOPInstanceUID=f"1.2.{number}", InstanceNumber=number)
    failed: list[BaseException] = []
    stop = threading.Event()

    def ask() -> None:
        try:
            while not stop.is_set():
                sets = library.display_sets("1.2.3")
                for one in sets:
                    assert library.display_set(one.key) is not None
                    assert library.instance(one.frames[-1]) is not None
                library.patients(ALL)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    stop.set()
    for thread in threads:
        thread.join()
    assert not failed
    assert sum(len(one.frames) for one in library.display_sets("1.2.3")) == 400


def test_closing_while_others_ask_is_quiet(tmp_path: Path) -> None:
    library = Library(tmp_path / "data")
    write(tmp_path / "in" / "1")
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(300):
                library.patients(ALL)
                library.locate(FrameRef("1.2.3.1"))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    library.close()
    for thread in threads:
        thread.join()
    assert not failed
    assert library.patients(ALL) == ()


def test_the_library_in_memory_gives_the_same_tree(library: Library, samples: Path, tmp_path: Path) -> None:
    folder = samples / "pydicom+pydicom" / "src" / "pydicom" / "data" / "test_files" / "dicomdirtests"
    scan(library, [folder], tmp_path / "cache")
    with scan_once([str(folder)]) as report:
        assert everything(report.library) == everything(library)
        for patient in library.patients(ALL):
            for study in library.studies(patient.patient_key, ALL):
                uid = study.study_instance_uid
                assert report.library.display_sets(uid) == library.display_sets(uid)


finite = st.floats(allow_nan=False, allow_infinity=False)
maybe = st.none() | finite
text = st.text(max_size=20)


@given(
    position=st.none() | st.tuples(finite, finite, finite),
    orientation=st.none() | st.tuples(*[finite] * 6),
    spacing=st.none() | st.tuples(finite, finite),
    types=st.lists(st.text(alphabet="ABC_1", min_size=1, max_size=5), max_size=4).map(tuple),
    numbers=st.tuples(maybe, maybe, maybe, maybe, maybe),
    label=text,
    extra=st.lists(st.tuples(text, text), max_size=3).map(tuple),
)
def test_an_instance_survives_its_row(position, orientation, spacing, types, numbers, label, extra) -> None:
    before = image(
        3, image_position=position, image_orientation=orientation, pixel_spacing=spacing, image_type=types,
        slice_thickness=numbers[0],
        temporal_position=numbers[1], trigger_time=numbers[2], echo_time=numbers[3], b_value=numbers[4], content_label=label,
        extra=extra, copy=2, source="cd.zip!/IM1", file_size=5, file_mtime_ns=6, content_time="1200", acquisition_number=-4,
    )  # fmt: skip
    row = own_row(before, before.copy)
    assert len(row) == len(OWN_COLUMNS.split(","))
    alike = alike_from_row(alike_row(alike_values(before)))
    file = (before.path, before.source, before.file_size, before.file_mtime_ns)
    assert instance_from(row, alike, before.series_instance_uid, before.study_instance_uid, file) == before


@given(st.binary(min_size=1, max_size=30).filter(lambda name: b"\0" not in name))
def test_a_path_survives_whatever_its_bytes(name: bytes) -> None:
    import os

    path = os.fsdecode(name)
    assert path_text(stored_path(path)) == path


@settings(deadline=None, max_examples=60)
@given(data=st.data(), count=st.integers(2, 12))
def test_order_and_split_survive_shuffled_names_and_numbers(data: st.DataObject, count: int) -> None:
    straight = [image(number, z=float(number * 2)) for number in range(count)]
    numbers = data.draw(st.permutations(range(count)))
    shuffled = [
        image(number, z=float(number * 2), instance_number=numbers[number], path=f"/y/{numbers[number]}") for number in range(count)
    ]
    before, after = split_series(series(), straight), split_series(series(), data.draw(st.permutations(shuffled)))
    assert [one.frames for one in before] == [one.frames for one in after]
    assert [one.key for one in before] == [one.key for one in after]
    assert [ref.sop_instance_uid for ref in after[0].frames] == [f"1.2.{number}" for number in range(count)]


def test_display_sets_of_a_long_series_are_kept_and_dropped_with_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from viewer.library import display_set_cache

    for number in range(6):
        write(
            tmp_path / "in" / str(number), SOPInstanceUID=f"1.2.{number}", NumberOfFrames=1 if number else 3, InstanceNumber=number,
            ImagePositionPatient=[0, 0, number if number < 5 else 7], ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            ImageType=["ORIGINAL", "PRIMARY", "A" if number % 2 else "B"],
        )  # fmt: skip
    monkeypatch.setattr(display_set_cache, "LONG", 3)
    first = Library(tmp_path / "data")
    scan(first, [tmp_path / "in"], tmp_path / "cache")
    before = first.display_sets("1.2.3")
    assert len(before) == 3
    first.close()
    second = Library(tmp_path / "data")
    try:
        with monkeypatch.context() as kept:
            kept.setattr(display_set_cache, "split_series", None)  # not called: what is kept is used
            assert second.display_sets("1.2.3") == before
        (tmp_path / "in" / "1").unlink()
        scan(second, [tmp_path / "in"], tmp_path / "cache")
        assert sum(len(one.frames) for one in second.display_sets("1.2.3")) == 7
    finally:
        second.close()


def test_what_another_process_adds_before_display_sets_are_kept_is_in_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from viewer.library import display_set_cache

    monkeypatch.setattr(display_set_cache, "LONG", 3)
    for number in range(4):
        write(tmp_path / "in" / str(number), SOPInstanceUID=f"1.2.{number}", InstanceNumber=number)
    window, node = Library(tmp_path / "data"), Library(tmp_path / "data")
    try:
        window.add([read_instance(str(tmp_path / "in" / str(number))) for number in range(3)])
        assert [len(one.frames) for one in window.display_sets("1.2.3")] == [3]
        node.add([read_instance(str(tmp_path / "in" / "3"))])
        window.settle(["1.2.3"])  # before the node has told the window
    finally:
        window.close()
        node.close()
    again = Library(tmp_path / "data")
    try:
        assert [len(one.frames) for one in again.display_sets("1.2.3")] == [4]
    finally:
        again.close()
