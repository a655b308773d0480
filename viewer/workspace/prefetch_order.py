"""Which frames to decode ahead, and in which order."""

from __future__ import annotations

from itertools import islice

AHEAD_FIRST = 3  # frames ahead for each one behind: a reader goes on more often than back


def prefetch_order(count: int, index: int, direction: int, limit: int, *, both: bool = True) -> list[int]:
    """At most `limit` indices around `index` (left out itself), nearest first, three ahead in `direction` for one behind.

    `both` False: only ahead, as a video is decoded.
    """
    step = 1 if direction >= 0 else -1
    if not both:
        return list(islice(range(index + step, count if step > 0 else -1, step), limit))
    ahead = iter(range(index + step, count if step > 0 else -1, step))
    behind = iter(range(index - step, -1 if step > 0 else count, -step))
    order: list[int] = []
    while len(order) < limit:
        batch = [*islice(ahead, AHEAD_FIRST), *islice(behind, 1)]
        if not batch:
            break
        order += batch
    return order[:limit]
