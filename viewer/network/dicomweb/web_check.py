"""The test of an archive, step by step: TCP, TLS, a search for one study."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

from viewer.model.messages import NO_MESSAGE, Message
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.http_route import connect, find_route, secure
from viewer.network.dicomweb.qido import WebQuery, search
from viewer.network.dicomweb.web_session import WebSession
from viewer.network.errors import NetworkError
from viewer.network.query_scu import Level
from viewer.network.verification import Step


def check_archive(
    archive: WebArchive, open_session: Callable[[], WebSession], report: Callable[[Step], None] = lambda step: None
) -> tuple[Step, ...]:
    """Connect, secure, search; stops at the first step that fails. `report` gets each step as it is done.

    `open_session` may raise what a missing password raises: that is the failure of the search.
    """
    check = _Check(archive, open_session, report)
    check.run()
    return tuple(check.steps)


class _Check:
    def __init__(self, archive: WebArchive, open_session: Callable[[], WebSession], report: Callable[[Step], None]) -> None:
        self._archive, self._open_session, self._report = archive, open_session, report
        self._name, self._began = "tcp", time.perf_counter()
        self.steps: list[Step] = []

    def run(self) -> None:
        try:
            self._reach()
            with self._open_session() as session:
                next(search(session, WebQuery(Level.STUDY, limit=1, page=1)), None)
            self._passed("")
        except NetworkError as error:
            self._add(False, error.reason, error.advice)

    def _reach(self) -> None:
        """A connection for the test alone. Behind a proxy there is only the proxy to connect to."""
        route = find_route(self._archive.url, self._archive)
        sock = connect(route, self._archive)
        with closing(sock):
            if not route.origin.is_secure or route.proxy is not None:
                self._passed("search")
                return
            self._passed("tls")
            secure(sock, route, self._archive).close()
            self._passed("search")

    def _passed(self, next_name: str) -> None:
        self._add(True)
        self._name, self._began = next_name, time.perf_counter()

    def _add(self, passed: bool, reason: Message = NO_MESSAGE, advice: Message = NO_MESSAGE) -> None:
        step = Step(self._name, passed, (time.perf_counter() - self._began) * 1000, reason, advice)
        self.steps.append(step)
        self._report(step)
