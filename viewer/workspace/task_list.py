"""Work that the user asked for and that takes a while: how far it is, and how it is called off. The status bar shows it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from viewer.model.messages import Message
from viewer.model.signals import Signal
from viewer.model.tasks import CancelToken, Progress
from viewer.workspace.services import Services

SHOWN_AFTER_MS = 300  # what is quicker only flickers
TOLD_EVERY_S = 0.05

T = TypeVar("T")


class Task:
    """One piece of work. `tell` and `cancelled` are for any thread, the rest for the GUI thread.

    `called_off` is called when the user cancels work that nobody asks `cancelled`.
    """

    def __init__(self, tasks: TaskList, title: Message, called_off: Callable[[], None] | None, *, can_cancel: bool) -> None:
        self.title = title
        self.can_cancel = can_cancel
        self.progress = Progress(0)
        self.is_shown = False
        self._tasks = tasks
        self._token = CancelToken()
        self._called_off = called_off
        self._told = 0.0

    @property
    def cancelled(self) -> bool:
        return self._token.cancelled

    def tell(self, done: int, total: int = 0) -> None:
        """So far it is; `total` 0 while unknown."""
        self.progress = Progress(done, total, self.title)
        now = time.monotonic()
        if self.is_shown and now - self._told > TOLD_EVERY_S:
            self._told = now
            self._tasks.told()

    def cancel(self) -> None:
        """The user wants it no more."""
        if self.can_cancel and not self.cancelled:
            self._token.cancel()
            if self._called_off is not None:
                self._called_off()

    def end(self) -> None:
        """It is over, whatever came of it."""
        self._tasks.remove(self)


class TaskList:
    """What goes on. `changed` fires on the GUI thread."""

    changed = Signal()

    def __init__(self, services: Services) -> None:
        self._services = services
        self._tasks: dict[Task, Callable[[], None]] = {}

    @property
    def current(self) -> Task | None:
        """The one to be shown: of those that take a while, the one begun last."""
        return next((one for one in reversed(self._tasks) if one.is_shown), None)

    @property
    def busy(self) -> bool:
        """Something goes on, shown or not."""
        return bool(self._tasks)

    def begin(self, title: Message, called_off: Callable[[], None] | None = None, *, can_cancel: bool = True) -> Task:
        """Work begins that ends with ``Task.end``; it is shown when it takes a while."""
        task = Task(self, title, called_off, can_cancel=can_cancel)

        def show() -> None:
            task.is_shown = True
            self.changed.emit()

        self._tasks[task] = self._services.later(SHOWN_AFTER_MS, show)
        return task

    def aside(self, title: Message, work: Callable[[Task], T], done: Callable[[T], None], *, can_cancel: bool = True) -> Task:
        """Run `work` on a thread of its own, then `done` with its result on the GUI thread.

        A worker that can be cancelled asks ``task.cancelled``, leaves nothing half done, and says so by its result.
        """
        task = self.begin(title, can_cancel=can_cancel)

        def run() -> None:
            try:
                result = work(task)
            except BaseException:  # a fault of ours: it is reported by the thread, and the task ends all the same
                self._services.post(task.end)
                raise
            self._services.post(lambda: finish(result))

        def finish(result: T) -> None:
            task.end()
            done(result)

        threading.Thread(target=run, name="task", daemon=True).start()
        return task

    def told(self) -> None:
        """A task moved on. Callable from any thread."""
        self._services.post(self.changed.emit)

    def remove(self, task: Task) -> None:
        """It is over."""
        call_off = self._tasks.pop(task, None)
        if call_off is not None:
            call_off()
            self.changed.emit()

    def cancel(self) -> None:
        """Call off everything that can be."""
        for task in list(self._tasks):
            task.cancel()
