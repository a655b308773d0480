"""The whole campaign: ``python -m tests.hardness --cases 5000``.

Each case is a damaged file (``../shared/fuzz/mutate.py``), taken through scan, tags, picture and the program's window. They run in
processes of their own: one that dies or hangs is counted, and the campaign goes on behind the case that did it.
"""

from __future__ import annotations

import argparse
import collections
import json
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from tests.hardness.mutants import FUZZER

SILENCE_SECONDS = 120.0  # after so long without a word the process hangs
WAYS = ("files", "window")


@dataclass
class Result:
    """Of one campaign. `worst` is the slowest answer by way, `wrong` what was no answer at all."""

    answers: dict[str, collections.Counter[str]] = field(default_factory=lambda: collections.defaultdict(collections.Counter))
    worst: dict[str, tuple[float, int]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    own_megabytes: int = 0
    worker_megabytes: int = 0

    def take(self, line: dict[str, Any]) -> None:
        for way, kind, seconds in line["answers"]:
            self.answers[way][kind if not kind.startswith("fault") else "fault"] += 1
            self.worst[way] = max(self.worst.get(way, (0.0, 0)), (seconds, line["case"]))
            if kind.startswith("fault") or seconds > 15:
                self.wrong.append(f"case {line['case']} {way}: {kind} after {seconds:.1f} s")
        self.own_megabytes = max(self.own_megabytes, line["own_megabytes"])
        self.worker_megabytes = max(self.worker_megabytes, line["worker"])


def run_batch(way: str, first: int, last: int, result: Result, progress: bool = True) -> None:
    """Cases `first` to `last` - 1; a process that is lost is replaced behind the case it was at."""
    while first < last:
        begun, code = _run_process(way, first, last, result, progress)
        if code == 0:
            return
        result.wrong.append(f"case {begun} {way}: the process ended with {code}")
        first = max(begun, first) + 1


def _run_process(way: str, first: int, last: int, result: Result, progress: bool) -> tuple[int, int]:
    command = [sys.executable, "-m", "tests.hardness.batch", way, str(first), str(last)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=lambda: [lines.put(line) for line in process.stdout or ()] and None, daemon=True)
    reader.start()
    begun = first
    quiet_since = time.monotonic()
    try:
        while process.poll() is None or not lines.empty() or reader.is_alive():
            try:
                line = json.loads(lines.get(timeout=1))
            except queue.Empty:
                if time.monotonic() - quiet_since > SILENCE_SECONDS:
                    return begun, -1000
                continue
            quiet_since = time.monotonic()
            if "begun" in line:
                begun = line["begun"]
                continue
            result.take(line)
            if progress and line["case"] % 250 == 249:
                print(f"{way} {line['case'] + 1}: {len(result.wrong)} wrong", file=sys.stderr, flush=True)
        return begun, process.wait()
    finally:
        process.kill()
        process.wait()
        reader.join()
        process.stdout.close()


def report(result: Result, cases: int) -> str:
    lines = [f"cases: {cases}"]
    for way, kinds in result.answers.items():
        counts = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        seconds, case = result.worst[way]
        lines.append(f"{way}: {counts}; slowest {seconds:.2f} s (case {case})")
    lines.append(f"most memory: program {result.own_megabytes} MB, decoding process {result.worker_megabytes} MB")
    lines.append(f"wrong: {len(result.wrong)}")
    return "\n".join(lines + result.wrong)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hardness", description=__doc__)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    options = parser.parse_args()
    if not FUZZER.is_file():
        print("the fuzzer (../shared/fuzz/mutate.py) is not here", file=sys.stderr)
        return 2
    result = Result()
    for way in options.ways:
        run_batch(way, options.start, options.start + options.cases, result)
    print(report(result, options.cases))
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
