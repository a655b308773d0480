"""Reads tags, or one whole value, in the background; only the latest request matters."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from viewer.model.errors import NegatoscopeError, Problem, ProblemKind
from viewer.model.messages import message

Request = TypeVar("Request")
Tags = TypeVar("Tags")


class TagReader(Generic[Request, Tags]):
    """One thread, started when first asked. A request that waits is replaced by the next one.

    `read_file` may raise NegatoscopeError; `post` runs a function on the GUI thread.
    """

    def __init__(self, read_file: Callable[[Request], Tags], post: Callable[[Callable[[], None]], None]) -> None:
        self._read_file = read_file
        self._post = post
        self._condition = threading.Condition()
        self._next: tuple[Request, Callable[[Tags | Problem], None]] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._unanswered = 0

    @property
    def busy(self) -> bool:
        """A request waits, is read, or its answer is on its way."""
        with self._condition:
            return self._next is not None or self._unanswered > 0

    def read(self, request: Request, done: Callable[[Tags | Problem], None]) -> None:
        """Read what `request` names soon; `done` gets its tags, or why there are none, on the GUI thread.

        It is never called when another `read` or `close` comes before the reading began.
        """
        with self._condition:
            if self._closed:
                return
            self._next = (request, done)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="tag reader", daemon=True)
                self._thread.start()
            self._condition.notify()

    def _run(self) -> None:
        while (taken := self._take()) is not None:
            request, done = taken
            try:
                outcome: Tags | Problem = self._read_file(request)
            except NegatoscopeError as error:
                outcome = error.problem()
            except Exception as error:  # a fault of ours: it is reported, and the next request is served all the same
                threading.excepthook(
                    threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
                )
                outcome = Problem("", ProblemKind.BROKEN, message("Something went wrong inside: this is not shown."))
            self._post(lambda done=done, outcome=outcome: self._answer(done, outcome))  # type: ignore[misc]  # bound now, not at the call

    def _answer(self, done: Callable[[Tags | Problem], None], outcome: Tags | Problem) -> None:
        with self._condition:
            self._unanswered -= 1
        done(outcome)

    def _take(self) -> tuple[Request, Callable[[Tags | Problem], None]] | None:
        """The request that waits, when there is one; None at the end."""
        with self._condition:
            while self._next is None and not self._closed:
                self._condition.wait()
            taken, self._next = self._next, None
            if taken is None or self._closed:
                return None
            self._unanswered += 1
            return taken

    def close(self) -> None:
        """End the thread; a reading under way is waited for."""
        with self._condition:
            self._closed = True
            self._condition.notify()
            thread = self._thread
        if thread is not None:
            thread.join()
