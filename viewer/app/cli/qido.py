"""``negatoscope qido``: asks a DICOMweb archive what it has (QIDO-RS)."""

from __future__ import annotations

import argparse
from datetime import date

from viewer.app.cli.answers import show_answer, tell
from viewer.app.cli.network_options import complain
from viewer.app.cli.web_options import add_archive_argument, add_web_options, archive_of, session_of
from viewer.model.errors import NegatoscopeError
from viewer.network.date_words import expand_dates
from viewer.network.dicomweb.qido import PAGE, WebQuery, search
from viewer.network.identifier import normal_keyword, parse_keys
from viewer.network.query_scu import Level

LEVELS = {
    "studies": Level.STUDY, "study": Level.STUDY, "series": Level.SERIES, "instances": Level.IMAGE, "instance": Level.IMAGE,
    "image": Level.IMAGE,
}  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    add_archive_argument(parser)
    parser.add_argument(
        "keys",
        nargs="*",
        metavar="[LEVEL] KEY=VALUE",
        help="studies (the default), series or instances; then keywords or tags: PatientName=DOE*, StudyDate=20260101- or today",
    )
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="stop after so many answers")
    parser.add_argument("--offset", type=int, default=0, metavar="N", help="pass over so many answers")
    parser.add_argument("--page", type=int, default=PAGE, metavar="N", help=f"answers to ask for at a time ({PAGE})")
    parser.add_argument(
        "--include", action="append", default=[], metavar="KEY", help="also give this attribute; repeatable; or all"
    )
    parser.add_argument("--fuzzy", action="store_true", help="names that sound alike, where the archive can")
    add_web_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when the archive answered to the end, 1 when it did not, 2 when address or keys are none."""
    try:
        archive = archive_of(arguments.archive, arguments)
        query = query_of(arguments)
        session = session_of(archive, arguments)
    except NegatoscopeError as error:
        complain(error)
        return 2
    document = {"archive": str(archive), "level": query.level.value} if arguments.json else None
    with session:
        return tell(search(session, query), show_answer, document)


def query_of(arguments: argparse.Namespace) -> WebQuery:
    """Raises QueryKeyError."""
    texts = list(arguments.keys)
    level = LEVELS.get(texts[0].lower()) if texts and "=" not in texts[0] else None
    if level is not None:
        texts.pop(0)
    include = tuple(one if one == "all" else normal_keyword(one) for one in arguments.include)
    return WebQuery(
        level or Level.STUDY,
        expand_dates(parse_keys(texts), date.today()),
        limit=max(0, arguments.limit),
        offset=max(0, arguments.offset),
        fuzzy=arguments.fuzzy,
        include=include,
        page=min(max(1, arguments.page), 10_000),
    )
