"""Queries of the window: asked by the node's process, answered page by page."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from viewer.app.desk.line import NodeLine
from viewer.app.desk.nodes import AGAIN, ENDED, DeskNodes
from viewer.app.node_messages import Answers, Ask, Died, Ended, Listening, message_from
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.remote import QueryEnd, RemoteEntity, RemoteQuery


class DeskQueries:
    """Implements ``workspace.network_services.Queries``."""

    def __init__(self, line: NodeLine, nodes: DeskNodes) -> None:
        self._line, self._nodes = line, nodes
        self._calls: dict[str, _Call] = {}
        line.attend(Answers, self._on_answers)
        line.attend(Ended, self._on_ended)
        line.attend(Died, lambda _event: self._give_up(ENDED, AGAIN))
        line.attend(Listening, self._on_listening)

    def find(
        self, query: RemoteQuery, answered: Callable[[Sequence[RemoteEntity]], None], ended: Callable[[QueryEnd], None]
    ) -> _Call:
        call = _Call(self._line, query, answered, ended)
        node = self._nodes.source(query.source)
        if node is None:
            reason = message("The list has no node named {name}.", name=query.source)
            call.end(QueryEnd(False, reason=reason))
            return call
        self._calls[call.ticket] = call
        order = Ask(asdict(node), query.level.value, "study", dict(query.keys), call.ticket, query.limit, query.offset)
        self._line.order(lambda process: process.give(order))
        return call

    def _on_answers(self, event: Answers) -> None:
        call = self._calls.get(event.ticket)
        if call is not None:
            call.answer([_entity(call.query, row) for row in event.rows])

    def _on_ended(self, event: Ended) -> None:
        call = self._calls.pop(event.ticket, None)
        if call is not None:
            limited = bool(call.query.limit) and call.count >= call.query.limit
            reason = message_from(event.said) or (message("{text}", text=event.reason) if event.reason else NO_MESSAGE)
            call.end(QueryEnd(event.complete, limited, reason, message_from(event.hint), event.needs_secret))

    def _on_listening(self, event: Listening) -> None:
        if event.said and not event.is_guest and not self._line.is_ready:  # it could not even start
            self._give_up(message_from(event.said), message_from(event.hint))

    def _give_up(self, reason: Message, advice: Message) -> None:
        for ticket in list(self._calls):
            call = self._calls.pop(ticket, None)
            if call is not None:
                call.end(QueryEnd(False, reason=reason, advice=advice))


class _Call:
    """A query under way. Once stopped it says nothing."""

    def __init__(
        self,
        line: NodeLine,
        query: RemoteQuery,
        answered: Callable[[Sequence[RemoteEntity]], None],
        ended: Callable[[QueryEnd], None],
    ) -> None:
        self.ticket = uuid.uuid4().hex
        self.query = query
        self.count = 0
        self._line, self._answered, self._ended = line, answered, ended
        self._stopped = threading.Event()

    def answer(self, entities: Sequence[RemoteEntity]) -> None:
        self.count += len(entities)
        self._line.post(lambda: self._answered(entities) if not self._stopped.is_set() else None)

    def end(self, how: QueryEnd) -> None:
        self._line.post(lambda: self._ended(how) if not self._stopped.is_set() else None)

    def stop(self) -> None:
        self._stopped.set()
        self._line.order_if_running(lambda process: process.stop(self.ticket))


def _entity(query: RemoteQuery, row: Mapping[str, object]) -> RemoteEntity:
    found = {key: value for key, value in row.items() if isinstance(value, str)}
    study = query.keys.get("StudyInstanceUID", "")
    if study:
        found.setdefault("StudyInstanceUID", study)
    return RemoteEntity(query.source, query.level, found)
