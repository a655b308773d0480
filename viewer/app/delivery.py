"""Objects on their way to a receiver: to a node by C-STORE, to an archive by STOW-RS. The queue tries again what may pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from viewer.model.nodes import RemoteNode
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.stow import stow
from viewer.network.dicomweb.web_session import WebSession
from viewer.network.requestor import Caller
from viewer.network.storage_item import StorageItem
from viewer.network.storage_scu import Report, RetryPolicy, SendResult, send

Receiver: TypeAlias = RemoteNode | WebArchive
Stop: TypeAlias = Callable[[], bool]
_ONE_RUN = RetryPolicy(attempts=1)


def _no_archives(archive: WebArchive, stop: Stop) -> WebSession:
    raise NotImplementedError


class Delivery:
    """`caller` gives us as a node wants to see us, `session` a session with an archive; both raise MissingSecretError."""

    def __init__(
        self, caller: Callable[[RemoteNode], Caller], session: Callable[[WebArchive, Stop], WebSession] = _no_archives
    ) -> None:
        self._caller, self._session = caller, session

    def __call__(self, receiver: Receiver, items: Sequence[StorageItem], stop: Stop, report: Report) -> Sequence[SendResult]:
        """A result for each item, told as soon as it is known. Raises MissingSecretError, SecretError."""
        if isinstance(receiver, WebArchive):
            with self._session(receiver, stop) as session:
                return stow(session, items, report=report)
        caller = replace(self._caller(receiver), stop=stop)
        return send(receiver, items, caller, policy=_ONE_RUN, wait=lambda seconds: False, report=report)
