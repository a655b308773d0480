"""Queries and tests that the window asks for: each in a thread of its own, told about as they go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Protocol

from viewer.app.archive_list import source_from
from viewer.app.node_messages import Answers, Ask, Check, Checked, Ended, Event, plain_message
from viewer.app.web_login import is_about_secret
from viewer.app.web_sessions import WebSessions
from viewer.app.web_tasks import WebTasks
from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import RemoteNode
from viewer.model.web_archives import WebArchive
from viewer.network.date_words import expand_dates
from viewer.network.identifier import Identifier, Value
from viewer.network.query_scu import Level, Query, Root
from viewer.network.requestor import Caller
from viewer.network.verification import Step, check_node

_BATCH = 50  # answers in one event


class Asker(Protocol):
    """Who asks: a node, or the guest beside one."""

    @property
    def web_sessions(self) -> WebSessions: ...

    def caller(self, node: RemoteNode) -> Caller:
        """We, as `node` wants to see us. Raises MissingSecretError."""

    def ask(self, node: RemoteNode, query: Query, stop: Callable[[], bool]) -> Iterator[Identifier]:
        """C-FIND; answers as they arrive. Raises NetworkError."""


class NodeTasks:
    """Thread-safe. `close` stops all and waits."""

    def __init__(self, service: Asker, tell: Callable[[Event], None]) -> None:
        self._service, self._tell = service, tell
        self._web = WebTasks(service.web_sessions)
        self._lock = threading.Lock()
        self._stops: dict[str, threading.Event] = {}
        self._threads: set[threading.Thread] = set()

    def ask(self, order: Ask) -> None:
        keys = expand_dates(keys_of(order.keys), date.today())
        query = Query(Level(order.level), keys, Root(order.root), order.limit)
        source = source_from(order.node)

        def run(stop: threading.Event) -> Ended:
            rows: list[Identifier] = []
            for row in self._asked(source, query, order.offset, stop.is_set):
                rows.append(row)
                if len(rows) >= _BATCH:
                    self._tell(Answers(order.ticket, tuple(rows)))
                    rows = []
            if rows:
                self._tell(Answers(order.ticket, tuple(rows)))
            return Ended(order.ticket, True)

        self._start(order.ticket, run)

    def _asked(self, source: RemoteNode | WebArchive, query: Query, offset: int, stop: Callable[[], bool]) -> Iterator[Identifier]:
        if isinstance(source, WebArchive):
            return self._web.ask(source, query, stop, offset)
        limit = query.limit + offset if query.limit else 0
        return islice(self._service.ask(source, replace(query, limit=limit), stop), offset, None)

    def check(self, order: Check) -> None:
        source = source_from(order.node)

        def report(step: Step) -> None:
            said, hint = plain_message(step.reason), plain_message(step.advice)
            self._tell(Checked(order.ticket, step.name, step.passed, step.milliseconds, said, hint))

        def run(stop: threading.Event) -> Ended:
            if isinstance(source, WebArchive):
                return Ended(order.ticket, self._web.check(source, report, stop.is_set))
            steps = check_node(source, replace(self._service.caller(source), stop=stop.is_set), report)
            return Ended(order.ticket, steps[-1].passed)

        self._start(order.ticket, run)

    @property
    def is_busy(self) -> bool:
        """Somebody waits for an answer."""
        with self._lock:
            return bool(self._threads)

    def stop(self, ticket: str) -> None:
        with self._lock:
            stop = self._stops.get(ticket)
        if stop is not None:
            stop.set()

    def close(self) -> None:
        with self._lock:
            threads = list(self._threads)
            for stop in self._stops.values():
                stop.set()
        for thread in threads:
            thread.join()

    def _start(self, ticket: str, run: Callable[[threading.Event], Ended]) -> None:
        stop = threading.Event()

        def work() -> None:
            try:
                ended = run(stop)
            except NegatoscopeError as error:
                ended = Ended(
                    ticket,
                    False,
                    reason=str(error.reason),
                    advice=str(error.advice),
                    said=plain_message(error.reason),
                    hint=plain_message(error.advice),
                    needs_secret=is_about_secret(error),
                )
            with self._lock:
                self._stops.pop(ticket, None)
                self._threads.discard(threading.current_thread())
            self._tell(ended)

        thread = threading.Thread(target=work, name="node-task", daemon=True)
        with self._lock:
            self._stops[ticket] = stop
            self._threads.add(thread)
        thread.start()


def keys_of(plain: object) -> dict[str, Value]:
    """Keys as they came through the pipe: text, or tuples of such keys. Raises ValueError."""
    if not isinstance(plain, dict):
        raise ValueError(type(plain).__name__)
    return {str(key): value if isinstance(value, str) else tuple(keys_of(one) for one in value) for key, value in plain.items()}
