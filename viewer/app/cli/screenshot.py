"""``negatoscope screenshot``: opens paths in the real main window, waits until it is filled, saves a picture of it."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.app import start_check
from viewer.model.text import plain

if TYPE_CHECKING:
    from viewer.app.application import Application
    from viewer.app.bootstrap import Program

QUIET_TURNS = 6
TURN_MS = 50


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders to open")
    parser.add_argument("-o", "--output", required=True, metavar="OUT.png", help="the picture to write")
    parser.add_argument("--size", nargs=2, type=int, default=(1440, 900), metavar=("W", "H"), help="of the window, in pixels")
    parser.add_argument("--theme", choices=("dark", "light", "high_contrast"), default="dark")
    parser.add_argument("--language", choices=("en", "ru"), default="en")
    parser.add_argument("--text-size", type=int, default=100, metavar="PERCENT")
    parser.add_argument(
        "--run", action="append", default=[], metavar="COMMAND", help="a command to run before, such as view.layout_2x2"
    )
    parser.add_argument("--limit", type=float, default=60.0, metavar="SECONDS", help="how long to wait for the window to fill")


def run(arguments: argparse.Namespace) -> int:
    """0 when the picture was saved, 1 when something was skipped or not complete in time, 2 when nothing can be shown or saved."""
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    reason = start_check.problem()
    if not reason:
        try:
            from viewer.app.application import make_application
        except ImportError as error:
            reason = start_check.import_problem(error)
    if reason:
        sys.stderr.write(reason + "\n")
        return 2
    # A fresh home: a picture of the program must not show, or change, what its user opened before.
    with tempfile.TemporaryDirectory(prefix="negatoscope-") as home:
        os.environ["NEGATOSCOPE_HOME"] = home
        return _take(make_application(), arguments)


def _take(application: Application, arguments: argparse.Namespace) -> int:
    from viewer.app.bootstrap import Program
    from viewer.app.crash import FaultReporter
    from viewer.app.engine import Engine
    from viewer.app.log_setup import silence_libraries
    from viewer.app.paths import folders

    silence_libraries()
    places = folders()
    places.make()
    faults: list[str] = []
    reporter = FaultReporter(faults.append)
    reporter.install()
    try:
        engine = Engine(places)
        engine.settings.holder.change(
            theme=arguments.theme,
            language=arguments.language,
            text_size=arguments.text_size,
            notice_seen=True,
            remember_recent=False,
        )
        return _photograph(Program(application, places, engine), application, arguments, faults)
    finally:
        reporter.remove()


def _photograph(program: Program, application: Application, arguments: argparse.Namespace, faults: list[str]) -> int:
    """Fill the window, save its picture, end the program. `faults` collects what went wrong inside meanwhile."""
    try:
        photographer = Photographer(program, arguments)
        photographer.start()
        application.exec()
    finally:
        program.close()
    for text in faults:
        sys.stderr.write(f"fault: {text}\n")
    return 1 if faults else photographer.result


class Photographer:
    """Watches a program until nothing moves any more, then saves its window and closes it."""

    def __init__(self, program: Program, arguments: argparse.Namespace) -> None:
        from PySide6.QtCore import QTimer

        self.result = 1
        self._program = program
        self._arguments = arguments
        self._left = max(round(arguments.limit * 1000 / TURN_MS), 1)
        self._quiet = 0
        self._ran = False
        self._timer = QTimer()
        self._timer.setInterval(TURN_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        window = self._program.window
        window.resize(*self._arguments.size)
        window.show()
        if self._arguments.paths:
            window.open_paths([os.path.abspath(path) for path in self._arguments.paths])
        self._timer.start()

    def _look(self) -> None:
        self._left -= 1
        self._quiet = self._quiet + 1 if self._is_still() else 0
        if self._quiet >= QUIET_TURNS and not self._ran:
            self._ran = True
            self._quiet = 0
            for command_id in self._arguments.run:
                self._program.registry.run(command_id, self._program.workspace)
        elif self._quiet >= QUIET_TURNS or self._left <= 0:
            self._timer.stop()
            self._shoot(complete=self._left > 0)

    def _is_still(self) -> bool:
        """No scan runs, no picture is on its way, and no tags."""
        workspace = self._program.workspace
        return (
            workspace.scan is None
            and not any(viewport.loading for viewport in workspace.layout.viewports)
            and not self._program.thumbnails.busy
            and not self._program.engine.tags.busy
        )

    def _shoot(self, *, complete: bool) -> None:
        window = self._program.window
        saved = window.grab().save(str(Path(self._arguments.output)), "PNG")
        if not saved:
            _say(f"{plain(self._arguments.output, 4096)}: cannot be written.")
        shown = [one.display_set for one in self._program.workspace.layout.viewports if one.display_set is not None]
        if saved and shown:
            self._program.engine.audit.exported({one.study_instance_uid: 0 for one in shown}, "picture")
        if not complete:
            _say("the window was not filled in time.")
        problems = self._program.workspace.problems
        for one in problems:
            _say(f"{plain(one.path, 4096)}: {one.reason} {one.advice}".rstrip())
        self.result = 2 if not saved else 0 if complete and not problems else 1
        window.close()


def _say(sentence: str) -> None:
    """One line on the standard error."""
    sys.stderr.write(f"negatoscope: {sentence}\n")
