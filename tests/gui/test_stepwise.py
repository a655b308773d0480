"""Work in slices on the GUI thread."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.hand_driven import Table
from viewer.model.messages import message
from viewer.ui.stepwise import SLICE_S, Stepwise

TITLE = message("Copying tags")


@pytest.fixture
def parent(qapp: QApplication) -> Iterator[QObject]:
    made = QObject()
    yield made
    made.deleteLater()


class Work:
    """Steps that take a fifth of a slice each."""

    def __init__(self, count: int) -> None:
        self.count, self.done, self.tidied = count, 0, False

    def steps(self) -> Iterator[int]:
        try:
            while self.done < self.count:
                until = perf_counter() + SLICE_S / 5
                while perf_counter() < until:
                    pass
                self.done += 1
                yield self.done
        finally:
            self.tidied = True


def test_little_work_is_done_at_once_and_no_task(parent: QObject) -> None:
    table, work = Table(), Work(0)
    stepwise = Stepwise(parent, table.workspace.tasks)
    stepwise.run(work.steps(), 0, TITLE)
    assert (work.tidied, stepwise.busy, table.workspace.tasks.busy) == (True, False, False)


def test_much_work_goes_on_between_events_as_a_task(parent: QObject, qtbot: QtBot) -> None:
    table, work = Table(), Work(60)
    stepwise = Stepwise(parent, table.workspace.tasks)
    stepwise.run(work.steps(), 60, TITLE)
    assert 0 < work.done < 60
    table.ring()
    task = table.workspace.tasks.current
    assert task is not None
    qtbot.waitUntil(lambda: not stepwise.busy)
    assert (work.done, work.tidied, task.progress.done, table.workspace.tasks.current) == (60, True, 60, None)


def test_cancelled_work_is_tidied_up(parent: QObject, qtbot: QtBot) -> None:
    table, work = Table(), Work(60)
    stepwise = Stepwise(parent, table.workspace.tasks)
    stepwise.run(work.steps(), 60, TITLE)
    table.workspace.tasks.cancel()
    assert (work.tidied, stepwise.busy, table.workspace.tasks.busy) == (True, False, False)
    done = work.done
    QApplication.processEvents()
    assert work.done == done < 60


def test_new_work_replaces_the_old(parent: QObject, qtbot: QtBot) -> None:
    table, old, new = Table(), Work(60), Work(30)
    stepwise = Stepwise(parent, table.workspace.tasks)
    stepwise.run(old.steps(), 60, TITLE)
    stepwise.run(new.steps(), 30, TITLE)
    assert old.tidied
    qtbot.waitUntil(lambda: not stepwise.busy)
    assert (new.done, old.done < 60, table.workspace.tasks.busy) == (30, True, False)


def test_a_fault_in_a_step_ends_the_task(parent: QObject) -> None:
    table = Table()

    def steps() -> Iterator[int]:
        yield 1
        raise RuntimeError("a fault")

    stepwise = Stepwise(parent, table.workspace.tasks)
    with pytest.raises(RuntimeError, match="a fault"):
        stepwise.run(steps(), 2, TITLE)
    assert (stepwise.busy, table.workspace.tasks.busy) == (False, False)
