from __future__ import annotations

import threading

from viewer.loading.jobs import FrameJob, Waiter
from viewer.loading.lanes import LaneQueue
from viewer.model.hierarchy import FrameRef
from viewer.model.requests import Lane

NOBODY = Waiter(lambda result: None)


def ref(name: str) -> FrameRef:
    return FrameRef(name)


def queue(cores: int = 2, skip: frozenset[FrameRef] = frozenset()) -> LaneQueue:
    return LaneQueue(cores, skip.__contains__)


def take(lanes: LaneQueue) -> FrameJob:
    """The next job, done with at once as far as its lane goes."""
    taken = lanes.take()
    assert taken is not None
    lanes.done(taken[0])
    return taken[1]


def names(lanes: LaneQueue, number: int) -> list[str]:
    taken = []
    for _ in range(number):
        job = take(lanes)
        lanes.finish(job)
        taken.append(job.ref.sop_instance_uid)
    return taken


def test_interaction_comes_newest_first_and_the_other_lanes_in_order_behind_it() -> None:
    lanes = queue()
    for lane in (Lane.BACKGROUND, Lane.THUMBNAIL, Lane.INTERACTION):
        for number in (1, 2):
            lanes.submit(ref(f"{lane.name[0]}{number}"), lane, NOBODY)
    lanes.plan("viewport", [ref("P1"), ref("P2")])
    assert names(lanes, 8) == ["I2", "I1", "T1", "T2", "P1", "P2", "B1", "B2"]


def test_asked_for_again_a_frame_is_the_newest_and_still_one_job() -> None:
    lanes = queue()
    first, second = Waiter(lambda result: None, 1), Waiter(lambda result: None, 2)
    lanes.submit(ref("a"), Lane.BACKGROUND, first)
    lanes.submit(ref("b"), Lane.INTERACTION, NOBODY)
    lanes.submit(ref("a"), Lane.INTERACTION, second)
    job = take(lanes)
    assert job.ref == ref("a")
    assert lanes.finish(job) == [first, second]
    assert names(lanes, 1) == ["b"]
    lanes.submit(ref("c"), Lane.BACKGROUND, NOBODY)
    assert names(lanes, 1) == ["c"]  # and not "a" from its old place


def test_owners_take_turns_and_what_is_there_is_passed_over() -> None:
    lanes = queue(skip=frozenset((ref("1b"), ref("2a"))))
    lanes.plan(1, [ref("1a"), ref("1b"), ref("1c")])
    lanes.plan(2, [ref("2a"), ref("2b"), ref("1a")])
    assert names(lanes, 3) == ["1a", "2b", "1c"]


def test_a_new_plan_drops_the_old_one_and_what_was_put_back_from_it() -> None:
    lanes = queue()
    lanes.plan("viewport", [ref(f"old{number}") for number in range(1, 6)])
    job = take(lanes)
    more = lanes.take_more(Lane.PREFETCH, 1)
    lanes.put_back([job, *more])
    lanes.plan("viewport", [ref("new")])
    assert names(lanes, 1) == ["new"]
    assert not lanes.is_wanted(ref("old1"))
    assert lanes.is_wanted(ref("new"))


def test_what_is_put_back_comes_first_again_unless_it_became_urgent() -> None:
    lanes = queue()
    lanes.plan("viewport", [ref(name) for name in "abcdefghi"])
    job = take(lanes)
    more = lanes.take_more(Lane.PREFETCH, 9)
    lanes.submit(more[1].ref, Lane.INTERACTION, NOBODY)
    lanes.put_back(more)
    lanes.finish(job)
    assert names(lanes, 3) == ["c", "b", "d"]


def test_the_rest_of_a_plan_is_shared_out_in_ever_smaller_parts() -> None:
    lanes = queue(cores=2)
    lanes.plan("viewport", [ref(str(number)) for number in range(100)])
    parts = []
    while lanes.ahead(1):
        take(lanes)
        parts.append(1 + len(lanes.take_more(Lane.PREFETCH, 31)))
    assert sum(parts) == 100
    assert parts[:4] == [25, 19, 14, 11]
    assert parts[-4:] == [1, 1, 1, 1]


def test_frames_of_the_interaction_lane_take_places_from_the_lanes_below() -> None:
    lanes = queue(cores=2)
    lanes.plan("viewport", [ref(f"P{number}") for number in range(9)])
    lanes.submit(ref("T"), Lane.THUMBNAIL, NOBODY)
    assert lanes.take() is not None
    assert lanes.take() is not None
    assert not lanes.yields(Lane.PREFETCH)
    lanes.submit(ref("I1"), Lane.INTERACTION, NOBODY)
    taken = lanes.take()
    assert taken is not None
    assert taken[1].ref == ref("I1")
    assert lanes.yields(Lane.PREFETCH)
    assert lanes.yields(Lane.THUMBNAIL)
    assert not lanes.yields(Lane.INTERACTION)
    lanes.done(Lane.PREFETCH)
    assert not lanes.yields(Lane.PREFETCH)


def test_a_lane_in_full_lets_nothing_more_of_it_start() -> None:
    lanes = queue(cores=2)
    for number in range(3):
        lanes.submit(ref(f"B{number}"), Lane.BACKGROUND, NOBODY)
    assert lanes.take() is not None  # Background has one place
    waiting: list[object] = []
    thread = threading.Thread(target=lambda: waiting.append(lanes.take()))
    thread.start()
    thread.join(0.05)
    assert thread.is_alive()
    lanes.done(Lane.BACKGROUND)
    lanes.submit(ref("I"), Lane.INTERACTION, NOBODY)  # a thread that is done comes back by itself; this wakes the other
    thread.join(10)
    assert len(waiting) == 1


def test_closing_wakes_who_waits_and_names_who_gets_nothing() -> None:
    lanes = queue()
    taken: list[object] = []
    thread = threading.Thread(target=lambda: taken.append(lanes.take()))
    thread.start()
    lanes.submit(ref("a"), Lane.INTERACTION, NOBODY)
    thread.join(10)
    assert len(taken) == 1
    assert lanes.close() == [(ref("a"), NOBODY)]
    assert lanes.take() is None
    assert not lanes.submit(ref("a"), Lane.INTERACTION, NOBODY)
    assert lanes.yields(Lane.INTERACTION)


def test_on_a_slow_drive_more_frames_are_prefetched_at_a_time_and_one_place_stays_for_the_user() -> None:
    lanes = queue(cores=2)
    lanes.plan("viewport", [ref(str(number)) for number in range(20)])

    def takes(number: int) -> list[Lane]:
        found = []
        for _ in range(number):
            taken = lanes.take()
            assert taken is not None
            found.append(taken[0])
        return found

    assert takes(2) == [Lane.PREFETCH] * 2
    assert not lanes._has_place(Lane.PREFETCH)
    lanes.widen(4)
    assert takes(4) == [Lane.PREFETCH] * 4
    assert not lanes._has_place(Lane.PREFETCH)
    lanes.submit(ref("now"), Lane.INTERACTION, NOBODY)
    assert takes(1) == [Lane.INTERACTION]
    lanes.widen(0)
    for _ in range(4):
        lanes.done(Lane.PREFETCH)
    assert not lanes._has_place(Lane.PREFETCH)
    lanes.done(Lane.INTERACTION)
    lanes.done(Lane.PREFETCH)
    assert takes(1) == [Lane.PREFETCH]


def test_what_comes_next_can_be_seen_and_is_not_taken() -> None:
    lanes = queue()
    assert lanes.ahead(3) == []
    lanes.plan("viewport", [ref(name) for name in "abcde"])
    assert names(lanes, 1) == ["a"]
    assert lanes.ahead(3) == [ref("b"), ref("c"), ref("d")]
    assert names(lanes, 4) == ["b", "c", "d", "e"]
    assert lanes.ahead(3) == []
