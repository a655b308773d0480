"""Work that only the GUI thread can do, in slices: the window lives on between them."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

from viewer.model.messages import NO_MESSAGE, Message
from viewer.workspace.task_list import Task, TaskList

SLICE_S = 0.012


class Stepwise(QObject):
    """Runs an iterator to its end, the first slice at once; another `run` replaces what was not finished.

    Each step takes a millisecond or two and yields how much of `total` is done. Work with a title is shown in `tasks` and can be
    cancelled there. An iterator that is dropped is closed: its ``finally`` tidies up.
    """

    def __init__(self, parent: QObject, tasks: TaskList | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._steps: Iterator[int] | None = None
        self._total = 0
        self._task: Task | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    @property
    def busy(self) -> bool:
        """Steps are left."""
        return self._steps is not None

    def run(self, steps: Iterator[int], total: int = 0, title: Message = NO_MESSAGE) -> None:
        """Begin with `steps`."""
        self.stop()
        self._steps, self._total = steps, total
        self._go_on()
        if self._steps is steps:
            self._timer.start()
            if title and self._tasks is not None:
                self._task = self._tasks.begin(title, self.stop)

    def stop(self) -> None:
        """Drop what is left."""
        steps, self._steps = self._steps, None
        self._over()
        if steps is not None:
            close = getattr(steps, "close", None)
            if close is not None:
                close()

    def _end(self, steps: Iterator[int]) -> None:
        """These are over, unless others have replaced them."""
        if self._steps is steps:
            self._steps = None
            self._over()

    def _over(self) -> None:
        self._timer.stop()
        task, self._task = self._task, None
        if task is not None:
            task.end()

    def _go_on(self) -> None:
        steps, until = self._steps, perf_counter() + SLICE_S
        while steps is not None and self._steps is steps:
            try:
                done = next(steps, None)
            except Exception:  # a fault of ours: it is reported once, not at every turn
                self._end(steps)
                raise
            if done is None:
                self._end(steps)
                return
            if self._task is not None:
                self._task.tell(done, self._total)
            if perf_counter() > until:
                return
