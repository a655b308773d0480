"""DIMSE status codes: success, warning or failure, whether to try again, and what they mean in words (PS3.7 C, PS3.4)."""

from __future__ import annotations

from viewer.model.messages import Message, message

SUCCESS = 0x0000
PENDING = 0xFF00
PENDING_WITHOUT_OPTIONAL = 0xFF01
CANCELLED = 0xFE00
INVALID_VALUE = 0x0106
PROCESSING_FAILURE = 0x0110
NO_SUCH_INSTANCE = 0x0112
NO_SUCH_ACTION = 0x0123
MISSING_ATTRIBUTE = 0x0120
SOP_CLASS_NOT_SUPPORTED = 0x0122
NOT_AUTHORIZED = 0x0124
UNRECOGNIZED_OPERATION = 0x0211
OUT_OF_RESOURCES = 0xA700
CANNOT_CALCULATE_MATCHES = 0xA701
CANNOT_SEND = 0xA702
DESTINATION_UNKNOWN = 0xA801
DOES_NOT_MATCH = 0xA900
CANNOT_UNDERSTAND = 0xC000
SOME_FAILED = 0xB000


def is_pending(status: int) -> bool:
    return status in (PENDING, PENDING_WITHOUT_OPTIONAL)


def is_success(status: int) -> bool:
    return status == SUCCESS


def is_warning(status: int) -> bool:
    """Done, with a remark (PS3.7 C.4)."""
    return status in (0x0001, 0x0107, 0x0116) or 0xB000 <= status <= 0xBFFF


def may_pass(status: int) -> bool:
    """A failure that can be over if tried again: the peer is out of resources."""
    return 0xA700 <= status <= 0xA7FF


_MEANINGS: dict[int, Message] = {
    0x0000: message("Done."),
    0x0105: message("An attribute is not known to the peer."),
    0x0106: message("A value is not allowed."),
    0x0110: message("The peer could not process it."),
    0x0111: message("The peer has this instance already."),
    0x0112: message("The peer does not have this instance."),
    0x0117: message("The instance UID is not valid."),
    0x0118: message("The SOP class is not known to the peer."),
    0x0119: message("The instance does not belong to its SOP class."),
    0x0120: message("An attribute is missing."),
    0x0122: message("The peer does not support this SOP class."),
    0x0123: message("The peer does not know this action."),
    0x0124: message("The peer does not allow it."),
    0x0210: message("The peer saw this message before."),
    0x0211: message("The peer does not support this operation."),
    0x0212: message("The peer found a mistake in the request."),
    0xA700: message("The peer is out of resources (often: its disk is full)."),
    0xA701: message("The peer is out of resources: it cannot count the matches."),
    0xA702: message("The peer could not send some of the instances."),
    0xA801: message("The peer does not know the destination of the move."),
    0xB000: message("Done, but the peer changed some values, or part of it failed."),
    0xB006: message("Done, but the peer left out some elements."),
    0xB007: message("Done, but the data do not match their SOP class."),
    0xFE00: message("Cancelled."),
    0xFF00: message("Under way."),
    0xFF01: message("Under way; the peer does not support some of the keys."),
}


def known_statuses() -> tuple[tuple[int, Message], ...]:
    """Every status code with a sentence of its own."""
    return tuple(sorted(_MEANINGS.items()))


def meaning(status: int) -> Message:
    """One sentence for a status code."""
    known = _MEANINGS.get(status)
    if known is not None:
        return known
    if 0xA700 <= status <= 0xA7FF:
        return _MEANINGS[0xA700]
    if 0xA900 <= status <= 0xA9FF:
        return message("The data do not match the SOP class or the request.")
    if 0xC000 <= status <= 0xCFFF:
        return message("The peer could not understand or process it.")
    if is_warning(status):
        return message("Done, with a remark of the peer.")
    return message("The peer answered with an unknown status.")
