"""The listening socket of the origin server: who may come in, and one thread for each connection, every step with a deadline."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import h11

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.model.nodes import TlsFiles
from viewer.network.association import IMPLEMENTATION_VERSION_NAME
from viewer.network.connection import Connection
from viewer.network.dicomweb.origin.gate import Gate
from viewer.network.dicomweb.origin.http_message import RefusalError, WebReply, WebRequest, split_target
from viewer.network.door import Call, Door
from viewer.network.errors import AbortedError, StalledError
from viewer.network.limits import GIB, KIB, MIB
from viewer.network.trace import Trace, no_trace

_LINGER = 2.0
Handler: TypeAlias = Callable[[WebRequest], WebReply]
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@frozen
class ServerLimits:
    """Seconds, bytes and counts."""

    connections: int = 24
    head_seconds: float = 10.0  # from the first byte of a request to its last header; TLS has as long
    idle_seconds: float = 60.0  # between two requests
    body_seconds: float = 30.0  # for each piece of a request's body, or for the caller to take a piece of ours
    slowest_rate: int = 4 * KIB
    largest_head: int = 32 * KIB
    requests: int = 10_000  # over one connection
    largest_body: int = 64 * GIB
    piece: int = 256 * KIB
    answers: int = 5_000  # of one search
    document: int = 64 * MIB


DEFAULT_SERVER_LIMITS = ServerLimits()


@frozen
class WebPlace:
    """Where to listen. `root`: the path before "studies", as other archives have one."""

    port: int = 8042
    interface: str = "127.0.0.1"
    tls: TlsFiles | None = None
    root: str = "dicom-web"


@dataclass(slots=True, eq=False)
class _Caller(Call):
    """`is_idle`: it waits for a request, since `since`."""

    is_idle: bool = True


class WebListener(Door[_Caller]):
    """Listens from construction to `close`. `port` is the real one when 0 was asked for. Raises ConnectError, TlsError."""

    def __init__(
        self,
        place: WebPlace,
        handler: Handler,
        gate: Gate,
        *,
        limits: ServerLimits = DEFAULT_SERVER_LIMITS,
        trace: Trace = no_trace,
    ) -> None:
        self._place, self._handler, self._gate, self._limits = place, handler, gate, limits
        super().__init__(place.interface, place.port, place.tls, trace, "connection")
        self.open_door()
        trace(f"DICOMweb listens on {place.interface or 'all interfaces'}, port {self.port}")

    @property
    def connections(self) -> int:
        with self._lock:
            return len(self._calls)

    def call_of(self, sock: socket.socket, address: str, now: float) -> _Caller:
        return _Caller(sock, address, now)

    def admit(self, call: _Caller) -> bool:
        """Where there are too many, the one that has waited longest without a request makes room."""
        staying = list(self.staying())
        if len(staying) < self._limits.connections:
            return True
        idle = [other for other in staying if other.is_idle]
        if not idle or len(self._calls) >= 2 * self._limits.connections:
            return False
        self.drop(min(idle, key=lambda other: other.since))
        return True

    def turn_away(self, sock: socket.socket) -> None:
        try:
            sock.setblocking(False)
            if self._place.tls is None:
                sock.send(_BUSY)
        except OSError:
            pass

    def talk(self, call: _Caller) -> None:
        connection = Connection(self.secured(call, self._limits.head_seconds))
        talk = _Talk(connection, self._place, self.port, self._limits, call, is_closing=self._closing.is_set)
        try:
            while talk.serve_one(self._handler, self._gate):
                pass
        except h11.ProtocolError as error:
            self._trace(f"connection from {call.address} ended: {type(error).__name__}")


class _Talk:
    """One connection: request after request."""

    def __init__(
        self,
        connection: Connection,
        place: WebPlace,
        port: int,
        limits: ServerLimits,
        call: _Caller,
        is_closing: Callable[[], bool],
    ) -> None:
        self._port = port
        self._connection, self._place, self._limits, self._call = connection, place, limits, call
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=limits.largest_head)
        self._count = 0
        connection.stop = self._is_closing = is_closing

    def serve_one(self, handler: Handler, gate: Gate) -> bool:
        """One request. False when the connection is to end."""
        try:
            event = self._read_head()
        except h11.RemoteProtocolError as error:
            self._send_reply(RefusalError(error.error_status_hint or 400, "This is no sound HTTP request.").reply(), is_last=True)
            return False
        if event is None:
            return False
        self._count += 1
        self._call.is_idle = False
        try:
            reply = self._answer(event, handler, gate)
        except h11.RemoteProtocolError:
            return False
        is_last = self._has_body_left() or self._count >= self._limits.requests
        self._send_reply(reply, is_head=event.method == b"HEAD", is_last=is_last)
        self._call.since, self._call.is_idle = time.monotonic(), True
        return self._is_ready_for_more()

    def _has_body_left(self) -> bool:
        """Some of the body has not arrived and is not waited for: the reply says then that the connection ends (RFC 9112 9.6).

        A caller that is not told so may send the next request into it, and hears nothing.
        """
        try:
            while self._http.their_state is h11.SEND_BODY:
                if not isinstance(self._http.next_event(), h11.Data | h11.EndOfMessage):
                    return True
        except h11.RemoteProtocolError:
            return True
        return False

    def _is_ready_for_more(self) -> bool:
        """After a reply."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            self._linger()
            return False
        self._http.start_next_cycle()
        return True

    def _linger(self) -> None:
        """Read on for a moment: a caller that is cut while it sends may never see the reply."""
        deadline, left = time.monotonic() + _LINGER, 4 * MIB
        self._connection.end_writing()
        while left > 0 and (data := self._connection.some(deadline)):
            left -= len(data)

    def _read_head(self) -> h11.Request | None:
        """The next request; None when the caller has gone. Patience while it is idle, little once it has begun."""
        if not self._http.trailing_data[0]:
            data = self._connection.some(time.monotonic() + self._limits.idle_seconds)
            self._http.receive_data(data)
            if not data:
                return None
        event = self._next(self._limits.head_seconds)
        return event if isinstance(event, h11.Request) else None

    def _next(self, seconds: float) -> h11.Event | type[h11.PAUSED]:
        deadline = time.monotonic() + seconds
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Event) or event is h11.PAUSED:
                return event
            if self._http.they_are_waiting_for_100_continue:
                go = h11.InformationalResponse(status_code=100, headers=[])
                self._connection.send(self._http.send(go) or b"", self._limits.body_seconds)
            self._http.receive_data(self._connection.some(deadline))

    def _answer(self, event: h11.Request, handler: Handler, gate: Gate) -> WebReply:
        try:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
            path, query = split_target(event.target)
            user = gate.check(headers, self._call.address)
            root = f"{self._base(headers)}/{self._place.root}".rstrip("/")
            method = "GET" if event.method == b"HEAD" else event.method.decode("ascii", "replace")
            return handler(
                WebRequest(
                    method, self._below_root(path), query, headers, self._body(), self._call.address, user, root, self._is_gone
                )
            )
        except RefusalError as error:
            return error.reply()
        except ValueError:
            return RefusalError(400, "The request is malformed.").reply()

    def _is_gone(self) -> bool:
        return self._is_closing() or self._connection.has_hung_up()

    def _base(self, headers: Mapping[str, str]) -> str:
        """Scheme, host and port as the caller knows them. Some name the host without the port they called."""
        scheme, usual = ("http", 80) if self._place.tls is None else ("https", 443)
        host = headers.get("host", "")
        is_direct = not any(name in headers for name in ("forwarded", "x-forwarded-for", "x-forwarded-host", "via"))
        if is_direct and self._port != usual and not re.search(r":[0-9]+$", host):
            host = f"{host}:{self._port}"
        return f"{scheme}://{host}"

    def _below_root(self, path: tuple[str, ...]) -> tuple[str, ...]:
        root = tuple(part for part in self._place.root.split("/") if part)
        if path[: len(root)] != root:
            raise RefusalError(404, f"The service is at /{self._place.root}.")
        return path[len(root) :]

    def _body(self) -> Iterator[bytes]:
        """Raises StalledError, AbortedError, h11.RemoteProtocolError, RefusalError."""
        started, count = time.monotonic(), 0
        while True:
            spent = time.monotonic() - started
            left = self._limits.body_seconds + count / self._limits.slowest_rate - spent
            if left <= 0:
                raise StalledError(message("The peer did not answer in time."))
            event = self._next(min(left, self._limits.body_seconds))
            if not isinstance(event, h11.Data):
                return
            count += len(event.data)
            if count > self._limits.largest_body:
                raise RefusalError(413, "The request is too large.")
            yield bytes(event.data)

    def _send_reply(self, reply: WebReply, *, is_head: bool = False, is_last: bool = False) -> None:
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            raise AbortedError(message("The peer closed the connection."))
        is_whole = isinstance(reply.body, bytes)
        headers = [("Server", IMPLEMENTATION_VERSION_NAME), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        headers.extend(reply.headers.items())
        if reply.content_type:
            headers.append(("Content-Type", reply.content_type))
        if isinstance(reply.body, bytes) and reply.status != 204:
            headers.append(("Content-Length", str(len(reply.body))))
        if is_last:
            headers.append(("Connection", "close"))
        self._send(h11.Response(status_code=reply.status, headers=headers))
        if not is_head:
            pieces = iter((reply.body,)) if isinstance(reply.body, bytes) else reply.body
            for piece in pieces:
                if piece:
                    self._send(h11.Data(data=piece))
        elif not is_whole:
            reply.body.close()  # type: ignore[union-attr]
        self._send(h11.EndOfMessage())

    def _send(self, event: h11.Event) -> None:
        for data in self._http.send_with_data_passthrough(event) or ():
            self._connection.send(data, self._limits.body_seconds)
