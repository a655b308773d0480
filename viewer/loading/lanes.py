"""Whose frame is loaded next: Interaction before Thumbnail before Prefetch before Background, each lane with its own limit."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import cached_property

from viewer.loading.jobs import FrameJob, Waiter
from viewer.model.hierarchy import FrameRef
from viewer.model.requests import Lane

LANES = tuple(Lane)  # a class of enumerated values makes an iterator of its own each time
SPARE_THREADS = 2  # that take over the places of frames that hang


class _Plan:
    """What one owner wants ahead, in its order."""

    def __init__(self, refs: Sequence[FrameRef]) -> None:
        self.refs = refs
        self.next = 0

    @cached_property
    def wanted(self) -> frozenset[FrameRef]:
        """Made when the cache is full, not while somebody scrolls."""
        return frozenset(self.refs)


class LaneQueue:
    """Jobs by lane. Safe from any thread; a frame that is asked for twice is one job.

    `cores` frames are worked on at a time, and one more so that an Interaction frame need not wait for a long one of another lane.
    Frames of the Interaction lane in work take their places from the lanes below. `skip` tells what need not be prefetched.
    On a drive that is slow to answer, more frames may be prefetched at a time (`widen`).
    """

    def __init__(self, cores: int, skip: Callable[[FrameRef], bool]) -> None:
        self._changed = threading.Condition()
        self._cores = cores
        self._skip = skip
        self._limits = {Lane.INTERACTION: cores + 1, Lane.THUMBNAIL: cores, Lane.PREFETCH: cores, Lane.BACKGROUND: 1}
        self._queues: dict[Lane, deque[FrameJob]] = {lane: deque() for lane in Lane}
        self._running = dict.fromkeys(Lane, 0)
        self._lent = 0
        self._more = 0
        self._jobs: dict[FrameRef, FrameJob] = {}
        self._plans: dict[object, _Plan] = {}
        self._closed = False

    def submit(self, ref: FrameRef, lane: Lane, waiter: Waiter) -> bool:
        """Queue a frame, or join the job that brings it already and make that more urgent. False once closed."""
        with self._changed:
            if self._closed:
                return False
            job = self._jobs.get(ref)
            if job is None:
                job = self._jobs[ref] = FrameJob(ref, lane, keeps=lane is not Lane.THUMBNAIL)
                self._queues[lane].append(job)
            elif lane <= job.lane:
                job.lane = lane  # its place in the old lane's queue is passed over; asked again, it is the newest
                if not job.running:
                    self._queues[lane].append(job)
            job.keeps |= lane is not Lane.THUMBNAIL
            job.waiters.append(waiter)
            self._wake_one()
            return True

    def plan(self, owner: object, refs: Sequence[FrameRef]) -> None:
        """Replace what `owner` wants ahead. What only the old plan wanted is dropped unless it is in work."""
        with self._changed:
            if refs and not self._closed:
                self._plans[owner] = _Plan(refs)
            else:
                self._plans.pop(owner, None)
            queue = self._queues[Lane.PREFETCH]
            for job in [job for job in queue if not job.waiters and not job.running and job.lane is Lane.PREFETCH]:
                queue.remove(job)
                self._jobs.pop(job.ref, None)
            self._wake_one()

    def is_wanted(self, ref: FrameRef) -> bool:
        """True for a frame of the present plans: another prefetched frame must not push it out."""
        return any(ref in plan.wanted for plan in list(self._plans.values()))

    def wanted(self) -> list[FrameRef]:
        """All frames of the present plans, those wanted first last."""
        with self._changed:
            return [ref for plan in self._plans.values() for ref in reversed(plan.refs)]

    def full(self) -> None:
        """Nothing more fits into the cache: end the present plans."""
        with self._changed:
            for plan in self._plans.values():
                plan.next = len(plan.refs)

    def take(self) -> tuple[Lane, FrameJob] | None:
        """Wait for the next job and mark it as running. None when closed. Give the lane back with `done`."""
        with self._changed:
            while not self._closed:
                for lane in LANES:
                    if self._has_place(lane) and (job := self._pop(lane)) is not None:
                        job.running = True
                        self._running[lane] += 1
                        self._wake_one()
                        return lane, job
                self._changed.wait()
            return None

    def take_more(self, lane: Lane, number: int) -> list[FrameJob]:
        """Up to `number` further jobs of `lane`, without waiting, to be worked on in one go with the job that was taken.

        Of what is planned, each takes half of its share of the rest, so that all of them end at the same time.
        """
        taken: list[FrameJob] = []
        with self._changed:
            if lane is Lane.PREFETCH:
                left = len(self._queues[lane]) + sum(len(plan.refs) - plan.next for plan in self._plans.values())
                number = min(number, left // (2 * self._cores))
            while len(taken) < number and not self._closed and (job := self._pop(lane)) is not None:
                job.running = True
                taken.append(job)
        return taken

    def ahead(self, number: int) -> list[FrameRef]:
        """What will be prefetched next, as far as that can be told; nothing is taken."""
        with self._changed:
            plan = next(iter(self._plans.values()), None)
            return [] if plan is None else list(plan.refs[plan.next : plan.next + number])

    def done(self, lane: Lane, *, lent: bool = False) -> None:
        """The place in `lane` that `take` gave is free again. The thread that says so comes back to `take`, so nobody is woken.

        `lent`: it was lent to another thread already.
        """
        with self._changed:
            if lent:
                self._lent -= 1
            else:
                self._running[lane] -= 1

    def lend(self, lane: Lane) -> bool:
        """A frame of `lane` takes long, perhaps for ever: let another thread have its place. False when too many hang already."""
        with self._changed:
            if self._lent == SPARE_THREADS:
                return False
            self._lent += 1
            self._running[lane] -= 1
            self._wake_one()
            return True

    def widen(self, more: int) -> None:
        """Let so many more frames be prefetched at a time: their threads wait for the drive and not for a processor."""
        with self._changed:
            self._more = more
            self._limits[Lane.PREFETCH] = self._cores + more
            self._wake_one()

    def put_back(self, jobs: Sequence[FrameJob]) -> None:
        """Jobs that were taken and not begun: first in their lanes."""
        with self._changed:
            for job in reversed(jobs):
                job.running = False
                if self._closed:
                    continue
                if job.lane is Lane.INTERACTION:
                    self._queues[job.lane].append(job)
                else:
                    self._queues[job.lane].appendleft(job)
            self._wake_one()

    def looking(self, job: FrameJob) -> list[Waiter]:
        """Who waits for the frame at present and would look at a preview; each is named once, also when the frame is begun anew."""
        with self._changed:
            new, job.previewed = job.waiters[job.previewed :], len(job.waiters)
            return [waiter for waiter in new if waiter.looks]

    def finish(self, job: FrameJob) -> list[Waiter]:
        """The frame is there, or never will be: who is to be told."""
        with self._changed:
            if self._jobs.get(job.ref) is job:
                del self._jobs[job.ref]
            waiters, job.waiters = job.waiters, []
            return waiters

    def yields(self, lane: Lane) -> bool:
        """True when work of `lane` should stop after the frame in hand: closed, or something more urgent has no place."""
        if self._closed:
            return True
        if lane is Lane.INTERACTION:
            return False
        if sum(self._running.values()) <= self._cores + self._more:
            return False
        return self._running[Lane.INTERACTION] > 0 or any(self._queues[above] for above in Lane if above < lane)

    def close(self) -> list[tuple[FrameRef, Waiter]]:
        """End all waiting. Returns those who will get no frame."""
        with self._changed:
            self._closed = True
            left = [(job.ref, waiter) for job in self._jobs.values() for waiter in job.waiters]
            for job in self._jobs.values():
                job.waiters = []
            self._jobs.clear()
            self._plans.clear()
            for queue in self._queues.values():
                queue.clear()
            self._changed.notify_all()
            return left

    def _wake_one(self) -> None:
        """Wake a thread when there may be work for it; that one wakes the next."""
        total = sum(self._running.values())
        for lane in LANES:
            if self._has_place(lane, total) and self._may_have_work(lane):
                self._changed.notify()
                return

    def _may_have_work(self, lane: Lane) -> bool:
        if self._queues[lane]:
            return True
        if lane is Lane.PREFETCH:
            for plan in self._plans.values():
                if plan.next < len(plan.refs):
                    return True
        return False

    def _has_place(self, lane: Lane, total: int | None = None) -> bool:
        """`total`: of frames in work, where it is known already."""
        if self._running[lane] >= self._limits[lane]:
            return False
        if total is None:
            total = sum(self._running.values())
        places = self._cores + self._more
        return total <= places if lane is Lane.INTERACTION else total < places

    def _pop(self, lane: Lane) -> FrameJob | None:
        queue = self._queues[lane]
        while queue:
            job = queue.pop() if lane is Lane.INTERACTION else queue.popleft()
            if job.lane is lane and not job.running and self._jobs.get(job.ref) is job:
                return job
        return self._next_planned() if lane is Lane.PREFETCH else None

    def _next_planned(self) -> FrameJob | None:
        """The next frame that is missing, from each owner in turn."""
        for owner in list(self._plans):
            plan = self._plans[owner]
            while plan.next < len(plan.refs):
                ref = plan.refs[plan.next]
                plan.next += 1
                if ref in self._jobs or self._skip(ref):
                    continue
                self._plans[owner] = self._plans.pop(owner)  # the others come first next time
                job = self._jobs[ref] = FrameJob(ref, Lane.PREFETCH)
                return job
        return None
