"""Reads in the background what the inspector asks for; only the latest request matters."""

from __future__ import annotations

import threading
from collections.abc import Callable


class TagReader:
    """One thread, started when first asked. A request that waits is replaced by the next one."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._next: Callable[[], None] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, work: Callable[[], None]) -> None:
        """Run `work` soon on the reading thread, in place of what still waits."""
        with self._condition:
            if self._closed:
                return
            self._next = work
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="tag reader", daemon=True)
                self._thread.start()
            self._condition.notify()

    def _run(self) -> None:
        while True:
            with self._condition:
                while self._next is None and not self._closed:
                    self._condition.wait()
                if self._closed:
                    return
                work, self._next = self._next, None
            if work is not None:
                work()

    def close(self) -> None:
        """End the thread; a request under way is waited for."""
        with self._condition:
            self._closed = True
            self._condition.notify()
            thread = self._thread
        if thread is not None:
            thread.join()
