"""The memory that frames may take when nothing is chosen."""

from __future__ import annotations

import subprocess
import sys

import pytest

from viewer.loading import budget
from viewer.workspace.preferences import Preferences


@pytest.mark.parametrize(
    ("gibibytes", "megabytes"), [(0.5, 256), (2, 512), (8, 2048), (16, 4096), (64, 4096)], ids=["tiny", "2", "8", "16", "64"]
)
def test_a_quarter_but_at_most_4_gibibytes(gibibytes: float, megabytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "memory_bytes", lambda: int(gibibytes * 2**30))
    assert budget.usual_megabytes() == megabytes
    assert Preferences().cache_megabytes == megabytes


@pytest.mark.skipif(sys.platform != "linux", reason="compares with /proc")
def test_the_memory_of_this_machine() -> None:
    with open("/proc/meminfo", encoding="ascii") as file:
        total = int(file.readline().split()[1]) * 1024
    assert budget.memory_bytes() == pytest.approx(total, rel=0.01)


LET_GO = """
import sys, threading
from viewer.loading.budget import give_memory_back
told = give_memory_back() if sys.argv[1] == "told" else True
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
before = resident()
def walk():
    frames = []
    for number in range(600):
        frames.append(bytearray(b"x") * (512 << 10))
        small = [bytes(40_000) for _ in range(3)]
        keep.append(small[0])
        if len(frames) > 100:
            del frames[0]
keep = []
threads = [threading.Thread(target=walk) for _ in range(3)]
[one.start() for one in threads]
[one.join() for one in threads]
print(int(told), (resident() - before - sum(map(len, keep))) >> 20)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="tells glibc")
def test_dropped_frames_go_back_to_the_system() -> None:
    def megabytes_left(how: str) -> int:
        done = subprocess.run([sys.executable, "-c", LET_GO, how], capture_output=True, text=True, timeout=60, check=True)
        told, left = map(int, done.stdout.split())
        assert told
        return left

    left = megabytes_left("told")
    assert left < 25
    assert left < megabytes_left("untold") + 5


KEEPS = """
import resource, sys
from viewer.loading.budget import keep_memory
assert sys.argv[1] != "told" or keep_memory()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def frame():
    return [bytearray(b"x") * (512 << 10) for _ in range(3)]
frame()
before = faults()
for _ in range(100):
    frame()
print(faults() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="tells glibc")
def test_a_process_that_decodes_keeps_its_memory() -> None:
    def page_faults(how: str) -> int:
        done = subprocess.run([sys.executable, "-c", KEEPS, how], capture_output=True, text=True, timeout=60, check=True)
        return int(done.stdout)

    assert page_faults("told") < 1000 < page_faults("untold")
