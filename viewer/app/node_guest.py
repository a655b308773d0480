"""The node of a second window: another node of ours has the folder of received objects and the queues.

It asks other nodes and archives and tests them, for which nobody needs the folder. What needs it is said to wait, and once the
other node is gone this process ends: the window starts it again, as a whole node, and gives what waited once more.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from viewer.app.archive_list import source_from
from viewer.app.folder_lock import FolderInUseError, FolderLock
from viewer.app.node_messages import (
    Ask,
    CallAs,
    ChangeFetch,
    ChangeJob,
    Check,
    Commit,
    Committed,
    Event,
    FetchNow,
    JobNow,
    KeepSecret,
    Listen,
    Listening,
    ListObjects,
    Objects,
    Order,
    Queued,
    Ready,
    Retrieve,
    Send,
    Stop,
    StopListening,
    WantPictures,
    from_line,
    plain_message,
)
from viewer.app.node_tasks import NodeTasks
from viewer.app.remote_pictures import RemotePictures
from viewer.app.secret_store import SecretStore, identity_of
from viewer.app.web_sessions import WebSessions
from viewer.library.job_store import JobState
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message
from viewer.model.nodes import RemoteNode, checked_ae_title
from viewer.model.web_archives import WebArchive
from viewer.network.identifier import Identifier
from viewer.network.query_scu import Query, find
from viewer.network.requestor import Caller
from viewer.network.trace import no_trace

LOOK = 1.0  # seconds between two looks whether the folder is free
ADVICE = message("Searching and looking work here as well; sending, fetching and listening wait until the other one is closed.")


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
    """Obeys the orders that need no folder, and tells of the others that they wait. `keep` takes passwords of this run."""

    def __init__(
        self, ae_title: str, secrets: SecretStore, keep: Callable[[str, str], None], tell: Callable[[Event], None]
    ) -> None:
        self._asker = _Asker(ae_title, secrets)
        self._keep, self._tell = keep, tell
        self._tasks = NodeTasks(self._asker, tell)
        self._waiting: dict[int, JobNow] = {}
        self._tickets: dict[int, str] = {}
        self._fetches: dict[str, Retrieve] = {}
        self._pictures = RemotePictures(self._asker.web_sessions, tell)

    def say(self) -> None:
        """Why it does not listen, and that what needs the folder waits."""
        said, hint = plain_message(FolderInUseError.SAID), plain_message(ADVICE)
        reason, advice = str(FolderInUseError.SAID), str(ADVICE)
        self._tell(Listening(self._asker.ae_title, "", 0, reason, advice, said, hint, is_guest=True))

    @property
    def is_busy(self) -> bool:
        return self._tasks.is_busy

    def close(self) -> None:
        """End, and take what waits off the list: the next node queues it anew."""
        self._tasks.close()
        self._pictures.close()
        for number in list(self._waiting):
            self._forget(number)

    def obey(self, order: Order | Event) -> None:
        action = self._ACTIONS.get(type(order))
        try:
            if action is not None:
                action(self, order)
        except (NegatoscopeError, ValueError, TypeError, KeyError):
            return  # an order that is none: the window has another version

    def _listen(self, _order: Listen) -> None:
        self.say()

    def _stop_listening(self, _order: StopListening) -> None:
        self._tell(Listening(self._asker.ae_title, "", 0))

    def _call_as(self, order: CallAs) -> None:
        self._asker.ae_title = checked_ae_title(order.ae_title)

    def _secret(self, order: KeepSecret) -> None:
        self._keep(order.name, order.secret)

    def _send(self, order: Send) -> None:
        """On the list under a number that no queue gives."""
        number = -len(self._tickets) - 1
        self._tickets[number] = order.ticket
        job = JobNow(
            number, json.dumps(dict(order.node)), "", JobState.WAITING.value, 0, 0.0, str(FolderInUseError.SAID), time.time(),
            len(order.paths), 0, 0, plain_message(FolderInUseError.SAID),
        )  # fmt: skip
        self._waiting[number] = job
        self._tell(job)

    def _change(self, order: ChangeJob) -> None:
        """What waits can only be given up; then it is not given to the next node."""
        if order.action in ("cancel", "forget") and order.job in self._waiting:
            self._tell(Queued(self._tickets[order.job], order.job))
            self._forget(order.job)

    def _forget(self, number: int) -> None:
        job = self._waiting.pop(number)
        self._tell(
            JobNow(job.id, job.node, job.origin, "forgotten", 0, 0.0, "", job.created, job.total, 0, 0),
        )

    def _fetch(self, order: Retrieve) -> None:
        self._fetches[order.ticket] = order
        self.say()

    def _change_fetch(self, order: ChangeFetch) -> None:
        """As with a send."""
        waiting = self._fetches.pop(order.ticket, None) if order.action in ("cancel", "forget") else None
        if waiting is None:
            return
        self._tell(Queued(order.ticket, 0))
        if order.action == "cancel":
            source, keys = json.dumps(dict(waiting.node)), dict(waiting.keys)
            state = JobState.CANCELLED.value
            self._tell(
                FetchNow(
                    order.ticket, source, waiting.title, waiting.level, keys, waiting.is_ahead, state, 0.0, 0, 0, (), {}, {},
                    time.time(),
                )
            )  # fmt: skip

    def _want_pictures(self, order: WantPictures) -> None:
        archive = source_from(order.archive)
        if isinstance(archive, WebArchive):
            self._pictures.want(archive, order.wishes, min(max(int(order.size), 16), 512))

    def _objects(self, order: ListObjects) -> None:
        self._tell(Objects(order.job, ()))

    def _commit(self, order: Commit) -> None:
        self._tell(Committed(order.ticket, reason=str(FolderInUseError.SAID)))

    _ACTIONS: ClassVar[dict[type, Callable[..., None]]] = {
        Ask: lambda self, order: self._tasks.ask(order),
        Check: lambda self, order: self._tasks.check(order),
        Stop: lambda self, order: self._tasks.stop(order.ticket),
        KeepSecret: _secret,
        CallAs: _call_as,
        Listen: _listen,
        Retrieve: _fetch,
        ChangeFetch: _change_fetch,
        WantPictures: _want_pictures,
        StopListening: _stop_listening,
        Send: _send,
        ChangeJob: _change,
        ListObjects: _objects,
        Commit: _commit,
    }


def serve(
    guest: NodeGuest, folder: Path, orders: Iterable[bytes], tell: Callable[[Event], None], leave: Callable[[], None]
) -> None:
    """Obey until the orders end. When `folder` is free and nobody waits for an answer, `leave` is called, on another thread."""
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(LOOK):
            if not guest.is_busy and _is_free(folder):
                guest.close()
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
        guest.close()


def _is_free(folder: Path) -> bool:
    try:
        FolderLock(folder).close()
    except (FolderInUseError, OSError):
        return False
    return True
