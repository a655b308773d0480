"""Documents carried inside DICOM."""

from __future__ import annotations

from pathlib import Path

from viewer.dicom.whole_header import read_whole_header
from viewer.objects.encapsulated import read

SAMPLE = Path(__file__).resolve().parents[3] / "resources" / "sample" / "skull-cr" / "referral.dcm"


def test_title_kind_and_size() -> None:
    document = read(read_whole_header(str(SAMPLE)))
    assert document.title == "Направление"
    facts = {str(line.label): str(line.text) for line in document.lines}
    assert facts == {
        "Kind of document": "Referral note",
        "Format": "application/pdf",
        "Date": "2025-11-18",
        "Size": "695 bytes",
    }
    assert document.notes
