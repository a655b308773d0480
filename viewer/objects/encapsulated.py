"""Documents carried inside DICOM (PS3.3 A.45): what they are. Their pages are not drawn."""

from __future__ import annotations

from viewer.dicom.data_set import DataSet
from viewer.dicom.whole_header import WholeHeader
from viewer.model.document import Document, DocumentLine
from viewer.model.messages import Message, message
from viewer.model.text import iso_date
from viewer.objects.registry import ObjectHandler

_TITLE, _MIME, _LENGTH, _DOCUMENT = 0x00420010, 0x00420012, 0x00420015, 0x00420011
_CONCEPT, _MEANING = 0x0040A043, 0x00080104
_CONTENT_DATE = 0x00080023


def read(header: WholeHeader) -> Document:
    """Title, kind, date and size."""
    root = header.data_set
    concept = root.item(_CONCEPT)
    facts: list[tuple[Message, str | Message]] = [
        (message("Kind of document"), concept.text(_MEANING) if concept is not None else ""),
        (message("Format"), root.code(_MIME)),
        (message("Date"), iso_date(root.code(_CONTENT_DATE))),
        (message("Size"), message("{count} bytes", count=_size(root))),
    ]
    lines = tuple(DocumentLine(text, label) for label, text in facts if text)
    notes = (message("The pages of this document are not drawn yet."),)
    return Document(root.text(_TITLE), lines, notes, message("Document"))


def _size(root: DataSet) -> int:
    """Of the document itself, without the byte that fills up an odd length."""
    stated = root.integer(_LENGTH, b"UL")
    found = root.elements.get(_DOCUMENT)
    return stated if stated is not None else (found.length if found is not None else 0)


handler = ObjectHandler(
    "encapsulated document",
    frozenset(f"1.2.840.10008.5.1.4.1.1.104.{end}" for end in range(1, 6)),
    read,
)
