"""How much memory decoded frames may take unless the user says otherwise; giving it back when they are dropped, or keeping it."""

from __future__ import annotations

import ctypes
import os
import sys

SHARE = 0.25
LARGEST_MEGABYTES = 4096
SMALLEST_MEGABYTES = 256
LARGE_BLOCK = 384 << 10  # bytes; smaller than most frames, larger than the tables that a window drag makes all the time
KEPT_BLOCK = 16 << 20  # bytes; what a decoding process makes and drops for each frame
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h
UNKNOWN = 4 << 30  # bytes to reckon with where the system does not say


def usual_megabytes() -> int:
    """A quarter of the memory of this machine, at most 4 GiB."""
    megabytes = int(memory_bytes() * SHARE) >> 20
    return min(max(megabytes, SMALLEST_MEGABYTES), LARGEST_MEGABYTES)


def memory_bytes() -> int:
    """The memory of this machine."""
    if sys.platform == "win32":
        return _windows_memory()
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return UNKNOWN


def give_memory_back() -> bool:
    """Let each frame that is dropped go back to the system. True when this system's allocator can be told so.

    The allocator of Linux (glibc) learns from the first large blocks that are freed to keep the next ones, in a heap for each
    thread: after a walk through a long series it held as much as the whole budget once more.
    """
    return _tell_allocator((_M_MMAP_THRESHOLD, LARGE_BLOCK))


def keep_memory() -> bool:
    """The opposite, for a process that decodes one frame after the other: fresh pages for each took as long as decoding RLE."""
    return _tell_allocator((_M_MMAP_THRESHOLD, KEPT_BLOCK), (_M_TRIM_THRESHOLD, 2 * KEPT_BLOCK))


def _tell_allocator(*options: tuple[int, int]) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(mallopt(*option) for option in options)


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = (("length", ctypes.c_ulong), ("load", ctypes.c_ulong), *((f"amount{n}", ctypes.c_ulonglong) for n in range(7)))


def _windows_memory() -> int:
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  # other systems' ctypes have no such name
    return int(status.amount0) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else UNKNOWN
