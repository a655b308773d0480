"""The file in which work outlives the process: who may use it at once, files of earlier versions, who watches a fetch."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

from viewer.library.commitment_store import CommitmentStore
from viewer.library.fetch_store import FetchStore, Wanted
from viewer.library.job_file import JobState
from viewer.library.job_store import JobStore
from viewer.library.job_wishes import JobWishes

_OTHER = (
    "import sys\n"
    "from pathlib import Path\n"
    "from viewer.library.job_store import JobStore\n"
    "store = JobStore(Path(sys.argv[1]))\n"
    "print(sorted(store.states()))\n"
    "store.close()\n"
)


def other(path: Path) -> str:
    """What another process sees, which opens the file and ends."""
    return subprocess.run([sys.executable, "-c", _OTHER, str(path)], capture_output=True, text=True, check=True).stdout.strip()


def wanted(ticket: str, *, is_ahead: bool = False, holder: str = "") -> Wanted:
    return Wanted(ticket, "{}", "", "STUDY", "study", (("StudyInstanceUID", "1.2"),), is_ahead, holder)


def test_a_program_that_ends_does_not_delete_the_log_into_which_another_writes(tmp_path: Path) -> None:
    """Several stores of one process on one file must not take each other's locks away."""
    path = tmp_path / "jobs.sqlite"
    first = JobStore(path)
    first.add("{}", ["/a"])
    others = [CommitmentStore(path), FetchStore(path)]
    assert other(path) == "[1]"
    first.add("{}", ["/b"])
    assert other(path) == "[1, 2]"
    for store in (first, *others):
        store.close()
    assert other(path) == "[1, 2]"


def test_only_its_user_can_read_it(tmp_path: Path) -> None:
    store = JobWishes(tmp_path / "jobs.sqlite")
    assert (tmp_path / "jobs.sqlite").stat().st_mode & 0o077 == 0
    store.close()


def test_many_may_make_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    gate, failed = threading.Barrier(8), []

    def work(number: int) -> None:
        gate.wait()
        try:
            store = (JobStore, FetchStore, CommitmentStore, JobWishes)[number % 4](path)
            store.close()
        except Exception as error:  # told by the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_file_of_an_earlier_version_gets_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    old = sqlite3.connect(path)
    numbers, texts = "attempts, next_try, here, total", "missing, said, hint"
    old.execute(
        "CREATE TABLE fetch (id INTEGER PRIMARY KEY AUTOINCREMENT, ticket TEXT NOT NULL UNIQUE, source, title, level, root, keys,"
        f" is_ahead, state, {numbers}, {texts}, created)"
    )
    old.execute("INSERT INTO fetch VALUES (7, 't', '{}', 'T', 'STUDY', 'study', '[]', 0, 'paused', 1, 0, 3, 9, '[]', '', '', 5)")
    old.commit()
    old.close()
    for _ in range(2):
        store = FetchStore(path)
        found = store.of_ticket("t")
        assert found is not None
        assert (found.id, found.here, found.wanted.holder, found.progress) == (7, 3, "", "")
        store.close()


def test_who_still_watches_is_told_of_the_first_failure(tmp_path: Path) -> None:
    """After a restart only what had begun, or what nobody watches any more, counts as tried."""
    store = FetchStore(None)
    for ticket, holder in (("mine", "me"), ("dead", "gone"), ("begun", "me")):
        store.add(wanted(ticket, holder=holder))
    begun = store.of_ticket("begun")
    assert begun is not None
    store.keep(replace(begun, state=JobState.RUNNING, progress="[1]"))
    store.recover({"me"})
    found = {one.wanted.ticket: (one.state, one.attempts, one.progress) for one in store.fetches()}
    assert found == {
        "mine": (JobState.QUEUED, 0, ""),
        "dead": (JobState.QUEUED, 1, ""),
        "begun": (JobState.QUEUED, 1, ""),
    }
    store.close()


def test_only_what_the_dead_wanted_ahead_is_forgotten() -> None:
    store = FetchStore(None)
    for ticket, is_ahead, holder in (("a", True, "me"), ("b", True, "gone"), ("c", False, "gone"), ("d", True, "")):
        store.add(wanted(ticket, is_ahead=is_ahead, holder=holder))
    store.forget_ahead({"me"})
    assert {one.wanted.ticket for one in store.fetches()} == {"a", "c"}
    store.close()


def test_wishes_stay_until_they_are_done(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    here, there = JobWishes(path), JobWishes(path)
    before = there.version()
    here.add("send", "3", "pause")
    here.add("fetch", "t", "cancel")
    assert there.version() != before
    first, second = there.open()
    assert (first.kind, first.key, first.action) == ("send", "3", "pause")
    there.done(first)
    assert here.open() == (second,)
    here.close()
    there.close()
