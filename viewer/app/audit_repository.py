"""What is decided about the audit trail: ``audit.json`` in the folder of settings, written by the window or an administrator.

``{"viewing": true, "address": "arr.example:6514", "ca_file": "…", "certificate_file": "…", "key_file": "…"}``; files are PEM;
everything may be left out.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from viewer.model.audit import AuditSettings
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message
from viewer.model.nodes import RemoteNode, TlsFiles

FILE_NAME = "audit.json"
_TEXTS = ("address", "ca_file", "certificate_file", "key_file")


class AuditRepositoryError(NegatoscopeError):
    """The file cannot be used."""


def read_settings(folder: Path) -> AuditSettings:
    """What the file in `folder` says; the defaults without one. Raises AuditRepositoryError."""
    path = folder / FILE_NAME
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        values = {name: document[name] for name in _TEXTS if name in document}
        viewing = document.get("viewing", True)
        is_sound = isinstance(viewing, bool) and all(isinstance(value, str) for value in values.values())
        if not is_sound or not document or document.keys() - {"viewing", *_TEXTS} or values.get("address") == "":
            raise TypeError(viewing)  # a word that is written wrong must not keep the lines from the repository
    except FileNotFoundError:
        return AuditSettings()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise AuditRepositoryError(
            message("The address of the audit repository cannot be read."),
            path=str(path),
            advice=message("Mend or remove the file; nothing in it was changed."),
        ) from error
    return AuditSettings(viewing, **values)


def write_settings(folder: Path, settings: AuditSettings) -> None:
    """Put them into the file. Raises AuditRepositoryError."""
    path = folder / FILE_NAME
    document = {name: value for name, value in asdict(settings).items() if value != ""}
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        os.replace(fresh, path)
    except OSError as error:
        raise AuditRepositoryError(
            message("The settings of the audit trail cannot be written: {reason}.", reason=error.strerror or ""), path=str(path)
        ) from error


def read_repository(folder: Path) -> RemoteNode | None:
    """The repository that the file names, None without one. Raises AuditRepositoryError."""
    settings = read_settings(folder)
    if not settings.address:
        return None
    from viewer.network.audit_syslog import repository_of  # the window reads the settings without loading the network

    return repository_of(settings.address, TlsFiles(settings.ca_file, settings.certificate_file, settings.key_file))
