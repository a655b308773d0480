"""One HTTP/1.1 connection as user agent: a request, its answer, and again. Every byte that comes has a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias
from urllib.parse import urlsplit

import h11

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.model.web_archives import WebArchive
from viewer.network.association import IMPLEMENTATION_VERSION_NAME
from viewer.network.connection import Connection
from viewer.network.dicomweb.http_route import Proxy, Route, connect, secure
from viewer.network.dicomweb.web_errors import refused
from viewer.network.dicomweb.web_limits import WebLimits
from viewer.network.errors import AbortedError, CancelledError, NetworkError, ProtocolError, StalledError
from viewer.network.trace import Trace

_A_MOMENT = 0.001
_GO = (b"HTTP/1.1 100", b"HTTP/1.0 100")
_Event: TypeAlias = "h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]"


@frozen
class Body:
    """What a request carries: its length, and its pieces, made anew each time they are sent."""

    size: int
    pieces: Callable[[], Iterator[bytes]]


@frozen
class RequestHead:
    method: str
    url: str
    headers: Mapping[str, str]


class Exchange:
    """One connection. `status` and `headers` are those of the last answer."""

    def __init__(self, route: Route, archive: WebArchive, limits: WebLimits, stop: Callable[[], bool] | None, trace: Trace) -> None:
        self.route = route
        self.status = 0
        self.headers: dict[str, str] = {}
        self._limits, self._trace = limits, trace
        self._seconds = archive.timeouts.response
        self._early = b""
        self._is_ended = False
        self._http = self._new_http()
        sock = connect(route, archive)
        if route.origin.is_secure:
            if route.proxy is not None:
                tunnel = Connection(sock)
                tunnel.stop = stop
                self._open_tunnel(tunnel, route.proxy)
            sock = secure(sock, route, archive)
        self._connection = Connection(sock)
        self._connection.stop = stop
        trace(f"connected to {route.origin.scheme} {route.origin.authority}{' by a proxy' if route.proxy else ''}")

    def _new_http(self) -> h11.Connection:
        return h11.Connection(h11.CLIENT, max_incomplete_event_size=self._limits.largest_head)

    # -- asking

    def request(self, head: RequestHead, body: Body | None) -> None:
        """Send, and read the head of the answer. Raises AbortedError, StalledError, ProtocolError, CancelledError."""
        headers = self._headers(head, body)
        try:
            target = self._target(head.url)
            self._send(self._http.send(h11.Request(method=head.method, target=target, headers=headers)))
            if body is not None:
                self._send_body(body)
            if self._http.our_state is h11.SEND_BODY:
                self._end_of_request(body)
            self._read_head(self._connection)
        except h11.LocalProtocolError as error:
            raise ProtocolError(message("The request cannot be written.")) from error
        except h11.RemoteProtocolError as error:
            raise self._broken() from error

    def _broken(self) -> NetworkError:
        if self._is_ended:
            return AbortedError(message("The peer closed the connection."))
        return _no_http()

    def _headers(self, head: RequestHead, body: Body | None) -> list[tuple[str, str]]:
        headers = [("Host", self.route.origin.authority), ("User-Agent", IMPLEMENTATION_VERSION_NAME)]
        headers.extend((name, value) for name, value in head.headers.items())
        if self.route.proxy is not None and self.route.proxy.credentials and not self.route.origin.is_secure:
            headers.append(("Proxy-Authorization", self.route.proxy.credentials))
        if body is not None:
            headers.append(("Content-Length", str(body.size)))  # "Expect: 100-continue" costs a second where it is not known
        return headers

    def _target(self, url: str) -> bytes:
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if self.route.proxy is not None and not self.route.origin.is_secure:
            target = f"{self.route.origin.scheme}://{self.route.origin.authority}{target}"
        return target.encode("ascii", "replace")

    def _send(self, data: bytes | None) -> None:
        if data:
            self._connection.send(data, self._limits.idle_seconds)

    def _answers_early(self, seconds: float) -> bool:
        """Look for input at most so long. True when a final answer has come, not just "100 Continue"."""
        try:
            self._early += self._connection.some(time.monotonic() + seconds)
        except StalledError:
            return False
        return not self._early.startswith(_GO)

    def _send_body(self, body: Body) -> None:
        try:
            for piece in body.pieces():
                if self._connection.stop is not None and self._connection.stop():
                    raise CancelledError(message("Stopped."))
                for data in self._http.send_with_data_passthrough(h11.Data(data=piece)) or ():
                    self._send(data)
                if self._connection.has_input() and self._answers_early(_A_MOMENT):
                    return  # it has heard enough
        except AbortedError as error:
            self._trace(f"the archive stopped listening: {error.reason}")  # it may have said why before that

    def _end_of_request(self, body: Body | None) -> None:
        try:
            self._send(self._http.send(h11.EndOfMessage()))
        except h11.LocalProtocolError:
            if body is None:
                raise
            self._http.send_failed()  # the body was not sent to its end: the answer is read, the connection is done for

    # -- reading

    def _next_event(self, connection: Connection, deadline: float) -> _Event:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            data, self._early = self._early or connection.some(deadline), b""
            self._is_ended = not data
            self._http.receive_data(data)
        return event

    def _read_head(self, connection: Connection) -> None:
        deadline = time.monotonic() + self._seconds
        while True:
            event = self._next_event(connection, deadline)
            if isinstance(event, h11.Response):
                break
            if not isinstance(event, h11.InformationalResponse):
                raise AbortedError(message("The peer closed the connection."))
        self.status = event.status_code
        self.headers = {}
        for name, value in event.headers:
            self.headers.setdefault(name.decode("latin-1"), value.decode("latin-1"))
        self._trace(f"answer: HTTP {self.status}")
        if self.headers.get("content-encoding", "identity").strip().lower() not in ("identity", ""):
            raise ProtocolError(message("The archive packed its answer in a way that was not asked for."))

    def pieces(self, limit: int) -> Iterator[bytes]:
        """The body. Raises AbortedError, StalledError, ProtocolError, CancelledError."""
        started, count = time.monotonic(), 0
        try:
            while True:
                now = time.monotonic()
                due = started + self._limits.idle_seconds + count / self._limits.dicom.slowest_rate
                event = self._next_event(self._connection, min(now + self._limits.idle_seconds, due))
                if not isinstance(event, h11.Data):
                    return
                count += len(event.data)
                if count > limit:
                    raise ProtocolError(message("The answer is too large."))
                yield bytes(event.data)
        except h11.RemoteProtocolError as error:
            raise self._broken() from error

    def drain(self, limit: int) -> None:
        """Read what is left, when it is little; else the connection is closed by `make_ready`."""
        try:
            for _ in self.pieces(limit):
                pass
        except NetworkError:
            self.close()

    def make_ready(self) -> bool:
        """True when another request can be sent over this connection."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return self._http.our_state is h11.IDLE and self._http.their_state is h11.IDLE
        self._http.start_next_cycle()
        return not self._connection.has_input()

    def close(self) -> None:
        """Cut the connection."""
        self._http.send_failed()
        self._connection.close()

    # -- through a proxy

    def _open_tunnel(self, tunnel: Connection, proxy: Proxy) -> None:
        """CONNECT (RFC 9110 9.3.6). Closes the connection when the proxy does not let us through."""
        headers = [("Host", f"{self.route.origin.host}:{self.route.origin.port}")]
        if proxy.credentials:
            headers.append(("Proxy-Authorization", proxy.credentials))
        target = f"{self.route.origin.host}:{self.route.origin.port}"
        try:
            tunnel.send(self._http.send(h11.Request(method="CONNECT", target=target, headers=headers)) or b"", self._seconds)
            tunnel.send(self._http.send(h11.EndOfMessage()) or b"", self._seconds)
            self._read_head(tunnel)
            if not 200 <= self.status < 300:
                raise refused(self.status)
        except h11.RemoteProtocolError as error:
            tunnel.close()
            raise self._broken() from error
        except NetworkError:
            tunnel.close()
            raise
        self._http = self._new_http()


def _no_http() -> ProtocolError:
    return ProtocolError(
        message("The answer is no sound HTTP."),
        advice=message("Check the address and the port; a DICOM port does not speak HTTP."),
    )
