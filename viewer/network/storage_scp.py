"""Storage as provider (PS3.4 B): every storage SOP class and syntax; the object as it came, safe before it is acknowledged."""

from __future__ import annotations

from collections.abc import Callable

from viewer.dicom.sop_classes import MEDIA_STORAGE_DIRECTORY, is_known, name_of
from viewer.dicom.transfer_syntaxes import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
    name_of_transfer_syntax,
)
from viewer.network.association import Association
from viewer.network.association_pdu import ProposedContext
from viewer.network.command_set import CommandField, CommandSet
from viewer.network.dimse_message import Context, DataConsumer, DimseMessage
from viewer.network.errors import RefusedError
from viewer.network.instance_store import InstanceStore, ReceivedInstance, Reception, Wanted
from viewer.network.listener import refuse
from viewer.network.status import CANNOT_UNDERSTAND, DOES_NOT_MATCH, SUCCESS, UNRECOGNIZED_OPERATION, meaning
from viewer.network.trace import uid_mark

_STANDARD = "1.2.840.10008."
# Among several syntaxes of one context the peer will convert to the one chosen: take what costs nothing and loses nothing.
_PREFERENCE = (EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN)
_LAST = (EXPLICIT_VR_BIG_ENDIAN, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN)

Received = Callable[[ReceivedInstance], None]


def is_storage_class(uid: str, *, private: bool = False) -> bool:
    """True for a Storage SOP Class of the standard; with `private` also for any that is not of the standard."""
    if uid.startswith(_STANDARD):
        return is_known(uid) and uid != MEDIA_STORAGE_DIRECTORY
    return private and bool(uid)


def choose_syntax(offered: tuple[str, ...], *, private: bool = False) -> str:
    """Which of the transfer syntaxes offered in one context to take; "" when none will do."""
    known = [uid for uid in offered if _is_known_syntax(uid, private)]
    for uid in (*_PREFERENCE, *known):
        if uid in known and uid not in _LAST:
            return uid
    return known[0] if known else ""


def _is_known_syntax(uid: str, private: bool) -> bool:
    return name_of_transfer_syntax(uid) != uid or (private and not uid.startswith(_STANDARD))


def receive_instance(
    association: Association, store: InstanceStore, context: Context, command: CommandSet, wanted: Wanted | None = None
) -> Reception:
    """Take the data set of a C-STORE-RQ into `store`."""
    instance = ReceivedInstance(
        command.affected_sop_class_uid or "",
        command.affected_sop_instance_uid or "",
        context.transfer_syntax,
        calling_ae_title=association.agreement.peer_title,
        calling_address=association.peer_address,
    )
    reception = store.receive(instance, wanted)
    if not instance.sop_instance_uid:
        reception.refuse(CANNOT_UNDERSTAND)
    elif instance.sop_class_uid != context.abstract_syntax:
        reception.refuse(DOES_NOT_MATCH)
    return reception


def answer_store(association: Association, request: DimseMessage, received: Received | None = None) -> int:
    """Finish what `receive_instance` took and answer the peer; then call `received`. Returns the status."""
    command = request.command
    status, comment = SUCCESS, ""
    instance: ReceivedInstance | None = None
    if not isinstance(request.data, Reception):
        status = CANNOT_UNDERSTAND
    else:
        try:
            instance = request.data.finish()
        except RefusedError as error:
            status, comment = error.status, str(error.reason)
    refuse(association, request, status, comment)
    if status != SUCCESS or instance is None:
        association.trace(f"instance {uid_mark(command.affected_sop_instance_uid or '')} refused: 0x{status:04X} {meaning(status)}")
    else:
        _tell(association, instance)
        if received is not None:
            received(instance)
    return status


def _tell(association: Association, instance: ReceivedInstance) -> None:
    note = " (known already)" if instance.is_known else f" (copy {instance.copy}: other content)" if instance.copy else ""
    association.trace(
        f"instance {uid_mark(instance.sop_instance_uid)} stored: {name_of(instance.sop_class_uid)}, "
        f"{name_of_transfer_syntax(instance.transfer_syntax_uid)}, {instance.size} bytes{note}"
    )


class StorageService:
    """C-STORE as provider. There is none until the user switches it on: a listener without this service refuses the classes.

    `received` is called after the peer got its success, from the thread of the association.
    """

    def __init__(self, store: InstanceStore, *, private: bool = False, received: Received | None = None) -> None:
        self._store = store
        self._private = private
        self._received = received

    def choose(self, context: ProposedContext, as_scp_of_peer: bool) -> str | None:
        if not is_storage_class(context.abstract_syntax, private=self._private):
            return None
        return choose_syntax(context.transfer_syntaxes, private=self._private)

    def consumer(self, association: Association, context: Context, command: CommandSet) -> DataConsumer | None:
        if command.command_field != CommandField.C_STORE_RQ:
            return None
        return receive_instance(association, self._store, context, command)

    def serve(self, association: Association, request: DimseMessage) -> None:
        if request.command.command_field == CommandField.C_STORE_RQ:
            answer_store(association, request, self._received)
        else:
            refuse(association, request, UNRECOGNIZED_OPERATION)
