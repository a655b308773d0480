"""Keys from the command line, identifiers written and read in both syntaxes, read by pydicom too."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset

from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN
from viewer.network.errors import ProtocolError
from viewer.network.identifier import (
    SYNTAXES,
    QueryKeyError,
    Value,
    decode_identifier,
    encode_identifier,
    fits,
    parse_keys,
)

RICH: dict[str, Value] = {
    "PatientName": "Müller^Jörg",
    "StudyInstanceUID": "1.2.3",
    "Rows": "512",
    "NumberOfFrames": "3",
    "AnatomicRegionSequence": ({"CodeValue": "T-A0100", "CodeMeaning": "Hirn"}, {"CodeValue": "X"}),
    "ReferencedSeriesSequence": (),
    "FrameIncrementPointer": "00181063\\00200013",
}


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("character_set", ["ISO_IR 192", "ISO_IR 100"])
def test_an_identifier_reads_back(syntax: str, character_set: str) -> None:
    data = encode_identifier(RICH, syntax, character_set)
    assert decode_identifier(data, syntax) == {**RICH, "SpecificCharacterSet": character_set}


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_pydicom_reads_it_the_same(syntax: str) -> None:
    data = encode_identifier(RICH, syntax)
    dataset = dcmread(BytesIO(b"\0" * 128 + b"DICM" + _meta(syntax) + data))
    assert str(dataset.PatientName) == "Müller^Jörg"
    assert dataset.Rows == 512
    assert dataset.AnatomicRegionSequence[1].CodeValue == "X"
    assert len(dataset.ReferencedSeriesSequence) == 0


def _meta(syntax: str) -> bytes:
    from viewer.network.instance_store import ReceivedInstance, file_head

    return file_head(ReceivedInstance("1.2", "1.3", syntax))[132:]


def test_what_pydicom_writes_is_read() -> None:
    for implicit, syntax in ((True, IMPLICIT_VR_LITTLE_ENDIAN), (False, EXPLICIT_VR_LITTLE_ENDIAN)):
        dataset, item = Dataset(), Dataset()
        dataset.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
        dataset.PatientName = "Yamada^Tarou=山田^太郎"
        item.CodeMeaning = "太郎"
        item.is_undefined_length_sequence_item = True
        dataset.ProcedureCodeSequence = [item]
        dataset["ProcedureCodeSequence"].is_undefined_length = True
        dataset.StudyDate = "20260101"
        out = BytesIO()
        from pydicom.filewriter import dcmwrite

        dcmwrite(out, dataset, implicit_vr=implicit, little_endian=True)
        found = decode_identifier(out.getvalue(), syntax)
        assert found["PatientName"] == "Yamada^Tarou=山田^太郎"
        assert found["ProcedureCodeSequence"] == ({"CodeMeaning": "太郎"},)
        assert found["StudyDate"] == "20260101"


def test_letters_the_character_set_lacks_go_as_unicode() -> None:
    data = encode_identifier({"PatientName": "Иванов"}, EXPLICIT_VR_LITTLE_ENDIAN, "ISO_IR 100")
    assert decode_identifier(data, EXPLICIT_VR_LITTLE_ENDIAN)["SpecificCharacterSet"] == "ISO_IR 192"


def test_keys() -> None:
    texts = [
        "PatientName=DOE*", "00100020=1", "(0008,0050)=A", "StudyDate", "AnatomicRegionSequence.CodeValue=X",
        "AnatomicRegionSequence.CodeMeaning=Y", "ReferencedSeriesSequence",
    ]  # fmt: skip
    assert parse_keys(texts) == {
        "PatientName": "DOE*",
        "PatientID": "1",
        "AccessionNumber": "A",
        "StudyDate": "",
        "AnatomicRegionSequence": ({"CodeValue": "X", "CodeMeaning": "Y"},),
        "ReferencedSeriesSequence": (),
    }
    for text in ("Nonsense=1", "PatientName.CodeValue=1", "AnatomicRegionSequence=1", "=1"):
        with pytest.raises(QueryKeyError):
            parse_keys([text])
    with pytest.raises(QueryKeyError):
        encode_identifier({"Rows": "many"}, EXPLICIT_VR_LITTLE_ENDIAN)


def test_depth_and_number_of_elements_are_bounded() -> None:
    deep: dict[str, Value] = {"CodeValue": "X"}
    for _ in range(40):
        deep = {"AnatomicRegionSequence": (deep,)}
    with pytest.raises(ProtocolError):
        decode_identifier(encode_identifier(deep, EXPLICIT_VR_LITTLE_ENDIAN), EXPLICIT_VR_LITTLE_ENDIAN)
    empty = b"\x10\0\x10\0PN\0\0"
    with pytest.raises(ProtocolError):
        decode_identifier(empty * 30_000, EXPLICIT_VR_LITTLE_ENDIAN)


@given(st.binary(max_size=300), st.sampled_from(SYNTAXES))
def test_noise_is_refused_or_read(noise: bytes, syntax: str) -> None:
    try:
        decode_identifier(noise, syntax)
    except ProtocolError:
        pass


@given(st.integers(0, 10**6), st.integers(0, 255), st.sampled_from(SYNTAXES))
def test_damage_is_refused_or_read(place: int, value: int, syntax: str) -> None:
    data = bytearray(encode_identifier(RICH, syntax))
    data[place % len(data)] = value
    try:
        decode_identifier(bytes(data), syntax)
    except ProtocolError:
        pass


def test_fits() -> None:
    answer: dict[str, Value] = {"PatientName": "Doe^Anna", "PatientSex": "", "AnatomicRegionSequence": ({"CodeValue": "X"},)}
    assert fits({"PatientName": "doe*", "PatientID": "7", "PatientSex": "F"}, answer)
    assert not fits({"PatientName": "roe*"}, answer)
    assert not fits({"PatientSex": "F"}, answer, strictly=True)
    assert fits({"AnatomicRegionSequence": ({"CodeValue": "X"},)}, answer)
    assert not fits({"AnatomicRegionSequence": ({"CodeValue": "Y"},)}, answer)
