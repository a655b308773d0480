"""The network as the window sees it, put together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from viewer.app.desk.collect import Holdings
from viewer.app.desk.line import Later, NodeLine, Post, Soon
from viewer.app.desk.listener import DeskListener
from viewer.app.desk.log import DeskLog
from viewer.app.desk.nodes import DeskNodes
from viewer.app.desk.pictures import DeskPictures
from viewer.app.desk.queries import DeskQueries
from viewer.app.desk.routing import DeskRouting
from viewer.app.desk.transfers import DeskTransfers
from viewer.app.node_messages import Arrived, Ready, Received
from viewer.model.messages import Message
from viewer.model.signals import Signal

_NEWS_MS, _RAREST_MS = 200, 3000
_SHARE = 5


class ReceivingLibrary(Holdings, Protocol):
    """The library as the network needs it."""

    def received_elsewhere(self, studies: frozenset[str], series: frozenset[str]) -> None: ...


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
        self.pictures = DeskPictures(self.line, self.nodes)
        self.listener = DeskListener(self.line)
        self.transfers = DeskTransfers(self.line, self.nodes, library, lambda text: post(lambda: say(text)))
        self.routing = DeskRouting(self.line)
        self._lock = threading.Lock()
        self._arrived: dict[str, set[str]] = {}  # Study Instance UID: Series Instance UIDs
        self._soon = Soon(self.line, _NEWS_MS, lambda: self.line.work(self._take_in))
        self.line.attend(Received, self._on_received)
        self.line.attend(Arrived, self._on_arrived)
        self.line.attend(Ready, lambda _event: self.listener.introduce())

    def begin(self) -> None:
        """Read the lists in the background; the node starts only when the user left it listening or something is to be sent."""
        self.line.work(self.nodes.load)
        self.line.work(self.listener.load)
        self.line.work(self.transfers.load)

    def _on_received(self, event: Received) -> None:
        self._note(event.study_instance_uid, event.series_instance_uid)

    def _on_arrived(self, event: Arrived) -> None:
        """Another program of ours has stored it."""
        self._note(event.study_instance_uid, event.series_instance_uid)

    def _note(self, study: str, series: str) -> None:
        with self._lock:
            self._arrived.setdefault(study, set()).add(series)
        self._soon()

    def _take_in(self) -> None:
        with self._lock:
            arrived, self._arrived = self._arrived, {}
        if not arrived:
            return
        studies, began = frozenset(arrived), time.perf_counter()
        self._library.received_elsewhere(studies, frozenset(uid for uids in arrived.values() for uid in uids))
        # A long series takes a while to sort: the more, the less often, or the window would not get its share.
        took = (time.perf_counter() - began) * 1000
        self._soon.milliseconds = min(max(_NEWS_MS, round(took * _SHARE)), _RAREST_MS)
        self.line.post(lambda: self.received.emit(studies))

    def close(self) -> None:
        """End the node and the thread."""
        self.line.close()
