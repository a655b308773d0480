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
    ahead, behind = range(index + step, count if step > 0 else -1, step), range(index - step, -1 if step > 0 else count, -step)
    turns = min(len(ahead) // AHEAD_FIRST, len(behind), limit // (AHEAD_FIRST + 1) + 1)
    order = [0] * (turns * (AHEAD_FIRST + 1))
    for place in range(AHEAD_FIRST):
        order[place :: AHEAD_FIRST + 1] = ahead[place : turns * AHEAD_FIRST : AHEAD_FIRST]
    order[AHEAD_FIRST :: AHEAD_FIRST + 1] = behind[:turns]
    rest = max(limit - len(order), 0)
    order += ahead[turns * AHEAD_FIRST :][:rest]
    order += behind[turns:][: max(limit - len(order), 0)]
    return order[:limit]
