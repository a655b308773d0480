"""A TCP or TLS connection with a deadline on everything: what lies between the socket and the PDUs.

Reads are buffered and large. On Linux acknowledgements are sent at once: a peer that writes its response in two pieces
(DCMTK by default) would else wait 40 ms for ours, which is thirty times what storing a CT slice takes.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Callable, Iterator

from viewer.model.messages import message
from viewer.network.errors import AbortedError, CancelledError, NetworkError, StalledError
from viewer.network.tls import alert

_BUFFER = 256 * 1024
_SLICE = 0.1  # seconds between two looks at `stop`
_HANG_UP = getattr(select, "POLLRDHUP", 0)
_QUICK_ACK = getattr(socket, "TCP_QUICKACK", None)


class _EndOfStreamError(AbortedError):
    """The peer has closed its side in good order."""


class Connection:
    """Owned by one thread at a time; only `cut` may be called by others."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._buffer = bytearray(_BUFFER)
        self._view = memoryview(self._buffer)
        self._start = self._end = 0
        self._was_cut = self._has_heard = False
        self.stop: Callable[[], bool] | None = None
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def is_secure(self) -> bool:
        return isinstance(self._socket, ssl.SSLSocket)

    @property
    def peer_address(self) -> str:
        """IP address of the peer, "" when it is gone."""
        try:
            return str(self._socket.getpeername()[0])
        except OSError:
            return ""

    def cut(self) -> None:
        """Close for good. May be called from any thread; a read or write under way ends with AbortedError."""
        self._was_cut = True
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def end_writing(self) -> None:
        """Tell the peer that nothing more comes; what it sends can still be read."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self) -> None:
        """Give the socket back. Only by the thread that owns the connection."""
        self.cut()
        self._socket.close()

    def has_input(self, seconds: float = 0.0) -> bool:
        """True when a read would not wait, now or within so many seconds."""
        if self._start < self._end:
            return True
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            return True
        try:
            return bool(select.select([self._socket], [], [], seconds)[0])
        except (OSError, ValueError):
            return True

    def has_hung_up(self) -> bool:
        """True when the peer has closed its side, whatever it sent before; never waits.

        Only Linux tells that while something is still to be read; elsewhere it is known once nothing is.
        """
        try:
            if _HANG_UP:
                poll = select.poll()
                poll.register(self._socket, _HANG_UP)
                return bool(poll.poll(0))
            is_readable = bool(select.select([self._socket], [], [], 0)[0])
            return is_readable and not socket.socket.recv(self._socket, 1, socket.MSG_PEEK)
        except (OSError, ValueError):
            return True

    def send(self, data: bytes | bytearray | memoryview, seconds: float) -> None:
        """Send all of `data`; the peer has `seconds` to take it. Raises AbortedError or StalledError."""
        try:
            self._socket.settimeout(seconds)
            self._socket.sendall(data)
        except TimeoutError as error:
            raise StalledError(message("The peer stopped taking data.")) from error
        except (OSError, ValueError) as error:
            raise self._lost(error) from error

    def take(self, count: int, deadline: float) -> bytes:
        """The next `count` bytes, at most the size of the buffer. Raises AbortedError, StalledError, CancelledError."""
        if self._end - self._start < count:
            self._fill(count, deadline)
        start = self._start
        self._start = start + count
        return bytes(self._view[start : start + count])

    def some(self, deadline: float) -> bytes:
        """What has arrived, at least one byte; b"" when the peer has closed the connection in good order."""
        if self._start == self._end:
            try:
                self._fill(1, deadline)
            except _EndOfStreamError:
                return b""
        start, self._start = self._start, self._end
        return bytes(self._view[start : self._end])

    def pieces(self, count: int, deadline: float) -> Iterator[memoryview]:
        """The next `count` bytes in pieces, each valid until the next is asked for."""
        while count:
            if self._start == self._end:
                self._fill(1, deadline)
            start = self._start
            size = min(count, self._end - start)
            self._start = start + size
            count -= size
            yield self._view[start : start + size]

    def _fill(self, count: int, deadline: float) -> None:
        if self._start:
            waiting = self._end - self._start
            self._view[:waiting] = self._view[self._start : self._end]
            self._start, self._end = 0, waiting
        while self._end - self._start < count:
            self._end += self._receive(deadline)

    def _receive(self, deadline: float) -> int:
        sock = self._socket
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise StalledError(message("The peer did not answer in time."))
            if self.stop is not None:
                if self.stop():
                    raise CancelledError(message("Stopped."))
                left = min(left, _SLICE)
            try:
                sock.settimeout(left)
                if _QUICK_ACK is not None:
                    sock.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
                size = sock.recv_into(self._view[self._end :])
            except TimeoutError:
                continue
            except (OSError, ValueError) as error:
                raise self._lost(error) from error
            if size == 0:
                raise _EndOfStreamError(self._lost(None).reason)
            self._has_heard = True
            return size

    def _lost(self, error: Exception | None) -> NetworkError:
        if self._was_cut:
            return AbortedError(message("The connection was closed here."))
        said = alert(error)
        if said is not None:
            return said
        if self.is_secure and not self._has_heard:  # under TLS 1.3 a peer judges our certificate after the handshake
            return AbortedError(
                message("The peer closed the secured connection at once."),
                advice=message("It may want a certificate of ours, or another one: choose our certificate and its key."),
            )
        reason = getattr(error, "strerror", None) or (type(error).__name__ if error else "")
        if reason:
            return AbortedError(message("The connection was lost: {reason}.", reason=reason))
        return AbortedError(message("The peer closed the connection."))
