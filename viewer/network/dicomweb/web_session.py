"""Requests to one archive over HTTP/1.1: connections kept and used again, a deadline on everything, redirects and logins judged.

``h11`` knows the protocol; sockets, deadlines, cancelling and TLS are those of the rest of the network, so an archive can cost no
more here than a peer can over DIMSE. Addresses are never logged: UIDs and names are in them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.http_exchange import Body, Exchange, RequestHead
from viewer.network.dicomweb.http_route import Origin, Route, find_route, origin_of
from viewer.network.dicomweb.media_types import OCTETS, MediaType, parse_media_type
from viewer.network.dicomweb.web_errors import WebError, not_dicom, refused
from viewer.network.dicomweb.web_limits import DEFAULT_WEB_LIMITS, WebLimits
from viewer.network.errors import AbortedError, ProtocolError
from viewer.network.storage_scu import RetryPolicy, Wait
from viewer.network.trace import Trace, no_trace

_REDIRECTS = (301, 302, 303, 307, 308)
_SMALL = 64 * 1024


class Authorization(Protocol):
    """How the user is shown. Called from any thread of the session."""

    def header(self) -> str:
        """Value of the header Authorization, "" for none. Raises NetworkError."""

    def renew(self) -> bool:
        """The archive refused the last value: True when there is a new one."""


class NoAuthorization:
    """Nobody is shown."""

    def header(self) -> str:
        return ""

    def renew(self) -> bool:
        return False


def _no_wait(seconds: float) -> bool:
    return False


@frozen
class WebCaller:
    """Who asks, and within which limits. `wait` pauses before a request is tried again; without one nothing is tried again."""

    authorization: Authorization = field(default_factory=NoAuthorization)
    limits: WebLimits = DEFAULT_WEB_LIMITS
    trace: Trace = no_trace
    stop: Callable[[], bool] | None = None
    wait: Wait = _no_wait
    policy: RetryPolicy = field(default_factory=lambda: RetryPolicy(attempts=4, first=1.0, longest=60.0))


class Answer:
    """One answer of 200 to 299. Close it, or read it to its end: only then its connection can be used again."""

    def __init__(self, session: WebSession, exchange: Exchange, limits: WebLimits) -> None:
        self._session, self._exchange, self._limits = session, exchange, limits
        self.status = exchange.status
        self.headers = exchange.headers

    def __enter__(self) -> Answer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def media_type(self) -> MediaType:
        """Of its Content-Type. Raises ProtocolError."""
        return parse_media_type(self.headers.get("content-type", OCTETS))

    def expect(self, *names: str) -> MediaType:
        """Its media type, when it is one of `names`. Raises WebError, ProtocolError."""
        found = self.media_type
        if found.name not in names:
            raise not_dicom(found.name)
        return found

    def pieces(self) -> Iterator[bytes]:
        """The body as it arrives. Raises AbortedError, StalledError, ProtocolError, CancelledError."""
        return self._exchange.pieces(self._limits.largest_response)

    def read(self, limit: int) -> bytes:
        """All of the body. Raises ProtocolError when it is more than `limit`."""
        found = bytearray()
        for piece in self.pieces():
            found += piece
            if len(found) > limit:
                raise ProtocolError(message("The answer is too large."))
        return bytes(found)

    def close(self) -> None:
        self._session.give_back(self._exchange)


class WebSession:
    """Thread-safe: every request under way has a connection of its own. Close it in the end."""

    def __init__(self, archive: WebArchive, caller: WebCaller) -> None:
        self.archive, self.caller = archive, caller
        self._lock = threading.Lock()
        self._idle: list[Exchange] = []
        self._is_closed = False

    def __enter__(self) -> WebSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for exchange in idle:
            exchange.close()

    # -- asking

    def get(self, path: str, accept: str, *, query: str = "") -> Answer:
        """GET of a path below the archive's root, or of a whole URL of the same archive. Raises NetworkError.

        What may pass is tried again as the caller's policy says.
        """
        url = self._url(path) + (f"?{query}" if query else "")
        failures = 0
        while True:
            try:
                return self._follow("GET", url, {"accept": accept}, None)
            except (WebError, AbortedError) as error:
                failures += 1
                pause = max(self.caller.policy.pause(failures), getattr(error, "retry_after", 0.0))
                if not error.may_pass or failures >= self.caller.policy.attempts or not self.caller.wait(pause):
                    raise
                self.caller.trace(f"asked again: {error.reason}")

    def post(self, path: str, headers: Mapping[str, str], body: Body) -> Answer:
        """POST. It is sent once; a status of 400 and above that carries a DICOM answer is one too (409). Raises NetworkError."""
        return self._follow("POST", self._url(path), headers, body)

    def _url(self, path: str) -> str:
        if "://" not in path:
            return f"{self.archive.url}/{path.lstrip('/')}"
        if origin_of(path) not in self._origins():
            raise ProtocolError(
                message("The archive names an address on another machine; it is not followed."),
                advice=message("User and password are shown to the archive alone."),
            )
        return path

    def _origins(self) -> set[Origin]:
        return {origin_of(url) for url in (self.archive.url, self.archive.wado_uri) if url}

    def _follow(self, method: str, url: str, headers: Mapping[str, str], body: Body | None) -> Answer:
        """Send, and go where the archive points to, within its own machine or from http to https."""
        renewed = False
        for _ in range(self.caller.limits.redirects + 1):
            exchange = self._send(method, url, headers, body)
            if exchange.status in _REDIRECTS and "location" in exchange.headers:
                url = self._redirected(method, url, exchange)
                continue
            if exchange.status == 401 and not renewed and self.caller.authorization.renew():
                renewed = True
                exchange.drain(_SMALL)
                self.give_back(exchange)
                continue
            return self._judged(exchange, body is not None)
        raise WebError(message("The archive sends us from one address to the next without end."))

    def _redirected(self, method: str, url: str, exchange: Exchange) -> str:
        target = urljoin(url, exchange.headers["location"])
        exchange.drain(_SMALL)
        self.give_back(exchange)
        is_web = urlsplit(target).scheme in ("http", "https")
        here, there = origin_of(url), origin_of(target if is_web else url)
        if not is_web or (here.is_secure and not there.is_secure):
            raise WebError(message("The archive sends us to an address that is not safe; it was not followed."))
        if there != here and not (there.host == here.host and there.is_secure):
            raise WebError(
                message("The archive sends us to another machine ({host}), perhaps to a login page.", host=there.host[:100]),
                advice=message("Set how you show who you are, or enter the address that the archive has now."),
            )
        if method != "GET" and exchange.status not in (307, 308):
            raise WebError(message("The archive sends us elsewhere instead of taking the objects."))
        return target

    def _judged(self, exchange: Exchange, is_storing: bool) -> Answer:
        status = exchange.status
        if 200 <= status < 300:
            return Answer(self, exchange, self.caller.limits)
        kind = exchange.headers.get("content-type", "")
        if is_storing and status == 409 and "dicom+" in kind:
            return Answer(self, exchange, self.caller.limits)
        retry_after = exchange.headers.get("retry-after", "")
        exchange.drain(_SMALL)
        self.give_back(exchange)
        raise refused(status, retry_after)

    # -- connections

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: Body | None) -> Exchange:
        route = find_route(url, self.archive)
        head = RequestHead(method, url, self._headers(url, headers))
        while method == "GET" and (exchange := self._take_idle(route)) is not None:
            try:
                exchange.request(head, None)
                return exchange
            except AbortedError:  # it was closed while it lay idle; a new one tells whether the archive is there
                exchange.close()
            except BaseException:
                exchange.close()
                raise
        exchange = Exchange(route, self.archive, self.caller.limits, self.caller.stop, self.caller.trace)
        try:
            exchange.request(head, body)
        except BaseException:
            exchange.close()
            raise
        return exchange

    def _headers(self, url: str, headers: Mapping[str, str]) -> dict[str, str]:
        shown = self.caller.authorization.header() if origin_of(url).host in {one.host for one in self._origins()} else ""
        return {**headers, "authorization": shown} if shown else dict(headers)

    def _take_idle(self, route: Route) -> Exchange | None:
        with self._lock:
            for exchange in self._idle:
                if exchange.route == route:
                    self._idle.remove(exchange)
                    return exchange
        return None

    def give_back(self, exchange: Exchange) -> None:
        """Keep the connection for the next request, or close it when it is in the middle of something."""
        is_ready = exchange.make_ready()
        with self._lock:
            if is_ready and not self._is_closed and len(self._idle) < self.archive.connections:
                if exchange not in self._idle:
                    self._idle.append(exchange)
                return
        exchange.close()
