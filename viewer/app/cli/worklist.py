"""``negatoscope worklist``: asks a node what is to be done (Modality Worklist, C-FIND)."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date

from viewer.app.cli.answers import tell
from viewer.app.cli.network_options import add_caller_options, caller_of, complain, node_of
from viewer.model.errors import NegatoscopeError
from viewer.model.text import plain
from viewer.network.date_words import expand_dates
from viewer.network.identifier import Identifier, parse_keys, text_of
from viewer.network.worklist import WorklistQuery, find_worklist, step_of


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="node", required=True, metavar="NODE", help="AE@HOST:PORT, or the name of a node: the one to ask"
    )
    parser.add_argument(
        "keys", nargs="*", metavar="KEY=VALUE",
        help="PatientName=DOE*, Modality=CT, ScheduledProcedureStepStartDate=today; step keys may stand alone",
    )  # fmt: skip
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="stop after so many entries")
    parser.add_argument("--fuzzy", action="store_true", help="names that sound alike, where granted")
    parser.add_argument("--character-set", metavar="TERM", help="to write keys beyond ASCII in (that of the node: ISO_IR 192)")
    add_caller_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when the node answered to the end, 1 when it did not, 2 when address or keys are none."""
    try:
        node = node_of(arguments.node, arguments)
        caller = caller_of(arguments, node)
        node = replace(node, character_set=arguments.character_set or node.character_set)
        keys = expand_dates(parse_keys(arguments.keys), date.today())
    except NegatoscopeError as error:
        complain(error)
        return 2
    query = WorklistQuery(keys, arguments.limit, arguments.fuzzy)
    document = {"node": str(node)} if arguments.json else None
    return tell(find_worklist(node, query, caller), lambda entry: print(_line(entry)), document, "entries")


def _line(entry: Identifier) -> str:
    step = step_of(entry)
    when = f"{text_of(step, 'ScheduledProcedureStepStartDate')} {text_of(step, 'ScheduledProcedureStepStartTime')}".strip()
    what = text_of(step, "ScheduledProcedureStepDescription") or text_of(entry, "RequestedProcedureDescription")
    parts = (
        when,
        text_of(step, "Modality"),
        text_of(step, "ScheduledStationAETitle"),
        text_of(entry, "PatientID"),
        text_of(entry, "PatientName"),
        text_of(entry, "AccessionNumber"),
        what,
    )
    return "\t".join(plain(part) for part in parts)
