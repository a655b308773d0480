"""DIMSE-N: N-CREATE, N-SET, N-ACTION and N-EVENT-REPORT, as the one who asks and as the one who answers (PS3.7 10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace

from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, message
from viewer.model.text import plain
from viewer.network.association import Association
from viewer.network.command_set import HAS_DATA_SET, CommandField, CommandSet
from viewer.network.dimse_message import Context, DimseMessage
from viewer.network.errors import ProtocolError, RefusedError
from viewer.network.identifier import Identifier, decode_identifier, encode_identifier
from viewer.network.status import UNRECOGNIZED_OPERATION, is_success, is_warning, meaning

_MOST_ELEMENTS = 400_000  # a storage commitment names many instances
Serve = Callable[[Association, DimseMessage], None]


@frozen
class NormalizedAnswer:
    """What the peer answered. `sop_instance_uid`: the one it gave or confirmed, "" where it says none."""

    status: int
    sop_instance_uid: str = ""
    attributes: Identifier = field(default_factory=dict)


def request(
    association: Association,
    context: Context,
    command: CommandSet,
    attributes: Identifier | None = None,
    *,
    character_set: str = "ISO_IR 192",
    serve: Serve | None = None,
) -> NormalizedAnswer:
    """Send one DIMSE-N request and wait for its answer. `serve` takes what the peer asks of us meanwhile.

    Raises RefusedError for a failure status, other NetworkErrors when the association is gone.
    """
    data = encode_identifier(attributes, context.transfer_syntax, character_set) if attributes is not None else b""
    message_id = association.next_message_id()
    asked = replace(command, message_id=message_id)
    if data:
        asked = replace(asked, command_data_set_type=HAS_DATA_SET)
    association.send(context, asked, data)
    association.trace(f"{_name(command)} sent")
    answer = _answer(association, message_id, serve)
    status = answer.command.status if answer.command.status is not None else UNRECOGNIZED_OPERATION
    association.trace(f"{_name(command)} answered: 0x{status:04X}")
    if not (is_success(status) or is_warning(status)):
        comment = plain(answer.command.error_comment or "", 64)
        advice = message("The peer says: {text}", text=comment) if comment else NO_MESSAGE
        raise RefusedError(meaning(status), status=status, advice=advice)
    return NormalizedAnswer(status, answer.command.affected_sop_instance_uid or "", attributes_of(answer))


def _answer(association: Association, message_id: int, serve: Serve | None) -> DimseMessage:
    while True:
        received = association.receive()
        if received is None:
            raise ProtocolError(message("The peer released the association instead of answering."))
        command = received.command
        if command.is_response and command.message_id_being_responded_to == message_id:
            return received
        if command.is_response or serve is None:
            association.abort()
            raise ProtocolError(message("The peer answered something else than was asked."))
        serve(association, received)


def attributes_of(received: DimseMessage) -> Identifier:
    """The data set of a message; {} when it has none. Raises ProtocolError when it is damaged."""
    data = received.data_set()
    return decode_identifier(data, received.context.transfer_syntax, _MOST_ELEMENTS) if data else {}


def answer(association: Association, received: DimseMessage, status: int, comment: str = "") -> None:
    """Answer a DIMSE-N request without a data set."""
    command = received.command
    association.send(
        received.context,
        CommandSet(
            command.command_field | 0x8000,
            affected_sop_class_uid=command.affected_sop_class_uid or command.requested_sop_class_uid,
            affected_sop_instance_uid=command.affected_sop_instance_uid or command.requested_sop_instance_uid,
            message_id_being_responded_to=command.message_id or 0,
            status=status,
            event_type_id=command.event_type_id,
            action_type_id=command.action_type_id,
            error_comment=comment or None,
        ),
    )


def _name(command: CommandSet) -> str:
    return CommandField(command.command_field).name.removesuffix("_RQ").replace("_", "-")
