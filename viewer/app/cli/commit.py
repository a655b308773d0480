"""``negatoscope commit``: has a node answer for the objects in files (Storage Commitment)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from viewer.app.cli.network_options import add_caller_options, caller_of, complain, node_of, print_json, status_text
from viewer.app.cli.send import items_of
from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import ApplicationEntity
from viewer.network.commitment import CommitmentReports, CommitmentResult, Reference, failure_meaning, request_commitment
from viewer.network.commitment_scp import CommitmentService
from viewer.network.listener import Listener
from viewer.network.requestor import Caller


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="NODE", help="AE@HOST:PORT, or the name of a node: the one to ask")
    parser.add_argument("paths", nargs="+", metavar="FILE", help="files, or folders of files, that were sent to it")
    parser.add_argument("--wait", type=float, default=60.0, metavar="SECONDS", help="how long to wait for its report (60)")
    parser.add_argument(
        "--port", type=int, metavar="PORT", help="listen here for a report on another association; else it must come on ours"
    )
    parser.add_argument("--interface", default="127.0.0.1", metavar="ADDRESS", help="address to listen on (127.0.0.1)")
    add_caller_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when the node answers for every object, 1 when not, 2 when it cannot begin."""
    try:
        node = node_of(arguments.to, arguments)
        caller = caller_of(arguments, node)
    except NegatoscopeError as error:
        complain(error)
        return 2
    items, skipped = items_of(arguments.paths)
    references = tuple(dict.fromkeys(Reference(item.sop_class_uid, item.sop_instance_uid) for item in items))
    paths = {item.sop_instance_uid: item.path for item in items}
    if not references:
        return 1
    try:
        with _listening(arguments, caller) as reports:
            result = request_commitment(node, references, caller, seconds=arguments.wait, reports=reports)
    except NegatoscopeError as error:
        complain(error)
        return 1
    if arguments.json:
        print_json({"node": str(node), **_plain(result, paths), "skipped": [one.path for one in skipped]})
    else:
        _print(result, paths)
    return 0 if result.is_complete and not skipped else 1


@contextmanager
def _listening(arguments: argparse.Namespace, caller: Caller) -> Iterator[CommitmentReports | None]:
    if arguments.port is None:
        yield None
        return
    reports = CommitmentReports()
    service = CommitmentService(None, lambda title: None, caller, reports=reports)
    listener = Listener(ApplicationEntity(caller.ae_title, arguments.port, arguments.interface), [service], trace=caller.trace)
    try:
        yield reports
    finally:
        listener.close()
        service.close()


def _plain(result: CommitmentResult, paths: dict[str, str]) -> dict[str, object]:
    def row(reference: Reference) -> dict[str, object]:
        uid = reference.sop_instance_uid
        return {"sop_class_uid": reference.sop_class_uid, "sop_instance_uid": uid, "path": paths.get(uid, "")}

    return {
        "transaction_uid": result.transaction_uid,
        "complete": result.is_complete,
        "committed": [row(reference) for reference in result.committed],
        "failed": [
            {**row(reference), "failure_reason": status_text(reason), "reason": str(failure_meaning(reason))}
            for reference, reason in result.failed
        ],
        "unanswered": [row(reference) for reference in result.unanswered],
    }


def _print(result: CommitmentResult, paths: dict[str, str]) -> None:
    for reference in result.committed:
        print(f"{paths[reference.sop_instance_uid]}: committed")
    for reference, reason in result.failed:
        print(f"{paths[reference.sop_instance_uid]}: not committed: {failure_meaning(reason)}")
    for reference in result.unanswered:
        print(f"{paths[reference.sop_instance_uid]}: no answer in time")
