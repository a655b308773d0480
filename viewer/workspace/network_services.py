"""What the window asks of the network, as protocols; ``app/network_desk.py`` implements them.

All methods return at once; what they find is told, and all signals fire, on the GUI thread. Nothing of the network is loaded, and
its process does not run, before one of them needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from viewer.model.messages import Message
from viewer.model.nodes import ApplicationEntity, RemoteNode
from viewer.model.remote import (
    ListenerSettings,
    ListenerState,
    Outgoing,
    QueryEnd,
    RemoteEntity,
    RemoteQuery,
    RoutingLine,
    TestStep,
    Transfer,
    TransferObject,
)
from viewer.model.signals import SignalInstance
from viewer.model.web_archives import WebArchive

Said = Callable[[Message], None]  # NO_MESSAGE: it went well


class Call(Protocol):
    """Something that was asked and can be stopped."""

    def stop(self) -> None: ...


class Nodes(Protocol):
    """The lists of remote nodes and of DICOMweb archives. A change that cannot be written is said by `done`."""

    @property
    def changed(self) -> SignalInstance: ...

    @property
    def nodes(self) -> tuple[RemoteNode, ...]:
        """By name."""
        ...

    def named(self, name: str) -> RemoteNode | None: ...

    @property
    def archives(self) -> tuple[WebArchive, ...]:
        """By name."""
        ...

    def source(self, name: str) -> RemoteNode | WebArchive | None:
        """What can be searched under this name."""
        ...

    def put_archive(self, archive: WebArchive, *, replacing: str, secret: str | None, done: Said) -> None: ...

    def put(self, node: RemoteNode, *, replacing: str, secret: str | None, done: Said) -> None:
        """Add a node, or replace the one named `replacing`. `secret` goes into the key store, None leaves it as it is."""

    def remove(self, name: str, done: Said) -> None:
        """Take a node or an archive off its list."""

    def write(self, path: str, done: Said) -> None:
        """Export both lists into one file. There is no secret in it."""

    def read(self, path: str, done: Said) -> None:
        """Take in the nodes and archives of such a file; names that are there stay as they are."""

    def test(
        self, node: RemoteNode | WebArchive, secret: str | None, step: Callable[[TestStep], None], ended: Callable[[], None]
    ) -> Call:
        """TCP, TLS, association, C-ECHO; stops at the first step that fails. Of an archive: TCP, TLS, a search for one study."""
        ...

    def keep_secret(self, node: RemoteNode | WebArchive, secret: str) -> None:
        """For this run, and in the system's key store where there is one."""


class Queries(Protocol):
    """Asking nodes what they have."""

    def find(
        self, query: RemoteQuery, answered: Callable[[Sequence[RemoteEntity]], None], ended: Callable[[QueryEnd], None]
    ) -> Call: ...


class Pictures(Protocol):
    """Small pictures of series that others hold."""

    def has(self, source: str) -> bool:
        """The source can be asked for some."""
        ...

    def want(
        self, source: str, series: Sequence[RemoteEntity], size: int, done: Callable[[str, NDArray[np.uint32] | None], None]
    ) -> None:
        """These are in sight; what was wanted before and has not begun is given up. `size` in pixels.

        `done` gets the Series Instance UID and (rows, columns) of 0xffRRGGBB, None where there is none.
        """


class Transfers(Protocol):
    """Jobs that send and jobs that fetch. They outlive the program."""

    @property
    def changed(self) -> SignalInstance: ...

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """The newest first."""
        ...

    def send(self, what: Outgoing, node: str, *, commit: bool = False) -> None:
        """Queue objects for a node or an archive; `commit` asks a node afterwards to answer for them (PS3.4 J)."""

    def retrieve(self, entity: RemoteEntity, title: str) -> None:
        """Fetch what the library does not have of it."""

    def fetch_ahead(self, entity: RemoteEntity, title: str, done: Callable[[bool], None]) -> Call:
        """Fetch what nobody waits for yet: it gives way to what is waited for, and leaves the list by itself.

        `done` is told, unless it was stopped, whether all of it is here or comes otherwise.
        """
        ...

    def act(self, key: str, action: str) -> None:
        """Pause, resume, cancel, retry or forget."""

    def objects(self, key: str, done: Callable[[Sequence[TransferObject]], None]) -> None:
        """Each object of a job, in order."""


class ListenerControl(Protocol):
    @property
    def changed(self) -> SignalInstance: ...

    @property
    def settings(self) -> ListenerSettings: ...

    @property
    def state(self) -> ListenerState: ...

    def change(self, settings: ListenerSettings, done: Said) -> None:
        """Remember the settings and listen, or not, as they say."""

    def entry(self, entity: ApplicationEntity, done: Callable[[Sequence[tuple[Message, str]]], None]) -> None:
        """What the administrator of another node has to enter for us, as (what, value)."""


class Routing(Protocol):
    def rules(self, done: Callable[[Sequence[RoutingLine], Message], None]) -> None: ...

    def keep(self, rules: Sequence[RoutingLine], done: Said) -> None: ...


class AssociationLog(Protocol):
    @property
    def changed(self) -> SignalInstance: ...

    @property
    def lines(self) -> tuple[str, ...]:
        """The latest lines, oldest first. No names of patients are in it."""
        ...


class Network(Protocol):
    """All of it."""

    @property
    def nodes(self) -> Nodes: ...

    @property
    def queries(self) -> Queries: ...

    @property
    def pictures(self) -> Pictures: ...

    @property
    def transfers(self) -> Transfers: ...

    @property
    def listener(self) -> ListenerControl: ...

    @property
    def routing(self) -> Routing: ...

    @property
    def log(self) -> AssociationLog: ...

    @property
    def received(self) -> SignalInstance:
        """Fires with the Study Instance UIDs (frozenset) of what came in meanwhile, after the library knows it."""
        ...
