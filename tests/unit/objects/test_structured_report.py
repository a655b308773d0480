"""Reports as text."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from viewer.dicom.whole_header import read_whole_header
from viewer.model.document import Document
from viewer.objects.structured_report import MAX_DEPTH, MAX_LINES, read

SAMPLE = Path(__file__).resolve().parents[3] / "resources" / "sample" / "head-ct" / "report.dcm"


def item(kind: str, concept: str = "", **values: object) -> Dataset:
    made = Dataset()
    made.ValueType = kind
    if concept:
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1", "99TEST", concept
        made.ConceptNameCodeSequence = [code]
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def report(folder: Path, *content: Dataset, **values: object) -> Document:
    made = item("CONTAINER", "Befund", **values)
    made.SpecificCharacterSet = values.get("SpecificCharacterSet", "ISO_IR 144")
    made.SOPClassUID, made.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.88.33", "1.2.3"
    made.ContentSequence = list(content)
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = folder / "report"
    made.save_as(file, enforce_file_format=True)
    return read(read_whole_header(str(file)))


def test_of_the_sample_study() -> None:
    document = read(read_whole_header(str(SAMPLE)))
    assert document.title == "Diagnostic imaging report"
    assert [str(line.label) for line in document.lines] == ["Finding", "", "Conclusion"]
    assert str(document.lines[1].text) == "see CT Image Storage"
    assert [str(note) for note in document.notes] == ["This report was not verified."]


def test_kinds_of_values(tmp_path: Path) -> None:
    unit = Dataset()
    unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = "mm", "UCUM", "millimeter"
    measured = Dataset()
    measured.NumericValue, measured.MeasurementUnitsCodeSequence = "12.5", [unit]
    chosen = Dataset()
    chosen.CodeMeaning = "Слева"
    document = report(
        tmp_path,
        item("NUM", "Diameter", MeasuredValueSequence=[measured]),
        item("NUM", "Not measured"),
        item("CODE", "Side", ConceptCodeSequence=[chosen]),
        item("PNAME", "Observer", PersonName="Иванов^Пётр"),
        item("DATE", "Day", Date="20260312"),
        VerificationFlag="VERIFIED",
        CompletionFlag="PARTIAL",
    )
    assert [str(line.text) for line in document.lines] == ["12.5 mm", "—", "Слева", "Иванов, Пётр", "2026-03-12"]
    assert [str(note) for note in document.notes] == ["This report is not complete."]


def test_a_name_in_two_scripts(tmp_path: Path) -> None:
    name = item("PNAME", "Observer", PersonName="Yamada^Tarou=山田^太郎")
    document = report(tmp_path, name, SpecificCharacterSet=["", "ISO 2022 IR 87"])
    assert [str(line.text) for line in document.lines] == ["Yamada, Tarou (山田, 太郎)"]


def test_children_come_after_their_parent_and_deeper(tmp_path: Path) -> None:
    inner = item("CONTAINER", "inner", ContentSequence=[item("TEXT", "leaf", TextValue="a"), item("TEXT", "leaf", TextValue="b")])
    document = report(tmp_path, inner, item("TEXT", "last", TextValue="c"))
    assert [(line.label, line.level) for line in document.lines] == [("inner", 0), ("leaf", 1), ("leaf", 1), ("last", 0)]


@pytest.mark.parametrize(("count", "shown"), [(MAX_LINES, MAX_LINES), (MAX_LINES + 1, MAX_LINES)])
def test_a_report_without_end_is_cut_and_says_so(tmp_path: Path, count: int, shown: int) -> None:
    document = report(tmp_path, *(item("TEXT") for _ in range(count)))
    assert len(document.lines) == shown
    assert bool(document.notes) == (count > shown)


def test_depth_without_end_is_cut(tmp_path: Path) -> None:
    nested = item("TEXT", "bottom")
    for _ in range(MAX_DEPTH + 20):
        nested = item("CONTAINER", "level", ContentSequence=[nested])
    assert len(report(tmp_path, nested).lines) == MAX_DEPTH
