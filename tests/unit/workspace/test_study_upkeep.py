"""Taking a study out of the library, and missing files out of a study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from queue import Queue
from threading import Event

import pytest

from tests.hand_driven import SmallCatalogue, Table, display_set, ref
from viewer.workspace.study_upkeep import StudyUpkeep
from viewer.workspace.task_list import TaskList


class Upkept(SmallCatalogue):
    """Remembers what it was asked to take out."""

    gone = 0
    forgotten: tuple[str, ...] = ()
    went_on: Sequence[bool] = ()

    def forget_study(self, study_instance_uid: str) -> None:
        self.forgotten += (study_instance_uid,)

    def refresh_study(self, study_instance_uid: str, goes_on: Callable[[int, int], bool]) -> int:
        self.went_on = [goes_on(done, 9) for done in range(3)]
        return self.gone if study_instance_uid == "S" else 0


class UpkeepDesk:
    """A table whose posted functions come from the upkeep's own thread."""

    def __init__(self) -> None:
        self.table = Table(display_set("1", 3))
        self.workspace = self.table.workspace
        self.catalogue = Upkept(self.table.catalogue.sets, self.table.catalogue.patient_studies)
        self.posted: Queue[Callable[[], None]] = Queue()
        self.workspace.services = replace(self.workspace.services, catalogue=self.catalogue, post=self.posted.put)
        self.changed: list[frozenset[str]] = []
        self.workspace.studies_changed.connect(self.changed.append)
        self.workspace.tasks = TaskList(self.workspace.services)
        self.upkeep = StudyUpkeep(self.workspace)

    def finish(self) -> None:
        """Wait for the thread and let its result arrive."""
        while self.workspace.tasks.busy:
            self.posted.get(timeout=20)()


@pytest.fixture
def desk() -> UpkeepDesk:
    return UpkeepDesk()


def test_closed_study_leaves_the_screen_and_the_session(desk: UpkeepDesk) -> None:
    desk.workspace.opening.show(desk.table.viewport, desk.table.catalogue.sets[0])
    desk.table.answer(ref(0, "1"))
    desk.upkeep.close("S")
    assert desk.table.viewport.display_set is None
    desk.finish()
    assert (desk.catalogue.closed, desk.catalogue.forgotten) == (["S"], ())
    assert desk.changed == [frozenset({"S"})]


def test_frames_whose_files_are_gone_leave_the_screen(desk: UpkeepDesk) -> None:
    desk.workspace.opening.show(desk.table.viewport, desk.table.catalogue.sets[0], 2)
    desk.table.answer(ref(2, "1"))
    desk.catalogue.sets[0] = display_set("1", 2)  # the last file is gone
    desk.catalogue.gone = 1
    desk.upkeep.refresh("S")
    desk.finish()
    assert desk.table.viewport.count == 2
    assert desk.table.viewport.reference == ref(1, "1")
    desk.catalogue.sets.clear()
    desk.upkeep.refresh("S")
    desk.finish()
    assert desk.table.viewport.display_set is None


def test_forgotten_study_leaves_library_and_screen(desk: UpkeepDesk) -> None:
    desk.workspace.opening.show(desk.table.viewport, desk.table.catalogue.sets[0])
    desk.table.answer(ref(0, "1"))
    desk.upkeep.forget("S")
    assert desk.table.viewport.display_set is None
    desk.finish()
    assert desk.catalogue.forgotten == ("S",)
    assert desk.changed == [frozenset({"S"})]
    assert desk.table.said == ["The study was taken out of the library. Its files are where they were."]


@pytest.mark.parametrize(
    ("gone", "said"),
    [(0, "All files of the study are there."), (3, "Files that are gone were taken out of the library: 3.")],
)
def test_refresh_says_what_is_gone(desk: UpkeepDesk, gone: int, said: str) -> None:
    desk.catalogue.gone = gone
    desk.upkeep.refresh("S")
    desk.finish()
    assert desk.table.said == [said]
    assert desk.changed == [frozenset({"S"})]


def test_looking_for_missing_files_is_counted_and_can_be_cancelled(desk: UpkeepDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks, looking, go_on = desk.workspace.tasks, Event(), Event()

    def refresh(study_instance_uid: str, goes_on: Callable[[int, int], bool]) -> int:
        assert goes_on(4, 9)
        looking.set()
        go_on.wait(20)
        return 0 if not goes_on(5, 9) else 5

    monkeypatch.setattr(desk.catalogue, "refresh_study", refresh)
    desk.upkeep.refresh("S")
    desk.table.ring()
    assert looking.wait(20)
    task = tasks.current
    assert task is not None
    assert (task.can_cancel, task.progress.done, task.progress.total) == (True, 4, 9)
    task.cancel()
    go_on.set()
    desk.finish()
    assert (tasks.current, desk.table.said) == (None, ["Stopped. Nothing was taken out of the library."])
