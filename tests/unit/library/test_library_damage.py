"""A library that is damaged, lost, locked, newer or cannot be written: the program starts, says so, and loses no image."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.library_desk import ALL, everything, scan, write
from viewer.library.library import Library
from viewer.library.migrations import VERSION
from viewer.library.read_instance import read_instance
from viewer.library.scan import FolderScanner
from viewer.library.upkeep import BACKUP_NAME, FILE_NAME, Upkeep
from viewer.model.requests import StudyFilter

COUNT = 12


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a library of some images, closed in order."""
    for number in range(COUNT):
        write(
            tmp_path / "in" / str(number), SOPInstanceUID=f"1.2.{number}", SeriesInstanceUID=f"1.2.3.{number % 3}",
            PatientName=f"Name^{number % 4}", PatientID=f"P{number % 4}", StudyInstanceUID=f"1.5.{number % 4}",
        )  # fmt: skip
    library = Library(tmp_path / "data")
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    library.close()
    return tmp_path / "data"


def reopened(data: Path) -> tuple[Library, int]:
    """Open, let the rebuild run to its end, and count what is there."""
    library = Library(data)
    scanner = FolderScanner(library, data.parent / "cache")
    for running in list(scanner._scans):
        running.join(60)
    scanner.close()
    return library, len(everything(library))


def back_up(data: Path) -> None:
    upkeep = Upkeep(data)
    with contextlib.closing(sqlite3.connect(data / FILE_NAME)) as connection:
        assert upkeep.look_after(connection)


@pytest.mark.parametrize("with_backup", [True, False])
@pytest.mark.parametrize("damage", ["junk", "empty", "half", "zeros", "gone", "header"])
def test_a_damaged_file_is_put_right(data: Path, damage: str, with_backup: bool) -> None:
    if with_backup:
        back_up(data)
    file = data / FILE_NAME
    whole = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        changed = {
            "junk": b"no database at all" * 500,
            "empty": b"",
            "half": whole[: len(whole) // 2],
            "zeros": bytes(len(whole)),
            "header": b"x" + whole[1:],
        }
        file.write_bytes(changed[damage])
    library, count = reopened(data)
    try:
        assert count in (COUNT, 0) if damage in ("gone", "empty") and not with_backup else count == COUNT
        if with_backup or damage in ("junk", "half", "header"):
            assert str(library.notice)
        assert not [one for one in everything(library) if not os.path.exists(one.path)]
    finally:
        library.close()


def test_random_damage_never_crashes_and_loses_nothing(data: Path) -> None:
    back_up(data)
    whole = (data / FILE_NAME).read_bytes()
    for seed in range(25):
        chance = random.Random(seed)
        changed = bytearray(whole)
        for _ in range(20):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        (data / FILE_NAME).write_bytes(changed)
        library, _ = reopened(data)
        try:
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:  # damage may come to light with the first question, and is repaired beside it
                if len(everything(library)) == COUNT or _is_sound(data / FILE_NAME):
                    break
            scan(library, [data.parent / "in"], data.parent / "cache")
            library.count_patients(ALL)
        except sqlite3.Error:
            pytest.fail(f"seed {seed} got through")
        finally:
            library.close()
        for stray in data.glob(f"{FILE_NAME}-*"):
            stray.unlink()


def _is_sound(path: Path) -> bool:
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    return False


def test_damage_that_comes_to_light_while_running_is_repaired(data: Path) -> None:
    back_up(data)
    library = Library(data)
    done = threading.Event()
    scanner = FolderScanner(library, data.parent / "cache")
    rebuild = library.repaired

    def repaired() -> None:
        rebuild()
        done.set()

    library.repaired = repaired
    try:
        library._failed(sqlite3.DatabaseError("database disk image is malformed"))
        assert done.wait(20)
        assert len(everything(library)) == COUNT
        assert "damaged" in str(library.notice)
        assert list(data.glob("library.damaged-*.sqlite"))
    finally:
        scanner.close()
        library.close()


@pytest.mark.parametrize("damage", ["DELETE FROM words_config", "DROP TABLE words_data"])
def test_damage_of_the_search_words_is_damage(data: Path, damage: str) -> None:
    """FTS5 says it in words of its own."""
    with contextlib.closing(sqlite3.connect(data / FILE_NAME)) as connection:
        connection.execute(damage)
        connection.commit()
    library = Library(data)
    done = threading.Event()
    scanner = FolderScanner(library, data.parent / "cache")
    rebuild = library.repaired

    def repaired() -> None:
        rebuild()
        done.set()

    library.repaired = repaired
    try:
        library.patients(StudyFilter(text="name"))
        assert done.wait(20)
        deadline = time.monotonic() + 20
        while len(everything(library)) < COUNT and time.monotonic() < deadline:
            done.wait(0.01)
        assert len(library.patients(StudyFilter(text="name"))) == 4
    finally:
        scanner.close()
        library.close()


def test_on_a_full_disk_it_goes_on_in_memory_and_says_so(data: Path) -> None:
    library = Library(data)
    told: list[str] = []
    library.left_disk = lambda: told.append(str(library.notice))
    pages = library._database._writer.execute("PRAGMA page_count").fetchone()[0]
    library._database._writer.execute(f"PRAGMA max_page_count = {pages}")
    try:
        for number in range(400):
            write(
                data.parent / "more" / str(number), SOPInstanceUID=f"1.9.{number}", StudyInstanceUID="1.9", PatientName="Late^Lea"
            )
        scan(library, [data.parent / "more"], data.parent / "cache")
        assert len(everything(library)) == COUNT + 400
        assert [one.patient_name for one in library.patients(StudyFilter(text="late", opened_only=True))] == ["Late^Lea"]
        assert told == ["The library cannot be written (database or disk is full). What you open now is not remembered."]
    finally:
        library.close()
    again = Library(data)
    try:
        assert len(everything(again)) < COUNT + 400
        assert again.count_patients(StudyFilter(text="name")) == 4
    finally:
        again.close()


@contextlib.contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """As an exceeded quota does it: SQLite says "disk I/O error"."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_over_quota_it_goes_on_in_memory_and_is_not_repaired(data: Path) -> None:
    found = [read_instance(str(write(data.parent / "more" / str(n), SOPInstanceUID=f"1.9.{n}"))) for n in range(400)]
    library = Library(data)
    told: list[str] = []
    library.left_disk = lambda: told.append(str(library.notice))
    library.repaired = lambda: told.append("repaired")
    try:
        with no_file_longer_than(65536):
            for start in range(0, len(found), 40):
                library.add(found[start : start + 40])
        assert len(everything(library)) == COUNT + 400
        assert told == [f"The library cannot be written ({os.strerror(errno.EFBIG)}). What you open now is not remembered."]
    finally:
        library.close()
    assert not list(data.glob("library.damaged-*"))
    again = Library(data)
    try:
        assert COUNT <= len(everything(again)) < COUNT + 400
    finally:
        again.close()


def test_a_library_that_is_opened_over_quota_is_not_repaired(data: Path) -> None:
    with no_file_longer_than(4096):
        library = Library(data)
        try:
            assert "not remembered" in str(library.notice)
            scan(library, [data.parent / "in"], data.parent / "cache")
            assert len(everything(library)) == COUNT
        finally:
            library.close()
    assert not list(data.glob("library.damaged-*"))


def test_a_rebuild_opens_nothing_on_the_screen(data: Path) -> None:
    (data / FILE_NAME).write_bytes(b"junk" * 4000)
    library, count = reopened(data)
    try:
        assert count == COUNT
        assert library.patients(type(ALL)(opened_only=True)) == ()
    finally:
        library.close()


def test_only_the_last_damaged_files_are_kept(data: Path) -> None:
    for _ in range(5):
        (data / FILE_NAME).write_bytes(b"junk" * 4000)
        library, _ = reopened(data)
        library.close()
    assert len(list(data.glob("library.damaged-*.sqlite"))) == 2


def test_a_newer_library_is_left_alone(data: Path) -> None:
    with contextlib.closing(sqlite3.connect(data / FILE_NAME)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = (data / FILE_NAME).read_bytes()
    library = Library(data)
    try:
        assert "newer version" in str(library.notice)
        scan(library, [data.parent / "in"], data.parent / "cache")
        assert len(everything(library)) == COUNT
    finally:
        library.close()
    assert (data / FILE_NAME).read_bytes() == before


def test_a_folder_that_cannot_be_written_means_a_library_in_memory(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    write(tmp_path / "in" / "1")
    library = Library(tmp_path / "data")
    try:
        assert "not remembered" in str(library.notice)
        scan(library, [tmp_path / "in"], tmp_path / "cache")
        assert len(everything(library)) == 1
    finally:
        library.close()


def test_a_sound_library_opens_without_a_word_and_is_backed_up(data: Path) -> None:
    library = Library(data)
    assert not library.notice
    assert library.read_again == ()
    library.close()
    back_up(data)
    assert (data / BACKUP_NAME).stat().st_size > 0
    assert not list(data.glob("*.new"))


def test_the_tables_have_their_version(data: Path) -> None:
    with contextlib.closing(sqlite3.connect(data / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == VERSION
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_paths_that_were_opened_are_remembered_last_first(tmp_path: Path) -> None:
    upkeep = Upkeep(tmp_path)
    for name in ("a", "b", "gone"):
        (tmp_path / name).mkdir()
    for name in ("a", "b", "gone", "a"):
        upkeep.remember_paths([str(tmp_path / name)])
    (tmp_path / "gone").rmdir()
    with open(tmp_path / "opened.jsonl", "ab") as file:
        file.write(b'{"time": 1, "paths": ["/"]}\nhalf a li')
    assert upkeep.paths_since(2) == (str(tmp_path / "a"), str(tmp_path / "b"))
    assert upkeep.paths_since(time.time() + 100) == ()


def test_a_backup_that_cannot_be_written_is_no_damage_of_the_library(data: Path) -> None:
    with contextlib.closing(sqlite3.connect(data / FILE_NAME)) as connection:
        connection.execute("SELECT count(*) FROM files").fetchone()
        with no_file_longer_than(8192):
            assert Upkeep(data).look_after(connection)
    assert not list(data.glob("library.backup*"))
    library, count = reopened(data)
    library.close()
    assert count == COUNT
    assert not list(data.glob("library.damaged-*"))
