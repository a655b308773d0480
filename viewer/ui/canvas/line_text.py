"""Corner lines as text in the user's language and date form."""

from __future__ import annotations

import datetime

from PySide6.QtCore import QDate, QLocale

from viewer.model.messages import Message
from viewer.ui.i18n import translated
from viewer.workspace.corner_text import CornerLine, Part

DATE_FORM = "d MMM yyyy"  # the month as a word: 3/4/20 is read in two ways
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def line_text(line: CornerLine) -> str:
    """The parts of a line with " · " between them, each kept together where its script runs right to left."""
    return " · ".join(_isolated(part_text(part)) for part in line.parts)


def part_text(part: Part) -> str:
    if isinstance(part, Message):
        return translated(part)
    if isinstance(part, datetime.date):
        return QLocale().toString(QDate(part.year, part.month, part.day), DATE_FORM)
    return part


def _isolated(text: str) -> str:
    return text if text.isascii() else f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
