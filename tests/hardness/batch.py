"""A campaign's own process: ``python -m tests.hardness.batch WAY FIRST LAST``, one JSON line for each case on stdout.

It may die or hang; whoever started it sees which case it had begun last.
"""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.hardness.memory import forget_peak, highest, peak_megabytes
from tests.hardness.mutants import make_mutants

CHUNK = 50


def main(way: str, first: int, last: int) -> None:
    with tempfile.TemporaryDirectory(prefix="negatoscope-mutants-") as folder:
        run = _in_window(Path(folder)) if way == "window" else _in_files(Path(folder))
        next(run)
        for start in range(first, last, CHUNK):
            for path in make_mutants(Path(folder), range(start, min(start + CHUNK, last))):
                number = int(path.stem.removeprefix("case-"))
                _say({"begun": number})
                forget_peak()
                answers = run.send(path)
                _say({"case": number, **answers, "own_megabytes": peak_megabytes()})
                path.unlink()
        run.close()


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _in_files(folder: Path) -> Iterator[Any]:
    """Scan, tags and picture, with a pool of decoding processes as in the program."""
    from tests.hardness.fault_log import FaultLog
    from tests.hardness.trial import try_file
    from viewer.loading.decode_pool import DecodePool

    pool, log = DecodePool(1), FaultLog()
    answers: dict[str, Any] = {}
    try:
        while True:
            path = yield answers
            found = try_file(path, pool)
            told = [(one.way, one.kind, round(one.seconds, 3)) for one in found]
            if logged := log.take():
                told.append(("log", f"fault: {logged}", 0.0))
            answers = {"answers": told, "worker": highest(pool.processes)}
    finally:
        pool.close()
        log.close()


def _in_window(folder: Path) -> Iterator[Any]:
    from tests.hardness.window_trial import WindowTrial

    warnings.simplefilter("error", RuntimeWarning)  # of Shiboken: a number that does not fit into Qt's
    trial = WindowTrial(folder / "home")
    answers: dict[str, Any] = {}
    try:
        while True:
            path = yield answers
            one = trial.try_file(path)
            answers = {"answers": [(one.way, one.kind, round(one.seconds, 3))], "worker": trial.worker_megabytes()}
    finally:
        trial.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
