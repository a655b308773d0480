"""What is told of a video without decoding it: container, number and times of pictures, colour; and its bytes in fragments."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from viewer.dicom.decode_request import DecodeRequest
from viewer.dicom.video_colour import VideoColour, video_colour
from viewer.dicom.video_stream import VideoBytes, is_elementary, is_known_container
from viewer.dicom.video_times import count_of_container, frame_time_of_container, times_of_container
from viewer.model.errors import MissingFileError


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def full(kind: bytes, *numbers: int) -> bytes:
    return box(kind, bytes(4), *(number.to_bytes(4, "big", signed=number < 0) for number in numbers))


def mp4(*tables: bytes, samples: int = 4) -> bytes:
    """Four pictures at 25 a second, stored in the order 1, 3, 2, 4; the first and the last are key frames."""
    table = box(
        b"stbl",
        full(b"stts", 1, 4, 40),
        full(b"ctts", 4, 1, 0, 1, 40, 1, -40, 1, 0),
        full(b"stss", 2, 1, 4),
        full(b"stsz", 0, samples),
        *tables,
    )
    media = box(b"mdia", full(b"mdhd", 0, 0, 1000, 160), box(b"minf", full(b"vmhd"), table))
    sound = box(b"trak", box(b"mdia", full(b"mdhd", 0, 0, 8000, 9), box(b"minf", full(b"smhd"))))
    return box(b"ftyp", b"isom") + box(b"mdat", bytes(30)) + box(b"moov", sound, box(b"trak", media))


def reader(data: bytes) -> tuple[object, int]:
    return (lambda offset, length: data[offset : offset + length]), len(data)


def test_times_from_the_tables_of_a_container() -> None:
    read, size = reader(mp4())
    found = times_of_container(read, size)  # type: ignore[arg-type]
    assert found is not None
    assert found.moments.tolist() == [0, 80_000, 40_000, 120_000]
    assert found.keys.tolist() == [True, False, False, True]
    assert count_of_container(read, size) == 4  # type: ignore[arg-type]
    assert frame_time_of_container(read, size) == pytest.approx(40)  # type: ignore[arg-type]


@pytest.mark.parametrize("cut", [8, 20, 60, 200, 260, 300])
def test_tables_that_are_cut_off_or_do_not_fit_are_not_believed(cut: int) -> None:
    read, size = reader(mp4()[:cut])
    assert times_of_container(read, size) is None  # type: ignore[arg-type]
    read, size = reader(mp4(samples=5))
    assert times_of_container(read, size) is None  # type: ignore[arg-type]


def test_noise_in_tables_is_survived() -> None:
    rng, good = np.random.default_rng(5), mp4()
    for _ in range(300):
        data = bytearray(good)
        for at in rng.integers(0, len(data), 5):
            data[at] = int(rng.integers(256))
        read, size = reader(bytes(data))
        times_of_container(read, size)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("head", "known", "bare"),
    [
        (b"\0\0\0\x20ftypisom", True, False),
        (b"\0\0\1\xba\x44", True, False),
        (b"\0\0\1\xb3\x28", True, True),
        (b"\0\0\0\1\x67\x64", True, True),
        ((b"\x47" + bytes(187)) * 4, True, False),
        ((bytes(4) + b"\x47" + bytes(187)) * 4, True, False),
        (b"#EXTM3U\n#EXTINF:9,\n/etc/passwd", False, False),
        (b"ffconcat version 1.0\nfile a.ts\n", False, False),
        (b"\x1aE\xdf\xa3", False, False),
        (b"", False, False),
    ],
)
def test_containers_by_their_first_bytes(head: bytes, known: bool, bare: bool) -> None:
    assert (is_known_container(head), is_elementary(head)) == (known, bare)


def bits(*fields: tuple[int, int] | int) -> bytes:
    """(value, width) fields, and Exp-Golomb codes of plain numbers."""
    text = ""
    for one in fields:
        if isinstance(one, tuple):
            text += f"{one[0]:0{one[1]}b}"
        else:
            code = f"{one + 1:b}"
            text += "0" * (len(code) - 1) + code
    text += "1"
    return int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big")


def h264(matrix: int | None, *, full_range: int = 0) -> bytes:
    start = [(66, 8), (0, 16), 0, 0, 2, 1, (0, 1), 7, 4, (1, 1), (1, 1), (0, 1)]
    if matrix is None:
        return b"\0\0\0\1\x67" + bits(*start, (0, 1))
    vui = [(0, 1), (0, 1), (1, 1), (5, 3), (full_range, 1), (1, 1), (1, 8), (1, 8), (matrix, 8)]
    return b"\0\0\0\1\x67" + bits(*start, (1, 1), *vui) + b"\0\0\0\1\x68\xce"


@pytest.mark.parametrize(
    ("extra", "codec", "colour"),
    [
        (h264(1), "h264", VideoColour(is_bt_709=True)),
        (h264(6), "h264", VideoColour()),
        (h264(1, full_range=1), "h264", VideoColour(is_bt_709=True, is_full_range=True)),
        (h264(None), "h264", VideoColour()),
        (b"\0\0\1\xb3" + bytes(8) + b"\0\0\1\xb5\x2b\1\1\1\0\0", "mpeg2", VideoColour(is_bt_709=True)),
        (b"\0\0\1\xb3" + bytes(8) + b"\0\0\1\xb5\x14\1\1\1", "mpeg2", VideoColour()),
        (b"", "h264", VideoColour()),
        (b"\1\2\3", "hevc", VideoColour()),
        (b"\xff" * 60, "hevc", VideoColour()),
    ],
)
def test_colour_by_the_sequence_header(extra: bytes, codec: str, colour: VideoColour) -> None:
    assert video_colour(extra, codec) == colour


def test_fragments_are_one_stream(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"..abcde....fg.hij")
    request = DecodeRequest(str(path), ((2, 5), (11, 2), (14, 3)), "1.2.840.10008.1.2.4.102", 1, 1)
    stream = VideoBytes(request)
    assert (stream.size, stream.read()) == (10, b"abcdefghij")
    assert stream.seek(-4, io.SEEK_END) == 6
    assert stream.read(3) == b"ghi"
    assert stream.at(4, 3) == b"efg"
    assert stream.seek(99) == 10
    assert stream.read(5) == b""
    stream.close()
    path.unlink()
    with pytest.raises(MissingFileError):
        VideoBytes(request)
