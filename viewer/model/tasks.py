"""How long work tells where it is and is told to stop."""

from __future__ import annotations

import threading

from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message


@frozen
class Progress:
    """`total` is 0 while unknown."""

    done: int
    total: int = 0
    text: Message = NO_MESSAGE
    finished: bool = False


class CancelToken:
    """Set once, by anyone; read often, by the worker."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        self._event.set()

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()
