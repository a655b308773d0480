"""An association after it is agreed: DIMSE messages in and out, release and abort (PS3.7 6.3, PS3.8 9).

Our own reader and writer of PDUs, synchronous, one thread per association. pynetdicom's polls with two threads each, which
costs 3 to 5 times the time of DCMTK per object, and waits on accepted sockets for ever. Here every message has a deadline, data
go from the socket to the file and from the file to the socket in large pieces, and no buffer grows with what a peer announces.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from struct import pack, unpack
from typing import BinaryIO

from viewer.model.messages import message
from viewer.network import association_pdu as pdus
from viewer.network.command_set import CommandField, CommandSet, decode_command, encode_command
from viewer.network.connection import Connection
from viewer.network.dimse_message import Agreement, ChooseConsumer, Collector, Context, DataConsumer, DimseMessage
from viewer.network.errors import AbortedError, NetworkError, NoContextError, ProtocolError, StalledError
from viewer.network.limits import Limits
from viewer.network.trace import Trace, no_trace

IMPLEMENTATION_CLASS_UID = "2.25.320166478264174029741592043188206743119"
IMPLEMENTATION_VERSION_NAME = "NEGATOSCOPE_0_1"
_SEND_BLOCK = 1024 * 1024
_LEAST_PDU = 4096
_MOST_CANCELS, _MOST_EARLY = 64, 8


class Association:
    """Used by one thread; only `cut` may be called by others."""

    def __init__(self, connection: Connection, agreement: Agreement, limits: Limits, trace: Trace = no_trace) -> None:
        self.agreement = agreement
        self.limits = limits
        self.trace = trace
        self._connection = connection
        self._pdu_left = 0
        self._pdv_left = 0
        self._is_open = True
        peer_limit = agreement.peer.maximum_length or _SEND_BLOCK
        self._fragment = min(max(peer_limit, _LEAST_PDU), _SEND_BLOCK) - 6 & ~1
        self._message_id = 0
        self._cancelled: set[int] = set()
        self._early: deque[DimseMessage] = deque()

    # -- contexts

    def contexts(self, abstract_syntax: str, *, as_scp: bool = False) -> list[Context]:
        """Accepted contexts of a SOP Class in which this side may be SCU, or SCP."""
        return [
            context
            for context in self.agreement.contexts.values()
            if context.abstract_syntax == abstract_syntax and (context.as_scp if as_scp else context.as_scu)
        ]

    def context(self, abstract_syntax: str) -> Context:
        """The first accepted context of a SOP Class. Raises NoContextError."""
        found = self.contexts(abstract_syntax)
        if not found:
            raise NoContextError(message("The peer does not offer this service."))
        return found[0]

    def next_message_id(self) -> int:
        self._message_id = self._message_id % 65535 + 1
        return self._message_id

    # -- the life of the association

    @property
    def is_open(self) -> bool:
        return self._is_open

    @property
    def peer_address(self) -> str:
        return self._connection.peer_address

    def stop_when(self, stop: Callable[[], bool] | None) -> None:
        """Look at `stop` while waiting for the peer; True raises CancelledError there."""
        self._connection.stop = stop

    def has_input(self) -> bool:
        """True when the peer said something that was not read yet."""
        return self._pdu_left > 0 or self._connection.has_input()

    def release(self) -> None:
        """End in good order (PS3.8 7.2). What the peer still says is not waited for long."""
        if not self._is_open:
            return
        self._is_open = False
        self._connection.stop = None
        deadline = time.monotonic() + min(self.limits.association_seconds, self.limits.response_seconds)
        try:
            self._connection.send(pdus.RELEASE_REQUEST, self.limits.association_seconds)
            while self._head(deadline)[0] == pdus.P_DATA_TF:
                self._skip(deadline)
            self.trace("association released")
        except NetworkError:
            self.trace("association closed while it was released")
        finally:
            self._connection.close()

    def abort(self, *, reason: int = 0, by_provider: bool = False) -> None:
        """Break it off (PS3.8 7.3). Never raises."""
        if not self._is_open:
            return
        self._is_open = False
        try:
            self._connection.send(pdus.encode_abort(2 if by_provider else 0, reason), 1.0)
        except NetworkError:
            pass
        self.trace("association aborted by us")
        self._connection.close()

    def cut(self) -> None:
        """Close the connection under it, from any thread."""
        self._connection.cut()

    # -- sending

    def send(self, context: Context, command: CommandSet, data: bytes = b"") -> None:
        """Send a message whose data set is in memory."""
        out = bytearray(self._command_pdu(context, command))
        for start in range(0, len(data), self._fragment):
            part = data[start : start + self._fragment]
            last = start + len(part) >= len(data)
            out += pack(">BxIIBB", pdus.P_DATA_TF, len(part) + 6, len(part) + 2, context.context_id, 2 if last else 0) + part
        self._send(out)

    def send_file(self, context: Context, command: CommandSet, stream: BinaryIO, size: int) -> None:
        """Send a message whose data set is the next `size` bytes of `stream`. A stream that ends sooner breaks the association."""
        self._send(self._command_pdu(context, command))
        pdu = self._fragment + 12
        block = bytearray(min(max(1, _SEND_BLOCK // pdu), -(-size // self._fragment)) * pdu)
        view = memoryview(block)
        left = size
        while left:
            at = 0
            while left and at + 12 < len(block):
                part = min(left, self._fragment)
                if _read_into(stream, view[at + 12 : at + 12 + part]) < part:
                    self.abort()
                    raise NoContextError(message("The file became shorter while it was sent."))
                left -= part
                block[at : at + 12] = pack(">BxIIBB", pdus.P_DATA_TF, part + 6, part + 2, context.context_id, 0 if left else 2)
                at += part + 12
            self._send(view[:at])

    def _command_pdu(self, context: Context, command: CommandSet) -> bytes:
        body = encode_command(command)
        out = b""
        for start in range(0, len(body), self._fragment):
            part = body[start : start + self._fragment]
            mark = 3 if start + len(part) >= len(body) else 1
            out += pack(">BxIIBB", pdus.P_DATA_TF, len(part) + 6, len(part) + 2, context.context_id, mark) + part
        return out

    def _send(self, data: bytes | bytearray | memoryview) -> None:
        try:
            self._connection.send(data, self.limits.pdu_seconds + len(data) / self.limits.slowest_rate)
        except AbortedError:
            self._explain_abort()
            raise
        except StalledError:
            self.abort()
            raise

    def _explain_abort(self) -> None:
        """The peer is gone while we were sending: it may have said why."""
        try:
            self._head(time.monotonic() + 0.5)
        except AbortedError as error:
            self._lose()
            raise error from None
        except NetworkError:
            self._lose()

    # -- receiving

    def receive(self, choose: ChooseConsumer | None = None, seconds: float | None = None) -> DimseMessage | None:
        """The next message but C-CANCEL; None when the peer asks for release (it is answered, the association is over).

        `seconds`: how long it may take to begin. Raises AbortedError, StalledError, ProtocolError, CancelledError (then it may be
        called again).
        """
        if self._early:
            return self._early.popleft()
        while (received := self._receive(choose, seconds)) is not None:
            if received.command.command_field != CommandField.C_CANCEL_RQ:
                return received
            self._note_cancel(received)
        return None

    def is_cancelled(self, message_id: int) -> bool:
        """True when the peer has cancelled that request (PS3.7 9.3.2.3). Does not wait."""
        while self._is_open and self.has_input():
            received = self._receive(None, None)
            if received is None:
                return True
            if received.command.command_field == CommandField.C_CANCEL_RQ:
                self._note_cancel(received)
            elif len(self._early) < _MOST_EARLY:
                self._early.append(received)
            else:
                self.abort(reason=2, by_provider=True)
                raise ProtocolError(message("The peer asked for too much at once."))
        return message_id in self._cancelled

    def _note_cancel(self, received: DimseMessage) -> None:
        if len(self._cancelled) < _MOST_CANCELS:
            self._cancelled.add(received.command.message_id_being_responded_to or 0)

    def forget_cancel(self, message_id: int) -> None:
        """The request is over; its number may come again."""
        self._cancelled.discard(message_id)

    def _receive(self, choose: ChooseConsumer | None, seconds: float | None) -> DimseMessage | None:
        deadline = time.monotonic() + (self.limits.response_seconds if seconds is None else seconds)
        try:
            if not self._pdu_left and self._next_pdu(deadline) is False:
                return None
            return self._message(choose)
        except AbortedError:
            self._lose()
            raise
        except StalledError:
            self.abort()
            raise
        except ProtocolError:
            self.abort(reason=6, by_provider=True)
            raise

    def _lose(self) -> None:
        self._is_open = False
        self._connection.close()

    def _message(self, choose: ChooseConsumer | None) -> DimseMessage:
        stop, self._connection.stop = self._connection.stop, None  # a message that began is read to its end
        clock = _Clock(self.limits)
        consumer: DataConsumer | None = None
        try:
            context, command = self._read_command(clock)
            if not command.has_data_set:
                return DimseMessage(context, command, None)
            consumer = choose(context, command) if choose is not None else None
            consumer = consumer or Collector(self.limits.largest_identifier)
            self._read_data(context, consumer, clock)
            return DimseMessage(context, command, consumer)
        except BaseException:
            if consumer is not None:
                consumer.abandon()
            raise
        finally:
            self._connection.stop = stop

    def _read_command(self, clock: _Clock) -> tuple[Context, CommandSet]:
        parts = bytearray()
        first_id = 0
        while True:
            context_id, mark = self._next_pdv(clock)
            if not mark & 1 or (first_id and context_id != first_id):
                raise ProtocolError(message("The peer sent data where a command was due."))
            first_id = context_id
            if len(parts) + self._pdv_left > self.limits.largest_command:
                raise ProtocolError(message("The peer sent a command that is too large."))
            for piece in self._pdv(clock):
                parts += piece
            if mark & 2:
                break
        context = self.agreement.contexts.get(first_id)
        if context is None:
            raise ProtocolError(message("The peer used a presentation context that was not agreed on."))
        return context, decode_command(bytes(parts))

    def _read_data(self, context: Context, consumer: DataConsumer, clock: _Clock) -> None:
        total = 0
        while True:
            context_id, mark = self._next_pdv(clock)
            if mark & 1 or context_id != context.context_id:
                raise ProtocolError(message("The peer sent a command where data were due."))
            total += self._pdv_left
            if total > self.limits.largest_object:
                raise ProtocolError(message("The peer sent an object that is too large."))
            for piece in self._pdv(clock):
                consumer.write(piece)
            if mark & 2:
                return

    def _next_pdv(self, clock: _Clock) -> tuple[int, int]:
        """(context id, message control header) of the next presentation data value (PS3.8 9.3.5.1, E.2)."""
        while not self._pdu_left:
            if self._next_pdu(clock.begin_pdu()) is False:
                raise ProtocolError(message("The peer released the association in the middle of a message."))
        if self._pdu_left < 6:
            raise ProtocolError(message("The peer's data message is malformed."))
        length, context_id, mark = unpack(">IBB", self._connection.take(6, clock.deadline()))
        if length < 2 or length + 4 > self._pdu_left:
            raise ProtocolError(message("The peer's data message is malformed."))
        self._pdu_left -= 6
        self._pdv_left = length - 2
        return context_id, mark

    def _pdv(self, clock: _Clock) -> Iterator[memoryview]:
        count = self._pdv_left
        self._pdv_left = 0
        self._pdu_left -= count
        yield from self._connection.pieces(count, clock.deadline())
        clock.received(count)

    def _next_pdu(self, deadline: float) -> bool:
        """Begin the next P-DATA-TF. False: the peer asked for release, and got it."""
        kind, length = self._head(deadline)
        if kind == pdus.P_DATA_TF:
            self._pdu_left = length
            return True
        self._skip(time.monotonic() + self.limits.pdu_seconds)
        if kind != pdus.RELEASE_RQ:
            raise ProtocolError(message("The peer sent something that does not belong here."))
        self._is_open = False
        self._connection.send(pdus.RELEASE_RESPONSE, self.limits.association_seconds)
        self._connection.close()
        self.trace("association released by the peer")
        return False

    def _head(self, deadline: float) -> tuple[int, int]:
        """(type, length) of the next PDU, after what is left of this one. A-ABORT raises AbortedError."""
        if self._pdu_left:
            self._skip(deadline)
        kind, length = unpack(">BxI", self._connection.take(6, deadline))
        largest = self.limits.largest_pdu if kind == pdus.P_DATA_TF else 64
        if not pdus.ASSOCIATE_RQ <= kind <= pdus.ABORT or length > largest:
            raise ProtocolError(message("The peer announced a message of a kind or size that is not allowed."))
        self._pdu_left = length
        if kind == pdus.ABORT:
            body = self._connection.take(min(length, 4), deadline)
            self._pdu_left = 0
            by_provider, reason = (body[2], body[3]) if len(body) == 4 else (0, 0)
            self.trace(f"association aborted by the peer (source {by_provider}, reason {reason})")
            raise AbortedError(message("The peer broke off ({origin}/{reason}).", origin=by_provider, reason=reason))
        return kind, length

    def _skip(self, deadline: float) -> None:
        left, self._pdu_left = self._pdu_left, 0
        for _ in self._connection.pieces(left, deadline):
            pass


class _Clock:
    """When a message must go on and when it must be whole: each PDU in its time, all of them not slower than the slowest rate."""

    def __init__(self, limits: Limits) -> None:
        self._pdu_seconds = limits.pdu_seconds
        self._rate = limits.slowest_rate
        self._message_due = time.monotonic() + 2 * limits.pdu_seconds
        self._pdu_due = time.monotonic() + limits.pdu_seconds

    def received(self, count: int) -> None:
        self._message_due += count / self._rate

    def begin_pdu(self) -> float:
        self._pdu_due = time.monotonic() + self._pdu_seconds
        return self.deadline()

    def deadline(self) -> float:
        return min(self._pdu_due, self._message_due)


def _read_into(stream: BinaryIO, view: memoryview) -> int:
    done = 0
    while done < len(view):
        size: int | None = stream.readinto(view[done:])  # type: ignore[attr-defined]  # every binary file has it
        if not size:
            break
        done += size
    return done
