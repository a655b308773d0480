"""The DICOM JSON model of PS3.18 F: types of values, order, bulk data, and agreement with pydicom over the samples."""

from __future__ import annotations

import base64
import json
import struct
import warnings
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

import pydicom
import pytest

from tests.tag_files import BIG_ENDIAN, CLASS, ITEM, OPEN, SEQUENCE_END, bare, deflated, element, part10, saved
from viewer.dicom.dicom_json import dicom_json

Document = dict[str, dict[str, object]]


def document(path: str | Path, *, with_meta: bool = False) -> Document:
    pieces, _ = dicom_json(str(path), with_meta=with_meta)
    found = json.loads("".join(pieces))
    assert isinstance(found, dict)
    return found


def test_types_of_values(tmp_path: Path) -> None:
    data = element(0x00080000, b"UL", b"\0\0\0\0") + element(0x00080008, b"CS", b"ORIGINAL\\\\AXIAL ") + CLASS
    data += element(0x00080060, b"CS", b"") + element(0x00200013, b"IS", b" 7") + element(0x00280009, b"AT", b"\x18\0\x63\x10")
    data += element(0x00189318, b"FD", struct.pack("<2d", 0.1, float("nan"))) + element(0x00281050, b"DS", b"40.50\\-1e2\\x ")
    data += element(0x00280010, b"US", b"\0\x02") + element(0x7FE00010, b"OB", b"\1\2")
    found = document(saved(tmp_path, part10(data)))
    assert found["00080008"] == {"vr": "CS", "Value": ["ORIGINAL", None, "AXIAL"]}
    assert found["00080060"] == {"vr": "CS"}
    assert found["00200013"] == {"vr": "IS", "Value": [7]}
    assert found["00280009"] == {"vr": "AT", "Value": ["00181063"]}
    assert found["00189318"] == {"vr": "FD", "Value": [0.1, "NaN"]}
    assert found["00281050"] == {"vr": "DS", "Value": [40.5, -100.0, "x"]}
    assert found["00280010"] == {"vr": "US", "Value": [512]}
    assert found["7FE00010"] == {"vr": "OB", "InlineBinary": "AQI="}
    assert list(found) == sorted(found)
    assert "00080000" not in found
    assert not any(tag.startswith("0002") for tag in found)


def test_group_2_on_request(tmp_path: Path) -> None:
    found = document(saved(tmp_path, part10(CLASS)), with_meta=True)
    assert found["00020010"] == {"vr": "UI", "Value": ["1.2.840.10008.1.2.1"]}


def test_text_is_unicode_and_says_so(tmp_path: Path) -> None:
    data = element(0x00080005, b"CS", b"ISO_IR 144") + CLASS
    data += element(0x00100010, b"PN", "Люкceмбypг^Иван==люкс".encode("iso8859_5"))
    found = document(saved(tmp_path, part10(data)))
    assert found["00080005"] == {"vr": "CS", "Value": ["ISO_IR 192"]}
    assert found["00100010"] == {"vr": "PN", "Value": [{"Alphabetic": "Люкceмбypг^Иван", "Phonetic": "люкс"}]}


def test_sequences(tmp_path: Path) -> None:
    full = bare(ITEM, element(0x00080060, b"CS", b"CT"))
    data = CLASS + element(0x00081140, b"SQ", b"") + element(0x00400275, b"SQ", full + bare(ITEM))
    found = document(saved(tmp_path, part10(data)))
    assert found["00081140"] == {"vr": "SQ"}
    assert found["00400275"] == {"vr": "SQ", "Value": [{"00080060": {"vr": "CS", "Value": ["CT"]}}, {}]}


def test_bulk_data_lead_to_their_bytes(tmp_path: Path) -> None:
    pixels = bytes(range(256)) * 40
    path = saved(tmp_path, part10(CLASS + element(0x7FE00010, b"OW", pixels)), "имя #1.dcm")
    uri = urlparse(str(document(path)["7FE00010"]["BulkDataURI"]))
    query = parse_qs(uri.query)
    start, length = int(query["offset"][0]), int(query["length"][0])
    assert uri.scheme == "file"
    assert Path(unquote(uri.path)).read_bytes()[start : start + length] == pixels


def test_encapsulated_pixel_data_lead_to_their_fragments(tmp_path: Path) -> None:
    fragments = bare(ITEM) + bare(ITEM, b"\xff" * 300)
    path = saved(tmp_path, part10(CLASS + element(0x7FE00010, b"OB", fragments + bare(SEQUENCE_END), OPEN)))
    query = parse_qs(urlparse(str(document(path)["7FE00010"]["BulkDataURI"])).query)
    start, length = int(query["offset"][0]), int(query["length"][0])
    assert Path(path).read_bytes()[start : start + length] == fragments


def test_deflated_bulk_data_say_so(tmp_path: Path) -> None:
    found = document(saved(tmp_path, deflated(CLASS + element(0x7FE00010, b"OW", bytes(9000)))))
    assert "inflated=true" in str(found["7FE00010"]["BulkDataURI"])


def test_binary_words_are_little_endian(tmp_path: Path) -> None:
    data = element(0x00080016, b"UI", b"1.2.840.10008.5.1.4.1.1.2\0", order=">")
    data += element(0x00281201, b"OW", b"\1\2\3\4", order=">")
    found = document(saved(tmp_path, part10(data, BIG_ENDIAN)))
    assert base64.b64decode(str(found["00281201"]["InlineBinary"])) == b"\2\1\4\3"


def test_depth_does_not_matter(tmp_path: Path) -> None:
    nested = (element(0x0040A730, b"SQ", b"", OPEN) + bare(ITEM, b"", OPEN)) * 400
    pieces, _ = dicom_json(saved(tmp_path, part10(CLASS + nested)))
    text = "".join(pieces)
    assert text.count("0040A730") == 400
    assert text.count("{") == text.count("}")


@pytest.mark.samples
def test_agrees_with_pydicom(samples: Path) -> None:
    """One file of every folder. pydicom leaves blanks at the end of values and invalid values out; both are allowed for."""
    seen: set[Path] = set()
    compared = 0
    for file in sorted(samples.rglob("*")):
        if not file.is_file() or file.parent in seen or "broken" in file.parts:
            continue
        seen.add(file.parent)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                data_set = pydicom.dcmread(file)
                theirs = data_set.to_json_dict(4096, lambda _element: "elsewhere", suppress_invalid_tags=True)
        except Exception:  # what pydicom cannot put into JSON is not compared
            continue
        compared += _compare(document(file), theirs, str(file))
    assert compared > 5000


def _compare(ours: Document, theirs: Document, place: str) -> int:
    count = 0
    for tag, their in theirs.items():
        if tag.endswith("0000") or tag == "00080005" or tag.startswith("50"):
            continue
        our = ours[tag]
        count += 1
        if our["vr"] == "SQ" and their["vr"] == "SQ":
            pairs = zip(our.get("Value", []), their.get("Value", []), strict=True)  # type: ignore[call-overload]
            count += sum(_compare(one, other or {}, f"{place} {tag}") for one, other in pairs)
        elif our["vr"] == their["vr"] and "Value" in their and "Value" in our:
            assert [_plain(one) for one in our["Value"]] == [_plain(one) for one in their["Value"]], f"{place} {tag}"  # type: ignore[attr-defined]
    return count


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: part.rstrip() for key, part in value.items() if part.strip()} or None
    if isinstance(value, int) and abs(value) > 2**53:  # ours is a string then
        return str(value)
    return (value.strip() or None) if isinstance(value, str) else value
