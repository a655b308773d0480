"""Closing studies, taking them out of the library, and files that are gone out of a study: in the background, then said to all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from viewer.model.messages import Message, message

if TYPE_CHECKING:
    from viewer.workspace.task_list import Task
    from viewer.workspace.workspace import Workspace


class StudyUpkeep:
    """Methods return at once; what follows happens on the GUI thread. Each piece of work is a task with a thread of its own."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def close(self, study_instance_uid: str) -> None:
        """Take the study off the screen and off the list of what is open. The library keeps it."""
        self._workspace.opening.close_study(study_instance_uid)
        catalogue = self._workspace.services.catalogue

        def work(task: Task) -> Message:
            catalogue.close_study(study_instance_uid)
            return message("The study was closed. It is still in the library.")

        self._run(message("Closing the study"), work, study_instance_uid)

    def forget(self, study_instance_uid: str) -> None:
        """Close the study and take it out of the library. Its files stay."""
        self._workspace.opening.close_study(study_instance_uid)
        catalogue = self._workspace.services.catalogue

        def work(task: Task) -> Message:
            catalogue.forget_study(study_instance_uid)
            return message("The study was taken out of the library. Its files are where they were.")

        self._run(message("Taking the study out of the library"), work, study_instance_uid)

    def refresh(self, study_instance_uid: str) -> None:
        """Look whether the files are still there; those that are gone leave the library and the screen."""
        catalogue = self._workspace.services.catalogue

        def work(task: Task) -> Message:
            def goes_on(done: int, total: int) -> bool:
                task.tell(done, total)
                return not task.cancelled

            gone = catalogue.refresh_study(study_instance_uid, goes_on)
            if task.cancelled and not gone:
                return message("Stopped. Nothing was taken out of the library.")
            if gone:
                return message("Files that are gone were taken out of the library: {number}.", number=gone)
            return message("All files of the study are there.")

        self._run(message("Looking for missing files"), work, study_instance_uid, can_cancel=True)

    def _run(self, title: Message, work: Callable[[Task], Message], study_instance_uid: str, *, can_cancel: bool = False) -> None:
        """Only one transaction is not cancelled half-way: it is done or not."""
        workspace = self._workspace

        def finish(said: Message) -> None:
            studies = frozenset((study_instance_uid,))
            workspace.opening.shrink(studies)
            workspace.studies_changed.emit(studies)
            workspace.notify(said)

        workspace.tasks.aside(title, work, finish, can_cancel=can_cancel)
