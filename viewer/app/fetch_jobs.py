"""Fetching in the background: jobs from the store, run by a few threads, gone on with after a cut, a kill or a restart.

What somebody waits for goes first. What is fetched ahead runs when nobody waits for anything, one job at a time, and steps
back, to go on later with what is missing, as soon as somebody does.
"""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Protocol

from viewer.app.fetch_run import FetchEnd, FetchNews, Stop, Tell
from viewer.app.node_messages import SECRET_MARK, plain_message
from viewer.app.queued_orders import NEW
from viewer.library.fetch_store import Fetch, FetchStore, Wanted
from viewer.library.job_file import JobState, JobStoreError
from viewer.model.messages import NO_MESSAGE, Message
from viewer.network.storage_scu import RetryPolicy

_log = logging.getLogger(__name__)
PATIENT = RetryPolicy(attempts=10)
WORKERS = 2  # associations at once for those who wait; one more for what is fetched ahead
_LOOK_AGAIN = 1.0  # seconds, for jobs whose pause is over
_NOTE = 0.5  # seconds between two notes of how far an attempt is, for programs that only read


class RunFetch(Protocol):
    """One attempt. Never raises."""

    def __call__(self, wanted: Wanted, stop: Stop, tell: Tell) -> FetchEnd: ...


Changed = Callable[[Fetch, FetchEnd | None], None]  # the end of an attempt after which nothing is tried by itself, else None
Progressed = Callable[[Fetch, FetchNews], None]


class FetchJobs:
    """Runs what is in `store`. `changed` and `progressed` are called on worker threads. Close it in the end.

    `living`: the programs that still watch what they have queued.
    """

    def __init__(
        self,
        store: FetchStore,
        run: RunFetch,
        *,
        changed: Changed,
        progressed: Progressed,
        policy: RetryPolicy = PATIENT,
        living: Collection[str] = (),
    ) -> None:
        self._store, self._attempt, self._changed, self._progressed, self._policy = store, run, changed, progressed, policy
        self._wake = threading.Condition()
        self._closing = False
        self._urgent = 0  # jobs under way that somebody waits for
        self._awaited: set[str] = set()  # their tickets, from when they are queued
        self._stopped: dict[str, JobState | None] = {}  # running jobs that are to stop, and what they become; None: forgotten
        store.recover(living)
        self._threads = [
            threading.Thread(target=self._run, args=(is_ahead,), name="fetch-job", daemon=True)
            for is_ahead in (*(False,) * WORKERS, True)
        ]
        for thread in self._threads:
            thread.start()

    def add(self, wanted: Wanted) -> int:
        """Queue it; durable when it returns. A ticket that was used already is the same job."""
        fetch = self._store.add(wanted)
        self._changed(fetch, None)
        self._begin_soon(fetch)
        return fetch.id

    def jobs(self) -> tuple[Fetch, ...]:
        """The newest first."""
        return self._store.fetches()

    def act(self, ticket: str, action: str) -> None:
        """Pause, resume, cancel, retry or forget; `NEW`: another process has queued it. What does not fit is passed over."""
        fetch = self._store.of_ticket(ticket)
        if fetch is None:
            return
        if action == NEW:
            self._changed(fetch, None)
            self._begin_soon(fetch)
        elif action in ("pause", "cancel"):
            self._stop(ticket, JobState.PAUSED if action == "pause" else JobState.CANCELLED)
        elif action == "forget":
            self._forget(ticket)
        elif action in ("resume", "retry") and fetch.state not in (JobState.QUEUED, JobState.RUNNING, JobState.DONE):
            fetch = replace(fetch, state=JobState.QUEUED, attempts=0, next_try=0.0, missing=(), said="", hint="")
            self._store.keep(fetch)
            self._changed(fetch, None)
            self._begin_soon(fetch)

    def hasten(self) -> None:
        """Something changed for the better: we listen now. What waits tries again at once."""
        self._store.hasten()
        with self._wake:
            self._wake.notify_all()

    def close(self) -> None:
        """Stop soon; the rest is fetched after the next start."""
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        for thread in self._threads:
            thread.join()

    def _begin_soon(self, fetch: Fetch) -> None:
        with self._wake:
            if not fetch.wanted.is_ahead and fetch.state is JobState.QUEUED:
                self._awaited.add(fetch.wanted.ticket)
            self._wake.notify_all()

    def _stop(self, ticket: str, state: JobState) -> None:
        with self._wake:
            fetch = self._store.of_ticket(ticket)
            if fetch is None or fetch.state.is_over:
                return
            if fetch.state is JobState.RUNNING:
                self._stopped[ticket] = state
                return
            fetch = replace(fetch, state=state)
            self._store.keep(fetch)
            self._awaited.discard(ticket)
        self._changed(fetch, FetchEnd(False) if state is JobState.CANCELLED else None)

    def _forget(self, ticket: str) -> None:
        with self._wake:
            fetch = self._store.of_ticket(ticket)
            if fetch is not None and fetch.state is JobState.RUNNING:
                self._stopped[ticket] = None
                return
            self._store.forget(ticket)
            self._awaited.discard(ticket)

    # -- the workers

    def _run(self, is_ahead: bool) -> None:
        while True:
            with self._wake:
                if self._closing:
                    return
                fetch = self._next(is_ahead)
                if fetch is None:
                    self._wake.wait(_LOOK_AGAIN)
                    continue
                self._urgent += not is_ahead
            try:
                self._work(fetch)
            except JobStoreError as error:  # the disk is full or gone: the job goes on at the next start
                _log.error("a job could not be written down: %s", error.reason)
            finally:
                with self._wake:
                    self._urgent -= not is_ahead
                    self._awaited.discard(fetch.wanted.ticket)
                    self._wake.notify_all()

    def _next(self, is_ahead: bool) -> Fetch | None:
        if is_ahead and self._somebody_waits:
            return None
        try:
            return self._store.take_next(time.time(), is_ahead=is_ahead)
        except JobStoreError:
            return None  # busy or full: look again

    @property
    def _somebody_waits(self) -> bool:
        return bool(self._urgent or self._awaited)

    def _work(self, fetch: Fetch) -> None:
        ticket, is_ahead = fetch.wanted.ticket, fetch.wanted.is_ahead
        now, noted = [fetch], [time.monotonic()]

        def stop() -> bool:
            return self._closing or ticket in self._stopped or (is_ahead and self._somebody_waits)

        def tell(news: FetchNews) -> None:
            if news.total and not now[0].total:
                now[0] = replace(now[0], total=news.total)
                self._store.keep(now[0])
            if time.monotonic() - noted[0] > _NOTE:
                noted[0] = time.monotonic()
                self._store.note(fetch, written_news(news))
            self._progressed(now[0], news)

        self._changed(fetch, None)
        try:
            end = self._attempt(fetch.wanted, stop, tell)
        except JobStoreError:
            raise
        except Exception as error:  # a fault of ours must not end the worker
            _log.error("a fetch ended by an internal error: %s", type(error).__name__)
            end = FetchEnd(False, reason=Message(type(error).__name__))
        self._settle(now[0], end, stop)

    def _settle(self, fetch: Fetch, end: FetchEnd, stop: Stop) -> None:
        """What becomes of the job after an attempt."""
        ticket = fetch.wanted.ticket
        with self._wake:
            was_stopped = stop()
            wish = self._stopped.pop(ticket, JobState.QUEUED)
            if wish is None or (end.complete and fetch.wanted.is_ahead):
                self._store.forget(ticket)
                after = replace(fetch, state=JobState.DONE if end.complete else JobState.CANCELLED)
            else:
                after = self._after(fetch, end, wish if was_stopped else None)
                self._store.keep(after)
        self._changed(after, end if after.state.is_over else None)

    def _after(self, fetch: Fetch, end: FetchEnd, wish: JobState | None) -> Fetch:
        here = fetch.here + end.stored
        if end.complete:
            total = end.total or max(fetch.total, here)
            return replace(fetch, state=JobState.DONE, here=total, total=total, missing=(), said="", hint="")
        found = replace(fetch, here=here, missing=end.missing, said="", hint="")
        if wish is not None:
            return replace(found, state=wish)
        attempts = 1 if end.stored else fetch.attempts + 1
        found = replace(found, said=_written(end.reason, needs_secret=end.needs_secret), hint=_written(end.advice))
        # The first attempt that gets nowhere is told to who waits for it; what had begun is worth some patience.
        if end.may_pass and (fetch.attempts or end.stored) and attempts < self._policy.attempts:
            pause = self._policy.pause(attempts) * random.uniform(0.8, 1.2)
            return replace(found, state=JobState.WAITING, attempts=attempts, next_try=time.time() + pause)
        is_left = end.needs_secret and fetch.attempts  # begun by an earlier run: the user gives the password and goes on
        return replace(found, state=JobState.PAUSED if is_left else JobState.FAILED, attempts=attempts)


def _written(said: Message, *, needs_secret: bool = False) -> str:
    mark = {SECRET_MARK: True} if needs_secret else {}
    return json.dumps({**plain_message(said), **mark}) if said is not NO_MESSAGE and said else ""


def written_news(news: FetchNews) -> str:
    return json.dumps([news.stored, news.remaining, news.failed, news.total])


def read_news(text: str) -> FetchNews | None:
    """What `written_news` wrote; None for what is none."""
    try:
        stored, remaining, failed, total = json.loads(text)
        return FetchNews(int(stored), remaining, failed, total)
    except (ValueError, TypeError):
        return None
