"""``negatoscope send``: sends files, and the objects below folders, to a node or a DICOMweb archive."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from viewer.app.cli.network_options import (
    add_caller_options,
    caller_of,
    complain,
    node_list,
    node_of,
    print_json,
    status_text,
    wait,
)
from viewer.app.cli.transfer_notes import TransferNotes
from viewer.app.cli.web_options import archive_list, archive_of, session_of
from viewer.app.delivery import Receiver
from viewer.model.errors import NegatoscopeError, NotDicomError, Problem
from viewer.model.web_archives import WebArchive, is_web_address
from viewer.network.dicomweb.stow import stow
from viewer.network.send_queue import Deliver
from viewer.network.storage_item import StorageItem, read_item
from viewer.network.storage_scu import Report, RetryPolicy, SendResult, send


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="NODE", help="AE@HOST:PORT, URL, or a name of the lists: where to send")
    parser.add_argument("paths", nargs="+", metavar="FILE", help="files, or folders whose DICOM files are sent")
    parser.add_argument("--attempts", type=int, default=3, metavar="N", help="how often each object is tried (3)")
    add_caller_options(parser)
    parser.set_defaults(oidc_issuer=None)  # what an archive of the list has


def run(arguments: argparse.Namespace) -> int:
    """0 when every object was stored, 1 when some were not, 2 when the address is none."""
    try:
        receiver, deliver = _by_web(arguments) if _is_archive(arguments.to) else _by_dimse(arguments)
    except NegatoscopeError as error:
        complain(error)
        return 2
    items, skipped = items_of(arguments.paths)
    with TransferNotes("DICOMWEB" if isinstance(receiver, WebArchive) else arguments.ae_title) as notes:
        results = deliver(items, notes.of(receiver, (lambda result: None) if arguments.json else print_result))
    if arguments.json:
        counts = Counter(result.outcome.value for result in results)
        print_json(
            {
                "node": str(receiver),
                "objects": [plain_result(result) for result in results],
                "skipped": [{"path": one.path, "kind": one.kind.value, "reason": str(one.reason)} for one in skipped],
                "counts": dict(counts),
            }
        )
    return 0 if results and all(result.is_done for result in results) and not skipped else 1


def _is_archive(text: str) -> bool:
    """Whether this is an archive: an address, or a name that no node has. Raises NodeListError."""
    return is_web_address(text) or ("@" not in text and node_list().named(text) is None and archive_list().named(text) is not None)


def _by_dimse(arguments: argparse.Namespace) -> tuple[Receiver, Deliver]:
    """(who gets it, how it is sent). Raises NegatoscopeError."""
    node = node_of(arguments.to, arguments)
    caller = caller_of(arguments, node)
    policy = RetryPolicy(attempts=max(1, arguments.attempts), first=1.0)
    return node, lambda items, report: send(node, items, caller, policy=policy, wait=wait, report=report)


def _by_web(arguments: argparse.Namespace) -> tuple[Receiver, Deliver]:
    """The same for STOW-RS."""
    archive = archive_of(arguments.to, arguments)
    session = session_of(archive, arguments)

    def deliver(items: Sequence[StorageItem], report: Report) -> Sequence[SendResult]:
        with session:
            return stow(session, items, report=report)

    return archive, deliver


def items_of(paths: Sequence[str]) -> tuple[list[StorageItem], list[Problem]]:
    """Objects in the files, and the files that were named, or are DICOM, but cannot be sent."""
    items: list[StorageItem] = []
    skipped: list[Problem] = []
    for path, is_named in _files(paths):
        try:
            items.append(read_item(path))
        except NegatoscopeError as error:
            if is_named or not isinstance(error, NotDicomError):
                complain(error)
                skipped.append(error.problem())
    return items, skipped


def files_below(paths: Sequence[str]) -> list[str]:
    """The files, and all files below the folders. Links to folders are not followed."""
    return [path for path, _ in _files(paths)]


def _files(paths: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """(path, whether the user named it). Links to folders are not followed."""
    for path in paths:
        if not os.path.isdir(path):
            yield path, True
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            for name in sorted(names):
                yield os.path.join(folder, name), False


def print_result(result: SendResult) -> None:
    """One line; what failed goes to the standard error."""
    if result.is_done:
        other = result.sent_as not in ("", result.item.transfer_syntax_uid)
        print(f"{result.item.path}: {result.outcome.value}" + (f": {result.reason}" if other else ""))
    else:
        print(f"{result.item.path}: {result.outcome.value}: {result.reason}", file=sys.stderr)


def plain_result(result: SendResult) -> dict[str, object]:
    """For JSON."""
    return {
        "path": result.item.path,
        "sop_instance_uid": result.item.sop_instance_uid,
        "sop_class_uid": result.item.sop_class_uid,
        "transfer_syntax_uid": result.item.transfer_syntax_uid,
        "sent_as": result.sent_as or None,
        "outcome": result.outcome.value,
        "status": status_text(result.status),
        "reason": str(result.reason),
    }
