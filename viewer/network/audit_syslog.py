"""The audit trail to a repository, as syslog over TLS (PS3.15 A.6, RFC 5425). What is not taken now is sent later, in order.

The trail itself is the queue: a file beside it holds the number of the last line that was sent, so nothing is lost when the
repository or this program is gone for days. A repository answers nothing; after a cut the last lines before it are sent again.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from pathlib import Path

from viewer.model.messages import message
from viewer.model.nodes import RemoteNode, TlsFiles
from viewer.network.audit import FILE_NAME, number_of, trail_lines
from viewer.network.audit_message import to_syslog
from viewer.network.connection import Connection
from viewer.network.errors import AbortedError, NetworkError, StalledError
from viewer.network.requestor import connect, secure
from viewer.network.trace import Trace, no_trace

PORT = 6514
SENT_NAME = "audit.sent"
_PAUSES = (1.0, 5.0, 30.0, 120.0)
_SECONDS, _LOOK = 10.0, 0.02
_GLANCE = 10.0  # seconds between two looks for lines that another process wrote
_AGAIN = 20  # lines that a cut may have swallowed
_NOTE = 100  # lines between two notes of how far it is


def repository_of(address: str, tls: TlsFiles) -> RemoteNode:
    """The repository at ``HOST`` or ``HOST:PORT``. Without a `ca_file` the system's certificates are trusted."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        host, port = address, str(PORT)
    return RemoteNode("AUDIT", host.strip("[]"), int(port), tls=tls)


class AuditSender:
    """Sends what the trail in `folder` has and gets, from construction to `close`. `pauses` in seconds, before each new attempt."""

    def __init__(
        self,
        folder: Path,
        repository: RemoteNode,
        *,
        trace: Trace = no_trace,
        pauses: tuple[float, ...] = _PAUSES,
        glance: float = _GLANCE,
    ) -> None:
        self._glance, self._seen = glance, 0
        self._folder, self._repository, self._trace, self._pauses = folder, repository, trace, pauses
        self._host = socket.gethostname()
        self._changed = threading.Condition()
        self._grew, self._is_closing = True, False
        self._connection: Connection | None = None
        self._sent, self._certain = self._noted = _read(folder)
        self._thread = threading.Thread(target=self._run, name="audit-sender", daemon=True)
        self._thread.start()

    def grew(self) -> None:
        """The trail has another line."""
        with self._changed:
            self._grew = True
            self._changed.notify_all()

    def close(self) -> None:
        """Send the last lines if the repository is there; the rest is sent by the next process."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        failures = 0
        while self._wait(failures):
            failures = 0 if self._try() else failures + 1
        if not failures:
            self._try()
        self._hang_up()

    def _wait(self, failures: int) -> bool:
        """Until the trail grew, or the pause is over. False when we are to end."""
        with self._changed:
            if failures:
                self._changed.wait_for(lambda: self._is_closing, self._pauses[min(failures, len(self._pauses)) - 1])
            else:
                while not self._changed.wait_for(lambda: self._is_closing or self._grew, self._glance):
                    self._grew = self._size() != self._seen
            self._grew, self._seen = False, self._size()
            return not self._is_closing

    def _size(self) -> int:
        """Of the file that grows: another process writes into it, too."""
        try:
            return (self._folder / FILE_NAME).stat().st_size
        except OSError:
            return 0

    def _try(self) -> bool:
        try:
            self._send_new()
        except (NetworkError, OSError) as error:
            self._trace(f"audit messages cannot be sent: {getattr(error, 'reason', type(error).__name__)}")
            self._lose()
            return False
        return True

    def _send_new(self) -> None:
        if self._connection is not None and self._is_over(_LOOK):
            raise AbortedError(message("The peer closed the connection."))
        for count, line in enumerate(trail_lines(self._folder, self._sent), 1):
            if self._connection is None:
                self._connection = Connection(secure(connect(self._repository), self._repository))
            self._connection.send(to_syslog(line, self._host, os.getpid()), _SECONDS)
            self._sent = number_of(line)
            if count % _NOTE == 0:
                self._note()
        self._note()

    def _lose(self) -> None:
        """The connection is cut: its last lines may not have arrived."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._sent = max(self._certain, self._sent - _AGAIN)

    def _hang_up(self) -> None:
        """End in good order: once the peer has ended its side too, it has all there was."""
        if self._connection is None:
            return
        self._connection.end_writing()
        try:
            if self._is_over(_SECONDS):
                self._certain = self._sent
                self._note()
        except (NetworkError, OSError) as error:
            self._trace(f"the last audit messages may be sent again: {type(error).__name__}")
        finally:
            self._connection.close()

    def _is_over(self, seconds: float) -> bool:
        """True when the repository closes its side within so many seconds. What else it says is nothing to us."""
        deadline = time.monotonic() + seconds
        try:
            while self._connection is not None and self._connection.some(deadline):
                continue
        except StalledError:
            return False
        return True

    def _note(self) -> None:
        if self._noted == (self._sent, self._certain):
            return
        temporary = self._folder / f"{SENT_NAME}.part"
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            json.dump({"sent": self._sent, "certain": self._certain}, stream)
        temporary.replace(self._folder / SENT_NAME)
        self._noted = self._sent, self._certain


def _read(folder: Path) -> tuple[int, int]:
    """(where to go on, what is certain to have arrived): numbers of lines."""
    try:
        found = json.loads((folder / SENT_NAME).read_text())
        sent, certain = int(found["sent"]), int(found["certain"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
    return max(certain, sent - _AGAIN), certain
