"""What the node writes into the audit trail: transfers summed up per peer and study, queries, refusals, start and stop."""

from __future__ import annotations

import threading
from dataclasses import replace

from viewer.app.delivery import Receiver
from viewer.app.send_jobs import ObjectProgress
from viewer.app.transfer_audit import MOST_STUDIES, TransferAudit
from viewer.model.nodes import RemoteNode
from viewer.network.audit import AuditEvent, AuditRecord, AuditTrail, Outcome
from viewer.network.audit_syslog import AuditSender
from viewer.network.instance_store import ReceivedInstance
from viewer.network.listener import Admission, Refusal
from viewer.network.query_retrieve_scp import Served
from viewer.network.trace import Trace, no_trace


class NodeAudit:
    """Thread-safe. A trail that cannot be written is said in the log; the work goes on. `repository` gets it, too."""

    def __init__(self, trail: AuditTrail, local_title: str, repository: RemoteNode | None = None, trace: Trace = no_trace) -> None:
        self._folder, self._trace = trail.folder, trace
        self._switching = threading.Lock()
        self._repository, self._sender = repository, self._sender_to(repository)
        self._transfers = TransferAudit(trail, local_title, self._grew)
        self._transfers.write(AuditRecord(AuditEvent.APPLICATION_START))

    def close(self) -> None:
        """Write down what is open, and the end."""
        self._transfers.close()
        self._transfers.write(AuditRecord(AuditEvent.APPLICATION_STOP))
        with self._switching:
            if self._sender is not None:
                self._sender.close()

    def send_to(self, repository: RemoteNode | None) -> None:
        """From now on; None: nowhere. The one before gets the line that says so, and what it had not got yet, if it is there."""
        with self._switching:
            if repository == self._repository:
                return
            where = f"{repository.host}:{repository.port}" if repository is not None else "none"
            self.listening(f"audit repository {where}")
            before, self._sender = self._sender, None
            if before is not None:
                before.close()
            self._repository, self._sender = repository, self._sender_to(repository)

    def _sender_to(self, repository: RemoteNode | None) -> AuditSender | None:
        return AuditSender(self._folder, repository, trace=self._trace) if repository is not None else None

    def _grew(self) -> None:
        sender = self._sender
        if sender is not None:
            sender.grew()

    def listening(self, detail: str) -> None:
        self._transfers.write(AuditRecord(AuditEvent.LISTENER_CHANGED, detail=detail))

    def received(self, instance: ReceivedInstance) -> None:
        self._transfers.received(instance)

    def sent(self, receiver: Receiver, study_instance_uid: str, progress: ObjectProgress) -> None:
        if progress.outcome in ("stored", "warning"):
            self._transfers.sent(receiver, study_instance_uid)

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
                studies=dict(list(served.studies.items())[:MOST_STUDIES]),
                peer_is_source=False,
                detail=f"{record.detail} to {served.destination or request.calling_ae_title}",
            )
        self._transfers.write(record)

    def refused(self, refusal: Refusal) -> None:
        """A caller, or the user it named, was not let in."""
        self._transfers.write(
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
        self._transfers.write(
            AuditRecord(
                AuditEvent.LOGIN,
                peer_title=admission.calling_ae_title,
                peer_address=admission.address,
                user=admission.user,
            )
        )
