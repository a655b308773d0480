"""The queue of the node that has our folder, from a program beside it: what is written into it is done there, and told of here."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from viewer.app.fetch_jobs import read_news
from viewer.app.node_messages import (
    Commit,
    Ended,
    Event,
    Fetching,
    FetchNow,
    JobNow,
    Objects,
    Queued,
    Retrieve,
    Send,
    committed_now,
    fetch_now,
    job_now,
    message_from,
)
from viewer.app.queued_orders import COMMITMENTS, FETCHES, NEW, QUEUE, SENDS, wanted_of, write_send
from viewer.library.commitment_store import Commitment, CommitmentState, CommitmentStore
from viewer.library.fetch_store import Fetch, FetchStore
from viewer.library.job_file import JobState
from viewer.library.job_store import JobStore
from viewer.library.job_wishes import JobWishes

FORGOTTEN = "forgotten"


class GuestQueue:
    """Methods may be called from any thread and raise JobStoreError. `look` tells what has changed since the last time."""

    def __init__(self, data: Path, tell: Callable[[Event], None]) -> None:
        self._tell = tell
        self._lock = threading.RLock()
        with ExitStack() as opened:
            self._jobs = opened.enter_context(closing(JobStore(data / QUEUE)))
            self._fetches = opened.enter_context(closing(FetchStore(data / QUEUE)))
            self._commitments = opened.enter_context(closing(CommitmentStore(data / QUEUE)))
            self._wishes = opened.enter_context(closing(JobWishes(data / QUEUE)))
            self._opened = opened.pop_all()
        self._told_jobs: dict[int, JobNow] = {}
        self._told_fetches: dict[str, Fetch] = {}
        self._told_commitments: dict[str, CommitmentState] = {}
        self._acted: set[tuple[str, str]] = set()  # jobs that are told of anew once what was wished of them is done
        self._seen = -1  # the queue's version at the last look
        self._ahead: set[str] = set()  # tickets of what was ordered here and nobody waits for

    def close(self, *, is_over: bool) -> None:
        """`is_over`: our window ends, and what was to be fetched ahead for it is wanted no more."""
        with self._lock, self._opened:
            for ticket in self._ahead if is_over else ():
                self._wishes.add(FETCHES, ticket, "forget")

    # -- orders

    def send(self, order: Send) -> None:
        number = write_send(self._jobs, self._commitments, order)
        self._wishes.add(SENDS, str(number), NEW)
        self._tell(Queued(order.ticket, number))
        self._look()

    def fetch(self, order: Retrieve) -> None:
        wanted = wanted_of(order)
        fetch = self._fetches.add(wanted)
        if wanted.is_ahead:
            self._ahead.add(wanted.ticket)
        self._wishes.add(FETCHES, wanted.ticket, NEW)
        self._tell(Queued(order.ticket, fetch.id))
        self._look()

    def commit(self, order: Commit) -> None:
        objects = tuple((str(sop_class), str(uid)) for sop_class, uid in order.references)
        node = json.dumps(dict(order.node))
        self._commitments.add(Commitment(order.ticket, 0, node, CommitmentState.OPEN, objects, order.seconds))
        self._wishes.add(COMMITMENTS, order.ticket, NEW)

    def change_job(self, number: int, action: str) -> None:
        self._act(SENDS, str(number), action)

    def change_fetch(self, ticket: str, action: str) -> None:
        self._ahead -= {ticket} if action == "forget" else set()
        self._act(FETCHES, ticket, action)

    def _act(self, kind: str, key: str, action: str) -> None:
        with self._lock:
            self._wishes.add(kind, key, action)
            self._acted.add((kind, key))

    def objects(self, number: int) -> None:
        rows = tuple((item.path, item.outcome, item.reason) for item in self._jobs.items(number))
        self._tell(Objects(number, rows))

    # -- what becomes of them

    def list(self) -> None:
        """Tell of everything."""
        with self._lock:
            self._told_jobs, self._told_fetches, self._told_commitments = {}, {}, {}
            self._look()

    def look(self) -> None:
        """Cheap while nothing happens."""
        with self._lock:
            version = self._wishes.version()
            if version != self._seen or self._acted:
                self._seen = version
                self._look()

    def _look(self) -> None:
        with self._lock:
            changed = self._changed()
            self._look_at_jobs(changed)
            self._look_at_fetches(changed)
            self._look_at_commitments()

    def _changed(self) -> set[tuple[str, str]]:
        """Jobs to be told of in any case.

        One that failed, was tried again and failed at once looks as if nothing had happened, but the window waits for news.
        """
        done = self._acted - {(wish.kind, wish.key) for wish in self._wishes.open()} if self._acted else set()
        self._acted -= done
        return done

    def _look_at_jobs(self, changed: set[tuple[str, str]]) -> None:
        """The oldest first. One that was over and is over is not counted again."""
        states = self._jobs.states()
        for number, state in sorted(states.items()):
            told = self._told_jobs.get(number)
            is_changed = (SENDS, str(number)) in changed
            if told is not None and told.state == state.value and state.is_over and not is_changed:
                continue
            job = self._jobs.job(number)
            now = job_now(job) if job is not None else None
            if now is not None and (now != told or is_changed):
                self._told_jobs[number] = now
                self._tell(now)
        for number in self._told_jobs.keys() - states.keys():
            gone = self._told_jobs.pop(number)
            if states and number < min(states):
                continue  # so old that it is not looked at any more
            self._tell(
                JobNow(number, gone.node, gone.origin, FORGOTTEN, 0, 0.0, "", gone.created, gone.total, gone.done, gone.failed)
            )

    def _look_at_fetches(self, changed: set[tuple[str, str]]) -> None:
        fetches = {fetch.wanted.ticket: fetch for fetch in reversed(self._fetches.fetches())}
        for ticket, fetch in fetches.items():
            told = self._told_fetches.get(ticket)
            is_changed = (FETCHES, ticket) in changed
            if fetch != told or is_changed:
                self._told_fetches[ticket] = fetch
                self._tell_fetch(fetch, told, is_changed=is_changed)
        for ticket in self._told_fetches.keys() - fetches.keys():
            gone = self._told_fetches.pop(ticket)
            if gone.wanted.is_ahead:  # done, or given up: either way nobody waits for it, and what came is in the library
                self._ahead.discard(ticket)
                self._tell(_over(gone))

    def _tell_fetch(self, fetch: Fetch, told: Fetch | None, *, is_changed: bool) -> None:
        """What is over when it is first seen ended in an earlier run: it is only listed."""
        now = fetch_now(fetch)
        if told is None or now != fetch_now(told) or is_changed:
            self._tell(now)
        news = read_news(fetch.progress)
        if news is not None:
            self._tell(Fetching(fetch.wanted.ticket, news.stored, news.remaining, news.failed, news.total))
        if told is None:
            return
        if fetch.state.is_over and (is_changed or not told.state.is_over):
            self._tell(_end(fetch))

    def _look_at_commitments(self) -> None:
        for ticket, state in self._commitments.states().items():
            told = self._told_commitments.get(ticket)
            if state is CommitmentState.WISHED or told is state:
                continue
            found = self._commitments.of_ticket(ticket)
            if found is not None:
                self._told_commitments[ticket] = state
                self._tell(committed_now(found))


def _end(fetch: Fetch) -> Ended:
    now = fetch_now(fetch)
    reason, advice = message_from(now.said), message_from(now.hint)
    complete = fetch.state is JobState.DONE
    return Ended(
        now.ticket, complete, fetch.here, fetch.missing, str(reason), str(advice), now.said, now.hint, now.needs_secret
    )  # fmt: skip


def _over(fetch: Fetch) -> FetchNow:
    """Something fetched ahead that has left the queue."""
    now = fetch_now(fetch)
    values = {name: getattr(now, name) for name in FetchNow.__dataclass_fields__}
    return FetchNow(**{**values, "state": JobState.DONE.value})
