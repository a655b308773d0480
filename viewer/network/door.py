"""A listening socket and a thread for each connection that comes in: what DIMSE and DICOMweb share of being called."""

from __future__ import annotations

import errno
import socket
import ssl
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from viewer.model.messages import message
from viewer.model.nodes import TlsFiles
from viewer.network.errors import ConnectError, NetworkError
from viewer.network.tls import acceptor_context, tls_error
from viewer.network.trace import Trace

_PAUSE = 0.05  # seconds, while no file handle is free: some connection will end


@dataclass(slots=True, eq=False)
class Call:
    """One connection. `since`: when it came, or began to wait; one that `is_dropped` may still be on its way out."""

    sock: socket.socket
    address: str
    since: float
    is_dropped: bool = False
    thread: threading.Thread | None = None


AnyCall = TypeVar("AnyCall", bound=Call)


class Door(ABC, Generic[AnyCall]):
    """Open from `open_door` to `close`. `port` is the real one when 0 was asked for. `kind` names a connection in the log.

    Raises ConnectError, TlsError.
    """

    def __init__(self, interface: str, port: int, tls: TlsFiles | None, trace: Trace, kind: str) -> None:
        self._trace, self._kind = trace, kind
        self._tls = acceptor_context(tls) if tls is not None else None
        self._calls: set[AnyCall] = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._socket = _listen(interface, port)
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, name=f"{kind} door", daemon=True)

    def open_door(self) -> None:
        """From now on callers are let in; all that `admit` and `talk` need is there."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening, break off what is open, and wait until its threads are gone."""
        self._closing.set()
        shut(self._socket)
        self._socket.close()
        self._thread.join()
        with self._lock:
            calls = list(self._calls)
        for call in calls:
            shut(call.sock)
        for call in calls:
            if call.thread is not None:
                call.thread.join()

    @abstractmethod
    def call_of(self, sock: socket.socket, address: str, now: float) -> AnyCall: ...

    @abstractmethod
    def admit(self, call: AnyCall) -> bool:
        """Whether there is room; called under the lock. Others may be dropped for it."""

    def turn_away(self, sock: socket.socket) -> None:
        """Somebody for whom there is no room; the socket is closed afterwards. Must not wait."""

    @abstractmethod
    def talk(self, call: AnyCall) -> None:
        """Everything with one caller, in a thread of its own. What it raises ends this connection alone."""

    @staticmethod
    def drop(call: AnyCall) -> None:
        """Break a connection off, to make room."""
        call.is_dropped = True
        shut(call.sock)

    def staying(self) -> Iterable[AnyCall]:
        """Those that were not dropped; under the lock."""
        return [call for call in self._calls if not call.is_dropped]

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                sock, address = self._socket.accept()
            except OSError:
                self._closing.wait(_PAUSE)
                continue
            call = self.call_of(sock, str(address[0]), time.monotonic())
            with self._lock:
                is_admitted = self.admit(call)
                if is_admitted:
                    self._calls.add(call)
            if not is_admitted:
                self._trace("a connection was turned away: there are too many")
                self.turn_away(sock)
                sock.close()
                continue
            call.thread = threading.Thread(target=self._run, args=(call,), name=self._kind, daemon=True)
            call.thread.start()

    def _run(self, call: AnyCall) -> None:
        try:
            self.talk(call)
        except NetworkError as error:
            self._trace(f"{self._kind} from {call.address} ended: {error.reason}")
        except OSError as error:
            self._trace(f"{self._kind} from {call.address} ended: {type(error).__name__}")
        except Exception as error:  # one caller must never end the listener, whatever it found
            self._trace(f"{self._kind} from {call.address} ended by an internal error: {type(error).__name__}")
        finally:
            with self._lock:
                self._calls.discard(call)
            shut(call.sock)
            call.sock.close()

    def secured(self, call: AnyCall, seconds: float) -> socket.socket:
        """The socket to talk over; the handshake has so many seconds. Raises TlsError."""
        if self._tls is None:
            return call.sock
        try:
            call.sock.settimeout(seconds)
            secured = self._tls.wrap_socket(call.sock, server_side=True, do_handshake_on_connect=False)
            with self._lock:
                call.sock = secured  # before the handshake, so that `close` can break it off
            secured.do_handshake()  # the timeout is for all of it
        except (OSError, ssl.SSLError, ValueError) as error:
            raise tls_error(error) from error
        return secured


def _listen(interface: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in interface else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((interface, port))
        sock.listen(socket.SOMAXCONN)
    except (OSError, OverflowError) as error:
        sock.close()
        if isinstance(error, socket.gaierror) or getattr(error, "errno", 0) == errno.EADDRNOTAVAIL:
            raise ConnectError(
                message("This computer has no address {address}.", address=interface),
                advice=message("Choose one of its own addresses, or none to listen on all."),
            ) from error
        raise ConnectError(
            message("Port {port} cannot be listened on: {reason}.", port=port, reason=getattr(error, "strerror", None) or ""),
            advice=message("Choose another port; another program may have it, or ports below 1024 may need permission."),
        ) from error
    return sock


def shut(sock: socket.socket) -> None:
    """End a connection both ways; who waits on it wakes."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
