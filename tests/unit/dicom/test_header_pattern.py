"""Headers that are compared with those before them give exactly what a walk gives."""

from __future__ import annotations

import random
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate

from viewer.dicom.data_set import DataSet
from viewer.dicom.decode import frame_bytes
from viewer.dicom.header_pattern import HeaderMemory
from viewer.dicom.image_file import open_image
from viewer.dicom.whole_header import WholeHeader, read_whole_header
from viewer.model.errors import NegatoscopeError

EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"


def slice_of(number: int, **changes: object) -> Dataset:
    data_set = Dataset()
    data_set.SOPClassUID, data_set.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", f"1.2.3.{number}"
    data_set.StudyInstanceUID, data_set.SeriesInstanceUID = "1.2.3", "1.2.3.4"
    data_set.SpecificCharacterSet, data_set.PatientName = "ISO_IR 192", "Ä^B"
    data_set.Modality, data_set.AcquisitionTime = "CT", f"12{number % 60:02}00.5"
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = data_set.SOPClassUID, "1.2.3.1"
    data_set.ReferencedImageSequence = [reference, reference]
    data_set.KVP, data_set.SliceThickness = "120", "1.25"
    data_set.private_block(0x0029, "TEST", create=True).add_new(0x10, "OB", bytes(range(200)))
    data_set.InstanceNumber, data_set.SliceLocation = number, str(number * 1.25)
    data_set.ImagePositionPatient, data_set.ImageOrientationPatient = [-175, -160.5, number * 1.25], [1, 0, 0, 0, 1, 0]
    data_set.PixelSpacing = [0.68, 0.7]
    data_set.Rows, data_set.Columns, data_set.SamplesPerPixel = 3, 5, 1
    data_set.PhotometricInterpretation = "MONOCHROME2"
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit, data_set.PixelRepresentation = 16, 12, 11, 0
    data_set.WindowCenter, data_set.WindowWidth = 400, 1600
    data_set.RescaleIntercept, data_set.RescaleSlope = -1024, 1
    data_set.PixelData = (np.arange(15, dtype="<u2") + number).tobytes()
    for keyword, value in changes.items():
        if value is None:
            delattr(data_set, keyword)
        else:
            setattr(data_set, keyword, value)
    return data_set


def write(path: Path, data_set: Dataset, syntax: str = EXPLICIT) -> str:
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = syntax
    data_set.save_as(path, enforce_file_format=True)
    return str(path)


def contents(header: WholeHeader) -> object:
    """All that can be asked of a header."""
    data_set = header.data_set
    elements = [
        (tag, one.vr, one.value, one.length, one.offset if one.value is None else None) for tag, one in data_set.elements.items()
    ]
    kept = header.transfer_syntax_uid, header.size, header.meta, header.pixel_tag, header.encoding
    return elements, kept, data_set.explicit, data_set.order, data_set.encodings


def read(path: str, memory: HeaderMemory | None) -> object:
    try:
        return contents(read_whole_header(path, memory))
    except NegatoscopeError as error:
        return type(error), str(error.reason)


def told(path: str, memory: HeaderMemory | None) -> object:
    """Facts, places and planes of the first frame, or why there is none."""
    try:
        image = open_image(path, memory)
        facts = image.facts(1)
        shown = [plain(getattr(facts, field.name)) for field in fields(facts)]
        return shown, image.decode_request(1), image.description, image.number_of_frames
    except NegatoscopeError as error:
        return type(error), str(error.reason)


def plain(value: object) -> object:
    """Arrays by their content: the facts hold tables, which are compared by identity otherwise."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.tolist()
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return [plain(getattr(value, name)) for name in value.__dataclass_fields__]
    return value


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_the_slices_of_a_series_share_one_pattern(tmp_path: Path, syntax: str) -> None:
    memory = HeaderMemory()
    paths = [write(tmp_path / f"{number}", slice_of(number), syntax) for number in (1, 2, 10, 300, 7)]
    headers = [read_whole_header(path, memory) for path in paths]
    assert headers[0].pattern is not None
    assert all(header.pattern is headers[0].pattern for header in headers[1:])
    assert [contents(header) for header in headers] == [read(path, None) for path in paths]
    assert [told(path, memory) for path in paths] == [told(path, None) for path in paths]


def test_an_element_that_changes_unexpectedly_is_learnt(tmp_path: Path) -> None:
    memory = HeaderMemory()
    paths = [write(tmp_path / f"{number}", slice_of(number, KVP=str(80 + number))) for number in range(1, 7)]
    patterns = [read_whole_header(path, memory).pattern for path in paths]
    assert patterns[0] is not patterns[1]
    assert patterns[1] is patterns[2] is patterns[5]
    assert [told(path, memory) for path in paths] == [told(path, None) for path in paths]


def test_a_value_is_shared_only_when_nothing_it_reads_changes(tmp_path: Path) -> None:
    memory = HeaderMemory()
    data_set: DataSet | None = None
    calls: list[str] = []

    def kvp(top: DataSet) -> str:
        calls.append("kvp")
        return top.code(0x00180060)

    def place(top: DataSet) -> tuple[float, ...]:
        calls.append("place")
        return top.numbers(0x00200032)

    def everything(top: DataSet) -> int:
        calls.append("everything")
        return len(list(top.elements))

    for number in (1, 2, 3):
        header = read_whole_header(write(tmp_path / f"{number}", slice_of(number)), memory)
        data_set, pattern = header.data_set, header.pattern
        assert pattern is not None
        assert pattern.constant("kvp", kvp, data_set) == "120"
        assert pattern.constant("place", place, data_set) == (-175, -160.5, number * 1.25)
        assert pattern.constant("everything", everything, data_set) == len(data_set.elements)
    assert pattern.is_constant("kvp")
    assert not pattern.is_constant("place")
    assert calls.count("kvp") == 1
    assert calls.count("place") == calls.count("everything") == 3


CHANGES = {
    "KVP": ["80", "120", None],
    "BitsStored": [10, 12, 16],
    "RescaleSlope": ["1", "2.5", None],
    "WindowCenter": [[400, 40], 30, None],
    "PatientName": ["Ä^B", "É"],
    "SpecificCharacterSet": ["ISO_IR 192", "ISO_IR 100", None],
    "SeriesInstanceUID": ["1.2.3.4", "1.2.3.5", None],
    "ImageOrientationPatient": [[1, 0, 0, 0, 1, 0], [0, 1, 0, 0, 0, -1], None],
    "PixelSpacing": [[0.68, 0.7], None],
    "ReferencedImageSequence": [[], None],
    "ImageComments": ["long " * 900, "short"],
    "PhotometricInterpretation": ["MONOCHROME1", "MONOCHROME2"],
    "Rows": [3, 2],
}
choices = st.dictionaries(st.sampled_from(sorted(CHANGES)), st.integers(0, 2), max_size=2)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(choices, st.sampled_from([EXPLICIT, EXPLICIT, IMPLICIT])), min_size=2, max_size=8))
def test_any_mixture_of_headers_gives_what_each_gives_alone(tmp_path: Path, files: list[tuple[dict[str, int], str]]) -> None:
    memory = HeaderMemory()
    for number, (chosen, syntax) in enumerate(files):
        changes = {keyword: CHANGES[keyword][which % len(CHANGES[keyword])] for keyword, which in chosen.items()}
        path = write(tmp_path / "one", slice_of(number + 1, **changes), syntax)
        assert read(path, memory) == read(path, None)
        assert told(path, memory) == told(path, None)
        assert along(path, memory) in (None, slice_of(number + 1).PixelData)


def room(nbytes: int) -> np.ndarray:
    return np.full(nbytes, 0xA5, np.uint8)


def frame_of(path: str) -> bytes:
    """The bytes of the first frame, as a reader that knows no other file finds them."""
    return frame_bytes(open_image(path).decode_request(1))


def along(path: str, memory: HeaderMemory) -> bytes | None:
    """The pixels that are read with the header."""
    try:
        pixels = open_image(path, memory, room).take_pixels()
    except NegatoscopeError:
        return None
    return None if pixels is None else pixels.tobytes()


def test_the_pixels_of_the_next_slice_are_read_with_its_header_once(tmp_path: Path) -> None:
    memory = HeaderMemory()
    numbers = (1, 2, 10, 300)
    paths = [write(tmp_path / f"{number}", slice_of(number)) for number in numbers]
    assert [along(path, memory) for path in paths] == [None, *(slice_of(number).PixelData for number in numbers[1:])]
    image = open_image(paths[1], memory, room)
    assert image.take_pixels() is not None
    assert image.take_pixels() is None
    assert open_image(paths[1], memory).take_pixels() is None


def test_pixels_that_are_more_than_to_be_read_are_not_read_along(tmp_path: Path) -> None:
    memory = HeaderMemory()
    changes = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 1, "PixelData": bytes(range(90))}
    eight = {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "Rows": 6}
    paths = [write(tmp_path / f"{number}", slice_of(number, **changes, **eight)) for number in (1, 2)]
    assert [along(path, memory) for path in paths] == [None, None]


@pytest.mark.parametrize("after", ["trailing padding", "another size", "two frames", "cut off", "compressed", "a longer file"])
def test_a_file_that_is_not_like_the_last_one_is_read_as_ever(tmp_path: Path, after: str) -> None:
    memory = HeaderMemory()
    assert along(write(tmp_path / "1", slice_of(1)), memory) is None
    assert along(write(tmp_path / "2", slice_of(2)), memory) is not None
    changes: dict[str, object] = {}
    if after == "trailing padding":
        changes = {"DataSetTrailingPadding": bytes(12)}
    elif after == "another size":
        changes = {"Rows": 2, "PixelData": bytes(20)}
    elif after == "two frames":
        changes = {"NumberOfFrames": 2, "PixelData": bytes(60)}
    path = write(tmp_path / "3", slice_of(3, **changes))
    if after == "cut off":
        Path(path).write_bytes(Path(path).read_bytes()[:-4])
    elif after == "a longer file":
        Path(path).write_bytes(Path(path).read_bytes() + bytes(4))
    elif after == "compressed":
        data_set = slice_of(3)
        data_set.PixelData = encapsulate([bytes(40)])
        path = write(tmp_path / "3", data_set, "1.2.840.10008.1.2.5")
    alone = told(path, None)
    assert along(path, memory) is None
    assert told(path, memory) == alone


def test_damaged_headers_give_what_a_walk_gives(tmp_path: Path) -> None:
    dice = random.Random(7)
    memory = HeaderMemory()
    for number in range(600):
        syntax = (EXPLICIT, IMPLICIT)[number % 7 == 0]
        path = write(tmp_path / "one", slice_of(number % 50 + 1), syntax)
        data = bytearray(Path(path).read_bytes())
        for _ in range(dice.randrange(3)):
            kind, at = dice.randrange(3), dice.randrange(132, len(data))
            if kind == 0:
                data[at] = dice.randrange(256)
            elif kind == 1:
                del data[at : at + dice.randrange(1, 9)]
            else:
                data[at:at] = bytes(dice.randrange(1, 9))
        Path(path).write_bytes(data)
        assert read(path, memory) == read(path, None)
        assert told(path, memory) == told(path, None)
        pixels = along(path, memory)
        assert pixels is None or pixels == frame_of(path)


def test_real_files_give_what_they_give_alone(samples: Path) -> None:
    memory = HeaderMemory()
    paths = sorted(str(path) for path in samples.rglob("*") if path.is_file())
    for path in paths[:: max(1, len(paths) // 400)]:
        for _ in range(2):
            assert told(path, memory) == told(path, None), path
            pixels = along(path, memory)
            assert pixels is None or pixels == frame_of(path), path
