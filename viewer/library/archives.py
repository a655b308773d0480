"""Zip archives: members that may be DICOM are extracted, within limits, under names of our own. Nothing in one is believed."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from viewer.dicom.detect import find_layout, name_content
from viewer.model.errors import Problem, ProblemKind
from viewer.model.frozen import frozen
from viewer.model.locked_archive import LockedArchive
from viewer.model.messages import Message, message
from viewer.model.tasks import CancelToken
from viewer.model.text import plain

MAX_DEPTH = 4
MAX_MEMBERS = 200_000
MAX_DIRECTORY = 64 * 1024 * 1024
MAX_BYTES = 64 * 1024**3
FREE_BYTES = 64 * 1024 * 1024  # so much may come out of however little
MAX_RATIO = 200  # beyond that; real studies reach 3, a mask of zeros some hundreds
_HEAD = 16384
_BLOCK = 1024 * 1024
_TRIES = 3
_AES = 99
_KEEP_FREE = 512 * 1024 * 1024  # of the disk

Password = Callable[[str], str | None]


@frozen
class Extracted:
    """A member that may be DICOM, as a file of ours; `source` is what the user sees."""

    path: str
    source: str


@dataclass(slots=True)
class _Budget:
    """What may still come out of one archive and all within it."""

    bytes: int
    members: int = MAX_MEMBERS


class _RefusedError(Exception):
    """`args[0]` is the sentence."""


def is_zip(path: str) -> bool:
    """True when the file begins as a zip archive does, or is an empty one."""
    if not os.path.isfile(path):  # opening a pipe would wait for its other end
        return False
    try:
        with open(path, "rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False


class Archives:
    """Extracts archives into `folder()`. `password` is asked, on the calling thread, for what is locked."""

    def __init__(self, folder: Callable[[], Path], password: Password | None, cancel: CancelToken) -> None:
        self._folder = folder
        self._password = password
        self._cancel = cancel

    def extract(self, path: str) -> Iterator[Extracted | Problem]:
        """The members of the archive at `path` and of archives in it; what cannot be used comes as a Problem."""
        size = os.path.getsize(path)
        budget = _Budget(min(MAX_BYTES, FREE_BYTES + size * MAX_RATIO))
        identity = f"{os.path.realpath(path)}|{size}|{os.stat(path).st_mtime_ns}"
        yield from self._archive(path, path, identity, budget, 1, None)

    def _archive(
        self, path: str, source: str, identity: str, budget: _Budget, depth: int, known_password: bytes | None
    ) -> Iterator[Extracted | Problem]:
        if depth > MAX_DEPTH:
            yield _too_large(source, message("Archives within archives within archives: deeper than is opened here."))
            return
        try:
            with open(path, "rb") as file:
                _check_directory(file)
                with _open_archive(file) as archive:
                    members = [info for info in archive.infolist() if not info.is_dir()]
                    budget.members -= len(members)
                    if budget.members < 0 or sum(info.file_size for info in members) > budget.bytes:
                        raise _RefusedError(message("This archive holds more than can be sound: it is refused."))
                    password, problem = self._unlock(archive, members, source, known_password)
                    if problem is not None:
                        yield problem
                    yield from self._members(archive, members, source, identity, budget, depth, password)
        except _RefusedError as error:
            yield _too_large(source, error.args[0])
        except _bad_zip(struct.error, ValueError, EOFError, NotImplementedError, UnicodeError) as error:
            yield Problem(
                source, ProblemKind.BROKEN, message("This zip archive is damaged: {reason}.", reason=plain(str(error), 100))
            )
        except OSError as error:
            reason = error.strerror or type(error).__name__
            yield Problem(source, ProblemKind.MISSING_FILE, message("This zip archive cannot be read: {reason}.", reason=reason))

    # Passwords

    def _unlock(
        self, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], source: str, known: bytes | None
    ) -> tuple[bytes | None, Problem | None]:
        """The password that opens the locked members, or the problem that there is none."""
        locked = [info for info in members if info.flag_bits & 1]
        if not locked:
            return known, None
        if any(_method(info) == _AES for info in locked):
            reason = message("This zip archive is encrypted with AES; that needs the package pyzipper, which is not installed.")
            advice = message("Install it, or unpack the archive with another program and open the folder.")
            return None, Problem(source, ProblemKind.LOCKED, reason, advice)
        probe = min(locked, key=lambda info: info.file_size)
        if known is not None and _opens(archive, probe, known):
            return known, None
        name = plain(os.path.basename(source))
        for number in range(_TRIES if self._password is not None else 0):
            asked = LockedArchive(name, is_refused=number > 0)
            answer = self._password(asked) if self._password is not None else None
            if answer is None:
                break
            if _opens(archive, probe, answer.encode("utf-8", "replace")):
                return answer.encode("utf-8", "replace"), None
        else:
            if self._password is not None:
                return None, Problem(source, ProblemKind.LOCKED, message("None of the passwords opens this archive."))
        return None, Problem(source, ProblemKind.LOCKED, message("This archive is locked with a password."))

    # Members

    def _members(
        self,
        archive: zipfile.ZipFile,
        members: list[zipfile.ZipInfo],
        source: str,
        identity: str,
        budget: _Budget,
        depth: int,
        password: bytes | None,
    ) -> Iterator[Extracted | Problem]:
        for number, info in enumerate(members):
            if self._cancel.cancelled:
                return
            if info.flag_bits & 1 and password is None:
                continue  # said once for the archive
            shown = f"{source}!/{plain(info.filename, 300)}"
            member_identity = f"{identity}|{number}"
            try:
                found = self._member(archive, info, shown, member_identity, budget, password)
            except _bad_zip(zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError, OSError) as error:
                yield _member_problem(shown, error)
                continue
            if isinstance(found, Extracted) and is_zip(found.path):
                yield from self._archive(found.path, shown, member_identity, budget, depth + 1, password)
                Path(found.path).unlink(missing_ok=True)
            else:
                yield found

    def _member(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, shown: str, identity: str, budget: _Budget, password: bytes | None
    ) -> Extracted | Problem:
        """Extract one member when it may be DICOM or an archive. Raises what zipfile does, _RefusedError, OSError."""
        name = hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        target = self._folder() / name
        with archive.open(info, pwd=password) as member:
            head = member.read(_HEAD)
            if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and find_layout(head) is None:
                return Problem(shown, ProblemKind.NOT_DICOM, name_content(head))
            if target.exists() and target.stat().st_size == info.file_size:
                return Extracted(str(target), shown)
            target.unlink(missing_ok=True)
            try:
                with open(target, "xb", opener=_private) as out:
                    self._copy(head, member, out, budget)
            except BaseException:
                target.unlink(missing_ok=True)
                raise
        return Extracted(str(target), shown)

    def _copy(self, block: bytes, member: IO[bytes], out: IO[bytes], budget: _Budget) -> None:
        while block:
            budget.bytes -= len(block)
            if budget.bytes < 0:
                raise _RefusedError(message("This archive holds more than can be sound: it is refused."))
            if shutil.disk_usage(self._folder()).free < _KEEP_FREE + len(block):
                raise _RefusedError(message("The disk has no room to unpack this archive."))
            out.write(block)
            if self._cancel.cancelled:
                raise _RefusedError(message("Unpacking was cancelled."))
            block = member.read(_BLOCK)


def _open_archive(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive; read by pyzipper, where that is installed, when members are encrypted with AES."""
    archive = zipfile.ZipFile(file)
    if not any(info.flag_bits & 1 and _method(info) == _AES for info in archive.infolist()):
        return archive
    try:
        import pyzipper
    except ImportError:
        return archive
    archive.close()
    found: zipfile.ZipFile = pyzipper.AESZipFile(file)
    return found


def _bad_zip(*others: type[Exception]) -> tuple[type[Exception], ...]:
    """`others` and what zipfile raises for damage, and pyzipper, which has a class of its own for it."""
    package = sys.modules.get("pyzipper")
    return (zipfile.BadZipFile, *others) if package is None else (zipfile.BadZipFile, package.BadZipFile, *others)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _check_directory(file: IO[bytes]) -> None:
    """Refuse a central directory that would fill the memory before zipfile reads it. Says nothing of what is no zip at all."""
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(max(size - 66_000, 0))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at >= 0 and len(tail) >= at + 22:
        count, length = struct.unpack_from("<HI", tail, at + 10)
        wide = tail.rfind(b"PK\x06\x06")
        if (count == 0xFFFF or length == 0xFFFFFFFF) and wide >= 0 and len(tail) >= wide + 56:
            count, length = struct.unpack_from("<QQ", tail, wide + 32)
        if count > MAX_MEMBERS or length > MAX_DIRECTORY:
            raise _RefusedError(message("This archive holds more than can be sound: it is refused."))
    file.seek(0)


def _method(info: zipfile.ZipInfo) -> int:
    return int(info.compress_type)


def _opens(archive: zipfile.ZipFile, info: zipfile.ZipInfo, password: bytes) -> bool:
    """True when `password` decrypts a member; zipfile's own check lets one wrong password in 256 pass."""
    try:
        with archive.open(info, pwd=password) as member:
            for _ in range(64):
                if not member.read(_BLOCK):
                    break
    except _bad_zip(RuntimeError, zlib.error, EOFError, NotImplementedError):
        return False
    return True


def _too_large(source: str, reason: Message) -> Problem:
    return Problem(source, ProblemKind.TOO_LARGE, reason)


def _member_problem(shown: str, error: Exception) -> Problem:
    if isinstance(error, NotImplementedError):
        return Problem(shown, ProblemKind.BROKEN, message("This member is compressed in a way that cannot be read here."))
    if isinstance(error, OSError) and error.strerror:
        return Problem(shown, ProblemKind.MISSING_FILE, message("The file cannot be written: {reason}.", reason=error.strerror))
    return Problem(shown, ProblemKind.BROKEN, message("This member of the archive is damaged."))
