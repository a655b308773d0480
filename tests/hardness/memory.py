"""Peak memory of processes, on Linux; nothing elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable


def peak_megabytes(process: int | str = "self") -> int:
    """The most resident memory since the start or `forget_peak`; 0 where that is not known."""
    with contextlib.suppress(OSError), open(f"/proc/{process}/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return 0


def forget_peak(process: int | str = "self") -> None:
    """Start counting anew."""
    with contextlib.suppress(OSError), open(f"/proc/{process}/clear_refs", "w") as file:
        file.write("5")


def highest(processes: Iterable[int]) -> int:
    """The peak of the largest of `processes`."""
    return max(map(peak_megabytes, processes), default=0)
