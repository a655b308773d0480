"""``negatoscope get``: fetches studies, series or instances from a node into a folder (C-GET)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from viewer.app.cli.network_options import add_caller_options, caller_of, complain, node_of, print_json, status_text
from viewer.app.cli.query_options import add_query_options, query_of, targets_of
from viewer.app.cli.retrieve_text import NOTHING_FOUND, incomplete
from viewer.app.cli.transfer_notes import TransferNotes
from viewer.dicom.header import read_header
from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import RemoteNode
from viewer.network.errors import NetworkError
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.query_scu import Query
from viewer.network.requestor import Caller
from viewer.network.retrieve_scu import RetrieveResult, get


def configure(parser: argparse.ArgumentParser) -> None:
    add_query_options(parser)
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        type=Path,
        metavar="FOLDER",
        help="where the files go; what is there already does not come again",
    )
    add_caller_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when all that was found is here, 1 when something is missing or nothing was found, 2 when it cannot begin."""
    try:
        node = node_of(arguments.node, arguments)
        caller, query = caller_of(arguments, node), query_of(arguments)
        notes = TransferNotes(caller.ae_title)
        store = InstanceStore(arguments.output, notes)
    except NegatoscopeError as error:
        complain(error)
        return 2
    except OSError as error:
        print(f"negatoscope: {arguments.output}: {error.strerror}", file=sys.stderr)
        return 2
    with notes:
        results, failure = _get_all(node, query, store, caller)
    received = [instance for result in results for instance in result.received]
    if arguments.json:
        print_json(
            {
                "node": str(node),
                "received": [plain_instance(instance) for instance in received],
                "missing": [uid for result in results for uid in result.missing],
                "refused": sum(result.refused for result in results),
                "statuses": [status_text(result.status) for result in results],
                "reason": str(failure) if failure else "",
            }
        )
    else:
        for instance in received:
            print(instance.path)
    return 0 if results and failure is None and all(result.is_complete for result in results) else 1


def _get_all(
    node: RemoteNode, query: Query, store: InstanceStore, caller: Caller
) -> tuple[list[RetrieveResult], NegatoscopeError | None]:
    results: list[RetrieveResult] = []
    try:
        targets = targets_of(node, query, caller)
        if not targets:
            raise NetworkError(NOTHING_FOUND)
        have = _stored(store.folder)
        results.extend(get(node, target, store, caller, have=have) for target in targets)
    except NegatoscopeError as error:
        complain(error)
        return results, error
    for result in results:
        if not result.is_complete:
            complain(NetworkError(incomplete(result)))
    return results, None


def _stored(folder: Path) -> frozenset[str]:
    """SOP Instance UIDs of what an earlier run left in the folder: it does not come again."""
    found = set()
    for path in folder.glob("[0-9a-f][0-9a-f]/*.dcm"):
        try:
            found.add(read_header(str(path)).code(0x00080018))
        except NegatoscopeError:
            continue
    return frozenset(found)


def plain_instance(instance: ReceivedInstance) -> dict[str, object]:
    """For JSON."""
    return {
        "path": instance.path,
        "sop_instance_uid": instance.sop_instance_uid,
        "sop_class_uid": instance.sop_class_uid,
        "series_instance_uid": instance.series_instance_uid,
        "study_instance_uid": instance.study_instance_uid,
        "transfer_syntax_uid": instance.transfer_syntax_uid,
        "copy": instance.copy,
    }
