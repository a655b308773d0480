"""Lines of the audit trail about what the user does (PS3.15 A.5.3.4, A.5.3.6, A.5.3.7), and how they are written.

Study Instance UIDs, counts and the name of the system's user alone: no paths, which may hold names of patients.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from viewer.app.paths import Folders
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen

_log = logging.getLogger(__name__)
OPENED, IMPORTED, EXPORTED = "INSTANCES_ACCESSED", "IMPORT", "EXPORT"  # names of AuditEvents, which are loaded later


@frozen
class Note:
    """A line to be. `studies`: Study Instance UID and number of instances, 0 where it is not known."""

    event: str
    studies: Mapping[str, int]
    detail: str = ""


def write_notes(folders: Folders, notes: Sequence[Note]) -> None:
    """Put lines into the trail, unless the user does not want that. What goes wrong is said in the log alone."""
    from viewer.app.audit_repository import read_settings
    from viewer.app.secret_store import SecretStore, audit_key
    from viewer.network.audit import AuditEvent, AuditRecord, AuditTrail

    try:
        if not read_settings(folders.config).viewing:
            return
    except NegatoscopeError:
        pass  # who cannot say that it shall not be written has it written
    trail = AuditTrail(folders.data, audit_key(SecretStore()))
    user = _user()
    for note in notes:
        event = AuditEvent[note.event]
        record = AuditRecord(
            event, user=user, studies=dict(note.studies), peer_is_source=event is not AuditEvent.EXPORT, detail=note.detail
        )
        try:
            trail.append(record)
        except NegatoscopeError as error:
            _log.error("the audit trail cannot be written: %s", error.reason)
            return


def note_export(folders: Folders, path: str, what: str) -> None:
    """A subcommand wrote something made of the file at `path`."""
    from viewer.dicom.header import read_header

    try:
        study = read_header(path).code(0x0020000D)
    except NegatoscopeError:
        study = ""
    write_notes(folders, [Note(EXPORTED, {study: 1} if study else {}, what)])


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
