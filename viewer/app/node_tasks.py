"""Queries and retrieves that the window asks for: each in a thread of its own, few at once, told about as they go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from viewer.app.archive_list import archive_from
from viewer.app.cli.retrieve_text import incomplete
from viewer.app.node_list import node_from
from viewer.app.node_messages import Answers, Ask, Check, Checked, Ended, Event, Fetching, LogLine, Retrieve, plain_message
from viewer.app.node_service import NodeService
from viewer.app.secret_store import MissingSecretError, SecretStore
from viewer.app.web_tasks import WebTasks
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import NO_MESSAGE
from viewer.model.nodes import RemoteNode
from viewer.model.text import plain
from viewer.model.web_archives import WebArchive
from viewer.network.date_words import expand_dates
from viewer.network.dicomweb.web_retrieve import WebProgress
from viewer.network.identifier import Identifier, Value
from viewer.network.query_scu import Level, Query, Root
from viewer.network.retrieve_scu import SubOperations, Target
from viewer.network.status import CANCELLED
from viewer.network.verification import Step, check_node

_BATCH = 50  # answers in one event
_RETRIEVES = 2  # associations at once


class NodeTasks:
    """Thread-safe. `close` stops all and waits."""

    def __init__(self, service: NodeService, tell: Callable[[Event], None], secrets: SecretStore) -> None:
        self._service, self._tell = service, tell
        self._web = WebTasks(secrets, lambda line: tell(LogLine(plain(line, 400))))
        self._lock = threading.Lock()
        self._stops: dict[str, threading.Event] = {}
        self._threads: set[threading.Thread] = set()
        self._places = threading.Semaphore(_RETRIEVES)

    def ask(self, order: Ask) -> None:
        keys = expand_dates(keys_of(order.keys), date.today())
        query = Query(Level(order.level), keys, Root(order.root), order.limit)
        source = source_from(order.node)

        def run(stop: threading.Event) -> Ended:
            rows: list[Identifier] = []
            ask = self._web.ask if isinstance(source, WebArchive) else self._service.ask
            for row in ask(source, query, stop.is_set):  # type: ignore[arg-type]  # each with the source of its kind
                rows.append(row)
                if len(rows) >= _BATCH:
                    self._tell(Answers(order.ticket, tuple(rows)))
                    rows = []
            if rows:
                self._tell(Answers(order.ticket, tuple(rows)))
            return Ended(order.ticket, True)

        self._start(order.ticket, run)

    def retrieve(self, order: Retrieve) -> None:
        target = Target(Level(order.level), {key: str(value) for key, value in order.keys.items()}, Root(order.root))
        source = source_from(order.node)
        if isinstance(source, WebArchive):
            self._retrieve_from_web(order.ticket, source, target)
            return
        node = source

        def progress(operations: SubOperations, stored: int) -> None:
            self._tell(Fetching(order.ticket, stored, operations.remaining, operations.failed, total_of(operations)))

        def run(stop: threading.Event) -> Ended:
            with self._places:
                result = self._service.retrieve(node, target, stop.is_set, progress)
            stored = len(result.received) or (result.operations.completed or 0)
            if result.is_complete:
                return Ended(order.ticket, True, stored)
            if result.status == CANCELLED:
                return Ended(order.ticket, False, stored, result.missing)
            reason = incomplete(result)
            return Ended(order.ticket, False, stored, result.missing, str(reason), said=plain_message(reason))

        self._start(order.ticket, run)

    def _retrieve_from_web(self, ticket: str, archive: WebArchive, target: Target) -> None:
        def progress(now: WebProgress) -> None:
            remaining = None if now.total is None else now.total - now.received
            self._tell(Fetching(ticket, now.received, remaining, None, now.total))

        def run(stop: threading.Event) -> Ended:
            with self._places:
                result = self._web.retrieve(archive, target, self._service.library, self._service.files, stop.is_set, progress)
            stored = len(result.received)
            if result.is_complete or stop.is_set():
                return Ended(ticket, result.is_complete, stored, result.missing)
            reason = result.reason or next((one.reason for one in result.refused), NO_MESSAGE)
            missing = (*result.missing, *(one.sop_instance_uid for one in result.refused))
            return Ended(ticket, False, stored, missing, str(reason), said=plain_message(reason))

        self._start(ticket, run)

    def check(self, order: Check) -> None:
        source = source_from(order.node)

        def report(step: Step) -> None:
            said, hint = plain_message(step.reason), plain_message(step.advice)
            self._tell(Checked(order.ticket, step.name, step.passed, step.milliseconds, said, hint))

        def run(stop: threading.Event) -> Ended:
            if isinstance(source, WebArchive):
                return Ended(order.ticket, self._web.check(source, report))
            steps = check_node(source, replace(self._service.caller(source), stop=stop.is_set), report)
            return Ended(order.ticket, steps[-1].passed)

        self._start(order.ticket, run)

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
                    needs_secret=isinstance(error, MissingSecretError),
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


def total_of(operations: SubOperations) -> int | None:
    """All sub-operations of one answer together; None where the peer does not count them."""
    if operations.remaining is None:
        return None
    others = (operations.completed, operations.failed, operations.warning)
    return operations.remaining + sum(count or 0 for count in others)


def source_from(row: Mapping[str, Any]) -> RemoteNode | WebArchive:
    """A node, or an archive where there is an address. Raises ValueError, TypeError, KeyError or NodeAddressError."""
    return archive_from(row) if "url" in row else node_from(row)


def keys_of(plain: object) -> dict[str, Value]:
    """Keys as they came through the pipe: text, or tuples of such keys. Raises ValueError."""
    if not isinstance(plain, dict):
        raise ValueError(type(plain).__name__)
    return {str(key): value if isinstance(value, str) else tuple(keys_of(one) for one in value) for key, value in plain.items()}
