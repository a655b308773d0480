"""One frame that somebody waits for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from viewer.model.frozen import frozen
from viewer.model.hierarchy import FrameRef
from viewer.model.requests import FrameResult, Lane


@frozen
class Waiter:
    """Who asked, and with which generation. `looks`: somebody sits before it and is glad of a preview."""

    done: Callable[[FrameResult], None]
    generation: int = 0
    looks: bool = False


@dataclass(eq=False, slots=True)
class FrameJob:
    """A frame to load, once, for all its waiters. A prefetched frame has none. Guarded by the lock of `LaneQueue`.

    `lane` is the most urgent one of those that asked; `keeps` says whether the frame may push others out of the cache; the first
    `previewed` waiters need no preview any more.
    """

    ref: FrameRef
    lane: Lane
    waiters: list[Waiter] = field(default_factory=list)
    running: bool = False
    keeps: bool = True
    previewed: int = 0
