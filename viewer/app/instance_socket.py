"""Where later starts meet the program on Linux and macOS: a socket in a folder of the user. Needs none of Qt's network library."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from PySide6.QtCore import QObject, QSocketNotifier

from viewer.app.hand_over import ANSWER, LONGEST, hand_over
from viewer.app.single_instance import SingleInstance

WAITING = 8  # starts that may come at the same moment


class SocketInstance(SingleInstance):
    """Reads letters as they come; who sends none, or nonsense, holds up nobody."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(name, parent)
        self._line: socket.socket | None = None
        self._bell: QSocketNotifier | None = None
        self._guests: dict[socket.socket, tuple[QSocketNotifier, bytearray]] = {}

    def _send(self, paths: Sequence[str]) -> bool:
        return hand_over(self._name, paths)

    def _listen(self) -> None:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with suppress(FileNotFoundError):
                os.unlink(self._name)  # left behind by a program that was killed: nobody answered there
            line.bind(self._name)
            os.chmod(self._name, 0o600)
            line.listen(WAITING)
        except OSError:  # then every start is its own
            line.close()
            return
        line.setblocking(False)
        self._line = line
        self._bell = QSocketNotifier(line.fileno(), QSocketNotifier.Type.Read, self)
        self._bell.activated.connect(self._on_connection)

    @property
    def listening(self) -> bool:
        return self._line is not None

    def _on_connection(self) -> None:
        assert self._line is not None
        with suppress(OSError):
            while True:
                guest, _ = self._line.accept()
                guest.setblocking(False)
                bell = QSocketNotifier(guest.fileno(), QSocketNotifier.Type.Read, self)
                bell.activated.connect(partial(self._read, guest))
                self._guests[guest] = (bell, bytearray())

    def _read(self, guest: socket.socket, *_: object) -> None:
        heard = self._guests[guest][1]
        try:
            more = guest.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        heard += more
        if more and b"\n" not in more and len(heard) <= LONGEST:
            return
        paths = self.understood(bytes(heard)) if more and len(heard) <= LONGEST else None
        if paths is not None:
            with suppress(OSError):
                guest.send(ANSWER)
        self._leave(guest)
        if paths is not None:
            self.deliver(paths)

    def _leave(self, guest: socket.socket) -> None:
        bell, _ = self._guests.pop(guest)
        bell.setEnabled(False)
        bell.deleteLater()
        guest.close()

    def close(self) -> None:
        for guest in list(self._guests):
            self._leave(guest)
        if self._line is not None and self._bell is not None:
            self._bell.setEnabled(False)
            self._line.close()
            self._line = None
            with suppress(OSError):
                os.unlink(self._name)
