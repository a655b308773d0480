"""The way from the window to the node's process: one thread for what takes time, the process started by the first order."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from viewer.app.node_messages import Died, Event, Ready
from viewer.app.node_process import NodeProcess, node_command
from viewer.app.presence import Presence

Later = Callable[[int, Callable[[], None]], Callable[[], None]]
Post = Callable[[Callable[[], None]], None]
Order = Callable[[NodeProcess], object]

_log = logging.getLogger(__name__)


class NodeLine:
    """`post` and `later` as in ``workspace.services``. Methods may be called from any thread and return at once."""

    def __init__(self, config: Path, data: Path, post: Post, later: Later, command: Sequence[str] = ()) -> None:
        self.config, self.data, self.post, self.later = config, data, post, later
        self._command = list(command)
        self._works: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._process: NodeProcess | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._presence: Presence | None = None
        self._handlers: dict[type, list[Callable[[Any], None]]] = {}
        self.is_ready = False  # the node takes orders

    def attend(self, kind: type, handler: Callable[[Any], None]) -> None:
        """Have `handler` called with events of a kind, on a thread of the process."""
        self._handlers.setdefault(kind, []).append(handler)

    def work(self, work: Callable[[], object]) -> None:
        """Run `work` on the thread of the desk, after what waits there."""
        with self._lock:
            if self._closed:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="network desk", daemon=True)
                self._thread.start()
        self._works.put(work)

    def order(self, order: Order) -> None:
        """Give an order to the node; it is started when it does not run."""
        self.work(lambda: order(self._started()))

    def order_now(self, order: Order) -> None:
        """As `order`, from the thread of the desk, before what waits there."""
        order(self._started())

    def order_if_running(self, order: Order) -> None:
        """An order that a node which does not run needs not."""
        self.work(lambda: order(self._process) if self._process is not None else None)

    def holder(self) -> str:
        """By which name the queue knows that this program runs; "" where no sign of it can be set. On the thread of the desk."""
        if self._presence is None:
            try:
                self._presence = Presence(self.data)
            except OSError as error:
                _log.error("it cannot be shown that the program runs: %s", error.strerror)
        return self._presence.name if self._presence is not None else ""

    @property
    def process_id(self) -> int:
        """0 while there is no process."""
        return self._process.process_id if self._process is not None else 0

    def _started(self) -> NodeProcess:
        if self._process is None:
            self._process = NodeProcess(self._on_event, self._command or node_command())
        return self._process

    def _run(self) -> None:
        while (work := self._works.get()) is not None:
            try:
                work()
            except Exception as error:  # a fault of ours: it is reported, and what comes next is done all the same
                _log.error("an order to the node failed: %s", type(error).__name__)
                threading.excepthook(
                    threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
                )

    def _on_event(self, event: Event) -> None:
        if isinstance(event, (Ready, Died)):
            self.is_ready = isinstance(event, Ready)
        for handler in self._handlers.get(type(event), ()):
            handler(event)

    def close(self) -> None:
        """End the process: it finishes what it writes and leaves the rest in its queue."""
        with self._lock:
            self._closed = True
        if self._thread is not None:
            self._works.put(None)
            self._thread.join()
        if self._process is not None:
            self._process.close()
        if self._presence is not None:
            self._presence.close()


class Soon:
    """Says that something changed at most once in `milliseconds`, on the GUI thread, however often it changes."""

    def __init__(self, line: NodeLine, milliseconds: int, say: Callable[[], None]) -> None:
        self._line, self.milliseconds, self._say = line, milliseconds, say
        self._lock = threading.Lock()
        self._waits = False

    def __call__(self) -> None:
        """Callable from any thread."""
        with self._lock:
            if self._waits:
                return
            self._waits = True
        self._line.post(self._wait)

    def _wait(self) -> None:
        self._line.later(self.milliseconds, self._fire)

    def _fire(self) -> None:
        with self._lock:
            self._waits = False
        self._say()
