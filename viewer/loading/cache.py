"""Decoded frames in memory: least recently used first out, never over its budget."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import PixelFrame

BESIDE_PIXELS = 4096  # bytes that facts, text and objects of one frame take, on average
MAPS = 32  # display sets whose loaded frames are followed: those of sixteen viewports are asked for at each repaint


@dataclass(slots=True)
class _LoadedMap:
    """Which frames of one sequence are in the cache, kept true by every change."""

    refs: Sequence[FrameRef]  # held, so that its id stays its own
    place: dict[FrameRef, int]
    bits: bytearray


class FrameCache:
    """Byte-bounded and safe to use from any thread; every method is quick.

    `budget_bytes` counts pixels, overlays and `BESIDE_PIXELS` for each frame. A frame larger than the budget is never kept.
    """

    def __init__(self, budget_bytes: int) -> None:
        self._lock = threading.Lock()
        self._frames: OrderedDict[FrameRef, PixelFrame] = OrderedDict()
        self._budget = max(0, budget_bytes)
        self._bytes = 0
        self._maps: OrderedDict[int, _LoadedMap] = OrderedDict()

    @property
    def nbytes(self) -> int:
        return self._bytes

    @property
    def budget_bytes(self) -> int:
        return self._budget

    def __len__(self) -> int:
        return len(self._frames)

    def __contains__(self, ref: FrameRef) -> bool:
        return ref in self._frames

    def get(self, ref: FrameRef) -> PixelFrame | None:
        """The frame, now the most recently used one."""
        with self._lock:
            frame = self._frames.get(ref)
            if frame is not None:
                self._frames.move_to_end(ref)
            return frame

    def touch(self, refs: Iterable[FrameRef]) -> None:
        """Count `refs` as used just now, the last one latest."""
        with self._lock:
            for ref in refs:
                if ref in self._frames:
                    self._frames.move_to_end(ref)

    def put(self, frame: PixelFrame, may_evict: Callable[[FrameRef], bool] = lambda ref: True) -> bool:
        """Keep `frame`; False when there is no room for it.

        Room is made from the least recently used end, as long as `may_evict` allows it for the frame that stands there.
        """
        size = frame.nbytes + BESIDE_PIXELS
        with self._lock:
            if frame.ref in self._frames:
                self._drop(frame.ref)
            if size > self._budget:
                return False
            while self._bytes + size > self._budget:
                oldest = next(iter(self._frames))
                if not may_evict(oldest):
                    return False
                self._drop(oldest)
            self._frames[frame.ref] = frame
            self._bytes += size
            self._mark(frame.ref, 1)
            return True

    def has_room(self, nbytes: int) -> bool:
        """True when a frame of so many bytes fits without pushing another one out."""
        return self._bytes + nbytes + BESIDE_PIXELS <= self._budget

    def set_budget(self, budget_bytes: int) -> None:
        """Change the budget; a smaller one is kept at once."""
        with self._lock:
            self._budget = max(0, budget_bytes)
            while self._bytes > self._budget:
                self._drop(next(iter(self._frames)))

    def loaded(self, refs: Sequence[FrameRef]) -> bytes:
        """One byte per frame, 1 when it is here. Quick for a tuple that is asked about again and again."""
        with self._lock:
            found = self._maps.get(id(refs))
            if found is None or found.refs is not refs:
                bits = bytearray(ref in self._frames for ref in refs)
                if not isinstance(refs, tuple):  # it may change
                    return bytes(bits)
                found = _LoadedMap(refs, {ref: index for index, ref in enumerate(refs)}, bits)
                self._maps[id(refs)] = found
                if len(self._maps) > MAPS:
                    self._maps.popitem(last=False)
            self._maps.move_to_end(id(refs))
            return bytes(found.bits)

    def clear(self) -> None:
        with self._lock:
            self._frames.clear()
            self._maps.clear()
            self._bytes = 0

    def _drop(self, ref: FrameRef) -> None:
        frame = self._frames.pop(ref)
        self._bytes -= frame.nbytes + BESIDE_PIXELS
        self._mark(ref, 0)

    def _mark(self, ref: FrameRef, value: int) -> None:
        for one in self._maps.values():
            place = one.place.get(ref)
            if place is not None:
                one.bits[place] = value
