"""What the subcommands send and fetch, in the user's audit trail, as the window's transfers are (PS3.15 A.5.3.7)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from viewer.app.paths import folders
from viewer.app.secret_store import SecretStore, audit_key
from viewer.app.transfer_audit import TransferAudit, name_of
from viewer.model.nodes import RemoteNode
from viewer.network.audit import AuditEvent, AuditRecord, AuditTrail, Outcome
from viewer.network.instance_store import ReceivedInstance
from viewer.network.retrieve_scu import RetrieveResult, Target
from viewer.network.storage_scu import Report, SendResult

if TYPE_CHECKING:  # it brings the ways of sending along
    from viewer.app.delivery import Receiver


class TransferNotes:
    """To be used with ``with``. A sink of received instances, too; `source`: who gives them, where they do not say.

    A trail that cannot be written is said, and costs no transfer.
    """

    def __init__(self, local_title: str, source: Receiver | None = None) -> None:
        self._local, self._source = local_title, source
        self._is_begun = False

    @cached_property
    def _audit(self) -> TransferAudit:
        """Only where there is something to be written: the key store may ask the user."""
        self._is_begun = True
        return TransferAudit(AuditTrail(folders().data, audit_key(SecretStore())), self._local)

    def __enter__(self) -> TransferNotes:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_begun:
            self._audit.close()

    def commit(self, instance: ReceivedInstance) -> None:
        """Of ``InstanceSink``."""
        self._audit.received(instance, self._source)

    def of(self, receiver: Receiver, report: Report) -> Report:
        """`report`, and the note of what the receiver has now."""

        def noted(result: SendResult) -> None:
            if result.is_done:
                self._audit.sent(receiver, result.item.study_instance_uid)
            report(result)

        return noted

    def moved(self, node: RemoteNode, target: Target, destination: str, result: RetrieveResult) -> None:
        """A node sent something elsewhere on our word."""
        count = (result.operations.completed or 0) + (result.operations.warning or 0)
        if not count:
            return
        title, address = name_of(node)
        study = target.keys.get("StudyInstanceUID", "")
        self._audit.write(
            AuditRecord(
                AuditEvent.INSTANCES_SENT,
                Outcome.SUCCESS if result.is_complete else Outcome.MINOR_FAILURE,
                peer_title=title,
                peer_address=address,
                studies={study: count} if study else {},
                detail=f"move {target.level.value} to {destination}",
            )
        )
