"""The CSA header: whole, cut and senseless."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pydicom
import pytest

from viewer.dicom.csa_header import csa_text, csa_values
from viewer.dicom.tag_tree import read_tags, read_value


def csa_element(name: bytes, *values: bytes) -> bytes:
    head = struct.pack("<64si4sii", name, len(values), b"LO\0\0", 0, len(values)) + b"\x4d\0\0\0"
    items = b"".join(struct.pack("<4i", 0, len(one), 77, 0) + one + bytes(-len(one) % 4) for one in values)
    return head + items


def csa(*elements: bytes) -> bytes:
    return b"SV10" + b"\4\3\2\1" + struct.pack("<2I", len(elements), 77) + b"".join(elements)


def test_values_by_name() -> None:
    raw = csa(
        csa_element(b"EchoTime\0rubbish", b"4.5\0", b"9\0"), csa_element(b"Empty", b""), csa_element(b"Protocol", b"a = 1\nb = 2\0")
    )
    assert csa_values(raw) == [("EchoTime", "4.5\\9"), ("Protocol", "a = 1\nb = 2")]
    assert csa_text(raw) == "EchoTime = 4.5\\9\nProtocol =\na = 1\nb = 2"


def test_cut_off_and_lying() -> None:
    raw = csa(csa_element(b"One", b"1\0"), csa_element(b"Two", b"2\0"))
    assert csa_values(raw[:-40]) == [("One", "1")]
    assert csa_values(csa(struct.pack("<64si4siii", b"Bad", 1, b"LO", 0, 2**31 - 1, 77))) == []
    assert csa_text(b"SV10") == ""
    assert csa_text(b"\x01\0\0\0") == ""


@pytest.mark.samples
def test_of_a_real_file(samples: Path) -> None:
    files = [file for file in sorted((samples / "neurolabusc+dcm_qa").rglob("*")) if file.is_file()]
    file = next(one for one in files if b"SIEMENS CSA HEADER" in one.read_bytes() and read_tags(str(one)).find((0x00291010,)))
    data_set = pydicom.dcmread(file, stop_before_pixels=True)
    values = dict(csa_values(data_set[0x00291010].value))
    normal = [float(part) for part in values["SliceNormalVector"].split("\\")]
    orientation = data_set.ImageOrientationPatient
    assert normal == pytest.approx(list(np.cross(orientation[:3], orientation[3:])), abs=1e-3)
    assert "SliceNormalVector = " in read_value(str(file), (0x00291010,)).text
