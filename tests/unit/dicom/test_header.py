"""The quick header reader against pydicom: every real file, every encoding, and files that were tampered with."""

from __future__ import annotations

import io
import os
import random
import struct
import warnings
import zlib
from pathlib import Path

import pydicom
import pytest
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.library_desk import content
from viewer.dicom.header import BASIC_TAGS, FIRST_READ, read_header
from viewer.model.errors import BrokenFileError, MissingFileError, NegatoscopeError, NotDicomError, TooLargeError

SYNTAXES = [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]


def of_pydicom(path: Path) -> dict[int, bytes] | None:
    """Raw values of the basic tags as pydicom reads them; None when it cannot."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = pydicom.dcmread(path, stop_before_pixels=True, force=True)
        except Exception:
            return None
    values = {}
    for tag in BASIC_TAGS:
        element = found._dict.get(BaseTag(tag))
        if isinstance(element, RawDataElement):
            values[tag] = element.value or b""
    return values


def written(syntax: str, **changes: object) -> bytes:
    """A data set with sequences of both kinds of length before the wanted elements, in a transfer syntax."""
    data_set = Dataset()
    data_set.SpecificCharacterSet = "ISO_IR 144"
    data_set.SOPClassUID, data_set.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.4", "1.2.3.4"
    data_set.StudyInstanceUID, data_set.SeriesInstanceUID = "1.2.5", "1.2.6"
    data_set.Modality, data_set.PatientName, data_set.InstanceNumber = "MR", "Иванов^Пётр", "7"
    inner = Dataset()
    inner.ReferencedSOPInstanceUID = "9.9.9"
    inner.PatientID = "not this one"
    outer = Dataset()
    outer.ReferencedImageSequence = Sequence([inner, inner])
    data_set.ReferencedStudySequence = Sequence([outer])
    data_set.ReferencedStudySequence.is_undefined_length = True
    data_set.ReferencedStudySequence[0].is_undefined_length_sequence_item = True
    data_set.SourceImageSequence = Sequence([inner])
    data_set.ImagePositionPatient, data_set.ImageOrientationPatient = [1, 2, 3], [1, 0, 0, 0, 1, 0]
    data_set.Rows, data_set.Columns, data_set.BitsAllocated, data_set.NumberOfFrames = 258, 3, 16, 2
    data_set.DiffusionBValue = 1000.0
    for keyword, value in changes.items():
        setattr(data_set, keyword, value)
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = syntax
    data_set.file_meta.MediaStorageSOPClassUID, data_set.file_meta.MediaStorageSOPInstanceUID = "1.2", "1.2.3.4"
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data_set.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_encoding_reads_the_same(tmp_path: Path, syntax: str) -> None:
    (tmp_path / "f").write_bytes(written(syntax))
    header = read_header(str(tmp_path / "f"))
    assert header.transfer_syntax_uid == syntax
    assert header.name(0x00100010) == "Иванов^Пётр"
    assert (header.code(0x00080018), header.text(0x00100020)) == ("1.2.3.4", "")
    assert (header.unsigned(0x00280010), header.unsigned(0x00280011), header.unsigned(0x00280100)) == (258, 3, 16)
    assert header.numbers(0x00200032, 3) == (1.0, 2.0, 3.0)
    assert header.integer(0x00280008) == 2
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    assert struct.unpack(order + "d", header.elements[0x00189087]) == (1000.0,)


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian])
@pytest.mark.parametrize("cut", [0, 128, 132, "meta"])
def test_files_without_preamble_or_meta_header(tmp_path: Path, syntax: str, cut: int | str) -> None:
    whole = written(syntax)
    at = 144 + struct.unpack_from("<I", whole, 140)[0] if cut == "meta" else cut
    (tmp_path / "f").write_bytes(whole[at:])
    header = read_header(str(tmp_path / "f"))
    assert header.name(0x00100010) == "Иванов^Пётр"
    assert header.unsigned(0x00280010) == 258
    assert header.transfer_syntax_uid == syntax


@pytest.mark.parametrize("length", [0, 10, FIRST_READ - 700, FIRST_READ, 3 * FIRST_READ, 5_000_000])
@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian])
def test_what_lies_beyond_the_first_read_is_found(tmp_path: Path, syntax: str, length: int) -> None:
    """A long private element before the wanted ones: stepped over, not read."""
    (tmp_path / "f").write_bytes(_with_long_element(syntax, length))
    header = read_header(str(tmp_path / "f"))
    assert header.unsigned(0x00280010) == 258
    assert header.name(0x00100010) == "Иванов^Пётр"


def _with_long_element(syntax: str, length: int) -> bytes:
    data_set = pydicom.dcmread(io.BytesIO(written(syntax)))
    data_set.add_new(0x00090010, "LO", "SOMEBODY")
    data_set.add_new(0x00091001, "OB", bytes(length // 2 * 2))
    buffer = io.BytesIO()
    data_set.save_as(buffer)
    return buffer.getvalue()


def test_a_sequence_longer_than_the_first_read_is_stepped_over(tmp_path: Path) -> None:
    item = Dataset()
    item.ReferencedSOPInstanceUID = "1.2.3"
    items = Sequence([item] * 3000)
    items.is_undefined_length = True
    (tmp_path / "f").write_bytes(written(ExplicitVRLittleEndian, ReferencedImageSequence=items))
    header = read_header(str(tmp_path / "f"))
    assert (header.unsigned(0x00280010), header.code(0x00080018)) == (258, "1.2.3.4")


def test_all_samples_agree_with_pydicom(samples: Path) -> None:
    """Where both read a value it is the same, and this reader misses none that pydicom has."""
    compared, differing = 0, []
    for path in sorted(samples.rglob("*")):
        if not path.is_file():
            continue
        try:
            header = read_header(str(path))
        except NegatoscopeError:
            continue
        theirs = of_pydicom(path)
        if theirs is None or header.layout.encoding.deflated:
            continue
        compared += 1
        is_broken = "broken" in path.parts
        for tag, value in theirs.items():
            ours = header.elements.get(tag)
            if ours != value and not (is_broken or (not value and ours is None) or (not header.layout.encoding.little)):
                differing.append(f"{path.relative_to(samples)} {tag:08x} {ours!r:.60} {value!r:.60}")
    assert compared > 900
    assert differing == []


def test_what_is_no_dicom_is_named(tmp_path: Path) -> None:
    cases = {
        "empty": (b"", "empty"), "zeros": (bytes(3000), "zeros"), "text": (b"hello world\n" * 20, "text"),
        "png": (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"), "pdf": (b"%PDF-1.7\n" + bytes(50), "PDF"),
        "exe": (b"MZ" + bytes(400), "program"), "noise": (random.Random(3).randbytes(4000), "not DICOM"),
        "gz": (b"\x1f\x8b\x08" + bytes(90), "archive"), "sqlite": (b"SQLite format 3\0" + bytes(90), "database"),
    }  # fmt: skip
    for name, (data, word) in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(NotDicomError) as caught:
            read_header(str(tmp_path / name))
        assert word in str(caught.value), name
        assert caught.value.path == str(tmp_path / name)


def test_missing_and_forbidden_files(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        read_header(str(tmp_path / "nothing"))
    with pytest.raises(MissingFileError):
        read_header(str(tmp_path / "a\0b"))
    with pytest.raises(NegatoscopeError):
        read_header(str(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotDicomError):
        read_header(str(tmp_path / "pipe"))


def test_a_deflate_bomb_is_refused(tmp_path: Path) -> None:
    whole = written(DeflatedExplicitVRLittleEndian)
    end = 144 + struct.unpack_from("<I", whole, 140)[0]
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = squeeze.compress(b"\x08\x00\x05\x00UN\0\0" + struct.pack("<I", 0xFFFFFFFF))
    for _ in range(200):
        bomb += squeeze.compress(b"\xfe\xff\x00\xe0" + struct.pack("<I", 1 << 20) + bytes(1 << 20))
    (tmp_path / "f").write_bytes(whole[:end] + bomb + squeeze.flush())
    with pytest.raises((TooLargeError, BrokenFileError)):
        read_header(str(tmp_path / "f"))


def test_nesting_costs_no_stack(tmp_path: Path) -> None:
    opening = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    closing = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
    start = written(ExplicitVRLittleEndian)
    end = 144 + struct.unpack_from("<I", start, 140)[0]
    for depth in (1, 300, 50_000):
        (tmp_path / "f").write_bytes(start[:end] + opening * depth + closing * depth + b"\x28\x00\x10\x00US\x02\x00\x07\x00")
        assert read_header(str(tmp_path / "f")).unsigned(0x00280010) == 7


def test_tampered_files_never_raise_anything_else(tmp_path: Path) -> None:
    """Cuts, flips and swapped lengths of every encoding: an answer or a sentence, quickly."""
    chance = random.Random(20240501)
    sources = [written(syntax) for syntax in SYNTAXES] + [content()]
    path, sentences = tmp_path / "f", set[tuple[bool, bool]]()
    for number in range(1500):
        data = bytearray(sources[number % len(sources)])
        for _ in range(chance.randrange(1, 6)):
            kind = chance.randrange(4)
            at = chance.randrange(128, len(data))
            if kind == 0:
                data[at] ^= 1 << chance.randrange(8)
            elif kind == 1:
                del data[at:]
                break
            elif kind == 2:
                data[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xfe\xff\xff\xff", b"\xff\xff\xff\x7f"))
            else:
                data[at:at] = chance.randbytes(chance.randrange(1, 9))
        path.write_bytes(data)
        try:
            header = read_header(str(path))
        except NegatoscopeError as error:
            sentences.add((str(error) != "", error.path == str(path)))
            continue
        for tag in header.elements:
            header.code(tag), header.codes(tag), header.text(tag), header.name(tag), header.integer(tag), header.number(tag)
            header.numbers(tag, 3), header.unsigned(tag)
    assert sentences == {(True, True)}


def test_tampered_files_read_as_pydicom_reads_them(tmp_path: Path) -> None:
    """One flipped bit within values: both readers see the same bytes."""
    chance = random.Random(7)
    source = written(ExplicitVRLittleEndian)
    start = 144 + struct.unpack_from("<I", source, 140)[0]
    path = tmp_path / "f"
    agreed = 0
    for _ in range(400):
        data = bytearray(source)
        data[chance.randrange(start, len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        try:
            ours = read_header(str(path)).elements
        except NegatoscopeError:
            continue
        theirs = of_pydicom(path)
        if theirs is not None and all(ours.get(tag) == value or not value for tag, value in theirs.items()):
            agreed += 1
    assert agreed > 300


def test_values_that_are_no_numbers(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(content(PatientID="x"))
    header = read_header(str(tmp_path / "f"))
    raw = {
        1: b"abc",
        2: b"12.7 ",
        3: b"1e400",
        4: b"9" * 30,
        5: b"nan",
        6: b"1\\2",
        7: b" -5\0",
        8: b"",
        9: b"9" * 5000,
        10: b"inf",
    }
    header.elements = raw
    assert [header.integer(tag) for tag in raw] == [None, 12, None, None, None, 1, -5, None, None, None]
    assert [header.number(tag) for tag in (1, 3, 5, 6, 7, 10)] == [None, None, None, 1.0, -5.0, None]
    assert header.numbers(6, 2) == (1.0, 2.0)
    assert header.numbers(6, 3) is None
    assert header.numbers(5, 1) is None


@pytest.mark.parametrize("wrong", [7, 9])
def test_elements_after_a_wrong_length_are_found(tmp_path: Path, wrong: int) -> None:
    file = tmp_path / "odd"
    whole = content()
    at = whole.index(b"\x08\x00\x20\x00DA\x08\x00")
    file.write_bytes(whole[: at + 6] + wrong.to_bytes(2, "little") + whole[at + 8 :])
    elements, sound = read_header(str(file)).elements, tmp_path / "sound"
    sound.write_bytes(whole)
    expected = read_header(str(sound)).elements
    for tag in (0x00100010, 0x00100020, 0x0020000D, 0x0020000E, 0x00280010):
        assert expected[tag]
        assert elements.get(tag) == expected[tag], hex(tag)


def test_the_name_after_damage_is_the_one_in_the_list_of_tags(crashers: Path) -> None:
    header = read_header(str(crashers / "gdcmfile_memory_257.dcm"))
    assert header.elements[0x00100010] == b"Lestrade^G"
    assert header.elements[0x00080020] == b"2017010"  # as it is written there: no date is made up


@pytest.mark.parametrize("size", [4 << 20, 31 << 20])
def test_a_sequence_of_some_megabytes_before_what_is_wanted_is_passed_over(tmp_path: Path, size: int) -> None:
    start = written(ExplicitVRLittleEndian)
    end = 144 + struct.unpack_from("<I", start, 140)[0]
    sequence = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff\x09\x00\x10\x10OB\0\0" + struct.pack(
        "<I", size
    )
    closing = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
    (tmp_path / "f").write_bytes(start[:end] + sequence + bytes(size) + closing + b"\x28\x00\x10\x00US\x02\x00\x07\x00")
    assert read_header(str(tmp_path / "f")).unsigned(0x00280010) == 7
