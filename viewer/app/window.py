"""Opens the window, or says on stderr why none can be opened."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from viewer.app import start_check
from viewer.app.hand_over import hand_over, socket_name
from viewer.app.log_setup import silence_libraries, start_log, stop_log
from viewer.app.paths import Folders, folders
from viewer.app.preload import preload_qt

SWITCH_SECONDS = 0.001  # how long a worker may keep the interpreter while the window waits for it; Python's own 5 ms are felt
NEEDED_SOON = (  # by the first picture; without Qt, so cheaper before it
    "viewer.dicom.image_file",
    "viewer.imaging.render",
    "viewer.tools.router",
    "viewer.workspace.corner_text",
    "viewer.workspace.read_out",
    "viewer.workspace.scale_bar",
)


def run(paths: Sequence[str], *, new_window: bool = False) -> int:
    """Open the window on `paths` and return the exit code: 0, or 2 when no window can open.

    Files are read from the start, while Qt is being loaded.
    """
    reason = start_check.problem()
    if reason:
        return _refuse(reason)
    preload_qt()
    paths = [os.path.abspath(path) for path in paths]
    places = folders()
    try:
        places.make()
    except OSError as error:
        return _refuse(f"Negatoscope cannot write its folders: {error.strerror}: {error.filename}")
    meeting_place = "" if new_window else _meeting_place(places.data)
    if meeting_place and hand_over(meeting_place, paths):
        return 0
    silence_libraries()
    log = start_log(places.logs)
    try:
        return _run(places, paths, meeting_place)
    finally:
        stop_log(log)


def _run(places: Folders, paths: Sequence[str], meeting_place: str) -> int:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads: 25 ms at the start, for matrices that nobody here has
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.disable()  # until the panels are there: modules and classes are no garbage, and looking for it takes a tenth of the start
    from viewer.app.engine import Engine  # before Qt: see there

    engine = Engine(places)
    try:
        if paths:
            engine.courtesy.expect_picture()
            engine.workspace.opening.open_paths(paths)
        for name in NEEDED_SOON:
            importlib.import_module(name)
        try:
            application = importlib.import_module("viewer.app.application")
        except ImportError as error:
            return _refuse(start_check.import_problem(error))
        application.leave_imports_alone()
        from viewer.app import running

        return running.run(engine, paths, meeting_place)
    finally:
        engine.close()


def _meeting_place(data: Path) -> str:
    """ "" where there is no private place for a socket: every start is its own."""
    try:
        return socket_name(data)
    except OSError:
        return ""


def _refuse(reason: str) -> int:
    sys.stderr.write(reason + "\n")
    return 2
