"""When something goes wrong inside: one dialog, a line in the log, and the program goes on. A native crash leaves a trace file."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from viewer.app.fault_text import fault_text, with_versions

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

log = logging.getLogger(__name__)

_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

_HARMLESS = "This plugin does not support"  # what the offscreen platform says of each window


class FaultReporter:
    """Catches what nobody caught, on any thread. `report` gets each fault once, as text without patient data.

    Without `report` faults wait until `attend` names it.
    """

    def __init__(self, report: Callable[[str], None] | None = None) -> None:
        self._waiting: list[str] = []
        self._report = report or self._waiting.append
        self._seen: set[str] = set()
        self._before: tuple[object, ...] | None = None

    def install(self) -> None:
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread
        sys.unraisablehook = self._on_unraisable
        qInstallMessageHandler(self._on_qt)

    def attend(self, report: Callable[[str], None]) -> None:
        """From now on `report` gets the faults, those that waited first."""
        self._report = report
        for text in self._waiting:
            report(text)
        self._waiting.clear()

    def remove(self) -> None:
        if self._before is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._before  # type: ignore[assignment]
            self._before = None
            qInstallMessageHandler(None)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            sys.__excepthook__(kind, error, trace)
            return
        self._take(fault_text(kind, error, trace))

    def _on_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_type is not SystemExit:
            self._take(fault_text(args.exc_type, args.exc_value, args.exc_traceback))

    def _on_unraisable(self, args: UnraisableHookArgs) -> None:
        self._take(fault_text(args.exc_type, args.exc_value, args.exc_traceback))

    def _on_qt(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if text.startswith(_HARMLESS):
            return
        log.log(_QT_LEVELS.get(kind, logging.WARNING), "Qt %s: %s", context.category or "default", text[:300])

    def _take(self, text: str) -> None:
        log.error("fault: %s", text)
        if text not in self._seen:  # one that comes back at every repaint is said once
            self._seen.add(text)
            self._report(with_versions(text))


class TraceFile:
    """Where the interpreter writes its stacks when native code ends the program. Empty files are removed at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"crash-{os.getpid()}.trace"
        self._file: IO[str] | None = None

    def open(self) -> None:
        self._path.touch(mode=0o600)
        self._file = self._path.open("w", encoding="utf-8")
        faulthandler.enable(self._file)

    def close(self) -> None:
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
            self._path.unlink(missing_ok=True)

    def left_behind(self) -> str:
        """The newest trace of a program that crashed, then forgotten: it is offered once. "" when there is none."""
        newest, newest_time = "", 0.0
        for file in self._folder.glob("crash-*.trace"):
            if file == self._path or _runs(file.stem.partition("-")[2]):
                continue
            try:
                text, when = file.read_text(encoding="utf-8", errors="replace"), file.stat().st_mtime
                os.replace(file, self._folder / "last-crash.txt") if text else file.unlink()
            except OSError:
                continue
            if text and when > newest_time:
                newest, newest_time = text, when
        return with_versions(newest) if newest else ""


def _runs(pid: str) -> bool:
    """Is the process alive?"""
    if not pid.isdigit():
        return False
    if sys.platform == "win32":
        return False  # an open file cannot be replaced there, so a living program's trace stays where it is
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
