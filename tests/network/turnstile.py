"""Lets only so many objects in: who sends them is not done before it is killed, however late that is."""

from __future__ import annotations

import threading

from viewer.network.instance_store import ReceivedInstance


class Turnstile:
    """To be told of each object that was received; holds its thread up when there are too many."""

    def __init__(self) -> None:
        self.received: list[ReceivedInstance] = []
        self._changed = threading.Condition()
        self._most = 0

    def let(self, most: int) -> None:
        """So many, all that came before included."""
        with self._changed:
            self._most = most
            self._changed.notify_all()

    def passed(self, instance: ReceivedInstance) -> None:
        with self._changed:
            self.received.append(instance)
            self._changed.wait_for(lambda: len(self.received) < self._most, 30)
