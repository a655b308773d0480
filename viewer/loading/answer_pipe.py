"""Lines from a worker, with a limit on how long one waits."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import threading
from typing import IO, Protocol

from viewer.loading.shared_block import IS_WINDOWS

LONGEST_LINE = 64 * 1024
_CHUNK = 64 * 1024


class AnswerPipe(Protocol):
    def line(self, seconds: float) -> bytes | None:
        """The next line, or None when it has not come in so many seconds. Raises EOFError at the end (or at nonsense)."""

    def close(self) -> None: ...


class PolledPipe:
    """POSIX: the waiting thread reads by itself."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._poll = select.poll()
        self._poll.register(pipe.fileno(), select.POLLIN)
        self._received = b""

    def line(self, seconds: float) -> bytes | None:
        while b"\n" not in self._received:
            if len(self._received) > LONGEST_LINE:
                raise EOFError
            if not self._poll.poll(max(0.0, seconds) * 1000):
                return None
            chunk = os.read(self._pipe.fileno(), _CHUNK)
            if not chunk:
                raise EOFError
            self._received += chunk
        line, _, self._received = self._received.partition(b"\n")
        return line

    def close(self) -> None:
        self._pipe.close()


class ReadAheadPipe:
    """Windows, where a pipe cannot be polled: a thread reads, the waiting thread takes from a queue."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._read, name="answers", daemon=True)
        self._thread.start()

    def line(self, seconds: float) -> bytes | None:
        try:
            line = self._lines.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None
        if not line.endswith(b"\n"):
            raise EOFError
        return line[:-1]

    def close(self) -> None:
        """The process has ended, so the thread does too."""
        self._thread.join(1.0)
        self._pipe.close()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while line := self._pipe.readline(LONGEST_LINE):
                self._lines.put(line)
        self._lines.put(b"")


def answer_pipe(pipe: IO[bytes]) -> AnswerPipe:
    """The kind this system needs."""
    return ReadAheadPipe(pipe) if IS_WINDOWS else PolledPipe(pipe)
