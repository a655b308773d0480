"""Reports of storage commitment on their way to peers (PS3.4 J.3.3): kept until they are taken, tried again after pauses."""

from __future__ import annotations

import heapq
import itertools
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.nodes import RemoteNode
from viewer.network.errors import CancelledError, NetworkError, RefusedError
from viewer.network.identifier import Identifier, Value
from viewer.network.requestor import Caller

_MOST_WAITING = 1000


@frozen
class Report:
    """What a peer is told: the attributes of an N-EVENT-REPORT."""

    peer_title: str
    event_type: int
    attributes: Identifier = field(repr=False)


class ReportStore(Protocol):
    """Where reports outlive the process: text for an AE title. Called from any thread; may raise NegatoscopeError."""

    def keep(self, peer_title: str, report: str) -> int:
        """Durable when it returns. The number to drop it by."""

    def kept(self) -> Sequence[tuple[int, str, str, float]]:
        """(number, AE title, text, seconds since the epoch when it was kept), the oldest first."""

    def drop(self, number: int) -> None: ...


class NoStore:
    """Reports live as long as the process."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def keep(self, peer_title: str, report: str) -> int:
        return next(self._numbers)

    def kept(self) -> Sequence[tuple[int, str, str, float]]:
        return ()

    def drop(self, number: int) -> None:
        return


@frozen
class RetryReport:
    """Pauses in seconds before each attempt; the last one goes on until the report is older than `longest` seconds."""

    pauses: tuple[float, ...] = (0.0, 5.0, 30.0, 120.0, 600.0)
    longest: float = 2 * 24 * 3600.0

    def pause(self, attempts: int) -> float:
        return self.pauses[min(attempts, len(self.pauses) - 1)]


PATIENT_REPORT = RetryReport()


@dataclass(frozen=True, order=True, slots=True)
class _Waiting:
    due: float
    number: int
    report: Report = field(compare=False)
    kept_at: float = field(compare=False)
    attempts: int = field(compare=False, default=0)


class ReportDelivery:
    """Calls peers in one thread, which begins with the first report. `send` delivers one; `node` is where a peer is."""

    def __init__(
        self,
        send: Callable[[RemoteNode, Report, Caller], None],
        node: Callable[[str], RemoteNode | None],
        caller: Caller,
        *,
        store: ReportStore | None = None,
        retry: RetryReport = PATIENT_REPORT,
    ) -> None:
        self._send, self._node = send, node
        self._store: ReportStore = store or NoStore()
        self._retry = retry
        self._changed = threading.Condition()
        self._is_closing = False
        self._caller = replace(caller, stop=lambda: self._is_closing)
        self._waiting: list[_Waiting] = []
        self._thread: threading.Thread | None = None
        self._resume()

    def close(self) -> None:
        """Leave what was not delivered to the next start, and wait for the thread."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()

    def keep(self, report: Report) -> Callable[[], None] | None:
        """Make a report durable; what is returned sends it on its way. None when too many wait. Raises NegatoscopeError."""
        with self._changed:
            if len(self._waiting) >= _MOST_WAITING:
                return None
        number = self._store.keep(report.peer_title, _to_text(report))
        return lambda: self._add(_Waiting(time.monotonic() + self._retry.pause(0), number, report, time.time()))

    def _resume(self) -> None:
        try:
            kept = self._store.kept()
        except NegatoscopeError as error:
            self._caller.trace(f"storage commitment reports cannot be read: {type(error).__name__}")
            return
        for number, peer_title, text, kept_at in kept:
            report = _from_text(peer_title, text)
            if report is not None:
                self._add(_Waiting(time.monotonic(), number, report, kept_at))

    def _add(self, one: _Waiting) -> None:
        with self._changed:
            heapq.heappush(self._waiting, one)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="commitment-reports", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _run(self) -> None:
        while (one := self._next()) is not None:
            if self._deliver(one):
                self._drop(one.number)
                continue
            again = replace(one, attempts=one.attempts + 1, due=time.monotonic() + self._retry.pause(one.attempts + 1))
            with self._changed:
                heapq.heappush(self._waiting, again)

    def _next(self) -> _Waiting | None:
        """The report that is due, waited for; None when we are to end."""
        with self._changed:
            while not self._is_closing:
                left = self._waiting[0].due - time.monotonic() if self._waiting else None
                if left is not None and left <= 0:
                    return heapq.heappop(self._waiting)
                self._changed.wait(left)
            return None

    def _deliver(self, one: _Waiting) -> bool:
        """True when nothing is left to do."""
        node = self._node(one.report.peer_title)
        try:
            if node is not None:
                self._send(node, one.report, self._caller)
                return True
        except CancelledError:
            return False
        except RefusedError as error:  # the peer had it and did not want it: it may have forgotten what it asked
            self._caller.trace(f"storage commitment report refused by {node}: {error.reason}")
            return one.attempts + 1 >= len(self._retry.pauses)
        except NetworkError as error:
            self._caller.trace(f"storage commitment report to {node} failed: {error.reason}")
        except Exception as error:  # a fault of ours must not end the thread
            self._caller.trace(f"storage commitment report to {node} failed by an internal error: {type(error).__name__}")
        return time.time() - one.kept_at > self._retry.longest

    def _drop(self, number: int) -> None:
        try:
            self._store.drop(number)
        except NegatoscopeError as error:  # it goes out once more after the next start
            self._caller.trace(f"a storage commitment report cannot be taken off the list: {type(error).__name__}")


def _to_text(report: Report) -> str:
    return json.dumps({"event_type": report.event_type, "attributes": dict(report.attributes)}, separators=(",", ":"))


def _from_text(peer_title: str, text: str) -> Report | None:
    try:
        found = json.loads(text)
        return Report(peer_title, int(found["event_type"]), _identifier(found["attributes"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None  # of another version


def _identifier(plain: dict[str, object]) -> Identifier:
    found: dict[str, Value] = {}
    for keyword, value in plain.items():
        found[keyword] = tuple(_identifier(item) for item in value) if isinstance(value, list) else str(value)
    return found
