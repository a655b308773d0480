"""``negatoscope mpps``: tells a node that a procedure step began, was completed or was discontinued (MPPS)."""

from __future__ import annotations

import argparse
from datetime import datetime

from viewer.app.cli.network_options import add_caller_options, caller_of, complain, node_of, print_json
from viewer.app.cli.send import files_below
from viewer.model.errors import NegatoscopeError
from viewer.network.identifier import parse_keys
from viewer.network.mpps import FinalState, StartedStep, begin, finish, series_of_files

_STATES = {"complete": FinalState.COMPLETED, "discontinue": FinalState.DISCONTINUED}


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    start = actions.add_parser("begin", help="a step begins (N-CREATE, IN PROGRESS); prints its UID")
    start.add_argument("keys", nargs="*", metavar="KEY=VALUE", help="patient, study and step, as the worklist gave them")
    start.add_argument("--modality", default="OT", metavar="CODE", help="what performs it: CT, MR ... (OT)")
    start.add_argument("--step-id", default="", metavar="TEXT", help="Performed Procedure Step ID (date and time)")
    start.add_argument("--description", default="", metavar="TEXT", help="Performed Procedure Step Description")
    for name, text in (
        ("complete", "the step is done (N-SET, COMPLETED)"),
        ("discontinue", "it was given up (N-SET, DISCONTINUED)"),
    ):
        end = actions.add_parser(name, help=text)
        end.add_argument("uid", metavar="UID", help="what begin printed")
        end.add_argument("files", nargs="*", metavar="FILE", help="files or folders of what the step made")
        end.add_argument("--retrieve-from", default="", metavar="TITLE", help="AE title where the objects are")
    for action in actions.choices.values():
        action.add_argument("--to", required=True, metavar="NODE", help="AE@HOST:PORT, or the name of a node: the one to tell")
        add_caller_options(action)


def run(arguments: argparse.Namespace) -> int:
    """0 when the node took it, 1 when it did not, 2 when it cannot begin."""
    try:
        node = node_of(arguments.to, arguments)
        caller = caller_of(arguments, node)
        keys = parse_keys(arguments.keys) if arguments.action == "begin" else {}
        series = series_of_files(files_below(arguments.files), arguments.retrieve_from) if arguments.action in _STATES else ()
    except NegatoscopeError as error:
        complain(error)
        return 2
    now = datetime.now()
    uid, state = getattr(arguments, "uid", ""), _STATES.get(arguments.action)
    try:
        if state is None:
            step_id = arguments.step_id or now.strftime("%y%m%d%H%M%S")
            step = StartedStep(arguments.modality, caller.ae_title, step_id, now, keys, arguments.description)
            uid = begin(node, step, caller)
        else:
            finish(node, uid, state, series, now, caller)
    except NegatoscopeError as error:
        complain(error)
        return 1
    said = state.value if state is not None else "IN PROGRESS"
    if arguments.json:
        print_json({"node": str(node), "sop_instance_uid": uid, "state": said})
    else:
        print(uid)
    return 0
