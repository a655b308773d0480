"""Speed of the loader: frames into memory, compressed ones through decoding processes, the first one after opening."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom import dcmread
from pydicom.pixels import pixel_array
from pydicom.pixels.encoders import RLELosslessEncoder

from tests.benchmarks.series import SIDE, write_large, write_slices
from tests.benchmarks.table import Left, Line, Part, interleaved, ms
from viewer.dicom.decode import DecodedPixels, DecodeRequest, decode
from viewer.dicom.image_file import open_image
from viewer.loading import frame_loader
from viewer.loading.decode_pool import CORES, DecodePool
from viewer.loading.frame_loader import FrameLoader
from viewer.loading.frame_memory import Allocate, FrameMemory, plain
from viewer.loading.open_files import ImageOpener, ImageSource, OpenImage
from viewer.model.hierarchy import FrameRef
from viewer.model.requests import FrameResult

NATIVE_SLICES = 300
COMPRESSED_SLICES = 100
SLOW_SLICES, SLOW_READ = 60, 0.05  # seconds
BUDGET = 1 << 30
LARGE = 2048
_JPEG = "1.2.840.10008.1.2.4."
JPEG_2000 = "JPEG 2000"
PLUGINS = ("pylibjpeg", "gdcm", "pyjpegls", "pillow", "pydicom")
FIRST_ROUNDS = 15  # a millisecond each


def _rle(pixels: np.ndarray) -> bytes:
    return RLELosslessEncoder.encode(
        pixels.tobytes(),
        rows=SIDE,
        columns=SIDE,
        bits_allocated=16,
        bits_stored=12,
        number_of_frames=1,
        samples_per_pixel=1,
        photometric_interpretation="MONOCHROME2",
        pixel_representation=0,
    )


CODECS: dict[str, tuple[str, Callable[[np.ndarray], bytes]]] = {
    "RLE": ("1.2.840.10008.1.2.5", _rle),
    "JPEG lossless": (_JPEG + "70", lambda a: imagecodecs.jpeg8_encode(a, lossless=True, bitspersample=12, predictor=1)),
    "JPEG-LS": (_JPEG + "80", imagecodecs.jpegls_encode),
    JPEG_2000: (_JPEG + "90", lambda a: imagecodecs.jpeg2k_encode(a, reversible=True, codecformat="J2K")),
    "HTJ2K": (_JPEG + "201", lambda a: imagecodecs.htj2k_encode(a, reversible=True)),
}


class Watched:
    """A loader over files 1.dcm, 2.dcm ... that tells when all of them are in memory."""

    def __init__(self, paths: list[Path], *, previews: bool = False, open_image: OpenImage | None = None) -> None:
        self.paths = paths
        self.refs = tuple(FrameRef(f"1.2.3.{number}") for number in range(1, len(paths) + 1))
        self.loader = FrameLoader(self._locate, BUDGET, previews=previews, open_image=open_image)

    def _locate(self, ref: FrameRef) -> str:
        return str(self.paths[int(ref.sop_instance_uid.rpartition(".")[2]) - 1])

    def load_all(self) -> None:
        """As opening does it: the first frame on the Interaction lane, all others ahead."""
        self.loader.forget()
        self.first()
        self.loader.prefetch("viewport", self.refs)
        while not all(self.loader.loaded(self.refs)):
            time.sleep(0.001)

    def first(self) -> float:
        """Seconds until the first answer; waits until the last, which is the whole frame."""
        answered = threading.Event()
        failed: list[object] = []
        began, came = time.perf_counter(), list[float]()

        def done(result: FrameResult) -> None:
            came.append(time.perf_counter() - began)
            if result.frame is None:
                failed.append(result.problem)
            if result.frame is None or not result.frame.is_preview:
                answered.set()

        self.loader.request(self.refs[0], done)
        answered.wait()
        assert not failed, failed
        return came[0]


def native(home: Path) -> Iterator[Line]:
    """All slices of a native series in memory: the first series of a program, and one that takes the place of another."""
    paths = write_slices(home / "native", NATIVE_SLICES)
    watched = Watched(paths)

    def first_series() -> None:
        fresh = Watched(paths)
        fresh.load_all()
        fresh.loader.close()

    try:
        took = interleaved(
            {
                "first": first_series,
                "next": watched.load_all,
                "pydicom": lambda: [dcmread(path).pixel_array for path in paths],
                "plain": lambda: [np.fromfile(path, np.uint16) for path in paths],
                "floor": lambda: read_into(FrameMemory(BUDGET), paths),
            }
        )
    finally:
        watched.loader.close()
    for ours, of_what in (("first", ""), ("next", ", the next series")):
        what = f"all {NATIVE_SLICES} native slices ready{of_what}"
        text = f"pydicom pixel_array loop {ms(took['pydicom'])}"
        yield Line(what, took["pydicom"] / took[ours], 10.0, True, ms(took[ours]), text)
        text = f"plain reads into fresh memory {ms(took['plain'])}, into huge pages {ms(took['floor'])}"
        yield Line(what, took["plain"] / took[ours], 0.5, True, ms(took[ours]), text)


def read_into(memory: FrameMemory, paths: list[Path]) -> list[np.ndarray]:
    """The last bytes of each file in memory as the loader has it: what no loader can be quicker than."""
    found = []
    for path in paths:
        pixels = memory.allocate(2 * SIDE * SIDE)
        with path.open("rb", buffering=0) as file:
            file.seek(-pixels.size, 2)
            file.readinto(pixels)
        found.append(pixels)
    return found


def slow_drive(home: Path) -> Iterator[Line]:
    """A series on a drive that takes 50 ms for each read: one of the header, one of the pixels unless they come along."""
    paths = write_slices(home / "slow", SLOW_SLICES)
    really = frame_loader.read_native
    opened = ImageOpener(plain)

    def open_slowly(path: str) -> ImageSource:
        time.sleep(SLOW_READ)
        return opened(path)

    def read_slowly(request: DecodeRequest, allocate: Allocate, read_along: np.ndarray | None = None) -> DecodedPixels | None:
        if read_along is None:
            time.sleep(SLOW_READ)
        return really(request, allocate, read_along)

    def load() -> None:
        watched = Watched(paths, open_image=open_slowly)
        watched.load_all()
        watched.loader.close()

    frame_loader.read_native = read_slowly
    try:
        took = interleaved({"ours": load}, 1)["ours"]
    finally:
        frame_loader.read_native = really
    at_a_time = 2 * SLOW_READ * SLOW_SLICES / CORES
    text = f"{CORES} reads at a time {ms(at_a_time)}"
    yield Line(f"a slow drive (50 ms a read): {SLOW_SLICES} slices ready", at_a_time / took, 2, True, ms(took), text)


def compressed(home: Path) -> Iterator[Line]:
    """Series through the decoding processes against one thread that decodes them in turn."""
    for name, (uid, encode) in CODECS.items():
        paths = write_slices(home / uid, COMPRESSED_SLICES, uid, encode)
        watched = Watched(paths)
        try:
            watched.load_all()  # the processes are up
            took = interleaved({"ours": watched.load_all, "loop": lambda paths=paths: [one_thread(path) for path in paths]})
        finally:
            watched.loader.close()
        ratio = took["loop"] / took["ours"]
        yield Line(f"{COMPRESSED_SLICES} slices, {name}", ratio, 1.6, True, ms(took["ours"]), f"one thread {ms(took['loop'])}")


def one_thread(path: Path) -> object:
    image = open_image(str(path))
    return image.finish(1, decode(image.decode_request(1)))


def isolation(home: Path) -> Iterator[Line]:
    """What it costs to decode in a process apart."""
    uid, encode = CODECS["HTJ2K"]
    paths = write_slices(home / "isolation", COMPRESSED_SLICES, uid, encode)
    requests = [open_image(str(path)).decode_request(1) for path in paths]
    pool = DecodePool(1)
    try:
        pool.decode(requests[0])
        took = interleaved(
            {
                "here": lambda: [decode(request) for request in requests],
                "there": lambda: pool.decode_many(requests, lambda number, answer: None),
            }
        )
    finally:
        pool.close()
    extra = 1000 * (took["there"] - took["here"]) / COMPRESSED_SLICES
    yield Line("a process apart costs a frame", extra, 0.3, False, f"{extra:.2f} ms", "decoding in the program itself", "ms")


def first(home: Path) -> Iterator[Line | Left]:
    """The first slice of a compressed series, with the processes up."""
    for name, (uid, encode) in CODECS.items():
        if name == JPEG_2000:
            yield _reduced(write_large(home / "large.dcm", LARGE, LARGE, uid, encode))
            continue
        (path,) = write_slices(home / f"first-{uid}", 1, uid, encode)
        watched = Watched([path])

        def again(watched: Watched = watched) -> None:
            watched.loader.forget()
            watched.first()

        again()
        try:
            yield _against_pydicom(name, path, again)
        finally:
            watched.loader.close()


def _against_pydicom(name: str, path: Path, again: Callable[[], None]) -> Line | Left:
    """pydicom with pylibjpeg, which the issue names; with any other of its decoders that is here where that one is not."""
    what = f"first slice, {name}"
    plugins = [plugin for plugin in PLUGINS if _decodes(path, plugin)]
    if not plugins:
        return Left(what, "pydicom has no decoder for it here (pylibjpeg)")
    loops = {plugin: partial(pixel_array, path, decoding_plugin=plugin) for plugin in plugins}
    took = interleaved({"ours": again, **loops}, FIRST_ROUNDS)
    text = "pydicom with " + ", ".join(f"{plugin} {ms(took[plugin])}" for plugin in plugins)
    return Line(what, took[plugins[0]] / took["ours"], 2, True, ms(took["ours"]), text)


def _decodes(path: Path, plugin: str) -> bool:
    try:
        pixel_array(path, decoding_plugin=plugin)
    except Exception:
        return False
    return True


def _reduced(path: Path) -> Line:
    """OpenJPEG is as fast for all: what counts is a reduced picture first, of a frame that takes long."""
    whole, reduced = Watched([path]), Watched([path], previews=True)
    came: list[float] = []

    def again() -> None:
        whole.loader.forget()
        whole.first()

    def first_answer() -> None:
        reduced.loader.forget()
        came.append(reduced.first())

    try:
        again()
        first_answer()
        came.clear()
        took = interleaved({"whole": again, "reduced": first_answer})
    finally:
        reduced.loader.close()
        whole.loader.close()
    quick = float(np.median(came))
    return Line(
        f"reduced picture, JPEG 2000, {LARGE} × {LARGE}",
        quick / took["whole"],
        0.4,
        False,
        ms(quick),
        f"whole decode {ms(took['whole'])}",
    )


PARTS: Mapping[str, Part] = {
    "native": native,
    "slow_drive": slow_drive,
    "compressed": compressed,
    "isolation": isolation,
    "first": first,
}
