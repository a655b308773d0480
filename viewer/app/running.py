"""The program while its window is open: from the QApplication to the clean end."""

from __future__ import annotations

import gc
import logging
import signal
import socket
from collections.abc import Callable, Sequence

from PySide6.QtCore import QSocketNotifier, Qt

from viewer import __version__
from viewer.app.application import Application, make_application
from viewer.app.bootstrap import Program
from viewer.app.crash import FaultReporter, TraceFile
from viewer.app.decoder_policy import DECODERS
from viewer.app.engine import Engine
from viewer.app.single_instance import SingleInstance, make_instance
from viewer.ui.fault_window import FaultWindow

log = logging.getLogger(__name__)


def run(engine: Engine, paths: Sequence[str], meeting_place: str) -> int:
    """Show the window over `engine`, which is reading `paths`; or hand them to a window that was opened meanwhile.

    `meeting_place` is where later starts find this one, "" when they shall not.
    """
    application = make_application()
    instance = make_instance(meeting_place) if meeting_place else None
    if instance is not None and instance.hand_over(paths):
        return 0
    trace_file = TraceFile(engine.folders.logs)
    trace_file.open()
    reporter = FaultReporter()
    reporter.install()
    try:
        program = Program(application, engine.folders, engine, panels_at_once=False)
        program.late_start.finished.connect(collect_garbage_again)
        try:
            return _show(application, program, instance, reporter, trace_file.left_behind())
        finally:
            program.close()
    finally:
        reporter.remove()
        if instance is not None:
            instance.close()
        trace_file.close()


def _show(
    application: Application,
    program: Program,
    instance: SingleInstance | None,
    reporter: FaultReporter,
    trace: str,
) -> int:
    """Show the window of `program` until it is closed."""
    window = program.window
    faults = FaultWindow(program.bridge, program.theme, window)
    reporter.attend(faults.show)
    restore_signals = end_on_signals(window.close)
    log.info("started, version %s", __version__)
    log.info("decoders: %s", DECODERS)
    try:
        window.show()
        program.say_notices(trace, faults.show_earlier)
        if instance is not None:
            instance.attend(lambda more: come_forward(program, more))
        application.open_file = lambda path: come_forward(program, [path])
        code = application.exec()
    finally:
        restore_signals()
    log.info("ended")
    return code


def collect_garbage_again() -> None:
    """What was made by now stays until the end: collections need not look at it, and take a moment instead of a frame."""
    gc.freeze()
    gc.enable()


def come_forward(program: Program, paths: Sequence[str]) -> None:
    """Another start asked for `paths`: open them and raise the window."""
    window = program.window
    if paths:
        window.open_paths(paths)
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()


def end_on_signals(close: Callable[[], object]) -> Callable[[], None]:
    """Ctrl+C and SIGTERM close the window as its own button does. Returns what puts everything back."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)

    def wake() -> None:
        reader.recv(64)  # Python runs the handlers on the way here

    notifier.activated.connect(wake)
    before_fd = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    before = {number: signal.signal(number, lambda *_: close()) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        signal.set_wakeup_fd(before_fd)
        for number, handler in before.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        reader.close()
        writer.close()

    return restore
