"""The loader with compressed frames: batches, preemption, crashes, and real files."""

from __future__ import annotations

import math
import os
import random
import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.loading.compressed_frames import jpeg_2000, jpeg_ls, picture
from tests.unit.loading.raw_images import Answers, load, wait_until
from viewer.dicom.decode import DecodedPixels, DecodeRequest
from viewer.loading import frame_loader
from viewer.loading.decode_pool import DecodePool
from viewer.loading.frame_loader import FrameLoader
from viewer.loading.pace import DrivePace
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.requests import FrameResult, Lane


class Streams:
    """Single-frame files that are bare codestreams, made when first asked for. UIDs are "ls.N" or "2000.N"."""

    def __init__(self, folder: Path, side: int = 64) -> None:
        self.folder = folder
        self.side = side
        self.requests: dict[str, DecodeRequest] = {}

    def refs(self, kind: str, count: int) -> tuple[FrameRef, ...]:
        make = jpeg_ls if kind == "ls" else jpeg_2000
        for number in range(count):
            self.requests[f"{kind}.{number}"] = make(self.folder, number, self.side, self.side)
        return tuple(FrameRef(f"{kind}.{number}") for number in range(count))

    def locate(self, ref: FrameRef) -> str | None:
        request = self.requests.get(ref.sop_instance_uid)
        return request.path if request else None

    def open_image(self, path: str) -> Stream:
        return next(Stream(uid, request) for uid, request in self.requests.items() if request.path == path)

    def expected(self, ref: FrameRef) -> np.ndarray:
        return picture(int(ref.sop_instance_uid.split(".")[1]), self.side, self.side)


class Stream:
    number_of_frames = 1
    stamp = (0, 0)

    def __init__(self, uid: str, request: DecodeRequest) -> None:
        self.uid = uid
        self.request = request

    def take_pixels(self) -> None:
        return None

    def decode_request(self, frame_number: int) -> DecodeRequest:
        return self.request

    def finish(self, frame_number: int, decoded: DecodedPixels) -> PixelFrame:
        return PixelFrame(FrameFacts(FrameRef(self.uid), *decoded.pixels.shape[:2]), decoded.pixels)


@pytest.fixture
def streams(tmp_path: Path) -> Streams:
    return Streams(tmp_path)


@pytest.fixture
def loader(streams: Streams) -> Iterator[FrameLoader]:
    pool = DecodePool(3)
    made = FrameLoader(streams.locate, 200_000_000, open_image=streams.open_image, cores=2, pool=pool)
    made._drive = DrivePace(math.inf)
    yield made
    made.close()


def test_a_series_is_prefetched_whole_and_exactly(loader: FrameLoader, streams: Streams) -> None:
    refs = streams.refs("ls", 60)
    loader.prefetch("viewport", refs)
    wait_until(lambda: all(loader.loaded(refs)))
    for ref in refs:
        frame = loader.cached(ref)
        assert frame is not None
        np.testing.assert_array_equal(frame.pixels, streams.expected(ref))


@pytest.mark.parametrize("seconds", [-1.0, 1000.0])
def test_a_message_holds_what_could_be_looked_at_in_time(
    loader: FrameLoader, streams: Streams, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    refs = streams.refs("ls", 60)
    sizes: list[int] = []
    really = loader.pool.decode_many

    def noted(requests: Sequence[DecodeRequest], *others: Any) -> list[int]:
        sizes.append(len(requests))
        return really(requests, *others)

    monkeypatch.setattr(frame_loader, "PREPARE_SECONDS", seconds)
    monkeypatch.setattr(loader.pool, "decode_many", noted)
    monkeypatch.setattr(loader._pace, "frames_for", lambda request: 9)
    loader.prefetch("viewport", refs)
    wait_until(lambda: all(loader.loaded(refs)))
    assert sum(sizes) >= len(refs)
    assert (max(sizes) > 1) is (seconds > 0)


def test_an_interaction_frame_passes_long_prefetch(loader: FrameLoader, streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for when the fifth of those ahead is begun."""
    streams.side = 500
    ahead = streams.refs("2000", 30)
    loaded_then: list[int] = []
    asked, answered = threading.Event(), threading.Event()

    def done(result: FrameResult) -> None:
        assert result.frame is not None
        loaded_then.append(sum(loader.loaded(ahead)))
        answered.set()

    def locate(ref: FrameRef) -> str | None:
        if ref == ahead[4] and not asked.is_set():
            asked.set()
            loader.request(ahead[-1], done)
        return streams.locate(ref)

    monkeypatch.setattr(loader, "_locate", locate)
    loader.prefetch("viewport", ahead)
    assert answered.wait(20)
    assert loaded_then[0] < 25, "it waited for what was only ahead"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_stalled_process_holds_up_one_frame_while_the_others_come(loader: FrameLoader, streams: Streams) -> None:
    refs = streams.refs("ls", 40)
    assert load(loader, refs[0]).frame is not None
    wait_until(lambda: len(loader.pool._idle) >= 2)
    stalled = loader.pool._idle[-1]
    stalled._await_ready(lambda at: None)  # one that only starts is waited for longer
    stopped = stalled.process.pid
    os.kill(stopped, signal.SIGSTOP)
    loader.prefetch("viewport", refs)
    wait_until(lambda: sum(loader.loaded(refs)) >= 38)
    assert stopped in loader.pool.processes, "the others came only when the clock had run down"
    stalled._frame_seconds = 0.0  # now it has
    for ref in refs:
        frame = loader.cached(ref) or load(loader, ref).frame
        assert frame is not None
        np.testing.assert_array_equal(frame.pixels, streams.expected(ref))
    assert stopped not in loader.pool.processes


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_frame_comes_while_every_ordinary_place_is_taken_by_one_that_hangs(streams: Streams) -> None:
    refs = streams.refs("ls", 4)
    loader = FrameLoader(streams.locate, 200_000_000, open_image=streams.open_image, cores=2)
    loader._drive = DrivePace(math.inf)
    hung, answers = Answers(), Answers()
    try:
        loader.pool.warm_up(3)
        wait_until(lambda: len(loader.pool.processes) == 3)
        stopped = loader.pool.processes
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        for ref in refs[:3]:
            loader.request(ref, hung)
        wait_until(lambda: len(loader.pool._busy) == 3)
        loader.request(refs[3], answers)
        assert answers.wait(1)[0].frame is not None
        assert hung.results == []
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        assert all(result.frame is not None for result in hung.wait(3))
    finally:
        loader.close()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_processes_may_be_killed_again_and_again(loader: FrameLoader, streams: Streams) -> None:
    refs = [*streams.refs("ls", 30), *streams.refs("2000", 10)]
    answers, stop = Answers(), threading.Event()

    def kill() -> None:
        dice = random.Random(5)
        while not stop.wait(0.05):
            for pid in loader.pool.processes[:1]:
                if dice.random() < 0.8:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        dice = random.Random(7)
        for _ in range(300):
            loader.request(dice.choice(refs), answers, lane=dice.choice(list(Lane)))
        results = answers.wait(300, 60)
    finally:
        stop.set()
        killer.join()
    for result in results:
        if result.frame is not None:
            np.testing.assert_array_equal(result.frame.pixels, streams.expected(result.ref))
        else:
            assert result.problem is not None
    for ref in refs:  # and afterwards every one comes
        assert load(loader, ref).frame is not None


def test_a_thousand_random_requests_with_prefetch_that_changes_its_mind(loader: FrameLoader, streams: Streams) -> None:
    refs = streams.refs("ls", 25)
    loader.cache.set_budget(10 * (64 * 64 * 2 + 5000))
    answers = Answers()

    def ask(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(250):
            loader.request(dice.choice(refs), answers, lane=dice.choice(list(Lane)), generation=seed)
            if dice.random() < 0.3:
                loader.prefetch(dice.randrange(2), dice.choice([refs, refs[::-1], ()]))

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in answers.wait(1000, 60):
        assert result.frame is not None, result.problem
        np.testing.assert_array_equal(result.frame.pixels, streams.expected(result.ref))


def test_crashers_are_answered_and_kill_nothing(crashers: Path) -> None:
    paths = {f"{number}.1": str(path) for number, path in enumerate(sorted(crashers.iterdir()))}
    loader = FrameLoader(lambda ref: paths.get(ref.sop_instance_uid), 100_000_000, cores=2)
    answers = Answers()
    try:
        for uid in paths:
            loader.request(FrameRef(uid), answers)
        results = answers.wait(len(paths), 60)
        for result in results:
            assert (result.frame is None) != (result.problem is None)
            assert result.frame is not None or str(result.problem.reason if result.problem else "")
    finally:
        loader.close()
