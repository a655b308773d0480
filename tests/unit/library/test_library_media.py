"""DICOMDIRs: cycles, names as discs write them, files outside, missing files, a wrong DICOMDIR."""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
from pathlib import Path

import pytest

from tests.library_desk import everything, problems, scan, write
from viewer.dicom.dicomdir import read_references
from viewer.library.library import Library
from viewer.library.media import read_media
from viewer.model.errors import BrokenFileError, ProblemKind


@pytest.fixture
def library(tmp_path: Path):
    found = Library(tmp_path / "data")
    yield found
    found.close()


def element(group: int, number: int, vr: bytes, value: bytes) -> bytes:
    value += b" " * (len(value) % 2)
    if vr in (b"SQ", b"OB"):
        return struct.pack("<HH2sHI", group, number, vr, 0, len(value)) + value
    return struct.pack("<HH2sH", group, number, vr, len(value)) + value


def directory(path: Path, references: list[str], links: dict[int, tuple[int, int]] | None = None) -> Path:
    """A DICOMDIR of IMAGE records; `links`: record number to (next, lower) record numbers, else a straight chain."""
    meta = element(2, 2, b"UI", b"1.2.840.10008.1.3.10\0") + element(2, 0x10, b"UI", b"1.2.840.10008.1.2.1\0")
    meta = element(2, 0, b"UL", struct.pack("<I", len(meta))) + meta

    def record(reference: str, next_at: int, lower_at: int) -> bytes:
        body = element(4, 0x1400, b"UL", struct.pack("<I", next_at)) + element(4, 0x1410, b"US", b"\xff\xff")
        body += element(4, 0x1420, b"UL", struct.pack("<I", lower_at)) + element(4, 0x1430, b"CS", b"IMAGE ")
        body += element(4, 0x1500, b"CS", reference.encode("utf-8")) if reference else b""
        return struct.pack("<HHI", 0xFFFE, 0xE000, len(body)) + body

    lengths = [len(record(reference, 0, 0)) for reference in references]
    start = 132 + len(meta) + 3 * 12 + 12
    offsets = [start + sum(lengths[:number]) for number in range(len(references))]

    def at(number: int) -> int:
        return offsets[number] if 0 <= number < len(offsets) else 0

    chain = {number: (number + 1, -1) for number in range(len(references))}
    records = b"".join(
        record(reference, *(at(one) for one in (links or chain).get(number, (-1, -1))))
        for number, reference in enumerate(references)
    )
    head = element(4, 0x1200, b"UL", struct.pack("<I", at(0))) + element(4, 0x1202, b"UL", struct.pack("<I", 0))
    head += element(4, 0x1212, b"UL", struct.pack("<I", 0))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(128) + b"DICM" + meta + head + element(4, 0x1220, b"SQ", records))
    return path


def test_references_come_in_the_order_of_the_links(tmp_path: Path) -> None:
    file = directory(tmp_path / "DICOMDIR", ["A", "B", "C", "D"], {0: (2, 3), 2: (1, -1)})
    assert read_references(str(file)) == (("A",), ("D",), ("C",), ("B",))


@pytest.mark.parametrize(
    "links", [{0: (1, -1), 1: (0, -1)}, {0: (0, 0)}, {0: (1, 2), 1: (2, 0), 2: (0, 1)}, {0: (3, -1), 3: (3, 3), 1: (0, 2)}]
)
def test_records_that_run_in_circles_are_visited_once(tmp_path: Path, links: dict[int, tuple[int, int]]) -> None:
    file = directory(tmp_path / "DICOMDIR", ["A", "B", "C", "D"], links)
    assert sorted(read_references(str(file))) == [("A",), ("B",), ("C",), ("D",)]


def test_every_cut_and_many_flips_answer_quickly(tmp_path: Path) -> None:
    whole = directory(tmp_path / "DICOMDIR", ["A\\B", "C"]).read_bytes()
    file = tmp_path / "cut"
    for length in range(0, len(whole), 3):
        file.write_bytes(whole[:length])
        _read_or_refuse(file)
    for at in range(132, len(whole)):
        file.write_bytes(whole[:at] + bytes((whole[at] ^ 0xFF,)) + whole[at + 1 :])
        _read_or_refuse(file)


def _read_or_refuse(file: Path) -> None:
    with contextlib.suppress(BrokenFileError):
        read_references(str(file))


@pytest.mark.parametrize("written", ["DISC/IM1;1", "disc/im1", "Disc/Im1.", "DISC/IM1"])
def test_names_are_found_however_the_disc_writes_them(tmp_path: Path, written: str) -> None:
    there = write(tmp_path / written)
    media = read_media(str(directory(tmp_path / "DICOMDIR", ["DISC\\IM1"])))
    assert media.files == (str(there),)
    assert media.is_sound


@pytest.mark.parametrize(
    "reference", ["..\\secret", "A\\..\\..\\secret", "/etc/passwd", "C:\\secret", "link", "way\\secret", "x\0y"]
)
def test_nothing_outside_its_folder_is_read(tmp_path: Path, reference: str) -> None:
    secret = write(tmp_path / "secret")
    root = tmp_path / "cd"
    root.mkdir()
    (root / "A").mkdir()
    os.symlink(secret, root / "link")
    os.symlink(tmp_path, root / "way")
    media = read_media(str(directory(root / "DICOMDIR", [reference])))
    assert media.files == ()
    assert len(media.problems) == 1
    assert not media.is_sound


def test_missing_files_are_named_and_the_rest_is_opened(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "cd" / "A" / "IM1", SOPInstanceUID="1.2.1")
    write(tmp_path / "cd" / "EXTRA", SOPInstanceUID="1.2.2")
    directory(tmp_path / "cd" / "DICOMDIR", ["A\\IM1", "A\\IM9"])
    updates = scan(library, [tmp_path / "cd"], tmp_path / "cache")
    assert [(os.path.basename(one.path), one.kind) for one in problems(updates)] == [("IM9", ProblemKind.MISSING_FILE)]
    assert {one.sop_instance_uid for one in everything(library)} == {"1.2.1", "1.2.2"}
    assert updates[-1].files_read == 3  # each once: the DICOMDIR and two images
    assert updates[-1].progress.done == updates[-1].progress.total


def test_a_dropped_dicomdir_opens_what_it_names_and_no_more(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "cd" / "A" / "IM1", SOPInstanceUID="1.2.1")
    write(tmp_path / "cd" / "EXTRA", SOPInstanceUID="1.2.2")
    file = directory(tmp_path / "cd" / "DICOMDIR", ["A\\IM1"])
    scan(library, [file], tmp_path / "cache")
    assert {one.sop_instance_uid for one in everything(library)} == {"1.2.1"}


def test_a_dropped_dicomdir_that_is_wrong_makes_its_folder_be_scanned(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "cd" / "B" / "IM1", SOPInstanceUID="1.2.1")
    file = directory(tmp_path / "cd" / "DICOMDIR", ["A\\IM1", "A\\IM2"])
    updates = scan(library, [file], tmp_path / "cache")
    assert {one.sop_instance_uid for one in everything(library)} == {"1.2.1"}
    (said,) = problems(updates)  # once, although the scan of the folder meets the DICOMDIR again
    assert "None of the 2 files" in str(said.reason)


def test_the_first_picture_of_a_disc_is_the_first_of_its_dicomdir(library: Library, tmp_path: Path) -> None:
    for name in ("A", "B", "Z"):
        write(tmp_path / "cd" / name, SOPInstanceUID=f"1.2.{ord(name)}", StudyInstanceUID=f"1.9.{ord(name)}")
    directory(tmp_path / "cd" / "DICOMDIR", ["Z", "A"])
    updates = scan(library, [tmp_path / "cd"], tmp_path / "cache")
    assert updates[0].first_study == f"1.9.{ord('Z')}"


def test_real_dicomdirs(samples: Path, tmp_path: Path) -> None:
    root = samples / "pydicom+pydicom" / "src" / "pydicom" / "data" / "test_files" / "dicomdirtests"
    for name in (
        "DICOMDIR",
        "DICOMDIR-implicit",
        "DICOMDIR-bigEnd",
        "DICOMDIR-nooffset",
        "DICOMDIR-reordered",
        "DICOMDIR-nopatient",
    ):
        media = read_media(str(root / name))
        assert len(media.files) == 31, name
        assert media.is_sound, name
    copy = tmp_path / "cd"
    shutil.copytree(root / "TINY_ALPHA", copy)
    os.chmod(copy, 0o755)
    assert len(read_media(str(copy / "DICOMDIR")).files) == 50
