"""The listener of the window: its settings, kept as ``listener.json``, and what it does now."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from viewer.app.desk.line import NodeLine
from viewer.app.node_messages import Listening, message_from
from viewer.app.node_settings import NodeSettings
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.nodes import ApplicationEntity, KnownCaller, TlsFiles
from viewer.model.remote import ListenerSettings, ListenerState
from viewer.model.signals import Signal
from viewer.workspace.network_services import Said

FILE_NAME = "listener.json"


class DeskListener:
    """Implements ``workspace.network_services.ListenerControl``."""

    changed = Signal()

    def __init__(self, line: NodeLine) -> None:
        self._line = line
        self.settings = ListenerSettings()
        self.state = ListenerState()
        line.attend(Listening, self._on_listening)

    def load(self) -> None:
        """On the thread of the desk; begins to listen when the user left it so."""
        settings = read_settings(self._line.config / FILE_NAME)
        self._line.post(lambda: self._take(settings))
        self._follow(settings, at_start=True)

    def change(self, settings: ListenerSettings, done: Said) -> None:
        def work() -> None:
            said = write_settings(self._line.config / FILE_NAME, settings)
            self._line.post(lambda: self._take(settings))
            self._follow(settings)
            self._line.post(lambda: done(said))

        self._line.work(work)

    def _take(self, settings: ListenerSettings) -> None:
        self.settings = settings
        if not settings.is_on:
            self.state = ListenerState()
        self.changed.emit()

    def _follow(self, settings: ListenerSettings, *, at_start: bool = False) -> None:
        if settings.is_on:
            wanted = NodeSettings(settings.entity, query=settings.query, private=settings.private)
            self._line.order(lambda process: process.listen(wanted))
        elif not at_start:
            self._line.order_if_running(lambda process: process.stop_listening())
        title = settings.entity.ae_title
        if settings != ListenerSettings():
            self._line.order_if_running(lambda process: process.call_as(title))

    def introduce(self) -> None:
        """Tell a node that starts for other reasons under which title it calls."""
        title = self.settings.entity.ae_title
        self._line.order_if_running(lambda process: process.call_as(title))

    def _on_listening(self, event: Listening) -> None:
        state = ListenerState(event.port, _reason(event), _advice(event))

        def take() -> None:
            self.state = state if self.settings.is_on else ListenerState()
            self.changed.emit()

        self._line.post(take)

    def entry(self, entity: ApplicationEntity, done: Callable[[Sequence[tuple[Message, str]]], None]) -> None:
        """What the administrator of another node has to enter for us, as (what, value)."""

        def work() -> None:
            from viewer.app.own_address import for_the_administrator

            lines = for_the_administrator(entity)
            self._line.post(lambda: done(lines))

        self._line.work(work)


def _reason(event: Listening) -> Message:
    if event.port or not event.reason:
        return NO_MESSAGE
    return message_from(event.said) or message("It cannot listen: {reason}.", reason=event.reason)


def _advice(event: Listening) -> Message:
    if event.port or not event.reason:
        return NO_MESSAGE
    return message_from(event.hint) or message("Choose another port or address; ports below 1024 are for administrators.")


def read_settings(path: Path) -> ListenerSettings:
    """The settings of a file; those of a new program where there is none, or it is damaged."""
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        entity = dict(document["entity"])
        tls = entity.get("tls")
        entity["tls"] = None if tls is None else TlsFiles(**tls)
        entity["callers"] = tuple(KnownCaller(**one) for one in entity.get("callers", ()))
        switches = {name: bool(document[name]) for name in ("is_on", "query", "private") if name in document}
        return ListenerSettings(ApplicationEntity(**entity), **switches)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, NegatoscopeError):
        return ListenerSettings()


def write_settings(path: Path, settings: ListenerSettings) -> Message:
    """Keep the settings, whole or not at all; what went wrong."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            json.dump(asdict(settings), stream, ensure_ascii=False, indent=1)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        return message("The settings could not be written: {path}", path=error.strerror or str(path))
    return NO_MESSAGE
