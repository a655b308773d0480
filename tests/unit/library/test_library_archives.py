"""Zip archives: nested, locked, damaged, bombs, hostile names. Nothing is written but below our own folder."""

from __future__ import annotations

import io
import os
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.library_desk import content, everything, problems, scan
from viewer.library import archives
from viewer.library.extraction import ExtractionFolder
from viewer.library.library import Library
from viewer.library.scan import scan_once
from viewer.model.errors import ProblemKind
from viewer.model.hierarchy import FrameRef
from viewer.model.locked_archive import is_refused


@pytest.fixture
def library(tmp_path: Path):
    found = Library(tmp_path / "data")
    yield found
    found.close()


def packed(members: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_members_are_found_and_shown_by_where_they_were(library: Library, tmp_path: Path) -> None:
    inner = packed({"deep/IM2": content(SOPInstanceUID="1.2.2")})
    file = tmp_path / "cd"  # no ending: it is known by its content
    file.write_bytes(packed({"A/IM1": content(SOPInstanceUID="1.2.1"), "inner.zip": inner, "readme.txt": b"hello", "A/": b""}))
    updates = scan(library, [file], tmp_path / "cache")
    assert {one.source for one in everything(library)} == {f"{file}!/A/IM1", f"{file}!/inner.zip!/deep/IM2"}
    assert [(one.path, one.kind) for one in problems(updates)] == [(f"{file}!/readme.txt", ProblemKind.NOT_DICOM)]
    below = str(tmp_path / "cache" / "archives")
    for one in everything(library):
        assert one.path.startswith(below)
        assert os.stat(one.path).st_mode & 0o077 == 0
        assert library.locate(FrameRef(one.sop_instance_uid)) == one.path
    kept = [path for path in Path(below).rglob("*") if path.is_file()]
    assert len(kept) == 3  # two images and the mark of use: what was no image is gone


def test_hostile_names_write_nothing_elsewhere(library: Library, tmp_path: Path) -> None:
    names = ["../../up", "/abs", "C:\\x", "..\\..\\y", "a/../../../z", "\x1b[2Jred\u202eevil", "CON", "x" * 5000, "a\nb"]
    file = tmp_path / "in" / "bad.zip"
    file.parent.mkdir()
    file.write_bytes(packed({name: content(SOPInstanceUID=f"1.2.{number}") for number, name in enumerate(names)}))
    before = set(tmp_path.rglob("*"))
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    found = everything(library)
    assert len(found) == len(names)
    for one in found:
        assert "\x1b" not in one.source
        assert "\u202e" not in one.source
        assert len(one.source) < 500
    new = set(tmp_path.rglob("*")) - before
    assert all(path.is_relative_to(tmp_path / "cache") or path.is_relative_to(tmp_path / "data") for path in new)


def test_a_bomb_is_refused_before_it_grows(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("IM1", "w") as member:
        member.write(content())
        for _ in range(300):
            member.write(bytes(1 << 20))
    updates = scan(library, [file], tmp_path / "cache")
    assert [one.kind for one in problems(updates)] == [ProblemKind.TOO_LARGE]
    assert everything(library) == []


def test_a_bomb_that_lies_about_its_size_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "FREE_BYTES", 1 << 20)
    data = content() + bytes(8 << 20)
    raw = bytearray(packed({"IM1": data}))
    at = raw.rfind(b"PK\x01\x02")
    struct.pack_into("<I", raw, at + 24, len(data) // 8)  # the central directory says an eighth
    file = tmp_path / "liar.zip"
    file.write_bytes(raw)
    with scan_once([str(file)]) as report:
        assert [one.kind for one in report.problems]
        assert everything(report.library) == []


def test_members_beyond_count_or_depth_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 20)
    many = tmp_path / "many.zip"
    many.write_bytes(packed({f"f{number}": b"x" for number in range(30)}))
    nested = content()
    for _ in range(archives.MAX_DEPTH + 1):
        nested = packed({"x": nested})
    deep = tmp_path / "deep.zip"
    deep.write_bytes(nested)
    with scan_once([str(many), str(deep)]) as report:
        assert [one.kind for one in report.problems] == [ProblemKind.TOO_LARGE] * 2
        assert everything(report.library) == []


def test_a_central_directory_that_would_fill_the_memory_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "wide.zip"
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0, 0)
    wide = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**9, 10**9, 46 * 10**9, 0)
    file.write_bytes(b"PK\x03\x04" + bytes(100) + wide + struct.pack("<4sIQI", b"PK\x06\x07", 0, 104, 1) + end)
    with scan_once([str(file)]) as report:
        assert [one.kind for one in report.problems] == [ProblemKind.TOO_LARGE]


def test_damaged_archives_are_told(tmp_path: Path) -> None:
    whole = packed({"IM1": content(PixelData=os.urandom(50_000), Rows=1, Columns=50_000)})
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    flipped = bytearray(whole)
    flipped[20_000] ^= 0xFF
    (tmp_path / "flipped.zip").write_bytes(flipped)
    (tmp_path / "empty.zip").write_bytes(packed({}))
    with scan_once([str(tmp_path)]) as report:
        told = {os.path.basename(one.path.partition("!")[0]): one.kind for one in report.problems}
        assert told == {"cut.zip": ProblemKind.BROKEN, "flipped.zip": ProblemKind.BROKEN}
        assert everything(report.library) == []


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """An archive with a password, "salve", made by the zip program's own cipher."""
    if shutil.which("zip") is None:
        return _zip_crypto(tmp_path / "locked.zip", "IM1", content(), b"salve")
    (tmp_path / "IM1").write_bytes(content())
    subprocess.run(["zip", "-q", "-P", "salve", "locked.zip", "IM1"], cwd=tmp_path, check=True)
    (tmp_path / "IM1").unlink()
    return tmp_path / "locked.zip"


def _zip_crypto(path: Path, name: str, data: bytes, password: bytes) -> Path:
    """PKWARE's traditional encryption (APPNOTE 6.1), which zipfile reads but does not write."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(value: int, byte: int) -> int:
        return (value >> 8) ^ _TABLE[(value ^ byte) & 0xFF]

    def update(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    checksum = zlib.crc32(data)
    encrypted = bytearray()
    for byte in bytes(11) + bytes((checksum >> 24,)) + data:
        mask = (keys[2] | 2) & 0xFFFF
        encrypted.append(byte ^ ((mask * (mask ^ 1)) >> 8 & 0xFF))
        update(byte)
    head = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0, 33, checksum, len(encrypted), len(data), len(name), 0)
    local = b"PK\x03\x04" + head + name.encode() + bytes(encrypted)
    central = b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name.encode()
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)
    path.write_bytes(local + central + end)
    return path


def _crc_table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ 0xEDB88320 if value & 1 else value >> 1
        table.append(value)
    return table


_TABLE = _crc_table()


@pytest.mark.parametrize(
    ("answers", "asked", "opens"),
    [
        (["salve"], 1, True),
        (["wrong", "salve"], 2, True),
        (["wrong", "bad", "worse", "salve"], 3, False),
        ([None], 1, False),
        (["wrong", None], 2, False),
    ],
)
def test_a_password_is_asked_until_it_fits(
    library: Library, tmp_path: Path, locked: Path, answers: list[str | None], asked: int, opens: bool
) -> None:
    names: list[str] = []
    refused: list[bool] = []

    def password(name: str) -> str | None:
        names.append(name)
        refused.append(is_refused(name))
        return answers[len(names) - 1]

    updates = scan(library, [locked], tmp_path / "cache", password)
    assert names == ["locked.zip"] * asked
    assert refused == [False, True, True][:asked]
    assert len(everything(library)) == (1 if opens else 0)
    assert [one.kind for one in problems(updates)] == ([] if opens else [ProblemKind.LOCKED])


def test_without_anybody_to_ask_a_locked_archive_is_told(locked: Path) -> None:
    with scan_once([str(locked)]) as report:
        assert [one.kind for one in report.problems] == [ProblemKind.LOCKED]


def test_a_password_opens_an_archive_within_as_well(library: Library, tmp_path: Path, locked: Path) -> None:
    outer = _zip_crypto(tmp_path / "outer.zip", "inner.zip", locked.read_bytes(), b"salve")
    names: list[str] = []
    scan(library, [outer], tmp_path / "cache", lambda name: names.append(name) or "salve")
    assert len(everything(library)) == 1
    assert names == ["outer.zip"]


@pytest.fixture
def with_aes(tmp_path: Path) -> Path:
    """An archive encrypted with AES-256 under "salve"."""
    pyzipper = pytest.importorskip("pyzipper")
    file = tmp_path / "aes.zip"
    with pyzipper.AESZipFile(file, "w", compression=zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"salve")
        archive.writestr("IM1", content())
    return file


@pytest.mark.parametrize(
    ("answers", "opens"), [(["salve"], True), (["wrong", "salve"], True), (["a", "b", "c"], False), ([None], False)]
)
def test_aes_is_opened_with_its_password(
    library: Library, tmp_path: Path, with_aes: Path, answers: list[str | None], opens: bool
) -> None:
    waiting = list(answers)
    updates = scan(library, [with_aes], tmp_path / "cache", lambda name: waiting.pop(0))
    assert len(everything(library)) == (1 if opens else 0)
    assert [one.kind for one in problems(updates)] == ([] if opens else [ProblemKind.LOCKED])
    assert waiting == []


def test_damage_within_aes_is_told(tmp_path: Path, with_aes: Path) -> None:
    whole = bytearray(with_aes.read_bytes())
    whole[200] ^= 0xFF
    with_aes.write_bytes(whole)
    with scan_once([str(with_aes)], lambda name: "salve") as report:
        assert everything(report.library) == []
        assert len(report.problems) == 1


def test_without_its_package_aes_is_named(with_aes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyzipper", None)
    with scan_once([str(with_aes)], lambda name: "salve") as report:
        (problem,) = report.problems
        assert problem.kind is ProblemKind.LOCKED
        assert "pyzipper" in str(problem.reason)


def test_what_one_run_extracted_is_swept_by_the_next_and_unpacked_again(tmp_path: Path) -> None:
    file = tmp_path / "cd.zip"
    file.write_bytes(packed({"IM1": content(SOPInstanceUID="1.2.1"), "IM2": content(SOPInstanceUID="1.2.2")}))
    first = Library(tmp_path / "data")
    scan(first, [file], tmp_path / "cache")
    extracted = everything(first)[0]
    assert extracted.archive == str(file)
    first.close()
    second = Library(tmp_path / "data")
    try:
        scan(second, [tmp_path / "cache" / "nothing"], tmp_path / "cache")
        assert not os.path.exists(extracted.path)
        assert [one.sop_instance_uid for one in everything(second)] == ["1.2.1", "1.2.2"]
        assert second.locate(FrameRef("1.2.1")) is None
        assert second.refresh_study(extracted.study_instance_uid) == 0, "the archive is there"
        file.write_bytes(packed({"IM1": content(SOPInstanceUID="1.2.1")}))
        scan(second, [file], tmp_path / "cache")
        (again,) = everything(second)
        assert os.path.exists(again.path)
        assert second.locate(FrameRef("1.2.1")) == again.path
        file.unlink()
        assert second.refresh_study(extracted.study_instance_uid) == 1
    finally:
        second.close()


def test_a_folder_in_use_is_not_swept(tmp_path: Path) -> None:
    running, other = ExtractionFolder(tmp_path), ExtractionFolder(tmp_path)
    folder = running.path()
    other.sweep()
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o077 == 0
    running.close()
    other.sweep()
    assert not folder.exists()


def test_scan_once_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    file = tmp_path / "cd.zip"
    file.write_bytes(packed({"IM1": content()}))
    with scan_once([str(file)]) as report:
        assert len(everything(report.library)) == 1
    assert list(tmp_path.iterdir()) == [file] or sorted(path.name for path in tmp_path.iterdir()) == ["cd.zip"]
