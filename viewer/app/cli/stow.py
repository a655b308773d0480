"""``negatoscope stow``: stores files, and the objects below folders, in a DICOMweb archive (STOW-RS)."""

from __future__ import annotations

import argparse
from collections import Counter

from viewer.app.cli.network_options import complain, print_json
from viewer.app.cli.send import items_of, plain_result, print_result
from viewer.app.cli.transfer_notes import TransferNotes
from viewer.app.cli.web_options import add_archive_argument, add_web_options, archive_of, session_of
from viewer.model.errors import NegatoscopeError
from viewer.network.dicomweb.stow import stow


def configure(parser: argparse.ArgumentParser) -> None:
    add_archive_argument(parser)
    parser.add_argument("paths", nargs="+", metavar="FILE", help="files, or folders whose DICOM files are stored")
    parser.add_argument("--study", default="", metavar="UID", help="refuse what belongs to another study")
    add_web_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when every object was stored, 1 when some were not, 2 when the address is none."""
    try:
        archive = archive_of(arguments.archive, arguments)
        session = session_of(archive, arguments)
    except NegatoscopeError as error:
        complain(error)
        return 2
    items, skipped = items_of(arguments.paths)
    with session, TransferNotes("DICOMWEB") as notes:
        report = notes.of(archive, (lambda result: None) if arguments.json else print_result)
        results = stow(session, items, study=arguments.study, report=report)
    if arguments.json:
        print_json(
            {
                "archive": str(archive),
                "objects": [plain_result(result) for result in results],
                "skipped": [{"path": one.path, "kind": one.kind.value, "reason": str(one.reason)} for one in skipped],
                "counts": dict(Counter(result.outcome.value for result in results)),
            }
        )
    return 0 if results and all(result.is_done for result in results) and not skipped else 1
