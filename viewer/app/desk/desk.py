"""The network as the window sees it, put together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from psygnal import Signal

from viewer.app.desk.collect import Holdings
from viewer.app.desk.line import Later, NodeLine, Post, Soon
from viewer.app.desk.listener import DeskListener
from viewer.app.desk.log import DeskLog
from viewer.app.desk.nodes import DeskNodes
from viewer.app.desk.queries import DeskQueries
from viewer.app.desk.routing import DeskRouting
from viewer.app.desk.transfers import DeskTransfers
from viewer.app.node_messages import Ready, Received
from viewer.model.messages import Message

_NEWS_MS = 200


class ReceivingLibrary(Holdings, Protocol):
    """The library as the network needs it."""

    def received_elsewhere(self, studies: frozenset[str]) -> None: ...


class NetworkDesk:
    """Implements ``workspace.network_services.Network``. `say` shows a line to the user; `begin` reads the lists, `close` ends."""

    received = Signal(object)  # frozenset of Study Instance UIDs

    def __init__(
        self,
        config: Path,
        data: Path,
        library: ReceivingLibrary,
        post: Post,
        later: Later,
        say: Callable[[Message], None],
        command: Sequence[str] = (),
    ) -> None:
        self._library = library
        self.line = NodeLine(config, data, post, later, command)
        self.log = DeskLog(self.line)
        self.nodes = DeskNodes(self.line)
        self.queries = DeskQueries(self.line, self.nodes)
        self.listener = DeskListener(self.line)
        self.transfers = DeskTransfers(self.line, self.nodes, library, lambda text: post(lambda: say(text)))
        self.routing = DeskRouting(self.line)
        self._lock = threading.Lock()
        self._arrived: set[str] = set()
        self._soon = Soon(self.line, _NEWS_MS, lambda: self.line.work(self._take_in))
        self.line.attend(Received, self._on_received)
        self.line.attend(Ready, lambda _event: self.listener.introduce())

    def begin(self) -> None:
        """Read the lists in the background; the node starts only when the user left it listening or something is to be sent."""
        self.line.work(self.nodes.load)
        self.line.work(self.listener.load)
        self.line.work(self.transfers.load)

    def _on_received(self, event: Received) -> None:
        with self._lock:
            self._arrived.add(event.study_instance_uid)
        self._soon()

    def _take_in(self) -> None:
        with self._lock:
            studies, self._arrived = frozenset(self._arrived), set()
        if studies:
            self._library.received_elsewhere(studies)
            self.line.post(lambda: self.received.emit(studies))

    def close(self) -> None:
        """End the node and the thread."""
        self.line.close()
