"""A DICOM file as it arrives over HTTP: its head is looked at, its data set goes to the instance store as it comes (PS3.10 7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from viewer.dicom.detect import find_layout, has_part10_magic
from viewer.model.messages import message
from viewer.network.errors import RefusedError
from viewer.network.instance_store import InstanceStore, ReceivedInstance, Reception, Wanted
from viewer.network.status import CANNOT_UNDERSTAND, NOT_AUTHORIZED

LARGEST_META = 1024 * 1024
_FIRST_ELEMENT = 16  # bytes of the data set that show how it is written
_CLASS, _INSTANCE = 0x0002, 0x0003
Piece: TypeAlias = bytes | memoryview


class Part10Stream:
    """Takes one file in pieces. After the last one call `finish`, else `abandon`.

    `sop_instance_uid` is known as soon as the head has arrived.
    """

    def __init__(self, store: InstanceStore, wanted: Wanted, address: str = "") -> None:
        self._store, self._wanted, self._address = store, wanted, address
        self._head = bytearray()
        self._reception: Reception | None = None
        self.sop_class_uid = self.sop_instance_uid = ""
        self.size = 0

    def take(self, pieces: Iterable[Piece]) -> ReceivedInstance:
        """All of it. Raises RefusedError when it is not kept; what `pieces` raises, and then nothing is left behind."""
        try:
            for piece in pieces:
                self.write(piece)
            return self.finish()
        finally:
            self.abandon()

    def write(self, piece: Piece) -> None:
        """Raises RefusedError when this is no DICOM file."""
        self.size += len(piece)
        if self._reception is not None:
            self._reception.write(memoryview(piece))
            return
        self._head += piece
        if self._head_is_whole():
            self._begin()

    def finish(self) -> ReceivedInstance:
        """Check, sync, name and commit, as for C-STORE. Raises RefusedError."""
        if self._reception is None:
            self._begin()
        if self._reception is None:
            raise _no_file()
        reception, self._reception = self._reception, None
        return reception.finish()

    def abandon(self) -> None:
        """Leave nothing behind. Does nothing after `finish`."""
        if self._reception is not None:
            self._reception.abandon()
            self._reception = None

    def _head_is_whole(self) -> bool:
        if len(self._head) < 144 + _FIRST_ELEMENT:
            return False
        if not has_part10_magic(bytes(self._head[:132])):
            raise _no_file()
        if len(self._head) > LARGEST_META:
            return True
        layout = find_layout(bytes(self._head))
        return layout is not None and layout.offset + _FIRST_ELEMENT <= len(self._head)

    def _begin(self) -> None:
        head = bytes(self._head)
        layout = find_layout(head) if has_part10_magic(head) else None
        if layout is None or layout.offset >= len(head):
            raise _no_file()
        values = _meta_values(layout.meta)
        if not values.get(_CLASS) or not values.get(_INSTANCE) or not layout.transfer_syntax_uid:
            raise _no_file()
        instance = ReceivedInstance(values[_CLASS], values[_INSTANCE], layout.transfer_syntax_uid, calling_address=self._address)
        self.sop_class_uid, self.sop_instance_uid = instance.sop_class_uid, instance.sop_instance_uid
        self._reception = self._store.receive(instance, self._wanted)
        self._reception.write(memoryview(head)[layout.offset :])
        self._head.clear()


def _no_file() -> RefusedError:
    return RefusedError(message("A part of the answer is no DICOM file."), status=CANNOT_UNDERSTAND)


def was_unasked(error: RefusedError) -> bool:
    """True when the instance was sound, but nobody had asked for it."""
    return error.status == NOT_AUTHORIZED


def _meta_values(meta: bytes) -> dict[int, str]:
    """Element number: text, of the elements of group 0002 that are short (explicit VR little endian)."""
    found: dict[int, str] = {}
    at = 0
    while at + 8 <= len(meta):
        element, vr = int.from_bytes(meta[at + 2 : at + 4], "little"), meta[at + 4 : at + 6]
        if vr in (b"OB", b"UN", b"OW", b"UT", b"UC", b"UR", b"SQ"):
            at += 12 + int.from_bytes(meta[at + 8 : at + 12], "little")
            continue
        length = int.from_bytes(meta[at + 6 : at + 8], "little")
        found[element] = meta[at + 8 : at + 8 + length].rstrip(b"\0 ").decode("ascii", "replace")
        at += 8 + length
    return found
