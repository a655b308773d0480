"""``negatoscope audit``: checks the node's audit trail line by line, or prints it as the audit messages of PS3.15 A.5."""

from __future__ import annotations

import argparse
import socket
import sys
from pathlib import Path

from viewer.app.cli.network_options import print_json
from viewer.app.paths import folders
from viewer.app.secret_store import SecretStore, audit_key
from viewer.network.audit import trail_files, verify
from viewer.network.audit_message import to_xml


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="folder of the trail (the user's)")
    parser.add_argument("--xml", action="store_true", help="print every line as an audit message instead of checking")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """0 when the trail is whole, 1 when lines were changed or are missing, 2 when it cannot be read."""
    folder = arguments.folder or folders().data
    try:
        if arguments.xml:
            return _print_messages(folder)
        faults = verify(folder, audit_key(SecretStore()))
    except OSError as error:
        print(f"negatoscope: {error.filename or folder}: {error.strerror}", file=sys.stderr)
        return 2
    if arguments.json:
        print_json(
            {"whole": not faults, "faults": [{"file": one.file, "line": one.line, "reason": str(one.reason)} for one in faults]}
        )
    else:
        for one in faults:
            print(f"{folder / one.file}:{one.line}: {one.reason}")
    return 1 if faults else 0


def _print_messages(folder: Path) -> int:
    source = f"negatoscope@{socket.gethostname()}"
    for path in trail_files(folder):
        if path.exists() and not _print_file(path, source):
            return 1
    return 0


def _print_file(path: Path, source: str) -> bool:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                print(to_xml(line, source).decode())
            except (ValueError, KeyError, TypeError):
                print(f"negatoscope: {path}:{number}: not a line of the trail", file=sys.stderr)
                return False
    return True
