"""Image files of the simplest kind for the loader's tests: a heap of raw 16-bit frames, one after the other."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from viewer.dicom.decode import DecodedPixels, DecodeRequest
from viewer.loading.frame_loader import FrameLoader
from viewer.loading.pace import DrivePace
from viewer.model.errors import BrokenFileError
from viewer.model.hierarchy import FrameRef
from viewer.model.messages import message
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.requests import FrameResult, Lane

ROWS, COLUMNS = 20, 30
FRAME_BYTES = ROWS * COLUMNS * 2


def pixels_of(number: int) -> np.ndarray:
    """Frame `number` (from 1): asymmetric, and unlike every other."""
    return (np.arange(ROWS * COLUMNS, dtype=np.uint16).reshape(ROWS, COLUMNS) * 3 + number * 7 % 50_021) % 60_001


class RawImage:
    """A file named UID.raw."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.uid = Path(path).stem
        status = Path(path).stat()
        self.stamp = status.st_mtime_ns, status.st_size
        self.number_of_frames = status.st_size // FRAME_BYTES

    def take_pixels(self) -> None:
        return None

    def decode_request(self, frame_number: int) -> DecodeRequest:
        if not 1 <= frame_number <= self.number_of_frames:
            raise BrokenFileError(message("no such frame"), path=self.path)
        at = (frame_number - 1) * FRAME_BYTES
        return DecodeRequest(
            self.path, ((at, FRAME_BYTES),), "1.2.840.10008.1.2.1", ROWS, COLUMNS, bits_allocated=16, bits_stored=16
        )

    def finish(self, frame_number: int, decoded: DecodedPixels) -> PixelFrame:
        facts = FrameFacts(FrameRef(self.uid, frame_number), ROWS, COLUMNS, self.number_of_frames, bits_allocated=16)
        return PixelFrame(facts, decoded.pixels, warnings=decoded.warnings)


class RawFolder:
    """Makes the files and tells the loader where they are. `gate`, when set, holds up every opening until it is opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[str] = []
        self.gate: threading.Event | None = None
        self.at_gate = threading.Semaphore(0)

    def make(self, uid: str, frames: int = 1) -> list[FrameRef]:
        data = b"".join(pixels_of(number).tobytes() for number in range(1, frames + 1))
        (self.folder / f"{uid}.raw").write_bytes(data)
        return [FrameRef(uid, number) for number in range(1, frames + 1)]

    def locate(self, ref: FrameRef) -> str | None:
        path = self.folder / f"{ref.sop_instance_uid}.raw"
        return str(path) if path.exists() else None

    def open_image(self, path: str) -> RawImage:
        self.opened.append(Path(path).stem)
        if self.gate is not None:
            self.at_gate.release()
            assert self.gate.wait(20)
        return RawImage(path)

    def loader(self, budget_bytes: int = 10_000_000, cores: int = 2) -> FrameLoader:
        loader = FrameLoader(self.locate, budget_bytes, open_image=self.open_image, cores=cores)
        loader._drive = DrivePace(math.inf)  # a busy machine makes threads wait as a slow drive does
        return loader


class Answers:
    """Collects results and lets a test wait for them."""

    def __init__(self) -> None:
        self.results: list[FrameResult] = []
        self.changed = threading.Condition()

    def __call__(self, result: FrameResult) -> None:
        with self.changed:
            self.results.append(result)
            self.changed.notify_all()

    def wait(self, number: int, seconds: float = 20) -> list[FrameResult]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.results) >= number, seconds), f"{len(self.results)} of {number}"
            return list(self.results)


def load(loader: FrameLoader, ref: FrameRef, lane: Lane = Lane.INTERACTION) -> FrameResult:
    """One frame, waited for."""
    answers = Answers()
    loader.request(ref, answers, lane=lane)
    return answers.wait(1)[0]


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until `true()`; looks every few milliseconds where there is nothing to be notified by."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        threading.Event().wait(0.002)
