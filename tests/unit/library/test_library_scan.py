"""Folders, files and odd things on disk: what reaches the library, and what is said of the rest."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.library_desk import ALL, everything, problems, scan, write
from viewer.library import scan_run
from viewer.library.archives import Archives
from viewer.library.library import Library
from viewer.library.scan import FolderScanner, scan_once
from viewer.model.errors import ProblemKind
from viewer.model.hierarchy import FrameRef
from viewer.model.requests import ScanUpdate
from viewer.model.tasks import CancelToken


@pytest.fixture
def library(tmp_path: Path):
    found = Library(tmp_path / "data")
    yield found
    found.close()


def test_the_first_update_comes_with_the_first_file(library: Library, tmp_path: Path) -> None:
    for number in range(30):
        write(tmp_path / "in" / f"{number:03}", SOPInstanceUID=f"1.2.{number + 1}", InstanceNumber=number)
    updates = scan(library, [tmp_path / "in"], tmp_path / "cache")
    first = updates[0]
    assert (first.files_read, first.first_study, first.studies) == (1, "1.2.3", frozenset({"1.2.3"}))
    assert updates[-1].progress.done == updates[-1].progress.total == 30
    assert len(everything(library)) == 30


def test_junk_beside_the_images_does_not_hold_up_the_first_picture(library: Library, tmp_path: Path) -> None:
    root = tmp_path / "disc"
    for name in ("AUTORUN.INF", "a.exe", "b.dll", "c.html", "d.js", "e.png", "f.pdf", "g.xml", "h.txt", "i.ini", "j.css", "k.gif"):
        (root / "VIEWER" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "VIEWER" / name).write_bytes(b"junk")
        (root / name).write_bytes(b"junk")
    write(root / "ZDICOM" / "IM1")
    updates = scan(library, [root], tmp_path / "cache")
    assert next(update.files_read for update in updates if update.first_study) == 1
    assert len(problems(updates)) == 24


def test_a_second_scan_reads_nothing_and_says_the_same(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "in" / "a", SOPInstanceUID="1.2.1")
    (tmp_path / "in" / "notes.txt").write_text("no image")
    (tmp_path / "in" / "cut").write_bytes(write(tmp_path / "b").read_bytes()[:140])
    first = scan(library, [tmp_path / "in"], tmp_path / "cache")
    again = scan(library, [tmp_path / "in"], tmp_path / "cache")
    assert again[-1].files_read == 0
    assert again[0].first_study == "1.2.3"
    assert sorted(map(str, problems(again))) == sorted(map(str, problems(first)))
    assert len(problems(again)) == 2


def test_files_that_are_gone_or_were_changed_are_noticed(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    gone = write(folder / "gone", SOPInstanceUID="1.2.1")
    changed = write(folder / "changed", SOPInstanceUID="1.2.2", InstanceNumber=2)
    spoilt = write(folder / "spoilt", SOPInstanceUID="1.2.4")
    write(folder / "same", SOPInstanceUID="1.2.3")
    scan(library, [folder], tmp_path / "cache")
    gone.unlink()
    write(changed, SOPInstanceUID="1.2.2", InstanceNumber=77, SeriesDescription="longer than before")
    spoilt.write_text("no longer an image at all")
    updates = scan(library, [folder], tmp_path / "cache")
    assert updates[-1].files_read == 2
    assert {one.sop_instance_uid: one.instance_number for one in everything(library)} == {"1.2.2": 77, "1.2.3": None}
    assert "1.2.3" in {uid for update in updates for uid in update.studies}
    assert all(one.copy == 0 for one in everything(library))


def test_a_scan_of_our_own_folder_takes_no_locks_of_the_library_away(library: Library, tmp_path: Path) -> None:
    """Another process that ends would else delete the log into which this one writes."""
    count = (
        "import sys\n"
        "from pathlib import Path\n"
        "from viewer.library.library import Library\n"
        "library = Library(Path(sys.argv[1]))\n"
        "print(len(library.known_files(sys.argv[2])))\n"
        "library.close()\n"
    )

    def seen_by_another() -> int:
        command = [sys.executable, "-c", count, str(tmp_path / "data"), str(tmp_path / "in")]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    write(tmp_path / "in" / "a", SOPInstanceUID="1.2.1")
    data = tmp_path / "data"
    updates = scan(library, [tmp_path, *(data / f"library.sqlite{ending}" for ending in ("", "-wal", "-shm"))], tmp_path / "cache")
    said = {str(one.reason) for one in problems(updates) if Path(one.path).name == "library.sqlite"}
    assert said == {"This is a database that is in use."}
    assert seen_by_another() == 1
    write(tmp_path / "in" / "b", SOPInstanceUID="1.2.2")
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    assert seen_by_another() == 2


def test_a_folder_that_became_empty_leaves_no_patient(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "in" / "a")
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    path.unlink()
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    assert library.patients(ALL) == ()
    assert library.count_patients(ALL) == 0


def test_loops_links_and_special_files(library: Library, tmp_path: Path) -> None:
    root, outside = tmp_path / "in", tmp_path / "outside"
    write(root / "deep" / "a", SOPInstanceUID="1.2.1")
    write(outside / "b", SOPInstanceUID="1.2.2")
    os.symlink(root, root / "deep" / "loop")
    os.symlink(outside, root / "away")
    os.symlink(outside / "b", root / "file link")
    os.symlink(root / "nothing", root / "dangling")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "s"))
        updates = scan(library, [root], tmp_path / "cache")
    assert {one.path for one in everything(library)} == {str(root / "deep" / "a"), str(root / "file link")}
    said = {os.path.basename(one.path): str(one.reason) for one in problems(updates)}
    assert set(said) == {"loop", "away", "dangling"}
    assert "Open that folder itself" in said["away"]


@pytest.mark.parametrize("name", ["pipe", "missing", "folder/"])
def test_a_path_that_is_no_file_is_told(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with scan_once([str(tmp_path / name)]) as report:
        assert [one.path for one in report.problems] == [str(tmp_path / name).rstrip("/")]
        assert report.library.count_patients(ALL) == 0


def test_names_that_are_no_text(library: Library, tmp_path: Path) -> None:
    name = b"im\xff\xfeage"
    try:
        with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:
            file.write(write(tmp_path / "plain").read_bytes())
    except OSError:
        pytest.skip("this file system wants text")
    (tmp_path / "plain").unlink()
    scan(library, [tmp_path], tmp_path / "cache")
    (found,) = everything(library)
    assert os.fsencode(found.path).endswith(name)
    assert library.locate(FrameRef("1.2.3.1")) == found.path


def test_one_file_of_a_known_folder_opens_its_study_only(library: Library, tmp_path: Path) -> None:
    for number in (1, 2):
        write(
            tmp_path / "in" / str(number), SOPInstanceUID=f"1.2.{number}", StudyInstanceUID=f"1.9.{number}", PatientID=f"P{number}"
        )
    scan(library, [tmp_path / "in"], tmp_path / "cache")
    library.close()
    other = Library(tmp_path / "data")
    try:
        updates = scan(other, [tmp_path / "in" / "2"], tmp_path / "cache")
        assert updates[-1].files_read == 0
        assert updates[-1].first_study == "1.9.2"
        opened = type(ALL)(opened_only=True)
        assert [one.patient_id for one in other.patients(opened)] == ["P2"]
        assert other.count_patients(ALL) == 2
    finally:
        other.close()


def test_cancel_stops_soon_and_keeps_what_was_found(library: Library, tmp_path: Path) -> None:
    for number in range(300):
        write(tmp_path / "in" / f"{number:03}", SOPInstanceUID=f"1.2.{number + 1}")
    updates: list[ScanUpdate] = []
    scanner = FolderScanner(library, tmp_path / "cache")

    def cancel_at_first(update: ScanUpdate) -> None:
        updates.append(update)
        scanner_job[0].cancel()

    scanner_job = [_Later()]
    job = scanner.open_paths([str(tmp_path / "in")], cancel_at_first)
    scanner_job[0].target = job
    job.join(30)
    scanner.close()
    assert updates[-1].progress.finished
    assert 1 <= len(everything(library)) <= 300


class _Later:
    """Cancels what it is given; the first update may come before `open_paths` returns."""

    target = None

    def cancel(self) -> None:
        if self.target is not None:
            self.target.cancel()


def test_a_fault_of_ours_on_one_file_does_not_end_the_scan(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        write(tmp_path / "in" / str(number), SOPInstanceUID=f"1.2.{number}")
    really = scan_run.read_instance

    def sometimes(path: str, source: str = ""):
        if path.endswith("2"):
            raise ZeroDivisionError
        return really(path, source)

    monkeypatch.setattr(scan_run, "read_instance", sometimes)
    updates = scan(library, [tmp_path / "in"], tmp_path / "cache")
    assert len(everything(library)) == 2
    assert [one.kind for one in problems(updates)] == [ProblemKind.BROKEN]


def test_every_sample_is_in_the_tree_or_has_a_reason(samples: Path) -> None:
    with scan_once([str(samples)]) as report:
        files = {str(path) for path in samples.rglob("*") if path.is_file()}
        in_tree = {one.path for one in everything(report.library)}
        said = {one.path for one in report.problems}
        directories = {path for path in files - in_tree - said if "DICOMDIR" in os.path.basename(path).upper()}
        assert files - in_tree - said == directories
        assert len(in_tree) > 1000
        assert all(str(one.reason) for one in report.problems)


def test_the_crashers_do_no_harm(crashers: Path) -> None:
    with scan_once([str(crashers)]) as report:
        assert report.files_read >= 19


@pytest.mark.parametrize(("images", "gave_way", "stood_back"), [(True, 4, 26), (False, 30, 0)])
def test_stands_back_behind_the_first_files_once_there_is_something_to_show(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, images: bool, gave_way: int, stood_back: int
) -> None:
    monkeypatch.setattr(scan_run, "AHEAD", 5)
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(30):
        if images:
            write(folder / f"{number:03}", SOPInstanceUID=f"1.2.{number + 1}", InstanceNumber=number)
        else:
            (folder / f"{number:03}").write_text("no image")
    calls: list[str] = []
    cancel = CancelToken()
    scan_run.ScanRun(
        library,
        [str(folder)],
        lambda update: None,
        Archives(tmp_path / "cache", None, cancel),
        cancel,
        give_way=lambda: calls.append("give way"),
        stand_back=lambda: calls.append("stand back"),
    ).run()
    assert (calls.count("give way"), calls.count("stand back")) == (gave_way, stood_back)
