"""Asking DICOMweb archives for the window: search, fetching into the library, and the test of an archive."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from viewer.app.library_source import narrowing_of
from viewer.app.secret_store import SecretStore
from viewer.app.web_login import authorization_of
from viewer.library.library import Library
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.qido import WebQuery, search
from viewer.network.dicomweb.wado import WebTarget
from viewer.network.dicomweb.web_retrieve import WebProgress, WebRetrieveResult, retrieve
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.errors import NetworkError
from viewer.network.identifier import Identifier
from viewer.network.instance_store import InstanceStore
from viewer.network.query_scu import Level, Query
from viewer.network.retrieve_scu import Target
from viewer.network.storage_scu import RetryPolicy
from viewer.network.trace import Trace
from viewer.network.verification import Step

_LOOK = 0.2  # seconds, while a pause lasts
_ONCE = RetryPolicy(attempts=1)  # somebody waits for the answer, and can ask again
_PATIENT = RetryPolicy(attempts=5, first=1.0, longest=30.0)


class WebTasks:
    """`trace` gets the lines of the log, `secrets` the passwords and tokens."""

    def __init__(self, secrets: SecretStore, trace: Trace) -> None:
        self._secrets, self._trace = secrets, trace

    def _session(self, archive: WebArchive, stop: Callable[[], bool], policy: RetryPolicy = _ONCE) -> WebSession:
        """Raises MissingSecretError, SecretError."""
        authorization = authorization_of(archive, self._secrets)

        def wait(seconds: float) -> bool:
            until = time.monotonic() + seconds
            while time.monotonic() < until and not stop():
                threading.Event().wait(_LOOK)
            return not stop()

        return WebSession(archive, WebCaller(authorization, trace=self._trace, stop=stop, wait=wait, policy=policy))

    def ask(self, archive: WebArchive, query: Query, stop: Callable[[], bool]) -> Iterator[Identifier]:
        """QIDO-RS; answers as they arrive. Raises NetworkError."""
        with self._session(archive, stop) as session:
            yield from search(session, WebQuery(query.level, query.keys, query.limit))

    def retrieve(
        self,
        archive: WebArchive,
        target: Target,
        library: Library,
        files: InstanceStore,
        stop: Callable[[], bool],
        progress: Callable[[WebProgress], None],
    ) -> WebRetrieveResult:
        """WADO-RS of what the library does not have yet. Raises NetworkError."""
        have = frozenset(row["SOPInstanceUID"] for row in library.peer_rows.instances(narrowing_of(dict(target.keys))))
        wanted = WebTarget(target.keys["StudyInstanceUID"], target.keys.get("SeriesInstanceUID", ""))
        with self._session(archive, stop, _PATIENT) as session:
            return retrieve(session, wanted, files, held=have.__contains__, progress=progress)

    def check(self, archive: WebArchive, report: Callable[[Step], None]) -> bool:
        """Ask for one study."""
        once = replace(archive, timeouts=replace(archive.timeouts, response=min(archive.timeouts.response, 20.0)))
        began = time.perf_counter()
        error: NetworkError | None = None
        try:
            next(iter(self.ask(once, Query(Level.STUDY, {}, limit=1), lambda: False)), None)
        except NetworkError as failed:
            error = failed
        milliseconds = (time.perf_counter() - began) * 1000
        report(
            Step("search", True, milliseconds) if error is None else Step("search", False, milliseconds, error.reason, error.advice)
        )
        return error is None
