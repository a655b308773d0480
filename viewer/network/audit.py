"""The audit trail: who did what with which study, as events of PS3.15 A.5, each line chained to the one before by a hash.

A line that was changed, put in or taken out is named by `verify`. With a key, which only the system's key store has, nobody can
make a chain of his own. Lines hold AE titles, addresses, Study Instance UIDs and counts; no patient text. A large file is put
aside under the number of its last line, and the chain goes on in a new one; nothing is ever deleted.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO

from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message, message

FILE_NAME = "audit.jsonl"
_START = "0" * 64
_BLOCK = 64 * 1024
_COUNTED = 100  # lines after which a check says how far it is
LARGEST = 16 * 1024 * 1024  # bytes, from which on a file is put aside


class AuditEvent(Enum):
    """PS3.15 A.5.3: Event ID and its meaning, action (C create, R read, E execute), type and its meaning; codes of scheme DCM."""

    APPLICATION_START = ("110100", "Application Activity", "E", "110120", "Application Start")
    APPLICATION_STOP = ("110100", "Application Activity", "E", "110121", "Application Stop")
    BEGIN_TRANSFERRING = ("110102", "Begin Transferring DICOM Instances", "E", "", "")
    INSTANCES_ACCESSED = ("110103", "DICOM Instances Accessed", "R", "", "")
    INSTANCES_RECEIVED = ("110104", "DICOM Instances Transferred", "C", "", "")
    INSTANCES_SENT = ("110104", "DICOM Instances Transferred", "R", "", "")
    EXPORT = ("110106", "Export", "R", "", "")
    IMPORT = ("110107", "Import", "C", "", "")
    QUERY = ("110112", "Query", "E", "", "")
    LISTENER_CHANGED = ("110113", "Security Alert", "E", "110134", "Network Configuration")
    CALL_REFUSED = ("110113", "Security Alert", "E", "110126", "Node Authentication")
    LOGIN = ("110114", "User Authentication", "E", "110122", "Login")


class Outcome(Enum):
    """Event Outcome Indicator."""

    SUCCESS = 0
    MINOR_FAILURE = 4
    SERIOUS_FAILURE = 8


@frozen
class AuditRecord:
    """One event. `peer_is_source`: the objects, or the question, came from the peer; `user`: who was named by the peer."""

    event: AuditEvent
    outcome: Outcome = Outcome.SUCCESS
    local_title: str = ""
    peer_title: str = ""
    peer_address: str = ""
    peer_is_source: bool = True
    studies: dict[str, int] = field(default_factory=dict)  # Study Instance UID: number of instances
    sop_class_uid: str = ""
    user: str = ""
    detail: str = ""  # a rule of ours, never words of a peer


class AuditFailedError(NegatoscopeError):
    """The trail cannot be written."""


class AuditTrail:
    """Appends to ``folder/audit.jsonl``; many threads and processes may. With a `key` only its holder can make the hashes."""

    def __init__(self, folder: Path, key: bytes = b"", *, largest: int = LARGEST) -> None:
        self.folder = folder
        self.path = folder / FILE_NAME
        self._largest = largest
        self._head = folder / f"{FILE_NAME}.head"
        self._key = key
        self._lock = threading.Lock()

    def append(self, record: AuditRecord) -> None:
        """Write one line. Raises AuditFailedError."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock, _exclusive(self._head) as head:
                with _open(self.path) as trail:
                    number, last = self._end(head, trail)
                    line = _line(number + 1, last, record, self._key)
                    trail.seek(0, os.SEEK_END)
                    trail.write(line)
                    trail.flush()
                    size = trail.tell()
                    _write_head(head, number + 1, _hash_of(line), size)
                if size >= self._largest:
                    with suppress(OSError):  # somebody reads it under Windows: after the next line, then
                        self.path.rename(self.folder / f"audit-{number + 1:010}.jsonl")
        except OSError as error:
            reason = message("The audit trail cannot be written: {reason}.", reason=error.strerror or "")
            raise AuditFailedError(reason, path=str(self.path)) from error

    def _end(self, head: BinaryIO, trail: BinaryIO) -> tuple[int, str]:
        """(number, hash) of the last line. The head lags behind after a kill; then the trail itself is read."""
        size = trail.seek(0, os.SEEK_END)
        known = _read_head(head)
        if known is not None and known["size"] == size:
            return int(known["number"]), str(known["hash"])
        aside = trail_files(self.folder)[:-1]
        if not size and aside:
            with aside[-1].open("rb") as before:
                return self._last_of(before, before.seek(0, os.SEEK_END), known)
        if size and not _ends_whole(trail, size):
            trail.write(b"\n")  # a line that a kill left half written; `verify` names it
        return self._last_of(trail, trail.seek(0, os.SEEK_END), known)

    @staticmethod
    def _last_of(trail: BinaryIO, size: int, known: dict[str, Any] | None) -> tuple[int, str]:
        line = _last_line(trail, size)
        found = _parsed(line)
        if found is None:
            number = int(known["number"]) if known else 0
            return (number + 1, hashlib.sha256(line).hexdigest()) if line else (number, _START)
        return int(found["number"]), str(found["hash"])


def trail_files(folder: Path) -> list[Path]:
    """The files of the trail in order: those put aside, and last the one that grows, which may not be there yet."""
    return [*sorted(folder.glob("audit-" + "[0-9]" * 10 + ".jsonl")), folder / FILE_NAME]


def trail_lines(folder: Path, after: int = 0) -> Iterator[bytes]:
    """Whole lines with numbers above `after`, in order. Lines that are none are passed over. Raises OSError.

    The file that grows is opened before the others are looked for: it may be put aside meanwhile, and then is read once, not never.
    """
    with ExitStack() as opened:
        grows = _opened(folder / FILE_NAME, opened)
        for path in trail_files(folder)[:-1]:
            ends = path.stem.removeprefix("audit-")
            if ends.isdigit() and int(ends) <= after:
                continue
            with ExitStack() as aside:
                for number, line in _lines_of(_opened(path, aside)):
                    if number > after:
                        after = number
                        yield line
        yield from (line for number, line in _lines_of(grows) if number > after)


def _opened(path: Path, opened: ExitStack) -> BinaryIO | None:
    try:
        return opened.enter_context(path.open("rb"))
    except FileNotFoundError:
        return None


def _lines_of(stream: BinaryIO | None) -> Iterator[tuple[int, bytes]]:
    for line in stream or ():
        found = _parsed(line)
        if found is not None:
            yield int(found["number"]), line


def number_of(line: bytes) -> int:
    """The number of a line that `trail_lines` gave."""
    return int(json.loads(line)["number"])


@frozen
class Fault:
    """What is wrong with the trail at a line of a file, from 1; one past the last line when lines are missing there."""

    line: int
    reason: Message
    file: str = FILE_NAME


@frozen
class TrailCheck:
    """`lines` that were looked at, and everything that is wrong with them, in order. `is_whole`: none was left out."""

    lines: int
    faults: tuple[Fault, ...]
    is_whole: bool = True


def verify(folder: Path, key: bytes = b"") -> tuple[Fault, ...]:
    """Everything that is wrong with the trail in `folder`; () for one that is whole. Raises OSError."""
    return check_trail(folder, key).faults


def check_trail(folder: Path, key: bytes = b"", goes_on: Callable[[int, int], bool] = lambda done, total: True) -> TrailCheck:
    """Look at every line as it is now. `goes_on(done, total)` counts bytes; once it says False, the check is over.

    Raises OSError.
    """
    faults: list[Fault] = []
    last_hash, last_number, was_signed = _START, 0, False
    done, lines, count, name = 0, 0, 0, FILE_NAME
    with ExitStack() as opened:
        moment = _moment(folder, opened)
        for lines, (name, count, line) in enumerate(moment.lines(), 1):  # the last ones are needed below
            done += len(line)
            if lines % _COUNTED == 0 and not goes_on(done, max(moment.total, done)):
                return TrailCheck(lines - 1, tuple(faults), is_whole=False)
            found = _parsed(line)
            reason = _reason(found, last_number, last_hash, key, was_signed=was_signed)
            if reason:
                faults.append(Fault(count, reason, name))
            if found is None:
                last_number, last_hash = last_number + 1, ""
            else:
                last_number, last_hash = int(found["number"]), str(found["hash"])
                was_signed |= bool(found.get("signed"))
    if not goes_on(done, done):
        return TrailCheck(lines, tuple(faults), is_whole=False)
    if moment.head is not None and int(moment.head["number"]) > last_number:
        missing = int(moment.head["number"]) - last_number
        faults.append(Fault(count + 1, message("{count} lines are missing at the end.", count=missing), name))
    return TrailCheck(lines, tuple(faults))


@frozen
class _Moment:
    """The trail as it was at one moment: others write on while it is read, and put the file that grows aside."""

    aside: tuple[Path, ...]
    grows: BinaryIO | None
    size: int  # of the file that grows
    head: dict[str, Any] | None
    total: int  # bytes

    def lines(self) -> Iterator[tuple[str, int, bytes]]:
        """(file, number in it from 1, line)."""
        for path in self.aside:
            with ExitStack() as opened:
                for number, line in enumerate(_opened(path, opened) or (), 1):
                    yield path.name, number, line
        done = 0
        for number, line in enumerate(self.grows or (), 1):
            if done >= self.size:
                return
            done += len(line)
            yield FILE_NAME, number, line


def _moment(folder: Path, opened: ExitStack) -> _Moment:
    with ExitStack() as held:
        stream = _opened(folder / f"{FILE_NAME}.head", held)
        if stream is not None:
            _lock(stream, is_shared=True)  # who appends waits
        *aside, last = trail_files(folder)
        grows = _opened(last, opened)
        size = os.fstat(grows.fileno()).st_size if grows is not None else 0
        head = _read_head(stream) if stream is not None else None
    return _Moment(tuple(aside), grows, size, head, size + sum(path.stat().st_size for path in aside))


def _reason(found: dict[str, Any] | None, before: int, last_hash: str, key: bytes, *, was_signed: bool) -> Message:
    """What is wrong with a line that follows line number `before`; NO_MESSAGE when nothing is."""
    if found is None or not _is_whole(found, key):
        return message("The line was changed, or cannot be checked without its key.")
    number = int(found["number"])
    if number > before + 1:
        return message("{count} lines are missing before this one.", count=number - before - 1)
    if number < before + 1:
        return message("The line is here twice, or was moved.")
    if last_hash and found["previous"] != last_hash:
        return message("The line does not follow the one before it.")
    return message("The line has no signature, though earlier ones have.") if was_signed and not found.get("signed") else NO_MESSAGE


def _is_whole(found: dict[str, Any], key: bytes) -> bool:
    return hmac.compare_digest(_digest(found, key if found.get("signed") else b""), str(found["hash"]))


# Lines


def _line(number: int, previous: str, record: AuditRecord, key: bytes) -> bytes:
    document: dict[str, Any] = {
        "number": number,
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "event": record.event.name,
        "outcome": record.outcome.value,
        **{name: value for name, value in asdict(record).items() if name not in ("event", "outcome") and value not in ("", {})},
        "previous": previous,
        **({"signed": True} if key else {}),
    }
    document["hash"] = _digest(document, key)
    return json.dumps(document, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _digest(document: dict[str, Any], key: bytes) -> str:
    signed = {name: value for name, value in document.items() if name != "hash"}
    text = json.dumps(signed, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest() if key else hashlib.sha256(text).hexdigest()


def _hash_of(line: bytes) -> str:
    return str(json.loads(line)["hash"])


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
        int(found["number"])
        str(found["hash"]), str(found["previous"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, dict) and line.endswith(b"\n") else None


def _ends_whole(trail: BinaryIO, size: int) -> bool:
    trail.seek(size - 1)
    return trail.read(1) == b"\n"


def _last_line(trail: BinaryIO, size: int) -> bytes:
    start = size
    data = b""
    while start and data.rstrip(b"\n").count(b"\n") == 0:
        step = min(_BLOCK, start)
        start -= step
        trail.seek(start)
        data = trail.read(step) + data
    lines = data.splitlines(keepends=True)
    return lines[-1] if lines else b""


# Files


def _open(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600), "r+b")


@contextmanager
def _exclusive(path: Path) -> Iterator[BinaryIO]:
    """The head file, ours alone until the block ends."""
    with _open(path) as stream:
        _lock(stream)
        yield stream


def _lock(stream: BinaryIO, *, is_shared: bool = False) -> None:
    """Until it is closed. Windows knows no shared ones."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX)


def _read_head(stream: BinaryIO) -> dict[str, Any] | None:
    stream.seek(0)
    try:
        found = json.loads(stream.read())
        int(found["number"]), int(found["size"]), str(found["hash"])
    except (ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, dict) else None


def _write_head(stream: BinaryIO, number: int, digest: str, size: int) -> None:
    stream.seek(0)
    stream.write(json.dumps({"number": number, "hash": digest, "size": size}).encode().ljust(160))
    stream.flush()
