"""One window per user: a second start hands its paths to the first and ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import QLockFile, QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from viewer.app.hand_over import ANSWER, ANSWER_SECONDS, CONNECT_SECONDS, letter

CONNECT_MS = int(CONNECT_SECONDS * 1000)
ANSWER_MS = int(ANSWER_SECONDS * 1000)
LONGEST = 4 * 1024 * 1024


class SingleInstance(QObject):
    """Either hands over (`hand_over` gave True: end), or listens and calls `received` with the paths of later starts."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self.received: Callable[[list[str]], None] | None = None
        self._early: list[list[str]] = []

    def hand_over(self, paths: Sequence[str]) -> bool:
        """Give `paths` (absolute) to the program that runs already. False: none runs, and from now on this one listens."""
        lock = QLockFile(f"{self._name}.lock") if sys.platform != "win32" else None
        if lock is not None:
            lock.tryLock(ANSWER_MS)  # two starts at the same moment must not both become the first
        try:
            if self._send(paths):
                return True
            self._listen()
            return False
        finally:
            if lock is not None:
                lock.unlock()

    def _send(self, paths: Sequence[str]) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(CONNECT_MS):
            return False
        socket.write(letter(paths))
        socket.waitForBytesWritten(ANSWER_MS)
        heard = socket.waitForReadyRead(ANSWER_MS) and bytes(socket.readAll().data()) == ANSWER
        socket.disconnectFromServer()
        return heard

    def _listen(self) -> None:
        if not self._server.listen(self._name):
            QLocalServer.removeServer(self._name)  # left behind by a program that was killed
            self._server.listen(self._name)

    @property
    def listening(self) -> bool:
        return self._server.isListening()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > LONGEST:
            socket.abort()
            return
        if not socket.canReadLine():
            return
        try:
            paths = json.loads(bytes(socket.readLine().data()))
        except ValueError:
            socket.abort()
            return
        if not isinstance(paths, list) or not all(isinstance(one, str) for one in paths):
            socket.abort()
            return
        socket.write(ANSWER)
        socket.flush()
        self.deliver(paths)

    def deliver(self, paths: list[str]) -> None:
        """Pass on now, or keep until somebody listens."""
        if self.received is None:
            self._early.append(paths)
        else:
            self.received(paths)

    def attend(self, received: Callable[[list[str]], None]) -> None:
        """From now on `received` gets the paths of later starts, those that came meanwhile first."""
        self.received = received
        early, self._early = self._early, []
        for paths in early:
            received(paths)

    def close(self) -> None:
        self._server.close()
