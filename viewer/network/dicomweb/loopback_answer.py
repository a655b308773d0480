"""The page on loopback to which the browser returns from a login (RFC 8252 7.3)."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

import h11

from viewer.model.messages import message
from viewer.network.connection import Connection
from viewer.network.errors import CancelledError, NetworkError, StalledError

_PATH = "/callback"
_SLICE = 0.1
_PAGE_SECONDS = 5.0
_PAGE = b"<!doctype html><meta charset=utf-8><title>Negatoscope</title><p>You can close this page and go back to Negatoscope."


class LoopbackAnswer:
    """Listens on a free port of 127.0.0.1 while it is open."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(8)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}{_PATH}"

    def __enter__(self) -> LoopbackAnswer:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def wait(
        self, seconds: float, stop: Callable[[], bool] | None, is_ours: Callable[[Mapping[str, str]], bool]
    ) -> Mapping[str, str]:
        """The keys of the first request that `is_ours`; others are turned away. Raises StalledError, CancelledError."""
        due = time.monotonic() + seconds
        while time.monotonic() < due:
            if stop is not None and stop():
                raise CancelledError(message("Stopped."))
            self._socket.settimeout(_SLICE)
            try:
                sock, _ = self._socket.accept()
            except TimeoutError:
                continue
            connection = Connection(sock)
            try:
                found = _serve(connection, is_ours)
            except (NetworkError, h11.ProtocolError, ValueError):
                continue
            finally:
                connection.close()
            if found is not None:
                return found
        raise StalledError(message("Nobody logged in within {seconds} s.", seconds=int(seconds)))


def _serve(connection: Connection, is_ours: Callable[[Mapping[str, str]], bool]) -> Mapping[str, str] | None:
    http = h11.Connection(h11.SERVER, max_incomplete_event_size=32 * 1024)
    deadline = time.monotonic() + _PAGE_SECONDS
    while (event := http.next_event()) is h11.NEED_DATA:
        http.receive_data(connection.some(deadline))
    if not isinstance(event, h11.Request):
        return None
    parts = urlsplit(event.target.decode("ascii", "replace"))
    keys = dict(parse_qsl(parts.query, max_num_fields=50))
    found = keys if event.method == b"GET" and parts.path == _PATH and is_ours(keys) else None
    page = _PAGE if found is not None else b"Not found."
    headers = [
        ("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page))), ("Connection", "close"),
        ("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"),
    ]  # fmt: skip
    reply = (h11.Response(status_code=200 if found is not None else 404, headers=headers), h11.Data(data=page), h11.EndOfMessage())
    connection.send(b"".join(http.send(one) or b"" for one in reply), _PAGE_SECONDS)
    return found
