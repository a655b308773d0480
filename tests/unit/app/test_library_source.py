"""The library as a source of Query/Retrieve: what the tables narrow is never less than what matches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.network.objects import CT, make_ct, save
from viewer.app.library_source import LibrarySource, narrowing_of
from viewer.dicom.attribute_matching import matches
from viewer.library.library import Library
from viewer.library.peer_columns import INSTANCE_ATTRIBUTES, PATIENT_ATTRIBUTES, SERIES_ATTRIBUTES, STUDY_ATTRIBUTES
from viewer.library.peer_narrowing import Narrowing
from viewer.library.read_instance import read_instance
from viewer.network.commitment import Reference
from viewer.network.identifier import fits
from viewer.network.query_retrieve_scp import QueryRequest
from viewer.network.query_scu import Level, Root

NAMES = [
    "Müller^Jörg",
    "Doe^Anna",
    "DOE^Bert",
    "van der Berg^Jan",
    "O'Neil^Sue",
    "Иванов^Иван",
    "Straße^Ulla",
    "Yamada^Tarou=山田^太郎",
    "",
]
DATES = ["20260101", "20260228", "20260301", "", "2026.03.02", "20250101", "20260301", "20260302", "19991231"]


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Nine patients; study n has n % 3 + 1 series of two slices."""
    folder = tmp_path_factory.mktemp("objects")
    found = []
    for n, (name, date) in enumerate(zip(NAMES, DATES, strict=True)):
        for series in range(n % 3 + 1):
            for number in (1, 2):
                uid = f"1.2.{n}.{series}.{number}"
                dataset = make_ct(number, study=f"1.2.{n}", series=f"1.2.{n}.{series}", uid=uid, size=8)
                dataset.SpecificCharacterSet = "ISO_IR 192"
                dataset.PatientName, dataset.PatientID, dataset.SeriesNumber = name, f"P{n}", series
                dataset.StudyDescription, dataset.PatientBirthDate = TEXTS["StudyDescription"][n], TEXTS["PatientBirthDate"][n]
                dataset.Modality, dataset.AccessionNumber = "CT" if series == 0 else "MR", f"A{n}"
                dataset.StudyDate = date.replace(".", "")
                found.append(save(dataset, folder / f"{uid}.dcm"))
    return found


@pytest.fixture(scope="module")
def source(paths: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibrarySource]:
    library = Library(tmp_path_factory.mktemp("library"))
    library.add([read_instance(str(path)) for path in paths])
    yield LibrarySource(library)
    library.close()


def ask(source: LibrarySource, level: Level, **keys: str) -> list[dict[str, str]]:
    wanted = (*PATIENT_ATTRIBUTES, *STUDY_ATTRIBUTES, *SERIES_ATTRIBUTES, *INSTANCE_ATTRIBUTES)
    found = source.find(QueryRequest(Root.PATIENT, level, dict.fromkeys(wanted, "") | keys))
    return [dict(row) for row in found if fits(keys, row, strictly=True)]  # type: ignore[arg-type]


def test_every_level(source: LibrarySource, paths: list[Path]) -> None:
    assert len(ask(source, Level.PATIENT)) == 9
    assert len(ask(source, Level.STUDY)) == 9
    assert len(ask(source, Level.SERIES)) == 18
    assert len(ask(source, Level.IMAGE)) == len(paths) == 36
    (study,) = ask(source, Level.STUDY, StudyInstanceUID="1.2.2")
    assert (study["PatientID"], study["ModalitiesInStudy"], study["SOPClassesInStudy"]) == ("P2", "CT\\MR", CT)
    assert (study["NumberOfStudyRelatedSeries"], study["NumberOfStudyRelatedInstances"]) == ("3", "6")
    (patient,) = ask(source, Level.PATIENT, PatientID="P2")
    assert (patient["NumberOfPatientRelatedStudies"], patient["NumberOfPatientRelatedInstances"]) == ("1", "6")
    (image,) = ask(source, Level.IMAGE, SOPInstanceUID="1.2.2.1.2")
    assert (image["InstanceNumber"], image["Rows"], image["SeriesInstanceUID"]) == ("2", "8", "1.2.2.1")


@pytest.mark.parametrize("page", [1, 2, 7, 9])
def test_pages_end_where_they_should(source: LibrarySource, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.library.peer_rows.PAGE", page)
    for level, count in ((Level.PATIENT, 9), (Level.STUDY, 9), (Level.SERIES, 18), (Level.IMAGE, 36)):
        rows = ask(source, level)
        assert len(rows) == count
        assert len({tuple(row.items()) for row in rows}) == count


def test_ways_of_matching(source: LibrarySource) -> None:
    def studies(**keys: str) -> set[str]:
        return {row["StudyInstanceUID"] for row in ask(source, Level.STUDY, **keys)}

    assert studies(PatientName="doe*") == {"1.2.1", "1.2.2"}
    assert studies(PatientName="muller*") == {"1.2.0"}
    assert studies(PatientName="*anna") == {"1.2.1"}
    assert studies(PatientName="ИВАНОВ*") == {"1.2.5"}
    assert studies(PatientName="山田*") == {"1.2.7"}
    assert studies(StudyDate="20260228-20260301") == {"1.2.1", "1.2.2", "1.2.6"}
    assert studies(StudyDate="-20250101") == {"1.2.5", "1.2.8"}
    assert studies(StudyDate="20260302") == {"1.2.4", "1.2.7"}
    assert studies(ModalitiesInStudy="MR") == {f"1.2.{n}" for n in range(9) if n % 3}
    assert studies(StudyInstanceUID="1.2.1\\1.2.8\\1.2.99") == {"1.2.1", "1.2.8"}
    assert studies(PatientID="P?") == {f"1.2.{n}" for n in range(9)}
    assert studies(AccessionNumber="A3") == {"1.2.3"}
    assert {row["SeriesInstanceUID"] for row in ask(source, Level.SERIES, Modality="MR", StudyInstanceUID="1.2.2")} == {
        "1.2.2.1",
        "1.2.2.2",
    }


TEXT = st.text(alphabet="DOEdoe^ *?'üÜßaнaВ山=-\\", max_size=7)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(key=st.one_of(TEXT, st.sampled_from(NAMES).flatmap(lambda name: st.integers(0, len(name)).map(lambda n: name[:n] + "*"))))
def test_narrowing_a_name_loses_nothing(source: LibrarySource, key: str) -> None:
    """Whatever the key: the same names as comparing each of them."""
    found = {row["PatientName"] for row in ask(source, Level.STUDY, PatientName=key)}
    assert found == {name for name in NAMES if matches(key, name, "PN")}


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    key=st.one_of(
        st.text(alphabet="0126-", max_size=12), st.sampled_from(["20260301-", "-20260228", "2026", "202603-", "20260101-20261231"])
    )
)
def test_narrowing_a_date_loses_nothing(source: LibrarySource, key: str) -> None:
    found = {row["StudyInstanceUID"] for row in ask(source, Level.STUDY, StudyDate=key)}
    plain = [date.replace(".", "") for date in DATES]
    assert found == {f"1.2.{n}" for n, date in enumerate(plain) if matches(key, date, "DA")}


TEXTS = {
    "AccessionNumber": [f"A{n}" for n in range(9)],
    "PatientID": [f"P{n}" for n in range(9)],
    "StudyDescription": ["Thorax [native]", " Kopf nativ ", "Kopf\\Hals", "", "thorax", "Größe*", "a?b", "a.b", "Thorax"],
    "PatientBirthDate": ["19700101", "", "19700101", "19700102", "", "", "", "", "19700101"],
    "ModalitiesInStudy": ["CT", "CT\\MR", "CT\\MR"] * 3,
}


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_narrowing_a_text_loses_nothing(source: LibrarySource, data: st.DataObject) -> None:
    keyword = data.draw(st.sampled_from(sorted(TEXTS)))
    value = data.draw(st.sampled_from(TEXTS[keyword]))
    cut = data.draw(st.integers(0, len(value)))
    key = data.draw(
        st.sampled_from(
            [value, f"{value[:cut]}*", f"*{value[cut:]}", f"{value[:cut]}?{value[cut + 1 :]}", f"{value}\\CT", f" {value}"]
        )
        | st.text(alphabet="A012P *?[]\\korTxöCM", max_size=6)
    )
    found = {row["StudyInstanceUID"] for row in ask(source, Level.STUDY, **{keyword: key})}
    vr = {"PatientBirthDate": "DA", "ModalitiesInStudy": "CS"}.get(keyword, "LO")
    expected = {f"1.2.{n}" for n, one in enumerate(TEXTS[keyword]) if not key or (one and matches(key, one, vr))}
    assert found == expected | ({f"1.2.{n}" for n, one in enumerate(TEXTS[keyword]) if not one and matches(key, one, vr)})


def test_a_text_is_looked_for_by_the_tables() -> None:
    assert narrowing_of(
        {"AccessionNumber": "A1", "StudyDescription": "*kopf*", "StudyID": "*", "PatientBirthDate": "1970"}
    ) == Narrowing(accession_number="A1", texts=(("AccessionNumber", ("A1",)), ("StudyDescription", ("*kopf*",))))


def test_objects_by_unique_keys(source: LibrarySource, paths: list[Path]) -> None:
    def items(**keys: str) -> list[str]:
        return [item.sop_instance_uid for item in source.instances(QueryRequest(Root.STUDY, Level.IMAGE, keys))]

    assert sorted(items(StudyInstanceUID="1.2.1")) == ["1.2.1.0.1", "1.2.1.0.2", "1.2.1.1.1", "1.2.1.1.2"]
    assert sorted(items(StudyInstanceUID="1.2.1", SeriesInstanceUID="1.2.1.1")) == ["1.2.1.1.1", "1.2.1.1.2"]
    assert items(SOPInstanceUID="1.2.1.1.1\\1.2.99") == ["1.2.1.1.1"]
    assert len(items(PatientID="P2")) == 6
    assert items(PatientName="Doe*") == []  # nothing that names an entity
    assert items() == []
    many = "\\".join(["1.2.1.1.1", *(f"9.{number}" for number in range(3000))])
    assert items(StudyInstanceUID="1.2.1", SOPInstanceUID=many) == ["1.2.1.1.1"]


def test_a_file_that_is_gone_is_in_the_list_and_cannot_be_opened(tmp_path: Path) -> None:
    path = save(make_ct(uid="1.2.3", study="1.2"), tmp_path / "a.dcm")
    library = Library(tmp_path / "library")
    library.add([read_instance(str(path))])
    source = LibrarySource(library)
    assert source.failure_reason(Reference(CT, "1.2.3")) == 0
    assert source.failure_reason(Reference("1.2.840.10008.5.1.4.1.1.4", "1.2.3")) == 0x0119
    assert source.failure_reason(Reference(CT, "1.2.4")) == 0x0112
    path.unlink()
    assert source.failure_reason(Reference(CT, "1.2.3")) == 0x0112
    items = source.instances(QueryRequest(Root.STUDY, Level.STUDY, {"StudyInstanceUID": "1.2"}))
    assert [(item.sop_instance_uid, item.path) for item in items] == [("1.2.3", "")]
    library.close()


def test_two_patients_under_one_study_uid(tmp_path: Path) -> None:
    """Two rows in the library, one UID to the outside; both are found by it."""
    library = Library(tmp_path / "library")
    for n, name in enumerate(("Doe^Anna", "Roe^Bert")):
        path = save(make_ct(study="1.2", uid=f"1.2.{n}", PatientID=f"P{n}", PatientName=name), tmp_path / f"{n}.dcm")
        library.add([read_instance(str(path))])
    source = LibrarySource(library)
    rows = ask(source, Level.STUDY, StudyInstanceUID="1.2")
    assert [(row["StudyInstanceUID"], row["PatientID"]) for row in rows] == [("1.2", "P0"), ("1.2", "P1")]
    items = source.instances(QueryRequest(Root.STUDY, Level.STUDY, {"StudyInstanceUID": "1.2"}))
    assert {item.sop_instance_uid for item in items} == {"1.2.0", "1.2.1"}
    library.close()


def test_what_the_tables_are_asked() -> None:
    assert narrowing_of({"PatientName": "DOE^A*", "PatientID": "P?", "StudyDate": "20260101-"}) == Narrowing(
        patient_name="DOE^A", study_date_from="20260101", texts=(("PatientID", ("P?",)),)
    )
    assert narrowing_of({"StudyInstanceUID": "1\\2", "PatientID": " P1", "StudyDate": "2026"}) == Narrowing(
        study_uids=("1", "2"), patient_id="P1", texts=(("PatientID", ("P1",)),)
    )
