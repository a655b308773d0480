"""Videos through the decoding processes: one process for each video, every frame the right one, damage survived."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from tests.video_files import H264, decoded, encoded, pictures, write_video
from viewer.dicom.image_file import open_image
from viewer.dicom.video import video_library
from viewer.loading.decode_pool import DecodePool
from viewer.loading.frame_loader import FrameLoader
from viewer.model.errors import NegatoscopeError
from viewer.model.hierarchy import FrameRef
from viewer.model.requests import FrameResult

pytestmark = pytest.mark.skipif(video_library() is None, reason="the extra video is not installed")
X264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "10")


def test_one_process_for_one_video_whoever_asks(ffmpeg: str, tmp_path: Path) -> None:
    stream = encoded(ffmpeg, pictures(24), tmp_path, *X264)
    image = open_image(write_video(tmp_path / "video.dcm", stream, H264, 24))
    expected = decoded(ffmpeg, stream)
    pool = DecodePool(3)
    wrong: list[int] = []

    def read(numbers: range) -> None:
        for number in numbers:
            pixels = pool.decode(image.decode_request(number)).pixels
            if not np.array_equal(pixels, expected[number - 1]):
                wrong.append(number)

    threads = [threading.Thread(target=read, args=(numbers,)) for numbers in (range(1, 25, 2), range(24, 0, -3), range(2, 25, 2))]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert not wrong
        assert len(pool.processes) == 1
    finally:
        pool.close()


def test_two_videos_have_two_processes(ffmpeg: str, tmp_path: Path) -> None:
    stream = encoded(ffmpeg, pictures(6), tmp_path, *X264)
    images = [open_image(write_video(tmp_path / f"{name}.dcm", stream, H264, 6)) for name in "ab"]
    pool = DecodePool(3)
    met = threading.Barrier(2, timeout=20)

    def read(image: object) -> None:
        met.wait()
        for number in range(1, 7):
            pool.decode(image.decode_request(number))  # type: ignore[attr-defined]

    threads = [threading.Thread(target=read, args=(image,)) for image in images]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert 1 <= len(pool.processes) <= 2
    finally:
        pool.close()


def test_a_video_through_the_loader(ffmpeg: str, tmp_path: Path) -> None:
    stream = encoded(ffmpeg, pictures(8), tmp_path, *X264, suffix="ts")
    path = write_video(tmp_path / "video.dcm", stream, H264, 9)
    uid = open_image(path).facts(1).ref.sop_instance_uid
    loader = FrameLoader(lambda ref: path, 64 << 20)
    answers: dict[int, FrameResult] = {}
    there = threading.Event()

    def done(result: FrameResult) -> None:
        answers[result.ref.frame_number] = result
        if len(answers) == 3:
            there.set()

    try:
        for number in (8, 3, 9):
            loader.request(FrameRef(uid, number), done)
        assert there.wait(20)
    finally:
        loader.close()
    expected = decoded(ffmpeg, stream)
    for number in (8, 3):
        frame = answers[number].frame
        assert frame is not None
        assert np.array_equal(frame.pixels, expected[number - 1])
        assert frame.facts.frame_time_ms == pytest.approx(40)
    problem = answers[9].problem
    assert problem is not None
    assert "There is no frame 9: the video has 8" in str(problem.reason)


def test_a_pool_lives_on_after_damaged_videos(ffmpeg: str, tmp_path: Path) -> None:
    stream = encoded(ffmpeg, pictures(8), tmp_path, *X264)
    rng = np.random.default_rng(4)
    pool = DecodePool(1)
    answered = 0
    try:
        for trial in range(12):
            noise = bytearray(stream)
            for at in rng.integers(32, len(noise), 40):
                noise[at] = int(rng.integers(256))
            image = open_image(write_video(tmp_path / f"{trial}.dcm", bytes(noise), H264, 8))
            for number in (1, 8):
                try:
                    pool.decode(image.decode_request(number))
                except NegatoscopeError:
                    pass
                answered += 1
        good = open_image(write_video(tmp_path / "good.dcm", stream, H264, 8))
        assert np.array_equal(pool.decode(good.decode_request(4)).pixels, decoded(ffmpeg, stream)[3])
    finally:
        pool.close()
    assert answered == 24
