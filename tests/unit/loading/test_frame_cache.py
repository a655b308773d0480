from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from viewer.loading.cache import BESIDE_PIXELS, FrameCache
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import FrameFacts, PixelFrame

SIZE = 6 * 10 + BESIDE_PIXELS


def frame(number: int, rows: int = 6) -> PixelFrame:
    return PixelFrame(FrameFacts(FrameRef("1", number), rows, 10), np.full((rows, 10), number % 251, np.uint8))


def numbers(cache: FrameCache, *candidates: int) -> list[int]:
    return [number for number in candidates if FrameRef("1", number) in cache]


def test_the_least_recently_used_frame_goes_first() -> None:
    cache = FrameCache(3 * SIZE)
    for number in (1, 2, 3):
        assert cache.put(frame(number))
    assert cache.get(FrameRef("1", 1)) is not None
    cache.put(frame(4))
    assert numbers(cache, 1, 2, 3, 4) == [1, 3, 4]
    cache.touch([FrameRef("1", 3), FrameRef("1", 9)])
    cache.put(frame(5))
    assert numbers(cache, 1, 3, 4, 5) == [3, 4, 5]


def test_a_frame_larger_than_the_budget_is_not_kept_and_pushes_nothing_out() -> None:
    cache = FrameCache(2 * SIZE)
    cache.put(frame(1))
    assert not cache.put(frame(2, rows=1000))
    assert numbers(cache, 1, 2) == [1]


def test_room_is_made_only_where_it_may_be() -> None:
    cache = FrameCache(2 * SIZE)
    cache.put(frame(1))
    cache.put(frame(2))
    assert not cache.put(frame(3), may_evict=lambda ref: ref.frame_number != 1)
    assert numbers(cache, 1, 2, 3) == [1, 2]
    assert cache.put(frame(3), may_evict=lambda ref: ref.frame_number != 2)
    assert numbers(cache, 1, 2, 3) == [2, 3]


def test_a_smaller_budget_is_kept_at_once() -> None:
    cache = FrameCache(3 * SIZE)
    for number in (1, 2, 3):
        cache.put(frame(number))
    cache.set_budget(SIZE)
    assert numbers(cache, 1, 2, 3) == [3]
    assert cache.nbytes == SIZE
    assert not cache.has_room(1)


def test_the_loaded_map_follows_what_comes_and_goes() -> None:
    cache = FrameCache(2 * SIZE)
    refs = tuple(FrameRef("1", number) for number in range(1, 6))
    assert cache.loaded(refs) == bytes(5)
    cache.put(frame(2))
    cache.put(frame(4))
    assert cache.loaded(refs) == bytes((0, 1, 0, 1, 0))
    cache.put(frame(5))
    assert cache.loaded(refs) == cache.loaded(list(refs)) == bytes((0, 0, 0, 1, 1))
    cache.clear()
    assert cache.loaded(refs) == bytes(5)


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 300)), max_size=60), st.integers(0, 20_000))
def test_never_over_budget_whatever_comes(puts: list[tuple[int, int]], budget: int) -> None:
    cache = FrameCache(budget)
    refs = tuple(FrameRef("1", number) for number in range(1, 21))
    cache.loaded(refs)
    for number, rows in puts:
        cache.put(frame(number, rows))
        kept = [cache.get(ref) for ref in refs]
        assert cache.nbytes == sum(one.nbytes + BESIDE_PIXELS for one in kept if one) <= budget
        assert cache.loaded(refs) == bytes(one is not None for one in kept)
