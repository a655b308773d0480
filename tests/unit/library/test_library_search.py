"""The search box: any case, any script, words in any order, wildcards, dates, modalities, and everything at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.library_desk import ALL, scan, write
from viewer.library.library import Library
from viewer.library.normalise import date_text, name_words, normalised, words
from viewer.model.requests import StudyFilter

_PATIENTS = [
    {"PatientName": "Müller^Jürgen", "PatientID": "PAT-001", "StudyDate": "20240115", "Modality": "CT", "AccessionNumber": "A77/3",
     "StudyDescription": "Thorax nativ", "SeriesDescription": "Lunge 1.0 B60f"},
    {"PatientName": "Иванов^Пётр^Ильич", "PatientID": "77123", "StudyDate": "20231205", "Modality": "MR",
     "StudyDescription": "Головной мозг", "ReferringPhysicianName": "Сидорова^Анна"},
    {"PatientName": "Yamada^Tarou=山田^太郎=やまだ^たろう", "PatientID": "jp9", "StudyDate": "20190501", "Modality": "US"},
    {"PatientName": "O'Neil-Smith^Mary Ann", "PatientID": "X*1", "StudyDate": "", "Modality": "CR", "InstitutionName": "St. Mary"},
    {"PatientName": "Παπαδόπουλος^Γιώργος", "PatientID": "[9]", "StudyDate": "2018.03.04", "Modality": "PT"},
    {"PatientName": "ÇELİK^AYŞE", "PatientID": "tr1", "StudyDate": "20200229", "Modality": "CT"},
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("search")
    for number, attributes in enumerate(_PATIENTS):
        write(
            folder / "in" / str(number), SpecificCharacterSet="ISO_IR 192", SOPInstanceUID=f"1.2.{number}",
            StudyInstanceUID=f"1.9.8.{number}", SeriesInstanceUID=f"1.9.8.{number}.1", **attributes,
        )  # fmt: skip
    found = Library(folder / "data")
    scan(found, [folder / "in"], folder / "cache")
    yield found
    found.close()


def ids(library: Library, **query: object) -> set[str]:
    asked = StudyFilter(**query)
    found = library.patients(asked)
    assert library.count_patients(asked) == len(found)
    for patient in found:
        if not query.get("patient_id") and not query.get("patient_name"):
            assert library.studies(patient.patient_key, asked)
    return {one.patient_id for one in found}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"text": "müller"}, {"PAT-001"}),
        ({"text": "MULLER jur"}, {"PAT-001"}),
        ({"text": "jürgen müller"}, {"PAT-001"}),
        ({"text": "иван"}, {"77123"}),
        ({"text": "ПЁТР иванов"}, {"77123"}),
        ({"text": "петр"}, {"77123"}),
        ({"text": "мозг"}, {"77123"}),
        ({"text": "сидорова"}, {"77123"}),
        ({"text": "山田"}, {"jp9"}),
        ({"text": "山田太郎"}, {"jp9"}),
        ({"text": "yamada"}, {"jp9"}),
        ({"text": "παπαδοπουλος"}, {"[9]"}),
        ({"text": "çelik"}, {"tr1"}),
        ({"text": "pat-001"}, {"PAT-001"}),
        ({"text": "a77"}, {"PAT-001"}),
        ({"text": "lunge b60"}, {"PAT-001"}),
        ({"text": "15.01.2024"}, {"PAT-001"}),
        ({"text": "2024-01"}, {"PAT-001"}),
        ({"text": "ct thorax"}, {"PAT-001"}),
        ({"text": "1.9.8.2"}, {"jp9"}),
        ({"text": "1.9.8.2.1"}, {"jp9"}),
        ({"text": "smith mary"}, {"X*1"}),
        ({"text": "--"}, set()),
        ({"text": "nobody"}, set()),
        ({"patient_name": "jür mül"}, {"PAT-001"}),
        ({"patient_name": "MÜLLER^J*"}, {"PAT-001"}),
        ({"patient_name": "m?ller"}, {"PAT-001"}),
        ({"patient_name": "*ополус"}, set()),
        ({"patient_name": "*πουλος"}, {"[9]"}),
        ({"patient_name": "thorax"}, set()),
        ({"patient_name": "*"}, {"PAT-001", "77123", "jp9", "X*1", "[9]", "tr1"}),
        ({"patient_id": "pat"}, {"PAT-001"}),
        ({"patient_id": "*001"}, {"PAT-001"}),
        ({"patient_id": "7?123"}, {"77123"}),
        ({"patient_id": "[9"}, {"[9]"}),
        ({"patient_id": "*9]"}, {"[9]"}),
        ({"patient_id": "001"}, set()),
        ({"accession_number": "a77"}, {"PAT-001"}),
        ({"accession_number": "a7?/3"}, {"PAT-001"}),
        ({"study_date_from": "20240101"}, {"PAT-001"}),
        ({"study_date_from": "20231205", "study_date_to": "20240115"}, {"PAT-001", "77123"}),
        ({"study_date_to": "2018-12-31"}, {"[9]"}),
        ({"modality": "ct"}, {"PAT-001", "tr1"}),
        ({"modality": "MR US"}, {"77123", "jp9"}),
        ({"modality": "C"}, set()),
        ({"modality": "CT", "text": "müller", "study_date_from": "2024"}, {"PAT-001"}),
        ({"modality": "MR", "text": "müller"}, set()),
        ({"opened_only": True, "modality": "CR"}, {"X*1"}),
    ],
)  # fmt: skip
def test_who_is_found(library: Library, query: dict[str, object], expected: set[str]) -> None:
    assert ids(library, **query) == expected


@given(st.text(max_size=30))
def test_no_text_breaks_the_search(text: str) -> None:
    library = _EMPTY
    for field in ("text", "patient_name", "patient_id", "accession_number", "study_date_from", "modality"):
        assert library.patients(StudyFilter(**{field: text})) == () or not text.strip()
    assert library.count_patients(ALL) == 0


_EMPTY = Library(None)


@given(st.permutations(["anna", "maria", "von", "berg"]))
def test_a_name_is_the_same_in_any_order_of_its_words(parts: list[str]) -> None:
    assert name_words("^".join(parts)) == ["anna", "berg", "maria", "von"]


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing_and_case_never_matters(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
    assert words(text.upper()) == words(text.upper().lower().upper())


@pytest.mark.parametrize(
    ("one", "other"), [("Ёлкина", "елкина"), ("ＡＢＣ", "abc"), ("Straße", "STRASSE"), ("İ", "i"), ("ﬁsh", "fish")]
)
def test_spellings_that_count_as_one(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_dates_are_found_however_they_are_written() -> None:
    assert date_text("20240115") == "20240115 2024-01-15 15.01.2024"
    assert date_text("2024.01.15") == date_text("20240115")
    assert date_text("") == ""


def test_no_query_scans_all_instances(library: Library, tmp_path: Path) -> None:
    """Every kind of question runs over an index or over patients and studies, never over the files and instances."""
    from viewer.library.query import of_patients

    for query in (
        StudyFilter(text="müller"),
        StudyFilter(patient_id="p"),
        StudyFilter(text="1.2.3.4.5"),
        StudyFilter(modality="CT"),
    ):
        condition = of_patients(query, 1)
        with library._database.reading() as connection:
            plan = connection.execute(f"EXPLAIN QUERY PLAN SELECT p.id FROM patients p WHERE {condition.sql}", condition.values)
            steps = [row[3] for row in plan]
        assert not [step for step in steps if step.startswith(("SCAN i", "SCAN f", "SCAN e"))], steps
