"""The node as a process of its own: orders come in by the standard input, events go out by the standard output.

It ends with its parent, whose end closes the orders.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO, ClassVar

from viewer.app.archive_list import source_from
from viewer.app.fetch_run import FetchEnd
from viewer.app.folder_lock import FolderInUseError
from viewer.app.node_guest import NodeGuest, serve
from viewer.app.node_messages import (
    Ask,
    CallAs,
    ChangeFetch,
    ChangeJob,
    Check,
    Commit,
    Ended,
    Event,
    Fetching,
    KeepSecret,
    Listen,
    Listening,
    ListJobs,
    ListObjects,
    LogLine,
    ObjectNow,
    Objects,
    Order,
    Queued,
    ReadRules,
    Ready,
    Received,
    Refused,
    Retrieve,
    Send,
    Stop,
    StopListening,
    WantPictures,
    fetch_now,
    from_line,
    job_now,
    plain_message,
    to_line,
)
from viewer.app.node_service import NodeEvents, NodeService
from viewer.app.node_settings import NodePlaces
from viewer.app.node_settings import settings_from_plain as settings_from_plain
from viewer.app.node_settings import settings_to_plain as settings_to_plain
from viewer.app.node_tasks import NodeTasks
from viewer.app.queued_orders import wanted_of
from viewer.app.remote_pictures import RemotePictures
from viewer.app.secret_store import SecretStore, audit_key
from viewer.library.fetch_store import Fetch
from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import checked_ae_title
from viewer.model.text import plain
from viewer.model.web_archives import WebArchive
from viewer.network.instance_store import ReceivedInstance


class EventPipe:
    """Writes events in one thread, so that a window that is slow to read holds no association up. Never raises."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)
        self._thread.start()

    def __call__(self, event: Event) -> None:
        self._waiting.put(event)

    def close(self) -> None:
        self._waiting.put(None)
        self._thread.join(5)

    def _run(self) -> None:
        while (event := self._waiting.get()) is not None:
            try:
                self._stream.write(to_line(event))
                if self._waiting.empty():
                    self._stream.flush()
            except (OSError, ValueError):
                return  # the window is gone; the end of our input says the same
        try:
            self._stream.flush()
        except (OSError, ValueError):
            return


def run_child(places: NodePlaces, ae_title: str, orders: BinaryIO, events: BinaryIO) -> int:
    """Serve until the orders end. 0; 2 when the node cannot start."""
    pipe = EventPipe(events)
    kept = _Secrets()
    try:
        service = NodeService(places, ae_title, events=_node_events(pipe), secrets=kept, audit_key=audit_key(kept))
    except FolderInUseError:
        return _run_guest(NodeGuest(ae_title, kept, kept.keep, pipe, places), places, orders, pipe)
    except NegatoscopeError as error:
        pipe(not_listening(ae_title, "", error))
        pipe.close()
        return 2
    except OSError as error:
        pipe(Listening(ae_title, "", 0, error.strerror or ""))
        pipe.close()
        return 2
    pipe(Ready(os.getpid()))
    child = _Child(service, pipe, kept)
    try:
        for line in orders:
            order = from_line(line)
            if order is not None:
                child.obey(order)
    finally:
        child.close()
        service.close()
        pipe.close()
    return 0


def _run_guest(guest: NodeGuest, places: NodePlaces, orders: BinaryIO, pipe: EventPipe) -> int:
    def leave() -> None:
        pipe.close()
        os._exit(2)  # the thread that reads orders cannot be woken, and nothing is open here that could be lost

    serve(guest, places.received, orders, pipe, leave)
    pipe.close()
    return 0


class _Secrets(SecretStore):
    """What the window gave for this run, else what the key store has."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}

    def keep(self, name: str, secret: str) -> None:
        self._given[name] = secret

    def get(self, name: str) -> str | None:
        return self._given.get(name) or super().get(name)


class _Child:
    def __init__(self, service: NodeService, pipe: EventPipe, secrets: _Secrets) -> None:
        self._service, self._pipe, self._secrets = service, pipe, secrets
        self._tasks = NodeTasks(service, pipe)
        self._pictures = RemotePictures(service.web_sessions, pipe)

    def close(self) -> None:
        self._pictures.close()
        self._tasks.close()

    def obey(self, order: Order | Event) -> None:
        """Do what the window wants. What goes wrong is an event."""
        action = self._ACTIONS.get(type(order))
        if action is None:
            return
        try:
            action(self, order)
        except NegatoscopeError as error:
            self._pipe(LogLine(str(error.reason)))
        except (ValueError, TypeError, KeyError) as error:  # an order that is none: the window has another version
            self._pipe(LogLine(f"an order was not understood: {type(error).__name__}"))

    def _listen(self, order: Listen) -> None:
        settings = settings_from_plain(order.settings)
        entity = settings.entity
        try:
            port = self._service.listen(settings)
            self._pipe(Listening(entity.ae_title, entity.interface, port))
        except NegatoscopeError as error:
            self._pipe(not_listening(entity.ae_title, entity.interface, error))
        except OSError as error:
            self._pipe(Listening(entity.ae_title, entity.interface, 0, error.strerror or ""))

    def _call_as(self, order: CallAs) -> None:
        self._service.ae_title = checked_ae_title(order.ae_title)

    def _stop(self, order: StopListening) -> None:
        self._service.stop_listening()
        self._pipe(Listening(self._service.ae_title, "", 0))

    def _send(self, order: Send) -> None:
        receiver = source_from(order.node)
        if order.commit:
            self._service.commitments.wish(order)
        number = self._service.jobs.add(receiver, order.paths, ticket=order.ticket)
        self._pipe(Queued(order.ticket, number))

    def _change(self, order: ChangeJob) -> None:
        self._service.change_job(order.job, order.action)

    def _list(self, order: ListJobs) -> None:
        for job in reversed(self._service.jobs.jobs()):
            self._pipe(job_now(job))
        for fetch in reversed(self._service.fetches.jobs()):
            self._pipe(fetch_now(fetch))
        for commitment in self._service.commitments.known():
            self._pipe(commitment)

    def _list_objects(self, order: ListObjects) -> None:
        items = self._service.jobs.items(order.job)
        self._pipe(Objects(order.job, tuple((item.path, item.outcome, item.reason) for item in items)))

    def _read_rules(self, order: ReadRules) -> None:
        self._service.read_rules()

    def _check(self, order: Check) -> None:
        self._tasks.check(order)

    def _keep(self, order: KeepSecret) -> None:
        self._secrets.keep(order.name, order.secret)
        self._service.jobs.secret_given(order.name)

    def _ask(self, order: Ask) -> None:
        self._tasks.ask(order)

    def _want_pictures(self, order: WantPictures) -> None:
        archive = source_from(order.archive)
        if isinstance(archive, WebArchive):
            wishes = [(str(study), str(series), int(count)) for study, series, count in order.wishes]
            self._pictures.want(archive, wishes, min(max(int(order.size), 16), 512))

    def _retrieve(self, order: Retrieve) -> None:
        source_from(order.node)  # what cannot be read is said now
        self._pipe(Queued(order.ticket, self._service.fetches.add(wanted_of(order))))

    def _change_fetch(self, order: ChangeFetch) -> None:
        self._service.fetches.act(order.ticket, order.action)

    def _stop_task(self, order: Stop) -> None:
        self._tasks.stop(order.ticket)
        self._service.fetches.act(order.ticket, "cancel")

    def _commit(self, order: Commit) -> None:
        objects = tuple((str(sop_class), str(uid)) for sop_class, uid in order.references)
        self._service.commitments.ask(order.ticket, json.dumps(order.node), objects, order.seconds)

    _ACTIONS: ClassVar[dict[type, Callable[..., None]]] = {
        CallAs: _call_as,
        Listen: _listen,
        StopListening: _stop,
        Send: _send,
        ChangeJob: _change,
        ListJobs: _list,
        KeepSecret: _keep,
        Commit: _commit,
        Ask: _ask,
        Retrieve: _retrieve,
        WantPictures: _want_pictures,
        ChangeFetch: _change_fetch,
        Stop: _stop_task,
        ListObjects: _list_objects,
        ReadRules: _read_rules,
        Check: _check,
    }


def _node_events(pipe: EventPipe) -> NodeEvents:
    def received(instance: ReceivedInstance) -> None:
        pipe(Received(**{name: getattr(instance, name) for name in Received.__dataclass_fields__}))

    def fetch_changed(fetch: Fetch, end: FetchEnd | None) -> None:
        pipe(fetch_now(fetch))
        if end is not None:
            said, hint = plain_message(end.reason), plain_message(end.advice)
            reason, advice, ticket = str(end.reason), str(end.advice), fetch.wanted.ticket
            pipe(Ended(ticket, end.complete, end.stored, end.missing, reason, advice, said, hint, end.needs_secret))

    return NodeEvents(
        received=received,
        job_changed=lambda job: pipe(job_now(job)),
        fetch_changed=fetch_changed,
        commitment=pipe,
        fetching=lambda fetch, news: pipe(Fetching(fetch.wanted.ticket, news.stored, news.remaining, news.failed, news.total)),
        object_done=lambda progress: pipe(
            ObjectNow(progress.job, progress.path, progress.outcome, progress.reason, size_of(progress.path))
        ),
        refused=lambda refusal: pipe(Refused(refusal.calling_ae_title, refusal.address, refusal.reason)),
        trace=lambda line: pipe(LogLine(plain(line, 400))),
    )


def not_listening(ae_title: str, interface: str, error: NegatoscopeError) -> Listening:
    """Why it does not listen."""
    said, hint = plain_message(error.reason), plain_message(error.advice)
    return Listening(ae_title, interface, 0, str(error.reason), str(error.advice), said, hint)


def size_of(path: str) -> int:
    """In bytes; 0 when it is gone."""
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def standard_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Our orders and events. What libraries print goes to the standard error, not into the events."""
    events = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer, events
