"""Where later starts meet the program on Windows: a named pipe, by Qt."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from viewer.app.hand_over import ANSWER, ANSWER_SECONDS, CONNECT_SECONDS, LONGEST, letter
from viewer.app.single_instance import SingleInstance

CONNECT_MS = int(CONNECT_SECONDS * 1000)
ANSWER_MS = int(ANSWER_SECONDS * 1000)


class PipeInstance(SingleInstance):
    """Works on every system (with a socket elsewhere), at the price of Qt's network library."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(name, parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

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
        paths = self.understood(bytes(socket.readLine().data()))
        if paths is None:
            socket.abort()
            return
        socket.write(ANSWER)
        socket.flush()
        self.deliver(paths)

    def close(self) -> None:
        for guest in self._server.findChildren(QLocalSocket):
            guest.readyRead.disconnect()
            guest.abort()
        self._server.close()
