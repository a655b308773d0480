from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.loading.raw_images import FRAME_BYTES, RawFolder, RawImage
from viewer.loading.open_files import OpenFiles
from viewer.model.errors import MissingFileError


@pytest.fixture
def files(raw_folder: RawFolder) -> OpenFiles:
    return OpenFiles(raw_folder.open_image)


def path_of(folder: RawFolder, uid: str, frames: int) -> str:
    folder.make(uid, frames)
    return str(folder.folder / f"{uid}.raw")


def test_a_file_of_several_frames_is_opened_once_and_one_of_a_single_frame_each_time(
    files: OpenFiles, raw_folder: RawFolder
) -> None:
    several, single = path_of(raw_folder, "3", 3), path_of(raw_folder, "1", 1)
    assert files.open(several) is files.open(several)
    assert files.open(single) is not files.open(single)
    assert raw_folder.opened == ["3", "1", "1"]


def test_what_was_opened_ahead_is_there_when_it_is_asked_for_and_then_no_more(files: OpenFiles, raw_folder: RawFolder) -> None:
    single = path_of(raw_folder, "1", 1)
    ahead = files.open(single, ahead=True)
    assert files.open(single, ahead=True) is ahead
    assert files.open(single) is ahead
    assert files.open(single) is not ahead
    assert raw_folder.opened == ["1", "1"]


@pytest.mark.parametrize("change", ["size", "time", "gone"])
def test_a_file_that_was_changed_since_it_was_opened_is_opened_anew(files: OpenFiles, raw_folder: RawFolder, change: str) -> None:
    path = path_of(raw_folder, "3", 3)
    before = files.open(path)
    if change == "size":
        Path(path).write_bytes(bytes(2 * FRAME_BYTES))
        os.utime(path, ns=(0, before.stamp[0]))
    elif change == "time":
        os.utime(path, ns=(0, before.stamp[0] + 1))
    else:
        Path(path).unlink()
        with pytest.raises(MissingFileError):
            files.open(path)
        return
    assert files.open(path) is not before
    assert files.open(path).number_of_frames == (2 if change == "size" else 3)


def test_the_oldest_go_first(raw_folder: RawFolder) -> None:
    files = OpenFiles(raw_folder.open_image, kept=2)
    paths = [path_of(raw_folder, uid, 2) for uid in "abc"]
    images = [files.open(path) for path in paths]
    assert files.open(paths[2]) is images[2]
    assert files.open(paths[1]) is images[1]
    assert files.open(paths[0]) is not images[0]


def test_nothing_is_left_of_a_file_that_cannot_be_opened(raw_folder: RawFolder) -> None:
    path = path_of(raw_folder, "1", 1)
    tries: list[str] = []

    def fails_once(path: str) -> RawImage:
        tries.append(path)
        if len(tries) == 1:
            raise MemoryError
        return RawImage(path)

    files = OpenFiles(fails_once)
    with pytest.raises(MemoryError):
        files.open(path)
    assert files.open(path).number_of_frames == 1
