"""``negatoscope find``: asks a node what it has (C-FIND)."""

from __future__ import annotations

import argparse
from dataclasses import replace

from viewer.app.cli.answers import show_answer, tell
from viewer.app.cli.network_options import add_caller_options, caller_of, complain, node_of
from viewer.app.cli.query_options import add_query_options, query_of
from viewer.model.errors import NegatoscopeError
from viewer.network.query_scu import find


def configure(parser: argparse.ArgumentParser) -> None:
    add_query_options(parser)
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="stop after so many answers")
    parser.add_argument("--relational", action="store_true", help="ask below a level without its unique keys, where granted")
    parser.add_argument("--fuzzy", action="store_true", help="names that sound alike, where granted")
    parser.add_argument("--character-set", metavar="TERM", help="to write keys beyond ASCII in (that of the node: ISO_IR 192)")
    add_caller_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when the node answered to the end, 1 when it did not, 2 when address or keys are none."""
    try:
        node = node_of(arguments.node, arguments)
        caller = caller_of(arguments, node)
        node = replace(node, character_set=arguments.character_set or node.character_set)
        query = replace(query_of(arguments), limit=arguments.limit, relational=arguments.relational, fuzzy=arguments.fuzzy)
    except NegatoscopeError as error:
        complain(error)
        return 2
    document = {"node": str(node), "level": query.level.value} if arguments.json else None
    return tell(find(node, query, caller), show_answer, document)
