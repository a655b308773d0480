from __future__ import annotations

import math
import os
import random
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.unit.loading.raw_images import FRAME_BYTES, Answers, RawFolder, RawImage, load, pixels_of, wait_until
from viewer.dicom.decode import DecodedPixels
from viewer.loading.cache import BESIDE_PIXELS
from viewer.loading.frame_loader import FrameLoader
from viewer.loading.pace import DrivePace
from viewer.model.errors import ProblemKind
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import PixelFrame
from viewer.model.requests import Lane

KEPT_BYTES = FRAME_BYTES + BESIDE_PIXELS


def test_a_frame_comes_with_its_values_read_only_and_is_cached(raw_folder: RawFolder) -> None:
    refs = raw_folder.make("1.2", 3)
    loader = raw_folder.loader()
    try:
        assert loader.cached(refs[1]) is None
        result = load(loader, refs[1])
        assert result.ref == refs[1]
        assert result.frame is not None
        np.testing.assert_array_equal(result.frame.pixels, pixels_of(2))
        assert not result.frame.pixels.flags.writeable
        assert loader.cached(refs[1]) is result.frame
        assert loader.loaded(tuple(refs)) == bytes((0, 1, 0))
    finally:
        loader.close()


def test_the_same_frame_asked_twice_is_opened_once_and_all_get_it(raw_folder: RawFolder) -> None:
    (ref,) = raw_folder.make("1.2")
    raw_folder.gate = threading.Event()
    loader = raw_folder.loader()
    try:
        answers = Answers()
        for generation in range(5):
            loader.request(ref, answers, generation=generation, lane=Lane(generation % 4))
        raw_folder.gate.set()
        results = answers.wait(5)
        assert sorted(result.generation for result in results) == [0, 1, 2, 3, 4]
        assert len({id(result.frame) for result in results}) == 1
        assert raw_folder.opened == ["1.2"]
    finally:
        loader.close()


def test_a_multi_frame_file_is_opened_once_until_it_changes(raw_folder: RawFolder) -> None:
    refs = raw_folder.make("1.2", 6)
    loader = raw_folder.loader()
    try:
        for ref in refs[:4]:
            assert load(loader, ref).frame is not None
        assert raw_folder.opened == ["1.2"]
        path = Path(raw_folder.folder / "1.2.raw")
        os.utime(path, ns=(1, 1))
        assert load(loader, refs[5]).frame is not None
        assert raw_folder.opened == ["1.2", "1.2"]
    finally:
        loader.close()


class HeldImage(RawImage):
    """Stands still between reading and handing out, until `gate` is opened."""

    gate = threading.Event()
    at_gate = threading.Semaphore(0)

    def finish(self, frame_number: int, decoded: DecodedPixels) -> PixelFrame:
        self.at_gate.release()
        assert self.gate.wait(20)
        return super().finish(frame_number, decoded)


@pytest.mark.parametrize("lane", [Lane.INTERACTION, Lane.PREFETCH])
def test_what_was_read_before_forget_is_read_again(raw_folder: RawFolder, monkeypatch: pytest.MonkeyPatch, lane: Lane) -> None:
    (ref,) = raw_folder.make("1.2")
    other = raw_folder.folder / "other"
    other.write_bytes(pixels_of(5).tobytes())
    monkeypatch.setattr(HeldImage, "gate", threading.Event())
    loader = FrameLoader(raw_folder.locate, 10_000_000, open_image=HeldImage, cores=2)
    loader._drive = DrivePace(math.inf)
    try:
        before, after = Answers(), Answers()
        loader.request(ref, before, lane=lane)
        assert HeldImage.at_gate.acquire(timeout=20)
        other.replace(raw_folder.folder / "1.2.raw")
        loader.forget()
        loader.request(ref, after, lane=lane)
        HeldImage.gate.set()
        for result in (*before.wait(1), *after.wait(1)):
            assert result.frame is not None
            np.testing.assert_array_equal(result.frame.pixels, pixels_of(5))
        kept = loader.cached(ref)
        assert kept is not None
        np.testing.assert_array_equal(kept.pixels, pixels_of(5))
    finally:
        loader.close()


def hold_all_threads(
    raw_folder: RawFolder, loader_threads: int, answers: Answers, loader: object, begin: int = 0
) -> threading.Event:
    """Threads number `begin` and on are stopped at the gate of a file of their own; opening the gate lets these go on."""
    raw_folder.gate = gate = threading.Event()
    for number in range(begin, loader_threads):
        loader.request(raw_folder.make(f"9.{number}")[0], answers)  # type: ignore[attr-defined]
        assert raw_folder.at_gate.acquire(timeout=20)
    return gate


def test_a_prefetched_frame_that_is_asked_for_jumps_the_queue(raw_folder: RawFolder) -> None:
    refs = [raw_folder.make(f"5.{number}")[0] for number in range(8)]
    loader = raw_folder.loader(cores=2)
    try:
        busy, answers = Answers(), Answers()
        first = hold_all_threads(raw_folder, 1, busy, loader)
        others = hold_all_threads(raw_folder, 3, busy, loader, begin=1)
        raw_folder.gate = None
        loader.prefetch("viewport", refs)
        loader.request(refs[7], answers)
        del raw_folder.opened[:]
        first.set()
        answers.wait(1)
        assert raw_folder.opened == ["5.7"]
        others.set()
        wait_until(lambda: all(loader.loaded(refs)))
        assert sorted(raw_folder.opened) == [f"5.{n}" for n in range(8)]
    finally:
        loader.close()


def test_a_replaced_prefetch_is_dropped(raw_folder: RawFolder) -> None:
    old = [raw_folder.make(f"6.{number}")[0] for number in range(8)]
    new = [raw_folder.make(f"7.{number}")[0] for number in range(2)]
    loader = raw_folder.loader(cores=2)
    try:
        busy = Answers()
        gate = hold_all_threads(raw_folder, 3, busy, loader)
        loader.prefetch("viewport", old)
        loader.prefetch("other", old[:1])
        loader.prefetch("viewport", new)
        del raw_folder.opened[:]
        gate.set()
        wait_until(lambda: all(loader.loaded(new)) and all(loader.loaded(old[:1])))
        loader.close()
        assert sorted(raw_folder.opened) == ["6.0", "7.0", "7.1"]
    finally:
        loader.close()


def test_prefetch_fills_the_budget_nearest_first_and_pushes_none_of_its_own_out(raw_folder: RawFolder) -> None:
    before = raw_folder.make("1", 5)
    refs = tuple(raw_folder.make("2", 40))
    loader = raw_folder.loader(budget_bytes=10 * KEPT_BYTES, cores=1)
    try:
        for ref in before:
            load(loader, ref)
        loader.prefetch("viewport", refs)
        wait_until(lambda: sum(loader.loaded(refs)) == 10)
        assert loader.loaded(refs) == bytes([1] * 10 + [0] * 30)
        assert load(loader, refs[30]).frame is not None
        assert loader.cached(refs[30]) is not None
        assert loader.cache.nbytes <= 10 * KEPT_BYTES
    finally:
        loader.close()


def test_prefetch_takes_the_place_of_what_is_not_wanted_even_if_that_is_newer(raw_folder: RawFolder) -> None:
    refs, others = tuple(raw_folder.make("1", 10)), raw_folder.make("2", 6)
    loader = raw_folder.loader(budget_bytes=10 * KEPT_BYTES, cores=1)
    try:
        for ref in (*refs[:4], *others):
            load(loader, ref)
        loader.prefetch("viewport", refs)
        wait_until(lambda: all(loader.loaded(refs)))
        assert not any(loader.loaded(others))
        loader.prefetch("viewport", refs[5:])
        assert load(loader, others[0]).frame is not None
        assert loader.cached(others[0]) is not None
        assert all(loader.loaded(refs[5:])), "a wanted frame was pushed out although there were others"
    finally:
        loader.close()


def test_thumbnails_push_nothing_out(raw_folder: RawFolder) -> None:
    shown = tuple(raw_folder.make("1", 4))
    others = raw_folder.make("2", 4)
    loader = raw_folder.loader(budget_bytes=5 * KEPT_BYTES)
    try:
        for ref in shown:
            load(loader, ref)
        for ref in others:
            assert load(loader, ref, Lane.THUMBNAIL).frame is not None
        assert loader.loaded(shown) == bytes([1, 1, 1, 1])
        assert sum(loader.loaded(others)) == 1
    finally:
        loader.close()


def test_what_goes_wrong_is_said_and_the_loader_goes_on(raw_folder: RawFolder) -> None:
    refs = raw_folder.make("1", 2)
    loader = raw_folder.loader()
    try:
        gone = load(loader, FrameRef("404")).problem
        assert gone is not None
        assert gone.kind is ProblemKind.MISSING_FILE
        beyond = load(loader, FrameRef("1", 3)).problem
        assert beyond is not None
        assert beyond.kind is ProblemKind.BROKEN
        assert load(loader, refs[0]).frame is not None
    finally:
        loader.close()


def test_a_reader_that_raises_anything_and_a_receiver_that_raises_stop_nobody(
    raw_folder: RawFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = raw_folder.make("1", 3)
    loader = raw_folder.loader()
    good = raw_folder.open_image
    try:
        for error in (RecursionError("deep"), MemoryError(), KeyError("Doe^John")):
            monkeypatch.setattr(loader._files, "_open_image", lambda path, error=error: (_ for _ in ()).throw(error))
            problem = load(loader, refs[0]).problem
            assert problem is not None
            assert "Doe" not in str(problem)
        monkeypatch.setattr(loader._files, "_open_image", good)

        def raises(result: object) -> None:
            raise ValueError

        for ref in refs[:2]:
            loader.request(ref, raises)
        assert load(loader, refs[2]).frame is not None
    finally:
        loader.close()


def test_another_object_in_the_same_file_is_never_shown(raw_folder: RawFolder) -> None:
    (old,) = raw_folder.make("1")
    raw_folder.make("2")
    loader = raw_folder.loader()
    loader._locate = lambda ref: str(raw_folder.folder / "2.raw")
    try:
        result = load(loader, old)
        assert result.frame is None
        assert result.problem is not None
        copy = load(loader, FrameRef("2", 1, copy=3))
        assert copy.frame is not None
        assert copy.frame.ref == FrameRef("2", 1, copy=3)
        assert loader.cached(FrameRef("2")) is None
    finally:
        loader.close()


def test_closing_while_busy_is_quick_and_answers_everybody(raw_folder: RawFolder) -> None:
    refs = raw_folder.make("1", 50)
    loader = raw_folder.loader()
    answers = Answers()
    for ref in refs:
        loader.request(ref, answers)
    loader.prefetch("viewport", refs)
    loader.close()
    loader.request(refs[0], answers)
    loader.prefetch("viewport", refs)
    results = answers.wait(51)
    assert results[-1].problem is not None
    assert {result.ref for result in results} == set(refs)


def test_two_thousand_loads_from_several_threads_leave_no_handle(raw_folder: RawFolder) -> None:
    series = [tuple(raw_folder.make(f"3.{number}", 40)) for number in range(5)]
    everything = [ref for refs in series for ref in refs]
    loader = raw_folder.loader(budget_bytes=20 * KEPT_BYTES)
    try:
        load(loader, everything[0])
        before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
        answers = Answers()

        def ask(seed: int) -> None:
            dice = random.Random(seed)
            for _ in range(500):
                loader.request(dice.choice(everything), answers, lane=dice.choice(list(Lane)), generation=seed)
                if dice.random() < 0.2:
                    loader.prefetch(dice.randrange(3), dice.choice([dice.choice(series), ()]))

        threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for result in answers.wait(2000, 60):
            assert result.frame is not None
            np.testing.assert_array_equal(result.frame.pixels, pixels_of(result.ref.frame_number))
        assert loader.cache.nbytes <= 20 * KEPT_BYTES
        if before:
            assert len(os.listdir("/proc/self/fd")) <= before
    finally:
        loader.close()


def test_ten_thousand_slices_and_a_file_of_five_gigabytes_stay_within_the_budget(raw_folder: RawFolder) -> None:
    refs = tuple(raw_folder.make("1", 10_000))
    path = raw_folder.folder / "2.raw"
    with open(path, "wb") as file:
        file.truncate(5 * 1024**3)  # a hole: it takes no room on the disk
    frames = 5 * 1024**3 // FRAME_BYTES
    budget = 200 * KEPT_BYTES
    loader = raw_folder.loader(budget_bytes=budget)
    try:
        loader.prefetch("viewport", refs)
        wait_until(lambda: sum(loader.loaded(refs)) == 200)
        assert load(loader, FrameRef("2", frames)).frame is not None
        loader.prefetch("viewport", [FrameRef("2", number) for number in range(1, 1025)])
        wait_until(lambda: loader.cached(FrameRef("2", 150)) is not None)
        last = load(loader, refs[-1]).frame
        assert last is not None
        np.testing.assert_array_equal(last.pixels, pixels_of(10_000))
        assert 0 < loader.cache.nbytes <= budget
        assert sorted(set(raw_folder.opened)) == ["1", "2"]
        assert len(raw_folder.opened) == 2
    finally:
        loader.close()
