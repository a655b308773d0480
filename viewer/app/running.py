"""The program while its window is open: from the QApplication to the clean end."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import QSocketNotifier, Qt

from viewer import __version__
from viewer.app.application import Application, make_application
from viewer.app.bootstrap import Program
from viewer.app.crash import FaultReporter, TraceFile
from viewer.app.log_setup import silence_libraries, start_log, stop_log
from viewer.app.paths import Folders, folders
from viewer.app.single_instance import SingleInstance, socket_name
from viewer.ui.fault_window import FaultWindow

log = logging.getLogger(__name__)


def run(paths: Sequence[str], *, new_window: bool) -> int:
    """Hand `paths` to the window that is open already, or open one."""
    application = make_application()
    places = folders()
    try:
        places.make()
    except OSError as error:
        sys.stderr.write(f"Negatoscope cannot write its folders: {error.strerror}: {error.filename}\n")
        return 2
    instance = None if new_window else _instance(places)
    if instance is not None and instance.hand_over(paths):
        return 0
    silence_libraries()
    handler = start_log(places.logs)
    trace_file = TraceFile(places.logs)
    trace_file.open()
    reporter = FaultReporter()
    reporter.install()
    try:
        program = Program(application, places)
        try:
            return _show(application, program, paths, instance, reporter, trace_file.left_behind())
        finally:
            program.close()
    finally:
        reporter.remove()
        if instance is not None:
            instance.close()
        trace_file.close()
        stop_log(handler)


def _instance(places: Folders) -> SingleInstance | None:
    """None: there is no private place for a socket, so every start is its own."""
    try:
        return SingleInstance(socket_name(places.data))
    except OSError:
        return None


def _show(
    application: Application,
    program: Program,
    paths: Sequence[str],
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
    try:
        if paths:
            window.open_paths(paths)
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
