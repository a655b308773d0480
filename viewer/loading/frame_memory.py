"""Memory for pixels: large mappings, cut into slots of one size, used again when the last array that looks into them is gone.

Most of the time in which a series comes into memory is the first touch of its pages, 4 KiB at a time. Mappings that the system may
back with huge pages take a quarter of it, and a slot that was used before takes nothing. On Linux only; elsewhere plain arrays.
Worker processes do not write here: shared memory gets no huge pages, and a process that a stranger's bytes went through must not
hold pixels that are on the screen.
"""

from __future__ import annotations

import mmap
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Allocate = Callable[[int], NDArray[np.uint8]]

PAGE = 4096
HUGE_PAGE = 2 << 20
SLAB_BYTES = 32 << 20
SMALLEST = 128 << 10  # bytes; below, rounding up to pages would waste more than it brings
PLAIN_FIRST = 8  # arrays of a size that get ordinary memory: a single picture of an odd size is not worth a huge page of its own
SLACK_BYTES = 16 << 20  # so that a full cache takes the slot of the frame that it drops, and the system is not asked each time
DEAR_SECONDS = 0.001  # for the first touch of a huge page
DEAR_FOR_SECONDS = 10.0  # no further mapping tries after one that was dear
UNUSED_SECONDS = 30.0  # after which a mapping without frames goes back to the system, when the next frame comes
_HUGE: int | None = getattr(mmap, "MADV_HUGEPAGE", None)  # Linux alone has it
_SMALL: int = getattr(mmap, "MADV_NOHUGEPAGE", 0)
_DROP: int = getattr(mmap, "MADV_DONTNEED", 0)


def plain(nbytes: int) -> NDArray[np.uint8]:
    """`nbytes` of ordinary memory."""
    return np.empty(nbytes, np.uint8)


class _Slot:
    """Owns one slot for the array that is made of it, which is its only holder: it goes when the last view does."""

    __slots__ = ("__array_interface__", "_index", "_returned", "_slab")

    def __init__(self, slab: _Slab, index: int, nbytes: int, returned: deque[tuple[_Slab, int]]) -> None:
        self._slab, self._index, self._returned = slab, index, returned
        address = slab.address + index * slab.slot_bytes
        self.__array_interface__: dict[str, Any] = {"shape": (nbytes,), "typestr": "|u1", "data": (address, False), "version": 3}

    def __del__(self) -> None:
        self._returned.append((self._slab, self._index))  # no lock: this may run anywhere, within `FrameMemory` too


class _Slab:
    """One mapping. `idle` slots were used before, `fresh` ones take no memory yet. Guarded by the lock of `FrameMemory`."""

    __slots__ = ("_first", "_has_huge", "_mapping", "address", "fresh", "idle", "left", "slot_bytes", "used")

    def __init__(self, slot_bytes: int, *, tries_huge: bool) -> None:
        number = max(1, SLAB_BYTES // slot_bytes)
        self._mapping = mmap.mmap(-1, number * slot_bytes + HUGE_PAGE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        start = int(np.frombuffer(self._mapping, np.uint8).__array_interface__["data"][0])
        self.address = -(-start // HUGE_PAGE) * HUGE_PAGE
        self._first = self.address - start
        self._has_huge = tries_huge and _HUGE is not None and self._ask(_HUGE)
        self.slot_bytes = slot_bytes
        self.idle: list[int] = []
        self.fresh = list(range(number - 1, -1, -1))
        self.used = 0
        self.left = 0.0  # when a slot was last returned

    def take_fresh(self) -> tuple[int, bool]:
        """A slot that takes no memory yet, and whether a huge page that begins in it was found dear: then it was the last one.

        In a virtual machine that gives free memory back to its host, a huge page comes from there: 4 ms instead of 0.1.
        """
        index = self.fresh.pop()
        page = -(-index * self.slot_bytes // HUGE_PAGE) * HUGE_PAGE
        if not self._has_huge or page >= (index + 1) * self.slot_bytes:
            return index, False
        began = time.thread_time()
        self._mapping[self._first + page] = 0
        if time.thread_time() - began <= DEAR_SECONDS:
            return index, False
        self._has_huge = False
        self._ask(_SMALL)
        return index, True

    def drop_idle(self) -> None:
        """Give the memory of all idle slots back to the system."""
        for index in self.idle:
            self._mapping.madvise(_DROP, self._first + index * self.slot_bytes, self.slot_bytes)
        self.fresh += self.idle
        self.idle = []

    def _ask(self, kind: int) -> bool:
        try:
            self._mapping.madvise(kind)
        except OSError:  # a kernel without huge pages
            return False
        return True


class FrameMemory:
    """Gives out writable arrays of undefined content. Safe from any thread.

    `budget_bytes` is the cache's, `kept` tells what that holds, here or elsewhere: slots that wait to be used again are given back
    to the system before both together pass it by more than `SLACK_BYTES`.
    """

    def __init__(self, budget_bytes: int, kept: Callable[[], int] = lambda: 0, *, plain_first: int = PLAIN_FIRST) -> None:
        self._plain_first = plain_first
        self._lock = threading.Lock()  # guards all but `_returned`
        self._budget = max(0, budget_bytes)
        self._kept = kept
        self._slabs: dict[int, list[_Slab]] = {}  # by the size of their slots
        self._asked: dict[int, int] = {}  # how often for slots of a size
        self._returned: deque[tuple[_Slab, int]] = deque()
        self._used = self._idle = 0  # bytes
        self._looked = time.monotonic()
        self._dear_until = 0.0

    @property
    def used_bytes(self) -> int:
        """What arrays look into at present."""
        with self._lock:
            self._collect()
            return self._used

    @property
    def touched_bytes(self) -> int:
        """What is used, and what waits to be used again."""
        with self._lock:
            self._collect()
            return self._used + self._idle

    def allocate(self, nbytes: int) -> NDArray[np.uint8]:
        """An array (nbytes,); its memory is free again when it and all views of it are gone. Raises MemoryError."""
        if _HUGE is None or nbytes < SMALLEST:
            return plain(nbytes)
        slot_bytes = -(-nbytes // PAGE) * PAGE
        with self._lock:
            self._collect()
            self._drop_unused()
            if self._is_over(0):
                self._give_back()
            asked = self._asked[slot_bytes] = self._asked.get(slot_bytes, 0) + 1
            slot = self._slot(slot_bytes, nbytes) if asked > self._plain_first else None
        array: NDArray[np.uint8] = plain(nbytes) if slot is None else np.asarray(slot)
        return array

    def set_budget(self, budget_bytes: int) -> None:
        """Change the budget; a smaller one gives back what waits at once."""
        with self._lock:
            self._budget = max(0, budget_bytes)
            self._collect()
            if self._is_over(SLACK_BYTES):
                self._give_back()

    def release(self) -> None:
        """Give back all that no array looks into."""
        with self._lock:
            self._collect()
            self._give_back()

    def _slot(self, slot_bytes: int, nbytes: int) -> _Slot:
        """One that was used before, where there is one."""
        slabs = self._slabs.setdefault(slot_bytes, [])
        slab = next((one for one in reversed(slabs) if one.idle), None)
        if slab is not None:
            index = slab.idle.pop()
            self._idle -= slot_bytes
        else:
            slab = self._untouched(slabs, slot_bytes)
            index, is_dear = slab.take_fresh()
            if is_dear:
                self._dear_until = time.monotonic() + DEAR_FOR_SECONDS
        slab.used += 1
        self._used += slot_bytes
        return _Slot(slab, index, nbytes, self._returned)

    def _collect(self) -> None:
        """Take note of the slots that were left."""
        now = time.monotonic() if self._returned else 0.0
        while self._returned:
            slab, index = self._returned.popleft()
            slab.used -= 1
            slab.left = now
            slab.idle.append(index)
            self._used -= slab.slot_bytes
            self._idle += slab.slot_bytes

    def _untouched(self, slabs: list[_Slab], slot_bytes: int) -> _Slab:
        """A mapping with a fresh slot, in whose place idle ones of other sizes go back when the budget wants it."""
        if self._is_over(slot_bytes):
            self._give_back()
        for slab in reversed(slabs):
            if slab.fresh:
                return slab
        try:
            made = _Slab(slot_bytes, tries_huge=time.monotonic() >= self._dear_until)
        except OSError as error:
            raise MemoryError from error
        slabs.append(made)
        return made

    def _is_over(self, more: int) -> bool:
        return self._idle > 0 and max(self._used, self._kept()) + self._idle + more > self._budget + SLACK_BYTES

    def _give_back(self) -> None:
        for slabs in self._slabs.values():
            slabs[:] = [slab for slab in slabs if slab.used]
            for slab in slabs:
                slab.drop_idle()
        self._idle = 0

    def _drop_unused(self) -> None:
        """Unmap what held no frame for long. Looked after once a second."""
        now = time.monotonic()
        if now - self._looked < 1:
            return
        self._looked = now
        for slabs in self._slabs.values():
            for slab in [one for one in slabs if not one.used and now - one.left > UNUSED_SECONDS]:
                self._idle -= len(slab.idle) * slab.slot_bytes
                slabs.remove(slab)
