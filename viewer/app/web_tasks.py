"""Asking DICOMweb archives for the window: search, fetching into the library, and the test of an archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from viewer.app.library_source import narrowing_of
from viewer.app.web_sessions import WebSessions
from viewer.library.library import Library
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.qido import WebQuery, search
from viewer.network.dicomweb.wado import WebTarget
from viewer.network.dicomweb.web_check import check_archive
from viewer.network.dicomweb.web_retrieve import WebProgress, WebRetrieveResult, retrieve
from viewer.network.identifier import Identifier
from viewer.network.instance_store import InstanceStore
from viewer.network.query_scu import Query
from viewer.network.retrieve_scu import Target
from viewer.network.storage_scu import RetryPolicy
from viewer.network.verification import Step

_PATIENT = RetryPolicy(attempts=5, first=1.0, longest=30.0)


class WebTasks:
    def __init__(self, sessions: WebSessions) -> None:
        self._sessions = sessions

    def ask(self, archive: WebArchive, query: Query, stop: Callable[[], bool], offset: int = 0) -> Iterator[Identifier]:
        """QIDO-RS; answers as they arrive, after the first `offset`. Raises NetworkError."""
        with self._sessions.open(archive, stop) as session:
            yield from search(session, WebQuery(query.level, query.keys, query.limit, offset))

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
        with self._sessions.open(archive, stop, _PATIENT) as session:
            return retrieve(session, wanted, files, held=have.__contains__, progress=progress)

    def check(self, archive: WebArchive, report: Callable[[Step], None], stop: Callable[[], bool]) -> bool:
        """TCP, TLS, and a search for one study."""
        once = replace(archive, timeouts=replace(archive.timeouts, response=min(archive.timeouts.response, 20.0)))
        return check_archive(once, lambda: self._sessions.open(once, stop), report)[-1].passed
