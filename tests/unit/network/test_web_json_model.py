"""DICOM JSON to identifiers and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.network.dicomweb.json_model import read_document, to_json
from viewer.network.errors import ProtocolError
from viewer.network.identifier import Value

IDENTIFIER: dict[str, Value] = {
    "StudyDate": "20260102",
    "PatientName": "Yamada^Tarou=山田^太郎=やまだ^たろう",
    "ModalitiesInStudy": "CT\\SR",
    "NumberOfStudyRelatedInstances": "12",
    "SliceThickness": "1.5",
    "StudyDescription": "",
    "OtherPatientIDsSequence": ({"PatientID": "X1"}, {"PatientID": "X2"}),
    "00091001": "private",
    "InstitutionAddress": "one\\line",
}


def test_there_and_back() -> None:
    document = to_json(IDENTIFIER)
    assert list(document) == sorted(document)
    assert document["00201208"] == {"vr": "IS", "Value": [12]}
    assert document["00081030"] == {"vr": "LO"}
    assert document["00080081"] == {"vr": "ST", "Value": ["one\\line"]}
    assert document["00100010"] == {
        "vr": "PN",
        "Value": [{"Alphabetic": "Yamada^Tarou", "Ideographic": "山田^太郎", "Phonetic": "やまだ^たろう"}],
    }
    assert read_document(json.dumps([document]).encode()) == [IDENTIFIER]


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ({"vr": "DS", "Value": [1.0, 2.25]}, "1\\2.25"),
        ({"vr": "DS", "Value": ["1.50"]}, "1.50"),
        ({"vr": "LO", "Value": [None, "b "]}, "\\b"),
        ({"vr": "PN", "Value": [{"Phonetic": "c"}]}, "==c"),
        ({"vr": "PN", "Value": [{"Alphabetic": None}]}, ""),
        ({"vr": "PN", "Value": ["plain^text"]}, "plain^text"),
        ({"vr": "US"}, ""),
    ],
)
def test_values(attribute: object, text: str) -> None:
    assert read_document(json.dumps([{"00100010": attribute}]).encode()) == [{"PatientName": text}]


def test_what_is_elsewhere_is_left_out() -> None:
    row = {
        "7FE00010": {"vr": "OW", "BulkDataURI": "x"},
        "00282000": {"vr": "OB", "InlineBinary": "AA=="},
        "00080000": {"vr": "UL", "Value": [1]},
    }
    assert read_document(json.dumps(row).encode()) == [{}]


def test_no_content_is_no_answer() -> None:
    assert read_document(b"") == []
    assert read_document(b" \n") == []


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"<html>",
        b"[1]",
        b'"text"',
        b'{"nonsense": {}}',
        b'{"0008006": {"vr": "CS"}}',
        b'{"00080060": "CT"}',
        b'{"00080060": {"vr": "CS", "Value": "CT"}}',
        b'{"00080060": {"vr": "CS", "Value": [true]}}',
        b'{"00080060": {"vr": "CS", "Value": [[1]]}}',
        b'{"00100010": {"vr": "PN", "Value": [{"Alphabetic": 1}]}}',
        b"[" * 100_000,
        b'{"00400275": {"vr": "SQ", "Value": [' * 40 + b"]}" * 40,
        b"\xff\xfe",
    ],
)
def test_refused(raw: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_document(raw)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_json_is_read_or_refused(value: object) -> None:
    try:
        read_document(json.dumps([{"00080060": value, "00100010": {"vr": "PN", "Value": [value]}}]).encode())
    except ProtocolError:
        pass
