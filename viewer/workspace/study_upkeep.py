"""Taking studies out of the library, and files that are gone out of a study: in the background, then said to all."""

from __future__ import annotations

import threading
from collections.abc import Callable

from viewer.model.messages import Message, message
from viewer.workspace.workspace import Workspace


class StudyUpkeep:
    """Methods return at once; what follows happens on the GUI thread. Each piece of work has a thread of its own."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def forget(self, study_instance_uid: str) -> None:
        """Close the study and take it out of the library. Its files stay."""
        self._workspace.opening.close_study(study_instance_uid)
        catalogue = self._workspace.services.catalogue

        def work() -> Message:
            catalogue.forget_study(study_instance_uid)
            return message("The study was taken out of the library. Its files are where they were.")

        self._run(work, study_instance_uid)

    def refresh(self, study_instance_uid: str) -> None:
        """Look whether the files are still there; those that are gone leave the library."""
        catalogue = self._workspace.services.catalogue

        def work() -> Message:
            gone = catalogue.refresh_study(study_instance_uid)
            if gone:
                return message("Files that are gone were taken out of the library: {number}.", number=gone)
            return message("All files of the study are there.")

        self._run(work, study_instance_uid)

    def _run(self, work: Callable[[], Message], study_instance_uid: str) -> None:
        workspace = self._workspace

        def run() -> None:
            said = work()
            workspace.services.post(lambda: finish(said))

        def finish(said: Message) -> None:
            workspace.studies_changed.emit(frozenset((study_instance_uid,)))
            workspace.notify(said)

        threading.Thread(target=run, name="study upkeep", daemon=True).start()
