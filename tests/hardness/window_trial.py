"""Files from strangers in the program's own window, one after the other in one run, no screen needed."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.hardness.fault_log import FaultLog
from tests.hardness.memory import highest
from tests.hardness.trial import LIMIT_SECONDS, Answer

PATIENCE = LIMIT_SECONDS + 5


class WindowTrial:
    """The real program with the offscreen platform; `home` is its folder of settings and data."""

    def __init__(self, home: Path) -> None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ["NEGATOSCOPE_HOME"] = str(home)
        from PySide6.QtWidgets import QApplication

        from viewer.app.application import make_application
        from viewer.app.bootstrap import Program
        from viewer.app.crash import FaultReporter
        from viewer.app.paths import folders

        existing = QApplication.instance()
        self._application = existing if isinstance(existing, QApplication) else make_application()
        places = folders()
        places.make()
        self._faults: list[str] = []
        self._reporter = FaultReporter(self._faults.append)
        self._reporter.install()
        self._log = FaultLog()
        self.program = Program(self._application, places)
        self.program.settings.holder.change(notice_seen=True)
        self.program.window.resize(1100, 700)
        self.program.window.show()
        self._turn()

    def try_file(self, path: Path) -> Answer:
        """Open it as a drop does; over when scan, picture and previews stand still."""
        workspace = self.program.workspace
        self._faults.clear()
        self._reporter._seen.clear()  # each file by itself
        begun = time.perf_counter()
        self.program.window.open_paths([str(path)])
        self._turn()
        while not self._is_still() and time.perf_counter() - begun < PATIENCE:
            self._turn()
            time.sleep(0.001)  # the parts that work are other threads and processes
        seconds = time.perf_counter() - begun
        viewport = workspace.layout.active
        logged = self._log.take()
        if self._faults or logged:
            kind = f"fault: {self._faults[0].strip().splitlines()[-1][:200] if self._faults else logged}"
        elif viewport.frame is not None:
            kind = "picture"
        else:
            kind = "sentence" if viewport.notice or workspace.problems else "text"
        self._tidy()
        return Answer("window", kind, seconds)

    def worker_megabytes(self) -> int:
        """The peak of the largest of the program's decoding processes."""
        own, found = os.getpid(), []
        for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
            if name.isdigit() and _parent(name) == own:
                found.append(int(name))
        return highest(found)

    def close(self) -> None:
        self.program.window.close()
        self.program.window.deleteLater()
        self._reporter.remove()
        self._log.close()
        self._application.setStyleSheet("")
        self._turn()

    def _is_still(self) -> bool:
        workspace = self.program.workspace
        return (
            workspace.scan is None
            and not any(viewport.loading for viewport in workspace.layout.viewports)
            and not self.program.thumbnails.busy
        )

    def _tidy(self) -> None:
        """An empty window again, as far as the next file is concerned."""
        from viewer.model.requests import StudyFilter

        catalogue = self.program.library
        for patient in catalogue.patients(StudyFilter(), 0, 50):
            for study in catalogue.studies(patient.patient_key, StudyFilter()):
                self.program.workspace.opening.close_study(study.study_instance_uid)
                catalogue.forget_study(study.study_instance_uid)
        self._turn()

    def _turn(self) -> None:
        from PySide6.QtCore import QCoreApplication, QEvent

        self._application.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # no event loop runs that would do it


def _parent(process: str) -> int:
    try:
        with open(f"/proc/{process}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0
