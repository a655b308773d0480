"""Workers rest while the hand moves, by a clock in the test's hand."""

from __future__ import annotations

import threading

from viewer.model.courtesy import HOLDS_S, PICTURE_S, REST_S, WORK_S, Courtesy


class Hours:
    def __init__(self) -> None:
        self.now = 50.0
        self.rested: list[float] = []

    def clock(self) -> float:
        return self.now

    def rest(self, seconds: float) -> None:
        self.rested.append(seconds)
        self.now += seconds


def test_nobody_rests_while_nothing_moves() -> None:
    hours = Hours()
    courtesy = Courtesy(hours.clock, hours.rest)
    courtesy.give_way()
    assert hours.rested == []


def test_a_worker_rests_for_most_of_the_time_while_the_hand_moves() -> None:
    hours = Hours()
    courtesy = Courtesy(hours.clock, hours.rest)
    worked = 0.0
    for _ in range(100):
        courtesy.hand_moves()
        courtesy.give_way()
        hours.now += WORK_S / 4
        worked += WORK_S / 4
    assert set(hours.rested) == {REST_S}
    assert sum(hours.rested) > 2.5 * worked


def test_work_goes_on_when_the_hand_is_still() -> None:
    hours = Hours()
    courtesy = Courtesy(hours.clock, hours.rest)
    courtesy.hand_moves()
    courtesy.give_way()
    assert len(hours.rested) == 1
    hours.now += HOLDS_S
    courtesy.give_way()
    assert len(hours.rested) == 1


def test_what_nobody_waits_for_waits_for_the_first_picture() -> None:
    courtesy = Courtesy()
    courtesy.expect_picture()
    arrived, done = threading.Event(), threading.Event()

    def work() -> None:
        arrived.set()
        courtesy.stand_back()
        done.set()

    worker = threading.Thread(target=work)
    worker.start()
    assert arrived.wait(10)
    assert not done.wait(0.05)
    courtesy.go_on()
    assert done.wait(10)
    worker.join()


def test_a_picture_that_does_not_come_is_waited_for_once() -> None:
    hours = Hours()
    courtesy = Courtesy(hours.clock, hours.rest)
    courtesy.expect_picture()
    hours.now += PICTURE_S
    courtesy.stand_back()  # else the test hangs here
    hours.now -= PICTURE_S
    courtesy.stand_back()
    assert hours.rested == []


def test_a_scan_goes_on_before_the_first_picture() -> None:
    hours = Hours()
    courtesy = Courtesy(hours.clock, hours.rest)
    courtesy.expect_picture()
    courtesy.give_way()  # else the test hangs here: its clock stands still
    assert hours.rested == []


def test_the_first_movement_after_a_rest_is_told() -> None:
    hours, told = Hours(), list[float]()
    courtesy = Courtesy(hours.clock, hours.rest)
    courtesy.began = lambda: told.append(hours.now)
    assert not courtesy.is_moving
    for _ in range(3):
        courtesy.hand_moves()
        assert courtesy.is_moving
        hours.now += HOLDS_S / 2
    assert told == [50.0]
    hours.now += HOLDS_S
    assert not courtesy.is_moving
    courtesy.hand_moves()
    assert len(told) == 2
