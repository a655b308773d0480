"""Memory for pixels: a slot is never given out while anybody can still look into it."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections import deque
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from viewer.loading import frame_memory
from viewer.loading.frame_memory import PLAIN_FIRST, SLAB_BYTES, SLACK_BYTES, SMALLEST, FrameMemory

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="plain arrays there")
SLICE = 512 * 512 * 2
MEBIBYTE = 1 << 20


def address(array: NDArray[np.uint8]) -> int:
    return int(array.__array_interface__["data"][0])


def test_an_array_is_writable_and_lies_on_a_page() -> None:
    memory = FrameMemory(64 * MEBIBYTE, plain_first=0)
    array = memory.allocate(SLICE + 2)
    array[:] = np.arange(array.size, dtype=np.uint8)
    assert array.shape == (SLICE + 2,)
    assert array.dtype == np.uint8
    assert address(array) % 4096 == 0
    assert memory.used_bytes == SLICE + 4096


@pytest.mark.parametrize(
    "hold",
    [
        lambda array: array[7:],
        lambda array: array.view("<u2").reshape(512, 512),
        lambda array: array.view("<u2").reshape(512, 512).T[::2],
        memoryview,
        lambda array: np.frombuffer(memoryview(array)[8:], np.int16),
        lambda array: np.asarray(array).view(np.ndarray)[::-1],
        lambda array: np.lib.stride_tricks.sliding_window_view(array, 3),
    ],
)
def test_whatever_looks_into_a_slot_keeps_it(hold: object) -> None:
    memory = FrameMemory(64 * MEBIBYTE, plain_first=0)
    array = memory.allocate(SLICE)
    array[:] = 7
    place = address(array)
    held = hold(array)  # type: ignore[operator]
    before = bytes(memoryview(np.ascontiguousarray(held)).cast("B"))
    del array
    others = [memory.allocate(SLICE) for _ in range(3 * SLAB_BYTES // SLICE)]
    for other in others:
        other[:] = 9
    assert place not in map(address, others)
    assert bytes(memoryview(np.ascontiguousarray(held)).cast("B")) == before
    del held, others, other
    assert memory.used_bytes == 0


def test_a_slot_that_was_left_is_used_again() -> None:
    memory = FrameMemory(64 * MEBIBYTE, plain_first=0)
    array = memory.allocate(SLICE)
    place = address(array)
    del array
    assert address(memory.allocate(SLICE)) == place
    assert memory.touched_bytes == SLICE


def test_small_arrays_are_plain() -> None:
    memory = FrameMemory(64 * MEBIBYTE, plain_first=0)
    array = memory.allocate(SMALLEST - 1)
    assert array.flags.owndata
    assert memory.used_bytes == 0


def test_the_first_few_of_a_size_are_plain() -> None:
    """So a hundred pictures of as many sizes do not take a huge page each."""
    memory = FrameMemory(64 * MEBIBYTE)
    for more in range(100):
        assert memory.allocate(SLICE + 4096 * more).flags.owndata
    held = [memory.allocate(SLICE) for _ in range(PLAIN_FIRST)]
    assert [array.flags.owndata for array in held] == [True] * (PLAIN_FIRST - 1) + [False]


def test_an_array_outlives_the_memory_it_came_from() -> None:
    array = FrameMemory(64 * MEBIBYTE, plain_first=0).allocate(SLICE)
    array[:] = 3
    gc.collect()
    assert array.sum() == 3 * SLICE


def test_idle_slots_go_back_before_the_budget_is_passed() -> None:
    budget = 8 * SLICE
    memory = FrameMemory(budget, plain_first=0)
    first = [memory.allocate(SLICE) for _ in range(64)]
    last = first[-1]
    last[:] = 5
    del first
    others = [memory.allocate(2 * SLICE) for _ in range(4)]
    assert memory.touched_bytes <= 9 * SLICE + SLACK_BYTES
    assert last.sum() == 5 * SLICE
    del others


def test_what_is_kept_elsewhere_counts() -> None:
    elsewhere = 0
    memory = FrameMemory(128 * MEBIBYTE, lambda: elsewhere, plain_first=0)
    held = [memory.allocate(SLICE) for _ in range(100)]
    del held
    assert memory.touched_bytes == 100 * SLICE
    elsewhere = 128 * MEBIBYTE
    array = memory.allocate(SLICE)
    assert memory.touched_bytes == SLICE
    del array


def test_a_smaller_budget_gives_back_at_once() -> None:
    memory = FrameMemory(128 * MEBIBYTE, plain_first=0)
    held = [memory.allocate(SLICE) for _ in range(100)]
    kept = held[50]
    kept[:] = 4
    del held
    memory.set_budget(20 * MEBIBYTE)
    assert memory.touched_bytes == SLICE
    assert resident(kept) == SLICE
    assert kept.sum() == 4 * SLICE
    again = [memory.allocate(SLICE) for _ in range(100)]
    assert address(kept) not in map(address, again)


def resident(array: NDArray[np.uint8]) -> int:
    """Bytes in memory of the mapping that `array` looks into."""
    place = address(array)
    with open("/proc/self/smaps") as file:
        inside = False
        for line in file:
            head = line.split()[0]
            if "-" in head and not head.endswith(":"):
                low, high = (int(part, 16) for part in head.split("-"))
                inside = low <= place < high
            elif inside and head == "Rss:":
                return int(line.split()[1]) * 1024
    return -1


def test_what_is_unused_for_long_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = FrameMemory(128 * MEBIBYTE, plain_first=0)
    held = [memory.allocate(SLICE) for _ in range(100)]
    del held
    assert memory.touched_bytes == 100 * SLICE
    now = frame_memory.time.monotonic() + 2 * frame_memory.UNUSED_SECONDS
    monkeypatch.setattr(frame_memory, "time", SimpleNamespace(monotonic=lambda: now, thread_time=time.thread_time))
    array = memory.allocate(3 * SLICE)
    assert memory.touched_bytes == 3 * SLICE
    del array


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40)), max_size=120), st.integers(1, 24))
def test_no_two_arrays_overlap_and_all_keep_their_values(steps: list[tuple[int, int]], budget: int) -> None:
    memory = FrameMemory(budget * MEBIBYTE, plain_first=0)
    held: dict[int, tuple[NDArray[np.uint8], int]] = {}
    for number, (kind, which) in enumerate(steps):
        if kind < 3:
            array = memory.allocate(SMALLEST * (1 + which % 3) + which)
            mark = number % 251
            array.fill(mark)
            held[number] = (array[which:], mark)
        elif kind == 3 and held:
            held.pop(sorted(held)[which % len(held)])
        elif kind == 4:
            memory.release()
        else:
            memory.set_budget(max(1, which) * MEBIBYTE)
    for array, mark in held.values():
        assert array.min() == array.max() == mark
    places = sorted((address(array), array.size) for array, _ in held.values())
    assert all(a + size <= b for (a, size), (b, _) in pairwise(places))


def test_threads_never_share_a_slot() -> None:
    """Each writes its own mark all over its arrays, lets others run, and finds it again."""
    memory = FrameMemory(4 * MEBIBYTE, plain_first=0)  # so that giving back happens all the time
    wrong: list[int] = []
    start = threading.Barrier(4)

    def work(mark: int) -> None:
        dice = np.random.default_rng(mark)
        held: deque[tuple[NDArray[np.uint8], int]] = deque()
        start.wait()
        for number in range(150):
            array = memory.allocate(SMALLEST * int(dice.integers(1, 4)))
            value = (mark * 60 + number % 60) % 256
            array.fill(value)
            held.append((array[5:], value))
            if number % 37 == 36:
                memory.release()
            while len(held) > dice.integers(1, 9):
                old, expected = held.popleft()
                if old.min() != expected or old.max() != expected:
                    wrong.append(mark)

    threads = [threading.Thread(target=work, args=(mark,)) for mark in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    assert memory.used_bytes == 0


@pytest.mark.parametrize("dear_seconds", [-1.0, 1000.0])
def test_dear_huge_pages_are_not_asked_for(dear_seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either way all of it is memory: each slot takes what is written to it."""
    monkeypatch.setattr(frame_memory, "DEAR_SECONDS", dear_seconds)
    memory = FrameMemory(64 * MEBIBYTE, plain_first=0)
    held = [memory.allocate(SLICE) for _ in range(8)]
    for number, array in enumerate(held):
        array.fill(number)
    assert [int(array.max()) for array in held] == list(range(8))
    flags = _flags(held[0])
    assert ("nh" in flags) is (dear_seconds < 0) or not flags & {"nh", "hg"}


def test_dear_huge_pages_are_not_tried_with_every_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_memory, "DEAR_SECONDS", -1.0)
    memory = FrameMemory(128 * MEBIBYTE, plain_first=0)
    size = frame_memory.SLAB_BYTES  # a mapping each
    first, second = memory.allocate(size), memory.allocate(size)
    assert not _flags(second) & {"nh", "hg"}
    monkeypatch.setattr(frame_memory, "DEAR_FOR_SECONDS", 0.0)
    later = FrameMemory(128 * MEBIBYTE, plain_first=0)
    third, fourth = later.allocate(size), later.allocate(size)
    assert ("nh" in _flags(first)) == ("nh" in _flags(third)) == ("nh" in _flags(fourth))


def test_huge_pages_that_become_dear_within_a_mapping_are_asked_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_memory, "DEAR_SECONDS", 1000.0)
    memory = FrameMemory(64 * MEBIBYTE, plain_first=0)
    held = [memory.allocate(SLICE) for _ in range(8)]
    had = "nh" in _flags(held[0])
    monkeypatch.setattr(frame_memory, "DEAR_SECONDS", -1.0)
    held += [memory.allocate(SLICE) for _ in range(8)]
    for number, array in enumerate(held):
        array.fill(number)
    assert [int(array.max()) for array in held] == list(range(16))
    flags = _flags(held[0])
    assert not had
    assert "nh" in flags or not flags & {"nh", "hg"}


def _flags(array: NDArray[np.uint8]) -> set[str]:
    """What the system was told of the mapping that `array` looks into; nothing where it knows no huge pages."""
    place, inside = address(array), False
    with open("/proc/self/smaps") as file:
        for line in file:
            head = line.split()[0]
            if "-" in head and not head.endswith(":"):
                low, high = (int(part, 16) for part in head.split("-"))
                inside = low <= place < high
            elif inside and head == "VmFlags:":
                return set(line.split()[1:])
    return set()
