"""What the node writes into the audit trail: transfers summed up per peer and study, queries, refusals, start and stop."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from urllib.parse import urlsplit

from viewer.app.delivery import Receiver
from viewer.app.send_jobs import ObjectProgress
from viewer.model.web_archives import WebArchive
from viewer.network.audit import AuditEvent, AuditFailedError, AuditRecord, AuditTrail, Outcome
from viewer.network.audit_syslog import AuditSender
from viewer.network.instance_store import ReceivedInstance
from viewer.network.listener import Admission, Refusal
from viewer.network.query_retrieve_scp import Served

_log = logging.getLogger(__name__)
_QUIET = 1.0  # seconds without another instance, after which a transfer is written down
_MOST_STUDIES = 500  # in one line


class NodeAudit:
    """Thread-safe. A trail that cannot be written is said in the log; the work goes on. `sender` takes it to a repository."""

    def __init__(self, trail: AuditTrail, local_title: str, sender: AuditSender | None = None) -> None:
        self._trail, self._sender = trail, sender
        self._local = local_title
        self._wake = threading.Condition()
        self._open: dict[tuple[AuditEvent, str, str], dict[str, int]] = {}
        self._grew = self._closing = False
        self._write(AuditRecord(AuditEvent.APPLICATION_START))
        self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write down what is open, and the end."""
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._thread.join()
        self._write(AuditRecord(AuditEvent.APPLICATION_STOP))
        if self._sender is not None:
            self._sender.close()

    def listening(self, detail: str) -> None:
        self._write(AuditRecord(AuditEvent.LISTENER_CHANGED, detail=detail))

    def received(self, instance: ReceivedInstance) -> None:
        self._count(
            AuditEvent.INSTANCES_RECEIVED, instance.calling_ae_title, instance.calling_address, instance.study_instance_uid, 1
        )

    def sent(self, receiver: Receiver, study_instance_uid: str, progress: ObjectProgress) -> None:
        if progress.outcome not in ("stored", "warning"):
            return
        if isinstance(receiver, WebArchive):
            title, address = receiver.url, urlsplit(receiver.url).hostname or ""
        else:
            title, address = receiver.ae_title, receiver.host
        self._count(AuditEvent.INSTANCES_SENT, title, address, study_instance_uid, 1)

    def served(self, served: Served) -> None:
        """A peer asked, got or had something moved."""
        request = served.request
        record = AuditRecord(
            AuditEvent.QUERY,
            peer_title=request.calling_ae_title,
            peer_address=served.address,
            detail=f"{served.operation} {request.level.value}",
        )
        if served.operation != "find":
            record = replace(
                record,
                event=AuditEvent.INSTANCES_SENT,
                outcome=Outcome.MINOR_FAILURE if served.failed else Outcome.SUCCESS,
                studies=dict(list(served.studies.items())[:_MOST_STUDIES]),
                peer_is_source=False,
                detail=f"{record.detail} to {served.destination or request.calling_ae_title}",
            )
        self._write(record)

    def refused(self, refusal: Refusal) -> None:
        """A caller, or the user it named, was not let in."""
        self._write(
            AuditRecord(
                AuditEvent.LOGIN if refusal.reason == "user" else AuditEvent.CALL_REFUSED,
                Outcome.MINOR_FAILURE,
                peer_title=refusal.calling_ae_title,
                peer_address=refusal.address,
                user=refusal.user,
                detail=refusal.reason,
            )
        )

    def admitted(self, admission: Admission) -> None:
        """A user showed who he is."""
        self._write(
            AuditRecord(
                AuditEvent.LOGIN,
                peer_title=admission.calling_ae_title,
                peer_address=admission.address,
                user=admission.user,
            )
        )

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
            self._write(
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
                while not self._closing and self._grew and sum(map(len, self._open.values())) < _MOST_STUDIES:
                    self._grew = False
                    self._wake.wait(_QUIET)
                done, self._open = self._open, {}
                closing = self._closing
            for (event, title, address), studies in done.items():
                is_source = event is AuditEvent.INSTANCES_RECEIVED
                self._write(AuditRecord(event, peer_title=title, peer_address=address, peer_is_source=is_source, studies=studies))
            if closing:
                return

    def _write(self, record: AuditRecord) -> None:
        try:
            self._trail.append(replace(record, local_title=self._local))
        except AuditFailedError as error:
            _log.error("the audit trail cannot be written: %s", error.reason)
        if self._sender is not None:
            self._sender.grew()
