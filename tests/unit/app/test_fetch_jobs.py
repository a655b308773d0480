"""Fetches in the background: who goes first, what is tried again, what outlives the process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from viewer.app.fetch_jobs import FetchJobs
from viewer.app.fetch_run import FetchEnd, FetchNews, Stop, Tell
from viewer.library.fetch_store import Fetch, FetchStore, Wanted
from viewer.library.job_file import JobState
from viewer.model.messages import message
from viewer.network.storage_scu import RetryPolicy

SLOW = RetryPolicy(attempts=3, first=1000, longest=1000)
CUT = FetchEnd(False, reason=message("The peer is {state}.", state="gone"), may_pass=True)
WHOLE = FetchEnd(True, 2)


class Archive:
    """Ends each attempt when the test says how, or at once when it is stopped."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.attempts: list[str] = []
        self._ends: dict[str, FetchEnd] = {}

    def __call__(self, wanted: Wanted, stop: Stop, tell: Tell) -> FetchEnd:
        with self.changed:
            self.attempts.append(wanted.ticket)
            self.changed.notify_all()
            tell(FetchNews(0, 2, 0, 2))
            while wanted.ticket not in self._ends and not stop():
                self.changed.wait(0.01)
            return self._ends.pop(wanted.ticket, FetchEnd(False, 1))

    def end(self, ticket: str, end: FetchEnd) -> None:
        with self.changed:
            self._ends[ticket] = end
            self.changed.notify_all()


class Desk:
    """Jobs over a store in a file, and what they said."""

    def __init__(self, path: Path, policy: RetryPolicy = SLOW) -> None:
        self.archive = Archive()
        self.states: list[tuple[str, JobState]] = []
        self.ends: dict[str, FetchEnd] = {}
        self._changed = threading.Condition()
        self.store = FetchStore(path)
        self.jobs = FetchJobs(self.store, self.archive, changed=self._on_fetch, progressed=lambda fetch, news: None, policy=policy)

    def _on_fetch(self, fetch: Fetch, end: FetchEnd | None) -> None:
        with self._changed:
            self.states.append((fetch.wanted.ticket, fetch.state))
            if end is not None:
                self.ends[fetch.wanted.ticket] = end
            self._changed.notify_all()

    def add(self, ticket: str, *, is_ahead: bool = False) -> None:
        self.jobs.add(Wanted(ticket, "{}", "", "STUDY", "STUDY", (("StudyInstanceUID", ticket),), is_ahead))

    def wait(self, condition: Callable[[], bool], seconds: float = 20) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, seconds), self.states

    def reaches(self, ticket: str, state: JobState) -> None:
        self.wait(lambda: next((now for one, now in reversed(self.states) if one == ticket), None) is state)

    def fetch(self, ticket: str) -> Fetch:
        found = self.store.of_ticket(ticket)
        assert found is not None
        return found

    def close(self) -> None:
        self.jobs.close()
        self.store.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "jobs.sqlite")
    yield made
    made.close()


def test_the_first_attempt_that_gets_nowhere_is_told(desk: Desk) -> None:
    desk.add("a")
    desk.archive.end("a", CUT)
    desk.reaches("a", JobState.FAILED)
    assert desk.ends["a"] == CUT
    desk.jobs.act("a", "retry")
    desk.archive.end("a", WHOLE)
    desk.reaches("a", JobState.DONE)
    assert (desk.fetch("a").said, desk.fetch("a").here, desk.fetch("a").total) == ("", 2, 2)


def test_what_has_begun_is_tried_again_until_patience_ends(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "jobs.sqlite", RetryPolicy(attempts=3, first=0.01, longest=0.01))
    desk.add("a")
    desk.archive.end("a", FetchEnd(False, 1, ("1.2",), CUT.reason, may_pass=True))
    desk.reaches("a", JobState.RUNNING)
    for count in (2, 3):
        desk.wait(lambda count=count: desk.archive.attempts.count("a") == count)  # type: ignore[misc]
        desk.archive.end("a", CUT)
    desk.reaches("a", JobState.FAILED)
    assert JobState.WAITING in [state for _, state in desk.states]
    assert "gone" in desk.fetch("a").said
    desk.close()


def test_what_a_killed_process_was_at_goes_on_and_waits_patiently(tmp_path: Path) -> None:
    store = FetchStore(tmp_path / "jobs.sqlite")
    store.add(Wanted("a", "{}", "Title", "STUDY", "STUDY", ()))
    store.take_next(0, is_ahead=False)
    store.close()
    desk = Desk(tmp_path / "jobs.sqlite")
    desk.archive.end("a", CUT)
    desk.reaches("a", JobState.WAITING)
    assert not desk.ends
    desk.jobs.hasten()  # we listen now
    desk.archive.end("a", FetchEnd(False, reason=CUT.reason, needs_secret=True))
    desk.reaches("a", JobState.PAUSED)  # the user gives the password, and goes on
    desk.jobs.act("a", "resume")
    desk.reaches("a", JobState.RUNNING)
    desk.jobs.act("a", "cancel")
    desk.reaches("a", JobState.CANCELLED)
    desk.jobs.act("a", "forget")
    assert desk.jobs.jobs() == ()
    desk.close()


def test_asked_again_it_goes_to_the_node_as_the_list_has_it_now(desk: Desk) -> None:
    desk.add("a")
    desk.archive.end("a", CUT)
    desk.reaches("a", JobState.FAILED)
    desk.jobs.add(Wanted("a", '{"port": 105}', "", "STUDY", "STUDY", (("StudyInstanceUID", "a"),)))
    desk.jobs.act("a", "retry")
    desk.archive.end("a", WHOLE)
    desk.reaches("a", JobState.DONE)
    assert desk.fetch("a").wanted.source == '{"port": 105}'
    assert len(desk.jobs.jobs()) == 1


def test_closing_leaves_it_for_the_next_start_and_a_ticket_is_one_job(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "jobs.sqlite")
    desk.add("a")
    desk.add("a")
    desk.reaches("a", JobState.RUNNING)
    desk.close()
    assert desk.archive.attempts == ["a"]
    again = Desk(tmp_path / "jobs.sqlite")
    again.archive.end("a", WHOLE)
    again.reaches("a", JobState.DONE)
    assert again.fetch("a").here == 3  # one that came before
    again.close()


def test_what_is_fetched_ahead_gives_way_and_goes_on_later(desk: Desk) -> None:
    desk.add("ahead", is_ahead=True)
    desk.reaches("ahead", JobState.RUNNING)
    desk.add("wanted")
    desk.reaches("ahead", JobState.QUEUED)
    desk.reaches("wanted", JobState.RUNNING)
    desk.add("other", is_ahead=True)
    desk.archive.end("wanted", WHOLE)
    desk.wait(lambda: desk.archive.attempts.count("ahead") == 2)
    assert desk.archive.attempts == ["ahead", "wanted", "ahead"]  # one ahead at a time
    desk.archive.end("ahead", WHOLE)
    desk.reaches("other", JobState.RUNNING)
    desk.jobs.act("other", "forget")
    desk.wait(lambda: "other" in desk.ends)
    desk.wait(lambda: [one.wanted.ticket for one in desk.jobs.jobs()] == ["wanted"])  # the others leave no trace


def test_pausing_one_that_runs_keeps_what_came(desk: Desk) -> None:
    desk.add("a")
    desk.reaches("a", JobState.RUNNING)
    desk.jobs.act("a", "pause")
    desk.reaches("a", JobState.PAUSED)
    assert (desk.fetch("a").here, desk.fetch("a").total) == (1, 2)
    desk.jobs.act("a", "nonsense")
    desk.jobs.act("nobody", "resume")
    desk.jobs.act("a", "resume")
    desk.archive.end("a", WHOLE)
    desk.reaches("a", JobState.DONE)
