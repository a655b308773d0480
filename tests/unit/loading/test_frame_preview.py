from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from viewer.dicom.decode import DecodedPixels, DecodeRequest, decode
from viewer.dicom.image_file import open_image
from viewer.loading.decode_pool import DecodePool
from viewer.loading.frame_loader import FrameLoader
from viewer.loading.preview import make_preview
from viewer.loading.reduced_stream import reduced_stream
from viewer.loading.worker_process import Answer
from viewer.model.hierarchy import FrameRef
from viewer.model.luts import Window
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.requests import FrameResult, Lane

J2K = "1.2.840.10008.1.2.4.90"


def smooth(rows: int, columns: int) -> np.ndarray:
    """A slope with a bright corner: asymmetric, and alike at every scale."""
    row, column = np.mgrid[0:rows, 0:columns]
    picture = row * 1500 // rows + column * 900 // columns + 300
    picture[: rows // 4, : columns // 3] += 1000
    return picture.astype(np.uint16)


def encoded(picture: np.ndarray, **options: object) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(picture, codecformat="J2K", **options))


def request_of(data: bytes, rows: int, columns: int) -> DecodeRequest:
    return DecodeRequest("", (), J2K, rows, columns, bits_allocated=16, bits_stored=12, high_bit=11, data=data)


@pytest.mark.parametrize("options", [{"reversible": True}, {"level": 55}], ids=["lossless", "lossy"])
@pytest.mark.parametrize(("rows", "columns"), [(512, 512), (501, 700), (1023, 334)])
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_the_reduced_stream_is_the_picture_at_lower_resolution(
    options: dict[str, object], rows: int, columns: int, levels: int
) -> None:
    data = encoded(smooth(rows, columns), **options)
    picture = imagecodecs.jpeg2k_decode(data).astype(int)
    reduced = reduced_stream(data, levels)
    assert reduced is not None
    small = imagecodecs.jpeg2k_decode(reduced)
    assert small.shape == (-(-rows >> levels), -(-columns >> levels))
    difference = np.abs(small.astype(int) - picture[:: 1 << levels, :: 1 << levels])
    assert np.median(difference) <= 8
    assert np.mean(difference > 200) < 0.05  # only along the edge


def test_colour_keeps_its_colours() -> None:
    picture = np.zeros((300, 400, 3), np.uint8)
    picture[..., 0], picture[:, :150, 1], picture[200:, :, 2] = 200, 90, 240
    reduced = reduced_stream(encoded(picture, reversible=True), 2)
    assert reduced is not None
    small = imagecodecs.jpeg2k_decode(reduced)
    assert np.abs(small.astype(int) - picture[::4, ::4]).mean() < 6


def test_streams_of_another_make_are_left_alone() -> None:
    data = encoded(smooth(300, 400), reversible=True)
    assert reduced_stream(data, 9) is None  # more levels than it has
    assert reduced_stream(b"nothing", 1) is None
    for cut in range(len(data[:200])):
        reduced_stream(data[:cut], 1)
    siz = data.index(b"\xff\x51")
    shifted = bytearray(data)
    shifted[siz + 14 : siz + 18] = (8).to_bytes(4, "big")  # the image is off the origin
    assert reduced_stream(bytes(shifted), 1) is None
    tiled = bytearray(data)
    tiled[siz + 22 : siz + 26] = (128).to_bytes(4, "big")
    assert reduced_stream(bytes(tiled), 1) is None
    layered = bytearray(data)
    cod = data.index(b"\xff\x52")
    layered[cod + 6 : cod + 8] = (3).to_bytes(2, "big")
    layered[cod + 5] = 0
    assert reduced_stream(bytes(layered), 1) is None


def test_the_enlarged_preview_lies_where_the_frame_lies() -> None:
    rows, columns = 1203, 1397
    picture = smooth(rows, columns)
    preview = make_preview(request_of(encoded(picture, reversible=True), rows, columns))
    assert preview is not None
    assert preview.levels == 2
    large = preview.enlarged(decode(preview.request)).pixels
    assert large.shape == picture.shape
    edge = columns // 3
    steep = np.argmax(np.abs(np.diff(large[50].astype(int))))
    assert abs(steep - (edge - 1)) <= 3
    inside = np.abs(large.astype(int) - picture)
    assert np.median(inside) <= 8


def test_small_frames_and_other_syntaxes_have_none() -> None:
    data = encoded(smooth(300, 300), reversible=True)
    assert make_preview(request_of(data, 300, 300)) is None
    large = request_of(encoded(smooth(500, 500), reversible=True), 500, 500)
    assert make_preview(large) is not None
    assert make_preview(replace(large, transfer_syntax_uid="1.2.840.10008.1.2.4.201")) is None
    assert make_preview(replace(large, is_signed=True)) is None  # an unsigned stream that means signed values


class _Image:
    number_of_frames = 1
    stamp = (0, 0)

    def __init__(self, request: DecodeRequest, windows: tuple[Window, ...]) -> None:
        self.request = request
        self.windows = windows

    def take_pixels(self) -> None:
        return None

    def decode_request(self, frame_number: int) -> DecodeRequest:
        return self.request

    def finish(self, frame_number: int, decoded: DecodedPixels) -> PixelFrame:
        facts = FrameFacts(FrameRef("1"), *decoded.pixels.shape[:2], bits_allocated=16, windows=self.windows)
        return PixelFrame(facts, decoded.pixels)


def answers_of(
    tmp_path: Path, lane: Lane, windows: tuple[Window, ...], *, previews: bool = True, pool: DecodePool | None = None
) -> tuple[list[FrameResult], np.ndarray]:
    picture = smooth(900, 1100)
    path = tmp_path / "1"
    path.write_bytes(b"")
    image = _Image(request_of(encoded(picture, reversible=True), 900, 1100), windows)
    loader = FrameLoader(lambda ref: str(path), 100_000_000, open_image=lambda path: image, previews=previews, pool=pool)
    results: list[FrameResult] = []
    done = threading.Event()

    def answer(result: FrameResult) -> None:
        results.append(result)
        if result.frame is None or not result.frame.is_preview:
            done.set()
        else:
            assert loader.cached(result.ref) is None

    try:
        loader.request(FrameRef("1", copy=2), answer, lane=lane, generation=7)
        assert done.wait(20)
    finally:
        loader.close()
    return results, picture


def test_a_preview_comes_first_and_is_never_kept(tmp_path: Path) -> None:
    (first, second), picture = answers_of(tmp_path, Lane.INTERACTION, (Window(1000, 2000),))
    assert first.frame is not None
    assert first.frame.is_preview
    assert (first.ref, first.generation) == (second.ref, 7) == (first.frame.ref, second.generation)
    assert first.frame.pixels.shape == picture.shape
    assert second.frame is not None
    assert not second.frame.is_preview
    np.testing.assert_array_equal(second.frame.pixels, picture)


def test_who_only_waits_for_the_same_frame_is_answered_once(tmp_path: Path) -> None:
    image = _Image(request_of(encoded(smooth(900, 1100), reversible=True), 900, 1100), (Window(1000, 2000),))
    gate, at_gate = threading.Event(), threading.Event()

    def opened(path: str) -> _Image:
        at_gate.set()
        assert gate.wait(20)
        return image

    loader = FrameLoader(lambda ref: __file__, 100_000_000, open_image=opened, previews=True)
    finished = threading.Event()
    looked: list[bool] = []
    waited: list[bool] = []

    def taker(into: list[bool]) -> Callable[[FrameResult], None]:
        def take(result: FrameResult) -> None:
            assert result.frame is not None
            into.append(result.frame.is_preview)

        return take

    def last(result: FrameResult) -> None:
        if result.frame is not None and not result.frame.is_preview:
            finished.set()

    try:
        loader.request(FrameRef("1"), taker(looked))
        assert at_gate.wait(20)
        loader.request(FrameRef("1"), taker(waited), lane=Lane.THUMBNAIL)
        loader.request(FrameRef("1"), last)
        gate.set()
        assert finished.wait(20)
    finally:
        loader.close()
    assert looked == [True, False]
    assert waited == [False]


class _SlowAtFirst(DecodePool):
    """Its first frame takes long on a busy machine, so that another thread begins the later ones anew."""

    calls = 0

    def decode_many(
        self,
        requests: Sequence[DecodeRequest],
        deliver: Callable[[int, Answer], None],
        keep_going: Callable[[], bool] = lambda: True,
        slow: Callable[[int], None] = lambda at: None,
    ) -> list[int]:
        self.calls += 1
        if self.calls > 1:
            return super().decode_many(requests, deliver, keep_going, slow)
        answers: list[Answer] = []
        super().decode_many(requests[:1], lambda _, answer: answers.append(answer))
        slow(0)
        deliver(0, answers[0])
        return []


def test_a_preview_comes_once_also_when_it_took_long(tmp_path: Path) -> None:
    pool = _SlowAtFirst()
    results, _ = answers_of(tmp_path, Lane.INTERACTION, (Window(1000, 2000),), pool=pool)
    assert [result.frame is not None and result.frame.is_preview for result in results] == [True, False]
    assert pool.calls == 2


def test_no_preview_for_who_does_not_look_or_without_a_window_of_the_file(tmp_path: Path) -> None:
    stated = (Window(1000, 2000),)
    assert len(answers_of(tmp_path, Lane.PREFETCH, stated)[0]) == 1
    assert len(answers_of(tmp_path, Lane.INTERACTION, ())[0]) == 1
    assert len(answers_of(tmp_path, Lane.INTERACTION, stated, previews=False)[0]) == 1


REAL = (
    "pydicom+pydicom-data/data_store/data/693_J2KR.dcm",
    "pydicom+pydicom-data/data_store/data/MR2_J2KI.dcm",
    "pydicom+pydicom-data/data_store/data/RG3_J2KR.dcm",
    "pydicom+pydicom/src/pydicom/data/test_files/examples_jpeg2k.dcm",
)


@pytest.mark.parametrize("name", REAL)
def test_real_files_reduce_to_what_they_are(name: str, samples: Path) -> None:
    request = open_image(str(samples / name)).decode_request(1)
    preview = make_preview(request)
    assert preview is not None
    full, large = decode(request).pixels, preview.enlarged(decode(preview.request)).pixels
    assert large.shape == full.shape
    assert np.abs(large.astype(float) - full).mean() < 0.2 * full.std()
