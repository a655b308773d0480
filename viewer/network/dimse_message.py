"""What travels over an association: contexts, messages, and who takes the data of a message while they arrive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.network.association_pdu import UserInformation
from viewer.network.command_set import CommandField, CommandSet
from viewer.network.errors import ProtocolError


@frozen
class Context:
    """An accepted presentation context. `as_scu`, `as_scp`: the roles of this side in it."""

    context_id: int
    abstract_syntax: str
    transfer_syntax: str
    as_scu: bool = True
    as_scp: bool = False


class DataConsumer(Protocol):
    """Takes the data set of a message while it arrives. `write` must copy what it keeps and must not raise."""

    def write(self, piece: memoryview) -> None: ...

    def abandon(self) -> None:
        """The rest will never come."""


class Collector:
    """A data set in memory: identifiers, which are small. Raises ProtocolError over `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._data = bytearray()

    def write(self, piece: memoryview) -> None:
        if len(self._data) + len(piece) > self._limit:
            raise ProtocolError(message("The peer sent an identifier that is too large."))
        self._data += piece

    def abandon(self) -> None:
        self._data.clear()

    def value(self) -> bytes:
        return bytes(self._data)


@frozen
class DimseMessage:
    """A whole message. `data`: what took its data set, None when it has none."""

    context: Context
    command: CommandSet
    data: DataConsumer | None

    def data_set(self) -> bytes:
        """The bytes of the data set when it was collected in memory, else b""."""
        return self.data.value() if isinstance(self.data, Collector) else b""


@frozen
class Agreement:
    """What both sides agreed on. `peer_title` is the AE title of the other side."""

    peer_title: str
    local_title: str
    contexts: dict[int, Context]
    peer: UserInformation
    local_maximum_pdu: int


ChooseConsumer = Callable[[Context, CommandSet], "DataConsumer | None"]


def cancel_request(message_id: int) -> CommandSet:
    """C-CANCEL-RQ (PS3.7 9.3.2.3)."""
    return CommandSet(CommandField.C_CANCEL_RQ, message_id_being_responded_to=message_id)
