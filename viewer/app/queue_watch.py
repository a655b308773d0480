"""What others change while a node runs: wishes that programs beside it leave in its queue, and files of settings."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from viewer.library.job_file import JobStoreError
from viewer.library.job_wishes import JobWishes, Wish
from viewer.model.errors import NegatoscopeError

_log = logging.getLogger(__name__)
LOOK = 0.5  # seconds between two looks
Mark = tuple[int, int, int] | None


class QueueWatch:
    """From construction to `close`. `act` does a wish, on a thread of ours; one that was done is taken out of `wishes`.

    `files`: what to do, there too, when a file has changed since the last look.
    """

    def __init__(self, wishes: JobWishes, act: Callable[[Wish], None], files: Mapping[Path, Callable[[], None]]) -> None:
        self._wishes, self._act, self._files = wishes, act, files
        self._marks = {path: _mark(path) for path in files}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="queue watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._do_wishes()
            self._look_at_files()
            if self._closing.wait(LOOK):
                return

    def _do_wishes(self) -> None:
        try:
            for wish in self._wishes.open():
                if self._closing.is_set():
                    return
                self._do(wish)
                self._wishes.done(wish)
        except JobStoreError as error:  # busy or full: it is there at the next look
            _log.error("wishes for the queue cannot be read: %s", error.reason)

    def _do(self, wish: Wish) -> None:
        try:
            self._act(wish)
        except JobStoreError:
            raise
        except (NegatoscopeError, ValueError, TypeError, KeyError) as error:  # written by another version
            _log.error("a wish for the queue was not understood: %s", type(error).__name__)

    def _look_at_files(self) -> None:
        for path, changed in self._files.items():
            mark = _mark(path)
            if mark != self._marks[path]:
                self._marks[path] = mark
                changed()


def _mark(path: Path) -> Mark:
    """What is another one once the file was written."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
