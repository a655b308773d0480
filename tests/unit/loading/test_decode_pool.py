from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.unit.loading.compressed_frames import black_jpeg_ls, jpeg_2000, jpeg_ls, picture
from tests.unit.loading.raw_images import wait_until
from viewer.dicom.decode import DecodedPixels, DecodeRequest, decode
from viewer.loading.decode_pool import FRAME_SECONDS, DecodePool
from viewer.loading.worker_process import Answer
from viewer.model.errors import DecodeError, MissingFileError, NegatoscopeError, TooLargeError

posix = pytest.mark.skipif(os.name != "posix", reason="signals")


@pytest.fixture
def pool() -> Iterator[DecodePool]:
    made = DecodePool(2)
    yield made
    made.close()


def children() -> set[int]:
    """Process ids of this process's children, zombies included."""
    found = set()
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat") as file:
                if int(file.read().rpartition(")")[2].split()[1]) == os.getpid():
                    found.add(int(name))
    return found


class Collected:
    """Answers by number."""

    def __init__(self) -> None:
        self.answers: dict[int, Answer] = {}

    def __call__(self, number: int, answer: Answer) -> None:
        assert number not in self.answers, "answered twice"
        self.answers[number] = answer

    def check(self, number: int, of: int) -> None:
        answer = self.answers[number]
        assert isinstance(answer, DecodedPixels), answer
        np.testing.assert_array_equal(answer.pixels, picture(of))


def test_decodes_what_the_decoder_decodes(pool: DecodePool, tmp_path: Path) -> None:
    for request in (jpeg_ls(tmp_path, 1), jpeg_2000(tmp_path, 2, 64, 48)):
        here, there = decode(request), pool.decode(request)
        np.testing.assert_array_equal(there.pixels, here.pixels)
        assert there.pixels.dtype == here.pixels.dtype
        assert (there.photometric_interpretation, there.bits, there.warnings) == ("MONOCHROME2", here.bits, here.warnings)


def test_native_frames_need_no_process(pool: DecodePool, tmp_path: Path) -> None:
    path = tmp_path / "native"
    path.write_bytes(bytes(range(12)))
    decoded = pool.decode(DecodeRequest(str(path), ((0, 12),), "1.2.840.10008.1.2.1", 3, 4))
    assert decoded.pixels.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    assert pool.processes == []


def test_many_frames_in_one_message_and_bytes_instead_of_a_place(pool: DecodePool, tmp_path: Path) -> None:
    requests = [jpeg_ls(tmp_path, number) for number in range(20)]
    requests[3] = replace(requests[3], path="", segments=(), data=Path(requests[3].path).read_bytes())
    collected = Collected()
    assert pool.decode_many(requests, collected) == []
    for number in range(20):
        collected.check(number, number)
    assert len(pool.processes) == 1


def test_what_the_decoder_refuses_arrives_as_the_same_error(pool: DecodePool, tmp_path: Path) -> None:
    good = jpeg_ls(tmp_path, 1)
    gone = replace(good, path=str(tmp_path / "gone"))
    nonsense = replace(good, data=b"nonsense")
    huge = replace(good, rows=65500, columns=65500)
    for request, kind in ((gone, MissingFileError), (nonsense, DecodeError), (huge, TooLargeError)):
        with pytest.raises(NegatoscopeError) as here:
            decode(request)
        with pytest.raises(kind) as there:
            pool.decode(request)
        assert str(there.value) == str(here.value)
    assert len(pool.processes) == 1
    np.testing.assert_array_equal(pool.decode(good).pixels, picture(1))


def test_a_large_frame_after_a_small_one_and_back(pool: DecodePool, tmp_path: Path) -> None:
    for number, rows, columns in ((1, 40, 56), (2, 2000, 2500), (3, 40, 56), (4, 100, 4000)):
        np.testing.assert_array_equal(pool.decode(jpeg_ls(tmp_path, number, rows, columns)).pixels, picture(number, rows, columns))
    assert len(pool.processes) == 1


@pytest.fixture(scope="module")
def slow_frame(tmp_path_factory: pytest.TempPathFactory) -> DecodeRequest:
    """A frame that takes a second or more."""
    return jpeg_2000(tmp_path_factory.mktemp("slow"), 1, 4000, 4000)


@posix
def test_a_process_killed_within_a_frame_costs_that_frame_alone(
    pool: DecodePool, slow_frame: DecodeRequest, tmp_path: Path
) -> None:
    pool.decode(jpeg_ls(tmp_path, 0))
    (pid,) = pool.processes
    collected = Collected()
    requests = [jpeg_ls(tmp_path, 0), jpeg_ls(tmp_path, 1), slow_frame, *(jpeg_ls(tmp_path, number) for number in (3, 4))]

    def in_the_middle(number: int) -> None:
        assert number == 2
        os.kill(pid, signal.SIGKILL)

    assert pool.decode_many(requests, collected, slow=in_the_middle) == []
    lost = collected.answers[2]
    assert isinstance(lost, DecodeError)
    assert "SIGKILL" in str(lost)
    for number in (0, 1, 3, 4):
        collected.check(number, number)
    assert pid not in pool.processes
    assert len(pool.processes) == 1


@posix
def test_a_frame_that_takes_too_long_is_stopped_by_the_clock_and_the_others_come(slow_frame: DecodeRequest, tmp_path: Path) -> None:
    pool = DecodePool(1, frame_seconds=2.5)
    try:
        requests = [jpeg_ls(tmp_path, 0), slow_frame, jpeg_ls(tmp_path, 2)]
        pool.decode(requests[0])
        (worker,) = pool._idle
        pid = worker.process.pid

        def in_the_middle(number: int) -> None:
            """It hangs there, however quick the machine is."""
            assert number == 1
            wait_until(lambda: worker._has_begun(1))
            os.kill(pid, signal.SIGSTOP)

        collected = Collected()
        assert pool.decode_many(requests, collected, slow=in_the_middle) == []
        assert isinstance(collected.answers[1], DecodeError)
        assert "2.5 s" in str(collected.answers[1])
        collected.check(0, 0)
        collected.check(2, 2)
        assert pid not in pool.processes
    finally:
        pool.close()


@posix
def test_a_process_that_stops_before_it_begins_costs_time_and_no_frame(tmp_path: Path) -> None:
    pool = DecodePool(2, frame_seconds=2.5)
    try:
        requests = [jpeg_ls(tmp_path, number) for number in range(3)]
        pool.decode(requests[0])
        (pid,) = pool.processes
        os.kill(pid, signal.SIGSTOP)
        collected = Collected()
        begun = time.monotonic()
        assert pool.decode_many(requests, collected) == []
        assert time.monotonic() - begun < 20  # it would not end by itself
        for number in range(3):
            collected.check(number, number)
        assert pid not in pool.processes
    finally:
        pool.close()


@posix
def test_while_a_frame_hangs_the_others_of_its_message_are_given_back(tmp_path: Path) -> None:
    pool = DecodePool(2)
    try:
        requests = [jpeg_ls(tmp_path, number) for number in range(4)]
        pool.decode(requests[0])
        (pid,) = pool.processes
        os.kill(pid, signal.SIGSTOP)
        collected, told = Collected(), []

        def slow(number: int) -> None:
            told.append(number)
            np.testing.assert_array_equal(pool.decode(requests[3]).pixels, picture(3))  # the other process is free for it
            os.kill(pid, signal.SIGCONT)

        left = pool.decode_many(requests, collected, slow=slow)
        assert told == [0]
        assert sorted((*left, *collected.answers)) == [0, 1, 2, 3]
        assert left
    finally:
        pool.close()


@posix
def test_a_frame_over_the_memory_limit_is_refused_and_the_next_one_comes(tmp_path: Path) -> None:
    pool = DecodePool(1, memory_bytes=500 * 1024**2)
    try:
        large = black_jpeg_ls(tmp_path, 12_000)
        with pytest.raises(NegatoscopeError) as refused:
            pool.decode(large)
        assert isinstance(refused.value, TooLargeError), refused.value
        np.testing.assert_array_equal(pool.decode(jpeg_ls(tmp_path, 2)).pixels, picture(2))
    finally:
        pool.close()


def test_preempted_work_is_left_out_and_named(pool: DecodePool, tmp_path: Path) -> None:
    requests = [jpeg_2000(tmp_path, number, 300, 300) for number in range(12)]
    done: list[int] = []
    left = pool.decode_many(requests, lambda number, answer: done.append(number), lambda: len(done) < 3)
    assert done == list(range(len(done)))
    assert done + left == list(range(12))
    assert 3 <= len(done) < 12
    np.testing.assert_array_equal(pool.decode(jpeg_ls(tmp_path, 7)).pixels, picture(7))


@posix
def test_a_process_that_died_while_idle_costs_nothing(pool: DecodePool, tmp_path: Path) -> None:
    request = jpeg_ls(tmp_path, 1)
    pool.decode(request)
    (pid,) = pool.processes
    os.kill(pid, signal.SIGKILL)
    np.testing.assert_array_equal(pool.decode(request).pixels, picture(1))


def test_a_process_that_cannot_start_is_said_and_not_blamed_on_the_frame(
    pool: DecodePool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viewer.loading.worker_process._START", "{folders!r}; {options!r}; raise SystemExit(3)")
    with pytest.raises(DecodeError, match="cannot be started"):
        pool.decode(jpeg_ls(tmp_path, 1))


def use_and_close(request: DecodeRequest) -> None:
    pool = DecodePool(2)
    pool.warm_up(2)
    pool.decode(request)
    wait_until(lambda: len(pool.processes) == 2)
    begun = time.monotonic()
    pool.close()
    assert time.monotonic() - begun < FRAME_SECONDS - 2
    with pytest.raises(DecodeError):
        pool.decode(request)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="/proc")
def test_closing_leaves_no_process_and_no_handle_behind(tmp_path: Path) -> None:
    request = jpeg_ls(tmp_path, 1)
    handles, before = len(os.listdir("/proc/self/fd")), children()
    for _ in range(3):
        use_and_close(request)
    assert children() == before
    assert len(os.listdir("/proc/self/fd")) == handles


def test_closing_while_frames_are_in_work_is_quick(tmp_path: Path) -> None:
    pool = DecodePool(2)
    request = jpeg_2000(tmp_path, 1, 1500, 1500)
    ended: list[BaseException] = []
    begun = threading.Event()

    def work() -> None:
        try:
            while True:
                pool.decode_many([request], lambda number, answer: begun.set())
        except DecodeError as error:
            ended.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert begun.wait(20)
    at = time.monotonic()
    pool.close()
    for thread in threads:
        thread.join(20)
    assert time.monotonic() - at < FRAME_SECONDS - 2
    assert len(ended) == 3


@posix
def test_workers_end_with_their_parent_even_in_the_middle_of_a_frame(tmp_path: Path) -> None:
    request = jpeg_2000(tmp_path, 1, 3000, 3000)
    program = (
        "import sys, time\n"
        "from viewer.dicom.decode import DecodeRequest\n"
        "from viewer.loading.decode_pool import DecodePool\n"
        f"request = {request!r}\n"
        "import dataclasses\n"
        "pool = DecodePool(1)\n"
        "small = dataclasses.replace(request, rows=1)\n"
        "try: pool.decode(small)\n"
        "except Exception: pass\n"
        "print(*pool.processes, flush=True)\n"
        "pool.decode_many([request] * 50, lambda number, answer: None)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        os.kill(worker, 0)
        parent.kill()
        parent.wait()
        wait_until(lambda: not is_running(worker))
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()  # type: ignore[union-attr]


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_worker_imports_little() -> None:
    code = (
        "import sys, viewer.loading.decode_worker, imagecodecs\n"
        "bad = [name for name in sys.modules if name.split('.')[0] in ('pydicom', 'PySide6', 'pyqtgraph', 'multiprocessing')]\n"
        "print(bad, [name for name in sys.modules if name.startswith('viewer.')])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    bad, _, ours = result.stdout.partition("] ")
    assert bad == "["
    allowed = ("viewer.loading", "viewer.dicom", "viewer.model")
    assert all(name.startswith(allowed) for name in eval(ours)), ours


def test_an_answer_that_cannot_be_meant_costs_the_process_and_its_frame(
    pool: DecodePool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lie = '{"i": 0, "dtype": "<u2", "shape": [65535, 65535], "photometric": "", "bits": 0, "warnings": []}'
    code = (
        "{folders!r}; {options!r}; import sys\n"
        "print('{{\"ready\": 1}}', flush=True); sys.stdin.buffer.read(16)\n"
        f"print({lie.replace('{', '{{').replace('}', '}}')!r}, flush=True); sys.stdin.read()"
    )
    monkeypatch.setattr("viewer.loading.worker_process._START", code)
    with pytest.raises(DecodeError):
        pool.decode(jpeg_ls(tmp_path, 1))
    monkeypatch.undo()
    np.testing.assert_array_equal(pool.decode(jpeg_ls(tmp_path, 1)).pixels, picture(1))
