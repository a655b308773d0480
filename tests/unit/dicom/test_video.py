"""Frames of videos against ffmpeg's own decoder: codecs, containers, order of asking, colour, damage."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.video_files import (
    FRAGMENTABLE_H264,
    H264,
    HEIGHT,
    HEVC,
    HEVC_10,
    MPEG2,
    WIDTH,
    decoded,
    encoded,
    pictures,
    write_video,
)
from viewer.dicom.image_file import open_image
from viewer.dicom.video import VideoSessions, video_library
from viewer.library.read_instance import read_instance
from viewer.model.errors import DecodeError, NegatoscopeError, TooLargeError, UnsupportedSyntaxError

pytestmark = pytest.mark.skipif(video_library() is None, reason="the extra video is not installed")

COUNT = 90
X264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "12", "-bf", "2", "-qp", "4")
BT_709 = ("-vf", "scale=out_color_matrix=bt709,format=yuv420p", "-colorspace", "bt709")
KINDS = {
    "h264-mp4": (H264, X264, "mp4"),
    "h264-ts": (H264, X264, "ts"),
    "h264-raw": (H264, X264, "h264"),
    "hevc-mp4": (HEVC, ("-c:v", "libx265", "-pix_fmt", "yuv420p", "-x265-params", "log-level=none:keyint=12:qp=4"), "mp4"),
    "mpeg2-ps": (MPEG2, ("-c:v", "mpeg2video", "-q:v", "2", "-g", "12", "-bf", "2", "-f", "vob"), "vob"),
    "interlaced-mp4": (H264, (*X264, "-flags", "+ilme+ildct"), "mp4"),
    "interlaced-ps": (MPEG2, ("-c:v", "mpeg2video", "-q:v", "2", "-g", "12", "-flags", "+ilme+ildct", "-f", "vob"), "vob"),
    "mpeg2-raw": (MPEG2, ("-c:v", "mpeg2video", "-q:v", "2", "-g", "12", "-bf", "2"), "m2v"),
}


@pytest.fixture
def read() -> Iterator[Callable[[str, int], NDArray[np.generic]]]:
    """Reads frame `number` (from 1) of a file, the session staying open."""
    sessions = VideoSessions()
    images = {}

    def frame(path: str, number: int) -> NDArray[np.generic]:
        image = images.setdefault(path, open_image(path))
        return image.finish(number, sessions.decode(image.decode_request(number))).pixels

    yield frame
    sessions.close()


Read = Callable[[str, int], NDArray[np.generic]]


def _difference(one: NDArray[np.generic], other: NDArray[np.generic]) -> int:
    return int(np.abs(one.astype(np.int64) - other.astype(np.int64)).max())


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_in_any_order_is_the_frame_of_that_number(kind: str, ffmpeg: str, tmp_path: Path, read: Read) -> None:
    uid, options, suffix = KINDS[kind]
    stream = encoded(ffmpeg, pictures(COUNT), tmp_path, *options, suffix=suffix)
    path = write_video(tmp_path / "video.dcm", stream, uid, COUNT)
    expected = decoded(ffmpeg, stream)
    assert len(expected) == COUNT
    order = [1, 2, 3, 60, 61, 59, 58, 5, 90, 89, 88, 40, 1]
    differences = {number: _difference(read(path, number), expected[number - 1]) for number in order}
    assert max(differences.values()) <= 1, differences


def test_a_stream_in_several_fragments(ffmpeg: str, tmp_path: Path, read: Read) -> None:
    stream = encoded(ffmpeg, pictures(20), tmp_path, *X264)
    path = write_video(tmp_path / "video.dcm", stream, FRAGMENTABLE_H264, 20, fragments=7)
    expected = decoded(ffmpeg, stream)
    assert open_image(path).number_of_frames == 20
    assert [_difference(read(path, number), expected[number - 1]) for number in (20, 1, 11)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("uid", "codec"),
    [
        (H264, ("-c:v", "libx264", "-qp", "2")),
        (HEVC, ("-c:v", "libx265", "-x265-params", "log-level=none:qp=2:colormatrix=bt709")),
        (MPEG2, ("-c:v", "mpeg2video", "-q:v", "1", "-f", "vob")),
    ],
)
def test_a_stream_of_bt_709_is_shown_by_bt_709(uid: str, codec: tuple[str, ...], ffmpeg: str, tmp_path: Path, read: Read) -> None:
    frames = pictures(25)
    stream = encoded(ffmpeg, frames, tmp_path, *BT_709, *codec, suffix="vob" if uid == MPEG2 else "mp4")
    path = write_video(tmp_path / "video.dcm", stream, uid, 25)
    expected = decoded(ffmpeg, stream, "scale=in_color_matrix=bt709")
    wrong = decoded(ffmpeg, stream, "scale=in_color_matrix=bt601")
    for number in (1, 12, 24):
        found = read(path, number).astype(np.int64)
        off = np.abs(found - expected[number - 1])
        assert (off > 4).mean() < 0.001, (number, off.max())
        assert off.mean() < 1, (number, off.mean())
        assert (np.abs(found - wrong[number - 1]) > 2).mean() > 0.2


def test_full_range_stays_full(ffmpeg: str, tmp_path: Path, read: Read) -> None:
    options = ("-vf", "scale=out_range=pc,format=yuvj420p", "-c:v", "libx264", "-qp", "4")
    stream = encoded(ffmpeg, pictures(4), tmp_path, *options)
    path = write_video(tmp_path / "video.dcm", stream, H264, 4)
    assert _difference(read(path, 3), decoded(ffmpeg, stream)[2]) <= 1


def test_ten_bits(ffmpeg: str, tmp_path: Path, read: Read) -> None:
    options = ("-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=none:qp=2")
    stream = encoded(ffmpeg, pictures(6), tmp_path, *options)
    path = write_video(tmp_path / "video.dcm", stream, HEVC_10, 6, bits=10)
    expected = decoded(ffmpeg, stream)
    off = np.abs(read(path, 5).astype(np.int64) - expected[4])
    assert read(path, 5).shape == (HEIGHT, WIDTH, 3)
    assert off.max() <= 6, off.max()  # the decoders round their ten bits differently
    assert off.mean() < 1.5


def test_more_frames_stated_than_there_are(ffmpeg: str, tmp_path: Path, read: Read) -> None:
    stream = encoded(ffmpeg, pictures(5), tmp_path, *X264)
    path = write_video(tmp_path / "video.dcm", stream, H264, 9)
    assert open_image(path).number_of_frames == 5
    read(path, 5)
    bare = encoded(ffmpeg, pictures(5), tmp_path, *X264, suffix="h264")
    path = write_video(tmp_path / "bare.dcm", bare, H264, 9)
    assert open_image(path).number_of_frames == 9
    read(path, 5)
    with pytest.raises(DecodeError, match="There is no frame 6: the video has 5"):
        read(path, 6)


def test_the_container_counts_where_the_header_does_not(ffmpeg: str, tmp_path: Path, read: Read) -> None:
    stream = encoded(ffmpeg, pictures(7), tmp_path, *X264)
    path = write_video(tmp_path / "video.dcm", stream, H264, None)
    assert read_instance(path).instance.number_of_frames == 7
    assert open_image(path).facts(3).frame_time_ms == pytest.approx(40)
    assert _difference(read(path, 7), decoded(ffmpeg, stream)[6]) == 0


def test_a_stream_larger_than_its_header_says(ffmpeg: str, tmp_path: Path, read: Read) -> None:
    stream = encoded(ffmpeg, pictures(2), tmp_path, *X264)
    path = write_video(tmp_path / "video.dcm", stream, H264, 2, rows=HEIGHT // 2)
    with pytest.raises(TooLargeError):
        read(path, 1)


def test_damage_is_an_answer(ffmpeg: str, tmp_path: Path, read: Read) -> None:
    stream = encoded(ffmpeg, pictures(20), tmp_path, *X264, suffix="ts")
    for name, content in {"cut": stream[: len(stream) // 3], "noise": bytes(range(256)) * 40, "one": b"\0"}.items():
        path = write_video(tmp_path / f"{name}.dcm", content, H264, 20)
        with pytest.raises(NegatoscopeError):
            read(path, 20)


def test_a_playlist_reaches_no_other_file(ffmpeg: str, tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.ts"
    other.write_bytes(encoded(ffmpeg, pictures(3), tmp_path, *X264, suffix="ts"))
    lists = (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{other}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile {other}\n",
        "ffconcat version 1.0\nfile other.ts\n",
    )
    for content in lists:
        path = write_video(tmp_path / "list.dcm", content.encode(), H264, 3)
        monkeypatch.chdir(tmp_path)  # where a name without a folder would be found
        with pytest.raises(DecodeError):
            read(path, 1)


def test_without_the_library_the_answer_says_how_to_get_it(ffmpeg: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_video(tmp_path / "video.dcm", encoded(ffmpeg, pictures(2), tmp_path, *X264), H264, 2)
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(UnsupportedSyntaxError, match=r"not installed.*pip install 'negatoscope\[video\]'"):
        VideoSessions().decode(open_image(path).decode_request(1))
