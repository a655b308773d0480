"""The node of a second window: another node of ours has the folder of received objects.

It asks other nodes and archives and tests them, for which nobody needs the folder. What is to be sent and fetched it writes into
the queue of the other node, which does it; the progress is read from the same file. Only listening is left to the other one alone.
Once that is gone this process ends: the window starts it again, as a whole node, which goes on with what is in the queue.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from viewer.app.archive_list import source_from
from viewer.app.folder_lock import FolderInUseError, FolderLock
from viewer.app.guest_queue import GuestQueue
from viewer.app.node_messages import (
    Arrived,
    Ask,
    CallAs,
    ChangeFetch,
    ChangeJob,
    Check,
    Commit,
    Event,
    KeepSecret,
    Listen,
    Listening,
    ListJobs,
    ListObjects,
    LogLine,
    Order,
    Ready,
    Retrieve,
    Send,
    Stop,
    StopListening,
    WantPictures,
    from_line,
    plain_message,
)
from viewer.app.node_settings import NodePlaces
from viewer.app.node_tasks import NodeTasks
from viewer.app.remote_pictures import RemotePictures
from viewer.app.secret_store import SecretStore, identity_of
from viewer.app.web_sessions import WebSessions
from viewer.library.job_file import JobStoreError
from viewer.library.received_rows import ReceivedRows, ReceivedRowsError
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message
from viewer.model.nodes import RemoteNode, checked_ae_title
from viewer.model.web_archives import WebArchive
from viewer.network.identifier import Identifier
from viewer.network.query_scu import Query, find
from viewer.network.requestor import Caller
from viewer.network.trace import no_trace

LOOK = 0.5  # seconds between two looks into the queue
FREE = 1.0  # and between two looks whether the folder is free
ADVICE = message("Searching, sending and fetching work here as well: the other one does them. Only listening is left to it.")
_log = logging.getLogger(__name__)


class _Asker:
    """What the tasks of a node need of it."""

    def __init__(self, ae_title: str, secrets: SecretStore) -> None:
        self.ae_title = ae_title
        self._secrets = secrets
        self.web_sessions = WebSessions(secrets, no_trace)

    def caller(self, node: RemoteNode) -> Caller:
        return Caller(self.ae_title, identity=identity_of(node, self._secrets.get))

    def ask(self, node: RemoteNode, query: Query, stop: Callable[[], bool]) -> Iterator[Identifier]:
        caller = self.caller(node)
        return find(node, query, Caller(caller.ae_title, stop=stop, identity=caller.identity))


class NodeGuest:
    """Obeys the orders that need no folder, and hands on the others. `keep` takes passwords of this run.

    `places`: where the other node has its queue and puts what it receives. Raises JobStoreError when the queue cannot be opened.
    """

    def __init__(
        self,
        ae_title: str,
        secrets: SecretStore,
        keep: Callable[[str, str], None],
        tell: Callable[[Event], None],
        places: NodePlaces,
    ) -> None:
        self._asker = _Asker(ae_title, secrets)
        self._keep, self._tell = keep, tell
        self._queue = GuestQueue(places.data, tell)
        self._received = ReceivedRows(places.library, places.received)
        self._tell_received()  # of what comes from now on
        self._tasks = NodeTasks(self._asker, tell)
        self._pictures = RemotePictures(self._asker.web_sessions, tell)

    def say(self) -> None:
        """Why it does not listen, and that what needs the folder waits."""
        said, hint = plain_message(FolderInUseError.SAID), plain_message(ADVICE)
        reason, advice = str(FolderInUseError.SAID), str(ADVICE)
        self._tell(Listening(self._asker.ae_title, "", 0, reason, advice, said, hint, is_guest=True))

    @property
    def is_busy(self) -> bool:
        return self._tasks.is_busy

    def look(self) -> None:
        """What has become of the jobs, and what the other one has received."""
        try:
            self._queue.look()
        except (JobStoreError, ValueError, TypeError) as error:  # busy, or written by another version: at the next look, then
            _log.error("the queue cannot be read: %s", type(error).__name__)
        self._tell_received()

    def _tell_received(self) -> None:
        try:
            for study, series in self._received.news():
                self._tell(Arrived(study, series))
        except ReceivedRowsError as error:
            _log.error("the library cannot be read: %s", error.reason)

    def close(self, *, is_over: bool) -> None:
        """End. What was ordered goes on, except, when it `is_over` for our window, too, what nobody waits for."""
        self._tasks.close()
        self._pictures.close()
        self._received.close()
        try:
            self._queue.close(is_over=is_over)
        except JobStoreError as error:
            _log.error("the queue cannot be written: %s", error.reason)

    def obey(self, order: Order | Event) -> None:
        action = self._ACTIONS.get(type(order))
        try:
            if action is not None:
                action(self, order)
        except NegatoscopeError as error:
            self._tell(LogLine(str(error.reason)))
        except (ValueError, TypeError, KeyError) as error:  # an order that is none: the window has another version
            self._tell(LogLine(f"an order was not understood: {type(error).__name__}"))

    def _listen(self, _order: Listen) -> None:
        self.say()

    def _stop_listening(self, _order: StopListening) -> None:
        self._tell(Listening(self._asker.ae_title, "", 0))

    def _call_as(self, order: CallAs) -> None:
        self._asker.ae_title = checked_ae_title(order.ae_title)

    def _secret(self, order: KeepSecret) -> None:
        self._keep(order.name, order.secret)

    def _stop(self, order: Stop) -> None:
        self._tasks.stop(order.ticket)
        self._queue.change_fetch(order.ticket, "cancel")

    def _want_pictures(self, order: WantPictures) -> None:
        archive = source_from(order.archive)
        if isinstance(archive, WebArchive):
            self._pictures.want(archive, order.wishes, min(max(int(order.size), 16), 512))

    _ACTIONS: ClassVar[dict[type, Callable[..., None]]] = {
        Ask: lambda self, order: self._tasks.ask(order),
        Check: lambda self, order: self._tasks.check(order),
        Stop: _stop,
        KeepSecret: _secret,
        CallAs: _call_as,
        Listen: _listen,
        StopListening: _stop_listening,
        WantPictures: _want_pictures,
        Send: lambda self, order: self._queue.send(order),
        ChangeJob: lambda self, order: self._queue.change_job(order.job, order.action),
        ListJobs: lambda self, order: self._queue.list(),
        ListObjects: lambda self, order: self._queue.objects(order.job),
        Retrieve: lambda self, order: self._queue.fetch(order),
        ChangeFetch: lambda self, order: self._queue.change_fetch(order.ticket, order.action),
        Commit: lambda self, order: self._queue.commit(order),
    }


def serve(
    guest: NodeGuest, folder: Path, orders: Iterable[bytes], tell: Callable[[Event], None], leave: Callable[[], None]
) -> None:
    """Obey until the orders end. When `folder` is free and nobody waits for an answer, `leave` is called, on another thread."""
    is_over = threading.Event()

    def watch() -> None:
        due = time.monotonic() + FREE
        while not is_over.wait(LOOK):
            guest.look()
            if time.monotonic() < due:
                continue
            due = time.monotonic() + FREE
            if not guest.is_busy and _is_free(folder):
                guest.close(is_over=False)
                leave()
                return

    tell(Ready(os.getpid()))
    guest.say()
    watcher = threading.Thread(target=watch, name="watch the folder", daemon=True)
    watcher.start()
    try:
        for line in orders:
            order = from_line(line)
            if order is not None:
                guest.obey(order)
    finally:
        is_over.set()
        watcher.join()
        guest.close(is_over=True)


def _is_free(folder: Path) -> bool:
    try:
        FolderLock(folder).close()
    except (FolderInUseError, OSError):
        return False
    return True
