"""What refusing a file costs: ``python -m tests.hardness.bomb_cost`` reads paths from stdin, forks for each, prints its cost.

A fork of a process that has everything imported: time and memory are those of the file alone.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from pathlib import Path

MEMORY = 2 * 1024**3
SECONDS = 30
WAYS = ("scan", "tree", "picture")


def main() -> None:
    from tests.hardness import trial
    from viewer.loading.decode_pool import DecodePool

    pool = DecodePool(1)
    trial.try_file(Path("/dev/null"), pool)  # whatever is imported late is imported now
    pool.close()
    for line in sys.stdin:
        path = Path(line.strip())
        for way in WAYS:
            sys.stdout.write(json.dumps({"way": way, **_cost(way, path)}) + "\n")
            sys.stdout.flush()


def _cost(way: str, path: Path) -> dict[str, object]:
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        _run(way, path, writable)
    os.close(writable)
    with os.fdopen(readable) as pipe:
        said = pipe.read()
    _, status, used = os.wait4(child, 0)
    what = said or (f"ended by {signal.Signals(os.WTERMSIG(status)).name}" if os.WIFSIGNALED(status) else "ended")
    return {"answer": what, "seconds": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss // 1024}


def _run(way: str, path: Path, writable: int) -> None:
    """In the child. The picture is decoded here, not in a worker: its memory counts."""
    from tests.hardness import trial
    from tests.hardness.decode_here import DecodeHere

    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        answer = trial.one_way(way, path, DecodeHere())
        os.write(writable, answer.kind.encode())
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
