"""Handlers of objects without a picture."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from viewer.dicom.whole_header import WholeHeader
from viewer.model.document import Document
from viewer.model.errors import BrokenFileError, NotDicomError
from viewer.objects.registry import GROUP, ObjectHandler, ObjectRegistry, installed

REPORT = Path(__file__).resolve().parents[3] / "resources" / "sample" / "head-ct" / "report.dcm"
BASIC_TEXT = "1.2.840.10008.5.1.4.1.1.88.11"


def fails(header: WholeHeader) -> Document:
    raise IndexError("no such item")


def test_those_that_come_along_are_found_as_entry_points() -> None:
    registry = installed()
    assert registry.handles(BASIC_TEXT)
    assert registry.handles("1.2.840.10008.5.1.4.1.1.104.1")
    assert not registry.handles("1.2.840.10008.5.1.4.1.1.2")


def test_one_that_cannot_be_loaded_is_left_out_and_the_rest_stay() -> None:
    good = EntryPoint("structured_report", "viewer.objects.structured_report:handler", GROUP)
    bad = EntryPoint("lost", "viewer.objects.lost:handler", GROUP)
    assert installed([bad, good]).handles(BASIC_TEXT)


def test_two_handlers_of_one_class_are_refused() -> None:
    first = ObjectHandler("first", frozenset((BASIC_TEXT,)), fails)
    registry = ObjectRegistry((first,))
    with pytest.raises(ValueError, match="first and second"):
        registry.register(ObjectHandler("second", frozenset(("1.2.3", BASIC_TEXT)), fails))
    assert not registry.handles("1.2.3")


def test_a_handler_that_stumbles_is_an_answer_not_a_crash() -> None:
    registry = ObjectRegistry((ObjectHandler("stumbles", frozenset((BASIC_TEXT,)), fails),))
    with pytest.raises(BrokenFileError) as caught:
        registry.read(str(REPORT), BASIC_TEXT)
    assert caught.value.path == str(REPORT)
    assert isinstance(caught.value.__cause__, IndexError)


def test_what_is_no_dicom_says_so(tmp_path: Path) -> None:
    file = tmp_path / "letter"
    file.write_text("Dear colleague, " * 100)
    with pytest.raises(NotDicomError):
        installed().read(str(file), BASIC_TEXT)
