"""The auto-routing rules of the window: read and written by the code that applies them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from viewer.app.desk.line import NodeLine
from viewer.app.node_messages import ReadRules
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import NO_MESSAGE, Message
from viewer.model.remote import RoutingLine
from viewer.workspace.network_services import Said

FILE_NAME = "routing.json"


class DeskRouting:
    """Implements ``workspace.network_services.Routing``."""

    def __init__(self, line: NodeLine) -> None:
        self._line = line

    def rules(self, done: Callable[[Sequence[RoutingLine], Message], None]) -> None:
        def work() -> None:
            from viewer.network.routing import read_rules

            said, lines = NO_MESSAGE, ()  # type: tuple[Message, tuple[RoutingLine, ...]]
            try:
                found = read_rules(self._line.config / FILE_NAME)
                lines = tuple(RoutingLine(one.name, one.to, one.keys, one.calling_ae_titles, one.enabled) for one in found)
            except NegatoscopeError as error:
                said = error.reason
            self._line.post(lambda: done(lines, said))

        self._line.work(work)

    def keep(self, rules: Sequence[RoutingLine], done: Said) -> None:
        def work() -> None:
            from viewer.network.routing import RoutingRule, write_rules

            said = NO_MESSAGE
            try:
                kept = [RoutingRule(one.name, one.to, one.keys, one.calling_ae_titles, one.enabled) for one in rules]
                write_rules(self._line.config / FILE_NAME, kept)
                self._line.order_if_running(lambda process: process.give(ReadRules()))
            except NegatoscopeError as error:
                said = error.reason
            self._line.post(lambda: done(said))

        self._line.work(work)
