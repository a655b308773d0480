"""Transfers in the audit trail: summed up per peer and study, the beginning written at once (PS3.15 A.5.3.4, A.5.3.7)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from viewer.model.web_archives import WebArchive
from viewer.network.audit import AuditEvent, AuditFailedError, AuditRecord, AuditTrail
from viewer.network.instance_store import ReceivedInstance

if TYPE_CHECKING:  # it brings the ways of sending along
    from viewer.app.delivery import Receiver

_log = logging.getLogger(__name__)
_QUIET = 1.0  # seconds without another instance, after which a transfer is written down
MOST_STUDIES = 500  # in one line


class TransferAudit:
    """Thread-safe. A trail that cannot be written is said in the log; the work goes on. `grew` is told of each line."""

    def __init__(self, trail: AuditTrail, local_title: str, grew: Callable[[], None] = lambda: None) -> None:
        self._trail, self._local, self._tell = trail, local_title, grew
        self._wake = threading.Condition()
        self._open: dict[tuple[AuditEvent, str, str], dict[str, int]] = {}
        self._grew = self._closing = False
        self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write down what is open."""
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._thread.join()

    def received(self, instance: ReceivedInstance, source: Receiver | None = None) -> None:
        """`source`: who gave it, where the instance does not say."""
        title, address = (instance.calling_ae_title, instance.calling_address) if source is None else name_of(source)
        self._count(AuditEvent.INSTANCES_RECEIVED, title, address, instance.study_instance_uid, 1)

    def sent(self, receiver: Receiver, study_instance_uid: str) -> None:
        """One object that the receiver has now."""
        self._count(AuditEvent.INSTANCES_SENT, *name_of(receiver), study_instance_uid, 1)

    def _count(self, event: AuditEvent, title: str, address: str, study: str, count: int) -> None:
        """Sum up; that it begins is written at once, so that a kill hides no transfer."""
        with self._wake:
            studies = self._open.setdefault((event, title, address), {})
            is_first = study not in studies
            studies[study] = studies.get(study, 0) + count
            self._grew = True
            if len(self._open) == 1:
                self._wake.notify_all()
        if is_first:
            is_source = event is AuditEvent.INSTANCES_RECEIVED
            self.write(
                AuditRecord(
                    AuditEvent.BEGIN_TRANSFERRING,
                    peer_title=title,
                    peer_address=address,
                    peer_is_source=is_source,
                    studies={study: 0},
                )
            )

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._closing or bool(self._open))
                while not self._closing and self._grew and sum(map(len, self._open.values())) < MOST_STUDIES:
                    self._grew = False
                    self._wake.wait(_QUIET)
                done, self._open = self._open, {}
                closing = self._closing
            for (event, title, address), studies in done.items():
                is_source = event is AuditEvent.INSTANCES_RECEIVED
                self.write(AuditRecord(event, peer_title=title, peer_address=address, peer_is_source=is_source, studies=studies))
            if closing:
                return

    def write(self, record: AuditRecord) -> None:
        """One line."""
        try:
            self._trail.append(replace(record, local_title=self._local))
        except AuditFailedError as error:
            _log.error("the audit trail cannot be written: %s", error.reason)
        self._tell()


def name_of(peer: Receiver) -> tuple[str, str]:
    """(title, address) of a node or an archive."""
    if isinstance(peer, WebArchive):
        return peer.url, urlsplit(peer.url).hostname or ""
    return peer.ae_title, peer.host
