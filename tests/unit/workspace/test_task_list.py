"""Work that takes a while: shown, counted, called off."""

from __future__ import annotations

import threading

import pytest

from tests.hand_driven import Table
from viewer.model.messages import message
from viewer.model.tasks import Progress
from viewer.workspace.task_list import Task

WORK = message("Stop what goes on")
PATIENCE = 20.0


def test_only_what_takes_a_while_is_shown() -> None:
    table = Table()
    tasks, changes = table.workspace.tasks, []
    tasks.changed.connect(lambda: changes.append(tasks.current))
    quick = tasks.begin(WORK)
    quick.end()
    assert not table.timers
    slow = tasks.begin(WORK)
    assert tasks.current is None
    table.ring()
    assert tasks.current is slow
    slow.end()
    assert changes == [None, slow, None]


def test_the_one_begun_last_is_shown_and_the_other_again_after_it() -> None:
    table = Table()
    tasks = table.workspace.tasks
    first, last = tasks.begin(WORK), tasks.begin(WORK)
    table.ring()
    assert tasks.current is last
    last.end()
    assert tasks.current is first


def test_work_aside_runs_on_another_thread_and_ends_on_this_one() -> None:
    table = Table()
    tasks, found, go_on = table.workspace.tasks, [], threading.Event()

    def work(task: Task) -> int:
        go_on.wait(PATIENCE)
        task.tell(3, 7)
        return threading.get_ident()

    task = tasks.aside(WORK, work, lambda ident: found.append((ident, threading.get_ident())))
    table.ring()
    assert tasks.current is task
    go_on.set()
    _until_posted(table)
    [(worker, teller)] = found
    assert worker != threading.get_ident() == teller
    assert (task.progress, tasks.current) == (Progress(3, 7, WORK), None)


def test_what_is_cancelled_hears_of_it_once() -> None:
    table = Table()
    tasks, heard = table.workspace.tasks, []
    one = tasks.begin(WORK, lambda: heard.append("one"))
    fixed = tasks.begin(WORK, lambda: heard.append("fixed"), can_cancel=False)
    tasks.cancel()
    table.workspace.close()
    assert (heard, one.cancelled, fixed.cancelled) == (["one"], True, False)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_inside_ends_the_task_too(monkeypatch: pytest.MonkeyPatch) -> None:
    table, faults = Table(), []
    monkeypatch.setattr(threading, "excepthook", lambda args: faults.append(args.exc_type))

    def work(task: Task) -> None:
        raise RuntimeError

    tasks = table.workspace.tasks
    tasks.aside(WORK, work, lambda nothing: faults.append(None))
    table.ring()
    assert tasks.current is not None
    _until_posted(table)
    assert (tasks.current, faults) == (None, [RuntimeError])


def _until_posted(table: Table) -> None:
    """The worker has ended; what it posted is done."""
    for thread in threading.enumerate():
        if thread.name == "task":
            thread.join(PATIENCE)
    table.turn()
