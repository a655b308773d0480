"""The lists of remote nodes and of archives, their secrets and their test."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from viewer.app.archive_list import FILE_NAME as ARCHIVES
from viewer.app.archive_list import ArchiveList
from viewer.app.desk.line import NodeLine
from viewer.app.entry_list import key_of_name
from viewer.app.exchanged_lists import export_lists, import_lists
from viewer.app.node_list import FILE_NAME, NodeList, key_of
from viewer.app.node_messages import Check, Checked, Died, Ended, Listening, message_from
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.nodes import NodeAddressError, RemoteNode
from viewer.model.remote import TestStep
from viewer.model.signals import Signal
from viewer.model.web_archives import WebArchive
from viewer.workspace.network_services import Said

ENDED = message("The network part of the program ended unexpectedly.")
AGAIN = message("It is started again by itself; try once more.")


class DeskNodes:
    """Implements ``workspace.network_services.Nodes``."""

    changed = Signal()

    def __init__(self, line: NodeLine) -> None:
        self._line = line
        self._list: NodeList | None = None
        self._archive_list: ArchiveList | None = None
        self.nodes: tuple[RemoteNode, ...] = ()
        self.archives: tuple[WebArchive, ...] = ()
        self.notice: Message = NO_MESSAGE
        self._tests: dict[str, _Test] = {}
        line.attend(Checked, self._on_checked)
        line.attend(Ended, self._on_ended)
        line.attend(Died, lambda _event: self._give_up(ENDED, AGAIN))
        line.attend(Listening, self._on_listening)

    def load(self) -> None:
        """On the thread of the desk."""
        try:
            self._lists()
        except NegatoscopeError as error:
            self.notice = error.reason
        self._say()

    def _say(self) -> None:
        nodes = self._list.nodes if self._list is not None else ()
        archives = self._archive_list.archives if self._archive_list is not None else ()

        def say() -> None:
            self.nodes, self.archives = nodes, archives
            self.changed.emit()

        self._line.post(say)

    def named(self, name: str) -> RemoteNode | None:
        wanted = key_of_name(name)
        return next((node for node in self.nodes if key_of(node) == wanted), None)

    def source(self, name: str) -> RemoteNode | WebArchive | None:
        wanted = key_of_name(name)
        found = next((one for one in self.archives if key_of_name(one.name) == wanted), None)
        return self.named(name) or found

    def put_archive(self, archive: WebArchive, *, replacing: str, secret: str | None, done: Said) -> None:
        self._put(archive, replacing, secret, done)

    def put(self, node: RemoteNode, *, replacing: str, secret: str | None, done: Said) -> None:
        self._put(node, replacing, secret, done)

    def _put(self, entry: RemoteNode | WebArchive, replacing: str, secret: str | None, done: Said) -> None:
        def change(nodes: NodeList, archives: ArchiveList) -> Message:
            other: NodeList | ArchiveList = nodes if isinstance(entry, WebArchive) else archives
            if other.named(entry.name) is not None:
                raise NodeAddressError(message("The name {name} is taken by another node.", name=entry.name))
            mine: NodeList | ArchiveList = archives if isinstance(entry, WebArchive) else nodes
            mine.put(entry)  # type: ignore[arg-type]  # each into the list of its kind
            if replacing and key_of_name(replacing) != key_of_name(entry.name):
                mine.remove(replacing)
            if secret:
                self._keep(entry, secret)
            return NO_MESSAGE

        self._change(change, done)

    def remove(self, name: str, done: Said) -> None:
        def change(nodes: NodeList, archives: ArchiveList) -> Message:
            nodes.remove(name)
            archives.remove(name)
            return NO_MESSAGE

        self._change(change, done)

    def write(self, path: str, done: Said) -> None:
        def change(nodes: NodeList, archives: ArchiveList) -> Message:
            return message("The list was written: {count} nodes.", count=export_lists(Path(path), nodes, archives))

        self._change(change, done)

    def read(self, path: str, done: Said) -> None:
        def change(nodes: NodeList, archives: ArchiveList) -> Message:
            taken, kept = import_lists(Path(path), nodes, archives)
            return message("{taken} nodes were taken in, {kept} left as they were.", taken=taken, kept=kept)

        self._change(change, done)

    def _change(self, change: Callable[[NodeList, ArchiveList], Message], done: Said) -> None:
        def work() -> None:
            try:
                said = change(*self._lists())
            except NegatoscopeError as error:
                said = error.reason
            self._say()  # also when it failed half way
            self._line.post(lambda: done(said))

        self._line.work(work)

    def _lists(self) -> tuple[NodeList, ArchiveList]:
        """Raises NodeListError."""
        if self._list is None:
            self._list = NodeList(self._line.config / FILE_NAME)
        if self._archive_list is None:
            self._archive_list = ArchiveList(self._line.config / ARCHIVES)
        return self._list, self._archive_list

    # -- secrets

    def keep_secret(self, node: RemoteNode | WebArchive, secret: str) -> None:
        self._line.work(lambda: self._keep(node, secret))

    def _keep(self, node: RemoteNode | WebArchive, secret: str) -> None:
        """On the thread of the desk: a key store may take its time, or ask the user."""
        from viewer.app.secret_store import SecretStore

        name = _secret_name(node)
        self._line.order_now(lambda process: process.keep_secret(name, secret))
        SecretStore().put(name, secret)

    # -- the test

    def test(
        self, node: RemoteNode | WebArchive, secret: str | None, step: Callable[[TestStep], None], ended: Callable[[], None]
    ) -> _Test:
        made = _Test(self._line, step, ended)
        self._tests[made.ticket] = made
        if secret:
            self._line.work(lambda: self._keep_for_this_run(node, secret))
        self._line.order(lambda process: process.give(Check(asdict(node), made.ticket)))
        return made

    def _keep_for_this_run(self, node: RemoteNode | WebArchive, secret: str) -> None:
        name = _secret_name(node)
        self._line.order_now(lambda process: process.keep_secret(name, secret))

    def _on_checked(self, event: Checked) -> None:
        test = self._tests.get(event.ticket)
        if test is not None:
            test.tell(TestStep(event.step, event.passed, event.milliseconds, message_from(event.said), message_from(event.hint)))

    def _on_ended(self, event: Ended) -> None:
        test = self._tests.pop(event.ticket, None)
        if test is not None:
            if event.reason:
                test.tell(TestStep("association", False, 0.0, message_from(event.said), message_from(event.hint)))
            test.end()

    def _on_listening(self, event: Listening) -> None:
        if event.said and not self._line.is_ready:  # it could not even start
            self._give_up(message_from(event.said), message_from(event.hint))

    def _give_up(self, reason: Message, advice: Message) -> None:
        for ticket in list(self._tests):
            test = self._tests.pop(ticket, None)
            if test is not None:
                test.tell(TestStep("tcp", False, 0.0, reason, advice))
                test.end()


def _secret_name(node: RemoteNode | WebArchive) -> str:
    """Under which name its secret is kept."""
    if isinstance(node, WebArchive):
        from viewer.app import web_secrets

        return web_secrets.secret_name(node)
    from viewer.app.secret_store import secret_name

    return secret_name(node)


class _Test:
    """A test under way. Once stopped it says nothing."""

    def __init__(self, line: NodeLine, step: Callable[[TestStep], None], ended: Callable[[], None]) -> None:
        self.ticket = uuid.uuid4().hex
        self._line, self._step, self._ended = line, step, ended
        self._stopped = threading.Event()

    def tell(self, step: TestStep) -> None:
        self._line.post(lambda: self._step(step) if not self._stopped.is_set() else None)

    def end(self) -> None:
        self._line.post(lambda: self._ended() if not self._stopped.is_set() else None)

    def stop(self) -> None:
        self._stopped.set()
        self._line.order_if_running(lambda process: process.stop(self.ticket))
