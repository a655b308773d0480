"""The node beside the window: a child process that is started, spoken to through pipes, and started again when it dies."""

from __future__ import annotations

import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from viewer.app.node_messages import (
    Ask,
    CallAs,
    ChangeJob,
    Commit,
    Died,
    Event,
    KeepSecret,
    Listen,
    Listening,
    ListJobs,
    LogLine,
    Order,
    Queued,
    Ready,
    Retrieve,
    Send,
    Stop,
    StopListening,
    from_line,
    to_line,
)
from viewer.app.node_settings import NodeSettings, settings_to_plain
from viewer.model.nodes import RemoteNode
from viewer.model.web_archives import WebArchive

if TYPE_CHECKING:  # the window makes this without loading the network, whose code runs in the child
    from viewer.network.commitment import Reference
    from viewer.network.query_scu import Query
    from viewer.network.retrieve_scu import Target

_PAUSES = (0.1, 0.5, 2.0, 10.0, 30.0)  # before it is started again; from the start once it ran for a while
_END_SECONDS = 8.0


def node_command() -> list[str]:
    """How the child is started; a bundle is its own interpreter."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "viewer"]
    return [*program, "node", "--pipe"]


class NodeProcess:
    """Orders may be given from any thread at any time; `event` is called on a thread of ours, also while the node starts anew.

    What the node was told to do it is told again after it died: to listen or not to, the secrets of this run, files that it did not
    say it has queued. Jobs that it had queued go on by themselves.
    """

    def __init__(self, event: Callable[[Event], None], command: Sequence[str] = ()) -> None:
        self._event = event
        self._command = list(command) or node_command()
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closing = threading.Event()
        self._listen: Listen | StopListening | None = None
        self._title: CallAs | None = None
        self._secrets: dict[str, KeepSecret] = {}
        self._unanswered: dict[str, Send | Retrieve] = {}
        self._early: list[Order] = []  # given before the node took orders
        self._is_ready = False
        self.starts = 0
        self._thread = threading.Thread(target=self._run, name="node-process", daemon=True)
        self._thread.start()

    # -- orders

    def listen(self, settings: NodeSettings) -> None:
        """Begin to listen, or change how; answered by `Listening`."""
        with self._lock:
            self._listen = Listen(settings_to_plain(settings))
            self._remembered(self._listen)

    def stop_listening(self) -> None:
        """Answered by `Listening`, too, also when the node starts anew just now."""
        with self._lock:
            self._listen = StopListening()
            self._remembered(self._listen)

    def call_as(self, ae_title: str) -> None:
        """Our AE title while we do not listen."""
        with self._lock:
            self._title = CallAs(ae_title)
            self._remembered(self._title)

    def send(self, node: RemoteNode | WebArchive, paths: Sequence[str], *, commit: bool = False) -> str:
        """Queue files; the ticket that comes back in `Queued`."""
        order = Send(asdict(node), tuple(paths), uuid.uuid4().hex, commit)
        self.give_send(order)
        return order.ticket

    def give_send(self, order: Send) -> None:
        """As `send`, with a ticket of the caller's own."""
        with self._lock:
            self._unanswered[order.ticket] = order
            self._remembered(order)

    def commit(self, node: RemoteNode, references: Sequence[Reference], seconds: float) -> str:
        """Ask for storage commitment; answered by `Committed`. The answer is waited for after the node died, too."""
        pairs = tuple((one.sop_class_uid, one.sop_instance_uid) for one in references)
        order = Commit(asdict(node), pairs, seconds, uuid.uuid4().hex)
        self._order(order)
        return order.ticket

    def ask(self, node: RemoteNode, query: Query) -> str:
        """C-FIND; answered by `Answers` and `Ended` with the ticket that is returned. Not asked again when the node dies."""
        order = Ask(asdict(node), query.level.value, query.root.value, dict(query.keys), uuid.uuid4().hex, query.limit)
        self._order(order)
        return order.ticket

    def retrieve(self, node: RemoteNode, target: Target) -> str:
        """Queue an entity to be fetched; answered by `Queued`, `Fetching`, `Received` and `Ended`. It outlives the node."""
        order = Retrieve(asdict(node), target.level.value, target.root.value, dict(target.keys), uuid.uuid4().hex)
        self.fetch(order)
        return order.ticket

    def fetch(self, order: Retrieve) -> None:
        """As `retrieve`, with a ticket of the caller's own."""
        with self._lock:
            self._unanswered[order.ticket] = order
            self._remembered(order)

    def stop(self, ticket: str) -> None:
        """Stop what `ask` or `retrieve` began."""
        self._order(Stop(ticket))

    def keep_secret(self, name: str, secret: str) -> None:
        """For this run."""
        with self._lock:
            self._secrets[name] = KeepSecret(name, secret)
            self._remembered(self._secrets[name])

    def change_job(self, job: int, action: str) -> None:
        """Pause, resume, cancel, retry or forget."""
        self._order(ChangeJob(job, action))

    def list_jobs(self) -> None:
        """Answered by a `JobNow` for each, the oldest first."""
        self._order(ListJobs())

    @property
    def process_id(self) -> int:
        """0 while there is none."""
        with self._lock:
            return self._process.pid if self._process is not None else 0

    def close(self) -> None:
        """End the node: it finishes what it writes and leaves the rest in its queue."""
        self._closing.set()
        with self._lock:
            process = self._process
            if process is not None and process.stdin is not None:
                try:
                    process.stdin.close()
                except OSError:
                    pass
        if process is not None:
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._thread.join()

    def give(self, order: Order) -> None:
        """Any other order. Not given again when the node dies."""
        self._order(order)

    def _order(self, order: Order) -> None:
        """Give an order now, or as soon as the node takes some."""
        with self._lock:
            if self._is_ready:
                self._write(order)
            else:
                self._early.append(order)

    def _remembered(self, order: Order) -> None:
        """Give an order that every new life of the node is given anyway."""
        with self._lock:
            if self._is_ready:
                self._write(order)

    def _write(self, order: Order) -> None:
        process = self._process
        if process is None or process.stdin is None or self._closing.is_set():
            return
        try:
            process.stdin.write(to_line(order))
            process.stdin.flush()
        except (OSError, ValueError):
            return  # it died; what must not be lost is said again to the next one

    # -- the process

    def _run(self) -> None:
        failures = 0
        while not self._closing.is_set():
            was_ready = self._run_once()
            failures = 0 if was_ready else failures + 1
            if self._closing.wait(_PAUSES[min(failures, len(_PAUSES) - 1)]):
                return
            self._event(Died())
            self._event(LogLine("the node ended and is started again"))

    def _run_once(self) -> bool:
        """One life of the child. True when it got as far as taking orders."""
        try:
            process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **_quietly()
            )
        except OSError as error:
            self._event(Listening("", "", 0, error.strerror or ""))
            return False
        with self._lock:
            if self._closing.is_set():
                process.kill()
            self._process = process
            self.starts += 1
        was_ready = False
        with process.stdout or nullcontext(()) as lines:
            for line in lines:
                event = from_line(line)
                if event is None:
                    continue
                was_ready |= isinstance(event, Ready)
                self._note(event)
                self._event(event)  # type: ignore[arg-type]  # the child sends events only
        with self._lock:
            self._process, self._is_ready = None, False
        process.wait()
        if process.stdin is not None:
            try:
                process.stdin.close()
            except OSError:
                pass
        return was_ready

    def _note(self, event: Event | Order) -> None:
        if isinstance(event, Queued):
            with self._lock:
                self._unanswered.pop(event.ticket, None)
        elif isinstance(event, Ready):
            with self._lock:
                self._is_ready = True
                early, self._early = self._early, []
                listen = tuple(one for one in (self._title, self._listen) if one is not None)
                for order in (*self._secrets.values(), *listen, *self._unanswered.values(), *early):
                    self._write(order)


def _quietly() -> dict[str, Any]:
    """No console window under Windows."""
    return {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}
