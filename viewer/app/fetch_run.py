"""One attempt at a fetch, from a node over DIMSE or from an archive over DICOMweb, into the library: only what is missing comes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from viewer.app.archive_list import source_from
from viewer.app.cli.retrieve_text import incomplete
from viewer.app.library_source import narrowing_of
from viewer.app.web_login import is_about_secret
from viewer.app.web_tasks import WebTasks
from viewer.library.fetch_store import Wanted
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.nodes import RemoteNode
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.web_retrieve import WebProgress
from viewer.network.errors import NetworkError
from viewer.network.query_scu import Level, Root
from viewer.network.retrieve_scu import SubOperations, Target
from viewer.network.status import CANCELLED

if TYPE_CHECKING:  # whose part this is
    from viewer.app.node_service import NodeService


@frozen
class FetchNews:
    """How far an attempt is: stored by it, and what the peer says is left, failed and there in all (None where it does not)."""

    stored: int
    remaining: int | None = None
    failed: int | None = None
    total: int | None = None


@frozen
class FetchEnd:
    """How an attempt ended. `total`: how many instances are here now that nothing is missing, 0 where that is not known.

    `may_pass`: trying again later can help; `needs_secret`: the user has to give a password first.
    """

    complete: bool
    stored: int = 0
    missing: tuple[str, ...] = ()
    reason: Message = NO_MESSAGE
    advice: Message = NO_MESSAGE
    may_pass: bool = False
    needs_secret: bool = False
    total: int = 0


Tell = Callable[[FetchNews], None]
Stop = Callable[[], bool]


class FetchRunner:
    """Called by several threads at once."""

    def __init__(self, service: NodeService, web: WebTasks) -> None:
        self._service, self._web = service, web

    def __call__(self, wanted: Wanted, stop: Stop, tell: Tell) -> FetchEnd:
        """Never raises."""
        stored = 0

        def note(news: FetchNews) -> None:
            nonlocal stored
            stored = news.stored
            tell(news)

        try:
            source = self._service.current(source_from(json.loads(wanted.source)))
            target = Target(Level(wanted.level), dict(wanted.keys), Root(wanted.root))
            if isinstance(source, WebArchive):
                end = self._from_web(source, target, stop, note)
            else:
                end = self._from_node(source, target, wanted, stop, note)
            return replace(end, total=self._here(target)) if end.complete else end
        except NegatoscopeError as error:
            may_pass = isinstance(error, NetworkError) and error.may_pass
            needs_secret = is_about_secret(error)
            return FetchEnd(False, stored, (), error.reason, error.advice, may_pass, needs_secret)
        except (ValueError, TypeError, KeyError) as error:  # written by another version
            return FetchEnd(False, reason=message("{text}", text=type(error).__name__))

    def _here(self, target: Target) -> int:
        """How many instances of it the library has."""
        rows = self._service.library.peer_rows.instances(narrowing_of(target.keys))
        return len({row["SOPInstanceUID"] for row in rows})

    def _from_node(self, node: RemoteNode, target: Target, wanted: Wanted, stop: Stop, note: Tell) -> FetchEnd:
        def progress(operations: SubOperations, stored: int) -> None:
            note(FetchNews(stored, operations.remaining, operations.failed, total_of(operations)))

        result = self._service.retrieve(node, target, stop, progress, is_urgent=not wanted.is_ahead)
        stored = len(result.received) or (result.operations.completed or 0)
        if result.is_complete:
            return FetchEnd(True, stored)
        reason = NO_MESSAGE if result.status == CANCELLED else incomplete(result)
        return FetchEnd(False, stored, result.missing, reason, may_pass=result.broke_off)

    def _from_web(self, archive: WebArchive, target: Target, stop: Stop, note: Tell) -> FetchEnd:
        def progress(now: WebProgress) -> None:
            remaining = None if now.total is None else now.total - now.received
            note(FetchNews(now.received, remaining, None, now.total))

        result = self._web.retrieve(archive, target, self._service.library, self._service.files, stop, progress)
        stored = len(result.received)
        if result.is_complete or stop():
            return FetchEnd(result.is_complete, stored, result.missing)
        reason = result.reason or next((one.reason for one in result.refused), NO_MESSAGE)
        missing = (*result.missing, *(one.sop_instance_uid for one in result.refused))
        return FetchEnd(False, stored, missing, reason, may_pass=bool(result.reason) and not result.refused)


def total_of(operations: SubOperations) -> int | None:
    """All sub-operations of one answer together; None where the peer does not count them."""
    if operations.remaining is None:
        return None
    others = (operations.completed, operations.failed, operations.warning)
    return operations.remaining + sum(count or 0 for count in others)
