"""Where the audit trail goes besides our own disk: ``audit.json`` in the folder of settings, written by an administrator.

``{"address": "arr.example:6514", "ca_file": "…", "certificate_file": "…", "key_file": "…"}``; files are PEM and may be left out.
"""

from __future__ import annotations

import json
from pathlib import Path

from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message
from viewer.model.nodes import RemoteNode, TlsFiles
from viewer.network.audit_syslog import repository_of

FILE_NAME = "audit.json"
_FILES = ("ca_file", "certificate_file", "key_file")


class AuditRepositoryError(NegatoscopeError):
    """The file cannot be used."""


def read_repository(folder: Path) -> RemoteNode | None:
    """The repository that the file names, None without a file. Raises AuditRepositoryError."""
    path = folder / FILE_NAME
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        address = document["address"]
        files = {name: document[name] for name in _FILES if name in document}
        if not all(isinstance(value, str) for value in (address, *files.values())) or not address:
            raise TypeError(address)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise AuditRepositoryError(
            message("The address of the audit repository cannot be read."),
            path=str(path),
            advice=message("Mend or remove the file; nothing in it was changed."),
        ) from error
    return repository_of(address, TlsFiles(**files))
