"""DIMSE command sets: what they hold and how they are written (PS3.7 6.3, 9.3, 10.3, E). Always Implicit VR Little Endian."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from enum import IntEnum
from struct import error as StructError  # noqa: N812
from struct import pack, unpack_from

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.network.errors import ProtocolError

NO_DATA_SET = 0x0101
HAS_DATA_SET = 0x0001


class CommandField(IntEnum):
    """PS3.7 E.1 (0000,0100). A response is its request with 0x8000."""

    C_STORE_RQ = 0x0001
    C_STORE_RSP = 0x8001
    C_GET_RQ = 0x0010
    C_GET_RSP = 0x8010
    C_FIND_RQ = 0x0020
    C_FIND_RSP = 0x8020
    C_MOVE_RQ = 0x0021
    C_MOVE_RSP = 0x8021
    C_ECHO_RQ = 0x0030
    C_ECHO_RSP = 0x8030
    C_CANCEL_RQ = 0x0FFF
    N_EVENT_REPORT_RQ = 0x0100
    N_EVENT_REPORT_RSP = 0x8100
    N_GET_RQ = 0x0110
    N_GET_RSP = 0x8110
    N_SET_RQ = 0x0120
    N_SET_RSP = 0x8120
    N_ACTION_RQ = 0x0130
    N_ACTION_RSP = 0x8130
    N_CREATE_RQ = 0x0140
    N_CREATE_RSP = 0x8140
    N_DELETE_RQ = 0x0150
    N_DELETE_RSP = 0x8150


@frozen
class CommandSet:
    """One command. What is None is not written."""

    command_field: int = 0
    affected_sop_class_uid: str | None = None
    requested_sop_class_uid: str | None = None
    message_id: int | None = None
    message_id_being_responded_to: int | None = None
    move_destination: str | None = None
    priority: int | None = None
    command_data_set_type: int = NO_DATA_SET
    status: int | None = None
    offending_element: bytes | None = None
    error_comment: str | None = None
    error_id: int | None = None
    affected_sop_instance_uid: str | None = None
    requested_sop_instance_uid: str | None = None
    event_type_id: int | None = None
    attribute_identifier_list: bytes | None = None
    action_type_id: int | None = None
    number_of_remaining_suboperations: int | None = None
    number_of_completed_suboperations: int | None = None
    number_of_failed_suboperations: int | None = None
    number_of_warning_suboperations: int | None = None
    move_originator_application_entity_title: str | None = None
    move_originator_message_id: int | None = None

    @property
    def has_data_set(self) -> bool:
        return self.command_data_set_type != NO_DATA_SET

    @property
    def is_response(self) -> bool:
        return bool(self.command_field & 0x8000)


# keyword: (element of group 0000, VR)
_ELEMENTS: dict[str, tuple[int, str]] = {
    "affected_sop_class_uid": (0x0002, "UI"),
    "requested_sop_class_uid": (0x0003, "UI"),
    "command_field": (0x0100, "US"),
    "message_id": (0x0110, "US"),
    "message_id_being_responded_to": (0x0120, "US"),
    "move_destination": (0x0600, "AE"),
    "priority": (0x0700, "US"),
    "command_data_set_type": (0x0800, "US"),
    "status": (0x0900, "US"),
    "offending_element": (0x0901, "AT"),
    "error_comment": (0x0902, "LO"),
    "error_id": (0x0903, "US"),
    "affected_sop_instance_uid": (0x1000, "UI"),
    "requested_sop_instance_uid": (0x1001, "UI"),
    "event_type_id": (0x1002, "US"),
    "attribute_identifier_list": (0x1005, "AT"),
    "action_type_id": (0x1008, "US"),
    "number_of_remaining_suboperations": (0x1020, "US"),
    "number_of_completed_suboperations": (0x1021, "US"),
    "number_of_failed_suboperations": (0x1022, "US"),
    "number_of_warning_suboperations": (0x1023, "US"),
    "move_originator_application_entity_title": (0x1030, "AE"),
    "move_originator_message_id": (0x1031, "US"),
}
_KEYWORDS = {element: (keyword, vr) for keyword, (element, vr) in _ELEMENTS.items()}
_ORDER = tuple(field.name for field in fields(CommandSet))
_IN_ORDER = sorted(_ORDER, key=lambda keyword: _ELEMENTS[keyword][0])


def encode_command(command: CommandSet) -> bytes:
    """The command set with its group length."""
    body = b"".join(
        _element(*_ELEMENTS[keyword], value) for keyword in _IN_ORDER if (value := getattr(command, keyword)) is not None
    )
    return pack("<HHII", 0, 0, 4, len(body)) + body


def _element(element: int, vr: str, value: object) -> bytes:
    if vr == "US":
        raw = pack("<H", value)
    elif isinstance(value, bytes):
        raw = value
    else:
        raw = str(value).encode("ascii", "replace")[:64]
        if len(raw) & 1:
            raw += b"\0" if vr == "UI" else b" "
    return pack("<HHI", 0, element, len(raw)) + raw


def decode_command(data: bytes) -> CommandSet:
    """Read a command set; unknown elements are stepped over. Raises ProtocolError."""
    values: dict[str, object] = {}
    try:
        for element, raw in _elements(data):
            known = _KEYWORDS.get(element)
            if known is not None and raw:
                values[known[0]] = _value(known[1], raw)
    except (StructError, ValueError) as error:
        raise ProtocolError(message("The peer's DIMSE message is malformed.")) from error
    if "command_field" not in values:
        raise ProtocolError(message("The peer's DIMSE message is malformed."))
    return CommandSet(**values)  # type: ignore[arg-type]  # the table above gives each keyword its type


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        group, element, length = unpack_from("<HHI", data, at)
        at += 8
        if group != 0 or at + length > len(data):
            raise ValueError(at)
        yield element, data[at : at + length]
        at += length


def _value(vr: str, raw: bytes) -> object:
    if vr == "US":
        return unpack_from("<H", raw)[0]
    if vr == "AT":
        return raw
    return raw.decode("ascii", "replace").strip(" \0")
