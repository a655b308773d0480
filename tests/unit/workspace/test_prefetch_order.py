"""Which frames come next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from viewer.workspace.prefetch_order import prefetch_order


@given(st.integers(1, 300), st.data(), st.sampled_from([-1, 1]))
def test_every_other_frame_once(count: int, data: st.DataObject, direction: int) -> None:
    index = data.draw(st.integers(0, count - 1))
    order = prefetch_order(count, index, direction, 1000)
    assert sorted(order) == [i for i in range(count) if i != index]


def test_ahead_in_the_direction_of_scrolling_first() -> None:
    assert prefetch_order(100, 50, 1, 8) == [51, 52, 53, 49, 54, 55, 56, 48]
    assert prefetch_order(100, 50, -1, 8) == [49, 48, 47, 51, 46, 45, 44, 52]
    assert prefetch_order(3, 0, 1, 8) == [1, 2]
