"""Translation at the edge: everything shown goes through `tr`, `tr_n` or `translated`.

One Qt Linguist context holds all strings, those of the window and those of `viewer.model.messages.message`.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from viewer.model.messages import Message

CONTEXT = "Negatoscope"


def tr(source: str, **values: object) -> str:
    """`source` (always a literal) in the user's language, its fields in braces filled with `values`."""
    text = QCoreApplication.translate(CONTEXT, source)
    return text.format(**values) if values else text


def tr_n(source: str, n: int, **values: object) -> str:
    """Like `tr` with a plural: ``tr_n("%n image(s)", 3)``."""
    text = QCoreApplication.translate(CONTEXT, source, "", n)
    return text.format(**values) if values else text


def translated(message: Message) -> str:
    """A `Message` in the user's language; messages among its values are translated too."""
    values = {key: translated(value) if isinstance(value, Message) else value for key, value in message.values}
    return tr(message.source, **values) if message.source else ""
