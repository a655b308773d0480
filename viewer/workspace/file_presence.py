"""Which files are still there, found out away from the GUI thread: a lost drive may take seconds to say so."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from functools import partial


class FilePresence:
    """`done` gets (key, is there) on the GUI thread for each key that was checked. One thread; the latest wishes go first."""

    def __init__(self, post: Callable[[Callable[[], None]], None], done: Callable[[str, bool], None]) -> None:
        self._post = post
        self._done = done
        self._wanted: dict[str, str] = {}
        self._lock = threading.Lock()
        self._running = False
        self._closed = False

    def check(self, paths: Mapping[str, str]) -> None:
        """Look at these files, by key, before those that still wait."""
        with self._lock:
            self._wanted = {**paths, **self._wanted}
            if self._running or self._closed or not self._wanted:
                return
            self._running = True
        threading.Thread(target=self._work, name="file presence", daemon=True).start()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._wanted.clear()

    def _next(self) -> tuple[str, str] | None:
        with self._lock:
            if self._closed or not self._wanted:
                self._running = False
                return None
            key = next(iter(self._wanted))
            return key, self._wanted.pop(key)

    def _work(self) -> None:
        while (item := self._next()) is not None:
            key, path = item
            self._post(partial(self._tell, key, os.path.exists(path)))

    def _tell(self, key: str, present: bool) -> None:
        if not self._closed:
            self._done(key, present)
