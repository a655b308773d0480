"""``negatoscope move``: has a node send studies, series or instances to an AE title (C-MOVE); with a folder, to us."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path

from viewer.app.cli.get import plain_instance
from viewer.app.cli.network_options import add_caller_options, caller_of, complain, node_of, print_json, status_text
from viewer.app.cli.query_options import add_query_options, query_of, targets_of
from viewer.app.cli.retrieve_text import NOTHING_FOUND, incomplete
from viewer.app.cli.transfer_notes import TransferNotes
from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import ApplicationEntity, RemoteNode, checked_ae_title
from viewer.network.errors import NetworkError
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.listener import Listener
from viewer.network.query_scu import Query
from viewer.network.requestor import Caller
from viewer.network.retrieve_scu import RetrieveResult, move
from viewer.network.storage_scp import StorageService


def configure(parser: argparse.ArgumentParser) -> None:
    add_query_options(parser)
    parser.add_argument("--to", metavar="TITLE", help="AE title to send to, which the node must know (ours)")
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="listen meanwhile and store what arrives here")
    parser.add_argument("--port", type=int, default=11112, help="port to listen on (11112)")
    parser.add_argument("--interface", default="127.0.0.1", metavar="ADDRESS", help="address to listen on (127.0.0.1)")
    add_caller_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when everything was moved (and, with a folder, arrived), 1 when not, 2 when it cannot begin."""
    received: list[ReceivedInstance] = []
    try:
        node = node_of(arguments.node, arguments)
        caller, query = caller_of(arguments, node), query_of(arguments)
        destination = checked_ae_title(arguments.to or caller.ae_title)
        notes = TransferNotes(caller.ae_title)
        receiver = _receiver(arguments, destination, received, notes)
    except NegatoscopeError as error:
        complain(error)
        return 2
    except OSError as error:
        print(f"negatoscope: {arguments.output}: {error.strerror}", file=sys.stderr)
        return 2
    with notes, receiver:
        elsewhere = notes if arguments.output is None else None
        results, failure = _move_all(node, query, destination, caller, elsewhere)
    complete = bool(results) and failure is None and all(result.is_complete for result in results)
    if arguments.output is not None:
        moved = sum((result.operations.completed or 0) + (result.operations.warning or 0) for result in results)
        complete = complete and len({instance.sop_instance_uid for instance in received}) >= moved
    if arguments.json:
        print_json(_document(node, destination, results, received, failure))
    return 0 if complete else 1


class _Receiver:
    """Our own Storage SCP while the move runs."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: object) -> None:
        self._listener.close()


def _receiver(
    arguments: argparse.Namespace, title: str, received: list[ReceivedInstance], notes: TransferNotes
) -> _Receiver | nullcontext[None]:
    if arguments.output is None:
        return nullcontext()
    entity = ApplicationEntity(title, arguments.port, arguments.interface)
    store = InstanceStore(arguments.output, notes)
    return _Receiver(Listener(entity, [StorageService(store, private=True, received=received.append)]))


def _move_all(
    node: RemoteNode, query: Query, destination: str, caller: Caller, notes: TransferNotes | None
) -> tuple[list[RetrieveResult], NegatoscopeError | None]:
    results: list[RetrieveResult] = []
    try:
        targets = targets_of(node, query, caller)
        if not targets:
            raise NetworkError(NOTHING_FOUND)
        for target in targets:
            result = move(node, target, destination, caller)
            results.append(result)
            if notes is not None:
                notes.moved(node, target, destination, result)
            if not result.is_complete:
                complain(NetworkError(incomplete(result)))
    except NegatoscopeError as error:
        complain(error)
        return results, error
    return results, None


def _document(
    node: RemoteNode,
    destination: str,
    results: list[RetrieveResult],
    received: list[ReceivedInstance],
    failure: NegatoscopeError | None,
) -> dict[str, object]:
    return {
        "node": str(node),
        "destination": destination,
        "completed": sum(result.operations.completed or 0 for result in results),
        "warning": sum(result.operations.warning or 0 for result in results),
        "failed": sum(result.operations.failed or 0 for result in results),
        "statuses": [status_text(result.status) for result in results],
        "received": [plain_instance(instance) for instance in received],
        "reason": str(failure) if failure else "",
    }
