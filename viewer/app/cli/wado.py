"""``negatoscope wado``: fetches a study, a series or an instance from a DICOMweb archive into a folder (WADO-RS).

Run again with the same folder it fetches only what is not there yet.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from viewer.app.cli.get import plain_instance
from viewer.app.cli.network_options import complain, plain_identifier, print_json
from viewer.app.cli.transfer_notes import TransferNotes
from viewer.app.cli.web_options import add_archive_argument, add_web_options, archive_of, session_of
from viewer.model.errors import NegatoscopeError
from viewer.network.dicomweb.wado import WebTarget, metadata, parse_target, rendered
from viewer.network.dicomweb.web_retrieve import WebRetrieveResult, retrieve
from viewer.network.dicomweb.web_session import WebSession
from viewer.network.errors import NetworkError
from viewer.network.instance_store import InstanceStore

_PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


def configure(parser: argparse.ArgumentParser) -> None:
    add_archive_argument(parser)
    parser.add_argument("target", metavar="STUDY[/SERIES[/INSTANCE]]", help="UIDs")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", help="where the files go; with --rendered the picture's name"
    )
    parser.add_argument("--metadata", action="store_true", help="print the attributes instead (JSON)")
    parser.add_argument(
        "--rendered", action="store_true", help="fetch a picture (PNG or JPEG) of an instance as the archive draws it"
    )
    parser.add_argument("--frame", type=int, default=0, metavar="N", help="of this frame, from 1")
    add_web_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when all is here, 1 when something is missing or was refused, 2 when it cannot begin."""
    try:
        archive = archive_of(arguments.archive, arguments)
        target = parse_target(arguments.target)
        if arguments.output is None and not arguments.metadata:
            print("negatoscope: say where the files go: -o FOLDER", file=sys.stderr)
            return 2
        session = session_of(archive, arguments)
        if arguments.metadata or arguments.rendered:
            return _show(session, target, arguments)
        notes = TransferNotes("DICOMWEB", archive)
        store = InstanceStore(arguments.output, notes)
    except NegatoscopeError as error:
        complain(error)
        return 2
    except OSError as error:
        print(f"negatoscope: {arguments.output}: {error.strerror}", file=sys.stderr)
        return 2
    with notes:
        result, failure = _fetch(session, target, store)
    if arguments.json:
        print_json(
            {
                "archive": str(archive),
                "received": [plain_instance(instance) for instance in result.received],
                "held": result.held,
                "missing": list(result.missing),
                "refused": [{"sop_instance_uid": one.sop_instance_uid, "reason": str(one.reason)} for one in result.refused],
                "complete": failure is None and result.is_complete,
                "compared": result.is_certain,
                "requests": result.requests,
                "reason": str(failure or result.reason),
            }
        )
    else:
        for instance in result.received:
            print(instance.path)
    return 0 if failure is None and result.is_complete else 1


def _fetch(session: WebSession, target: WebTarget, store: InstanceStore) -> tuple[WebRetrieveResult, NegatoscopeError | None]:
    store.sweep()
    try:
        with session:
            result = retrieve(session, target, store, held=store.holds)
    except NegatoscopeError as error:
        complain(error)
        return WebRetrieveResult(), error
    for one in result.refused[:20]:
        complain(NetworkError(one.reason, path=one.sop_instance_uid))
    if result.reason:
        complain(NetworkError(result.reason))
    return result, None


def _show(session: WebSession, target: WebTarget, arguments: argparse.Namespace) -> int:
    try:
        with session:
            if arguments.metadata:
                print_json({"instances": [plain_identifier(row) for row in metadata(session, target)]})
                return 0
            kind = _PICTURES.get(arguments.output.suffix.lower(), "image/png")
            picture = rendered(session, target, frame=arguments.frame, media_type=kind)
            arguments.output.write_bytes(picture.content)
            return 0
    except NetworkError as error:
        complain(error)
        return 1
