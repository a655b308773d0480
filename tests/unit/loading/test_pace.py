"""What is learnt of drives."""

from __future__ import annotations

import threading

from tests.unit.loading.raw_images import RawFolder, wait_until
from viewer.loading.pace import EXPECTED_RATE, SLOW_SECONDS, DrivePace


def test_a_drive_is_slow_when_it_makes_wait_again_and_again() -> None:
    drive = DrivePace()
    assert not drive.learn(5.0, 1000)  # one long wait: the machine was busy
    assert not drive.is_slow
    assert [drive.learn(0.05, 500_000) for _ in range(4)].count(True) == 1
    assert drive.is_slow
    assert [drive.learn(0.0001, 500_000) for _ in range(20)].count(True) == 1
    assert not drive.is_slow


def test_large_files_take_their_time_on_any_drive() -> None:
    drive = DrivePace()
    for _ in range(50):
        assert not drive.learn(50_000_000 / EXPECTED_RATE + SLOW_SECONDS / 2, 50_000_000)


class SlowDrive(DrivePace):
    """Slow from the first file on."""

    def learn(self, waited: float, nbytes: int) -> bool:
        was_slow, self.is_slow = self.is_slow, True
        return not was_slow


def test_frames_on_a_slow_drive_are_read_several_at_a_time(raw_folder: RawFolder) -> None:
    refs = [raw_folder.make(f"1.{number}")[0] for number in range(12)]
    loader = raw_folder.loader(cores=2)
    loader._drive = SlowDrive()
    try:
        loader.prefetch("viewport", refs[:2])
        wait_until(lambda: loader.loaded(refs[:2]) == b"\1\1")
        raw_folder.gate = threading.Event()
        loader.prefetch("viewport", refs)
        for _ in range(6):
            assert raw_folder.at_gate.acquire(timeout=20)
        assert not raw_folder.at_gate.acquire(blocking=False)
        raw_folder.gate.set()
        wait_until(lambda: all(loader.loaded(refs)))
    finally:
        loader.close()
