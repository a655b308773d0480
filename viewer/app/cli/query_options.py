"""What ``find``, ``get`` and ``move`` share: the level, the keys, and which entities the keys name."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date

from viewer.model.messages import message
from viewer.model.nodes import RemoteNode
from viewer.network.date_words import expand_dates
from viewer.network.identifier import Identifier, QueryKeyError, parse_keys, text_of
from viewer.network.query_scu import UNIQUE_KEYS, Level, Query, Root, find, unique_keys
from viewer.network.requestor import Caller
from viewer.network.retrieve_scu import Target

_BY_KEY = {
    "SOPInstanceUID": Level.IMAGE,
    "SeriesInstanceUID": Level.SERIES,
    "StudyInstanceUID": Level.STUDY,
}


def add_query_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="node", required=True, metavar="NODE", help="AE@HOST:PORT, or the name of a node: the one to ask"
    )
    parser.add_argument("--level", type=_level, choices=list(Level), help="PATIENT, STUDY, SERIES or IMAGE")
    parser.add_argument("--root", choices=[root.value for root in Root], help="information model (study; patient at level PATIENT)")
    parser.add_argument(
        "keys",
        nargs="*",
        metavar="KEY=VALUE",
        help="keywords or tags: PatientName=DOE*, StudyDate=20260101- or today, yesterday, week",
    )


def _level(text: str) -> Level:
    return Level(text.upper())


def query_of(arguments: argparse.Namespace) -> Query:
    """The query that the keys make. Raises QueryKeyError."""
    keys = expand_dates(parse_keys(arguments.keys), date.today())
    level = arguments.level or next((found for key, found in _BY_KEY.items() if keys.get(key)), Level.STUDY)
    default = Root.PATIENT if level is Level.PATIENT else Root.STUDY
    return Query(level, keys, Root(arguments.root) if arguments.root else default)


def targets_of(node: RemoteNode, query: Query, caller: Caller) -> tuple[Target, ...]:
    """What to retrieve: named by unique keys, or found with the others. Raises QueryKeyError, NetworkError."""
    if not any(value for value in query.keys.values()):
        raise QueryKeyError(
            message("Nothing says what to retrieve."), advice=message("Give at least one key with a value, for example a UID.")
        )
    if _is_named(query):
        return (_target(query, query.keys),)
    return tuple(_target(query, answer) for answer in find(node, query, caller))


def _wanted(query: Query) -> Sequence[str]:
    return UNIQUE_KEYS[query.level] + (("PatientID",) if query.root is Root.PATIENT else ())


def _is_named(query: Query) -> bool:
    wanted = set(_wanted(query))
    plain = all(not set(text_of(query.keys, key)) & set("*?") for key in wanted)
    return plain and wanted == {key for key, value in query.keys.items() if value}


def _target(query: Query, found: Identifier) -> Target:
    keys = {key: text_of(query.keys, key) for key in _wanted(query) if text_of(query.keys, key)}
    keys |= {key: str(value) for key, value in unique_keys(query.level, found).items()}
    return Target(query.level, {key: value for key, value in keys.items() if key in _wanted(query)}, query.root)
