"""A subcommand that serves until it is stopped: Ctrl+C or SIGTERM."""

from __future__ import annotations

import signal
import socket
from types import TracebackType

_NUMBERS = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """While it is entered, on the main thread, both signals end `wait` and nothing else.

    The system may give a signal to any thread, and does so where the process was suspended, but Python's handlers run on the main
    thread alone, which does not leave the wait for an Event or a lock for that: such a process could not be stopped. What the
    signal writes into a socket wakes it always.
    """

    def __enter__(self) -> StopSignals:
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        self._fd_before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, lambda *_: None) for number in _NUMBERS}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd_before)
        self._reader.close()
        self._writer.close()

    def wait(self) -> None:
        """Until one of them came, or has come already."""
        while self._reader.recv(1)[0] not in _NUMBERS:
            pass
