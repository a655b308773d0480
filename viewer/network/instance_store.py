"""Where received instances become files, so that what was acknowledged is never lost and nothing is ever overwritten.

Order: temporary file (0600, exclusive) - fsync - link to its name - fsync of the folder - commit by the sink - success to the peer.
Names are made from a hash, never from DICOM text. The data set is stored byte by byte as it came (PS3.10 7, bit preserving).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import uuid
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from struct import pack
from typing import BinaryIO, Protocol

from viewer.dicom.header import read_header
from viewer.dicom.transfer_syntaxes import DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.network.association import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from viewer.network.errors import RefusedError
from viewer.network.limits import DEFAULT_LIMITS, MIB, Limits
from viewer.network.status import CANNOT_UNDERSTAND, DOES_NOT_MATCH, NOT_AUTHORIZED, OUT_OF_RESOURCES

_INCOMING = "incoming"
_SPACE_CHECK = 64 * MIB
_BLOCK = MIB
_SOP_CLASS_UID, _SOP_INSTANCE_UID, _STUDY_UID, _SERIES_UID = 0x00080016, 0x00080018, 0x0020000D, 0x0020000E


@frozen
class ReceivedInstance:
    """One instance that is safe on the disk at `path`. `copy` 1 and up: same SOP Instance UID, other content, kept apart.

    `is_known`: the very same bytes were here before; nothing was written.
    """

    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    study_instance_uid: str = ""
    series_instance_uid: str = ""
    path: str = ""
    size: int = 0
    copy: int = 0
    is_known: bool = False
    calling_ae_title: str = ""
    calling_address: str = ""


Wanted = Callable[[ReceivedInstance], bool]


class InstanceSink(Protocol):
    """Who is told of each instance before the peer is. Called from the thread of the association."""

    def commit(self, instance: ReceivedInstance) -> None:
        """Enter it durably into the index. What it raises turns the answer to the peer into a failure."""


class NoSink:
    """Files alone, without an index."""

    def commit(self, instance: ReceivedInstance) -> None:
        return


class InstanceStore:
    """A folder of received instances. One store per folder and process; safe to use from many threads.

    `durable` False leaves out fsync: then a power failure can lose what was acknowledged.
    """

    def __init__(
        self, folder: Path, sink: InstanceSink | None = None, *, limits: Limits = DEFAULT_LIMITS, durable: bool = True
    ) -> None:
        self.folder = folder
        self.limits = limits
        self._sink: InstanceSink = sink or NoSink()
        self.durable = durable
        self._locks = tuple(threading.Lock() for _ in range(64))
        self._incoming = folder / _INCOMING
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._incoming.mkdir(mode=0o700, exist_ok=True)
        self._sync_folder(folder)
        self._sync_folder(folder.absolute().parent)

    def sweep(self) -> int:
        """Remove what an earlier process left half written; at start, before anything is received. Returns how many."""
        count = 0
        for left_over in self._incoming.iterdir():
            left_over.unlink(missing_ok=True)
            count += 1
        return count

    def receive(self, instance: ReceivedInstance, wanted: Wanted | None = None) -> Reception:
        """Begin to receive `instance`. Never raises: a refusal is kept until the end, the peer's data are let past.

        `wanted` is asked when the header is read; an instance nobody asked for is refused.
        """
        return Reception(self, instance, wanted)

    def holds(self, sop_instance_uid: str) -> bool:
        """True when an instance of this UID is here, whole: files get their names only then."""
        folder, name = _place_of(sop_instance_uid)
        return (self.folder / folder / f"{name}.dcm").is_file()

    def has_room(self) -> bool:
        """True while more than the reserve is free."""
        try:
            return shutil.disk_usage(self.folder).free > self.limits.free_space
        except OSError:
            return False

    def open_temporary(self) -> tuple[BinaryIO, Path]:
        """A new file that only this user can read."""
        path = self._incoming / f"{uuid.uuid4().hex}.part"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        return os.fdopen(os.open(path, flags, 0o600), "wb", buffering=0), path

    def keep(self, temporary: Path, data_offset: int, instance: ReceivedInstance) -> ReceivedInstance:
        """Give a complete, synced temporary file its name and commit it. Raises OSError, or what the sink raises."""
        folder_name, stem = _place_of(instance.sop_instance_uid)
        folder = self.folder / folder_name
        with self._locks[int(folder_name, 16) % len(self._locks)]:
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
                self._sync_folder(self.folder)
            copy = 0
            while True:
                name = f"{stem}.dcm" if copy == 0 else f"{stem}-{copy}.dcm"
                path = folder / name
                if _give_name(temporary, path):
                    break
                if _same_content(temporary, path):
                    temporary.unlink()
                    known = replace(instance, path=str(path), copy=copy, is_known=True)
                    self._sink.commit(known)  # an earlier process may have died between its file and its index
                    return known
                copy += 1
            self._sync_folder(folder)
            kept = replace(instance, path=str(path), copy=copy, size=path.stat().st_size - data_offset)
            try:
                self._sink.commit(kept)  # under the lock: nobody may find the file known and then see it withdrawn
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            return kept

    def sync(self, stream: BinaryIO) -> None:
        if self.durable:
            os.fsync(stream.fileno())

    def _sync_folder(self, folder: Path) -> None:
        if not self.durable or os.name == "nt":
            return
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class Reception:
    """One instance while it arrives: a `DataConsumer`. After the last piece call `finish`, else `abandon`."""

    def __init__(self, store: InstanceStore, instance: ReceivedInstance, wanted: Wanted | None = None) -> None:
        self._store = store
        self._wanted = wanted
        self._instance = instance
        self._stream: BinaryIO | None = None
        self._path: Path | None = None
        self._refusal: RefusedError | None = None
        self._size = 0
        self._next_check = _SPACE_CHECK
        self._offset = 0
        self._begin()

    def _begin(self) -> None:
        if not self._store.has_room():
            self.refuse(OUT_OF_RESOURCES)
            return
        head = file_head(self._instance)
        self._offset = len(head)
        try:
            self._stream, self._path = self._store.open_temporary()
            self._stream.write(head)
        except OSError:
            self.refuse(OUT_OF_RESOURCES)

    def refuse(self, status: int) -> None:
        """Let the rest of the data past; `finish` will raise."""
        if self._refusal is None:
            self._refusal = RefusedError(message("The instance was refused."), status=status)
        self._discard()

    def write(self, piece: memoryview) -> None:
        self._size += len(piece)
        if self._stream is None:
            return
        if self._size > self._next_check:
            self._next_check += _SPACE_CHECK
            if not self._store.has_room():
                self.refuse(OUT_OF_RESOURCES)
                return
        try:
            done = self._stream.write(piece)
            while done < len(piece):
                done += self._stream.write(piece[done:])
        except OSError:
            self.refuse(OUT_OF_RESOURCES)

    def abandon(self) -> None:
        self._discard()

    def finish(self) -> ReceivedInstance:
        """Check, sync, name and commit. Raises RefusedError with the status for the peer; nothing is left behind then."""
        try:
            return self._finish()
        except RefusedError:
            raise
        except OSError as error:
            raise RefusedError(message("The disk refused the instance."), status=OUT_OF_RESOURCES) from error
        except Exception as error:  # whatever the index raised: the peer keeps its instance and tries again
            raise RefusedError(message("The library refused the instance."), status=OUT_OF_RESOURCES) from error
        finally:
            self._discard()

    def _finish(self) -> ReceivedInstance:
        if self._refusal is not None or self._stream is None or self._path is None:
            raise self._refusal or RefusedError(message("The instance was refused."), status=OUT_OF_RESOURCES)
        instance = self._checked(self._path)
        self._store.sync(self._stream)
        self._stream.close()
        self._stream = None
        return self._store.keep(self._path, self._offset, instance)

    def _checked(self, path: Path) -> ReceivedInstance:
        """`instance` with the UIDs of its header. Raises RefusedError when it cannot be read or is not what was announced."""
        asked = self._instance
        if asked.transfer_syntax_uid == DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN:
            _check_inflation(path, self._offset, self._store.limits)
        try:
            header = read_header(str(path))
        except NegatoscopeError as error:
            raise RefusedError(error.reason, status=CANNOT_UNDERSTAND) from error
        if header.code(_SOP_INSTANCE_UID) != asked.sop_instance_uid or header.code(_SOP_CLASS_UID) != asked.sop_class_uid:
            reason = message("The instance is not the one that was announced.")
            raise RefusedError(reason, status=DOES_NOT_MATCH)
        found = replace(
            asked,
            study_instance_uid=header.code(_STUDY_UID),
            series_instance_uid=header.code(_SERIES_UID),
            size=self._size,
        )
        if self._wanted is not None and not self._wanted(found):
            raise RefusedError(message("Nobody asked for this instance."), status=NOT_AUTHORIZED)
        return found

    def _discard(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None


def file_head(instance: ReceivedInstance) -> bytes:
    """Preamble and File Meta Information for `instance` (PS3.10 7.1)."""
    body = (
        pack("<HH2sHIBB", 2, 1, b"OB", 0, 2, 0, 1)
        + _text(0x0002, b"UI", instance.sop_class_uid)
        + _text(0x0003, b"UI", instance.sop_instance_uid)
        + _text(0x0010, b"UI", instance.transfer_syntax_uid)
        + _text(0x0012, b"UI", IMPLEMENTATION_CLASS_UID)
        + _text(0x0013, b"SH", IMPLEMENTATION_VERSION_NAME)
    )
    return bytes(128) + b"DICM" + pack("<HH2sHI", 2, 0, b"UL", 4, len(body)) + body


def _text(element: int, vr: bytes, value: str) -> bytes:
    raw = value.encode("ascii", "replace")
    if len(raw) & 1:
        raw += b"\0" if vr == b"UI" else b" "
    return pack("<HH2sH", 2, element, vr, len(raw)) + raw


def _place_of(sop_instance_uid: str) -> tuple[str, str]:
    """(folder, name without its ending)."""
    digest = hashlib.sha256(sop_instance_uid.encode("utf-8", "surrogateescape")).hexdigest()
    return digest[:2], digest[2:34]


def _give_name(temporary: Path, path: Path) -> bool:
    """Move without ever replacing. False when the name is taken."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # no hard links on this file system; the store's lock keeps others of this process away
        if path.exists():
            return False
        os.rename(temporary, path)
        return True
    os.unlink(temporary)
    return True


def _same_content(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        while block := first.read(_BLOCK):
            if block != second.read(_BLOCK):
                return False
    return True


def _check_inflation(path: Path, offset: int, limits: Limits) -> None:
    """Refuse a deflated data set that would fill memory or disk when opened (PS3.5 A.5)."""
    largest = min(limits.largest_inflated, max(1, path.stat().st_size - offset) * limits.largest_inflation)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    total = 0
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            while block := inflater.unconsumed_tail or stream.read(_BLOCK):
                total += len(inflater.decompress(block, _BLOCK))
                if total > largest:
                    reason = message("The deflated data set grows beyond all bounds.")
                    raise RefusedError(reason, status=CANNOT_UNDERSTAND)
                if inflater.eof:
                    return
    except zlib.error as error:
        raise RefusedError(message("The deflated data set is damaged."), status=CANNOT_UNDERSTAND) from error
