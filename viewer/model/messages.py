"""Sentences for people, made where no translator is at hand.

Layers below ``ui`` never translate. They make a `Message`: the English source and the values that go into it. ``str()`` gives
English (logs, command line); ``ui`` looks the source up in the translation first.
"""

from __future__ import annotations

from viewer.model.frozen import frozen


@frozen
class Message:
    """One sentence with named values, e.g. ``message("The file {name} is empty.", name="a.dcm")``.

    Make it with `message`, always with a literal first argument: the translation catalogue is collected from those literals.
    """

    source: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.source.format(**dict(self.values)) if self.values else self.source

    def __bool__(self) -> bool:
        return bool(self.source)


NO_MESSAGE = Message("")


def message(source: str, **values: object) -> Message:
    """Make a `Message`. `source` must be a literal; its fields in braces are named in `values`."""
    return Message(source, tuple(sorted(values.items())))
