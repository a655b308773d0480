"""One window per user: a second start hands its paths to the first and ends."""

from __future__ import annotations

import json
import sys
from abc import abstractmethod
from collections.abc import Callable, Sequence

from PySide6.QtCore import QLockFile, QObject

from viewer.app.hand_over import ANSWER_SECONDS

ANSWER_MS = int(ANSWER_SECONDS * 1000)


class SingleInstance(QObject):
    """Either hands over (`hand_over` gave True: end), or listens and calls `received` with the paths of later starts.

    `make_instance` makes the one for this system.
    """

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
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

    @abstractmethod
    def _send(self, paths: Sequence[str]) -> bool:
        """Give `paths` to who listens. False when nobody answers."""

    @abstractmethod
    def _listen(self) -> None:
        """Call `deliver` with what later starts send. Takes over what a program that was killed left behind."""

    @property
    @abstractmethod
    def listening(self) -> bool:
        """Later starts find this one."""

    @abstractmethod
    def close(self) -> None:
        """Listen no more."""

    def understood(self, line: bytes) -> list[str] | None:
        """The paths in a letter, None when it is none."""
        try:
            paths = json.loads(line)
        except ValueError:
            return None
        if not isinstance(paths, list) or not all(isinstance(one, str) for one in paths):
            return None
        return paths

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


def make_instance(name: str) -> SingleInstance:
    """Each kind is imported where it is used: Qt's network library takes 6 ms of a start."""
    if sys.platform == "win32":
        from viewer.app.instance_pipe import PipeInstance

        return PipeInstance(name)
    from viewer.app.instance_socket import SocketInstance

    return SocketInstance(name)
