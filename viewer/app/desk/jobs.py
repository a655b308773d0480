"""What is known of one transfer while it goes on, and how it is kept between starts."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from viewer.model.messages import NO_MESSAGE, Message
from viewer.model.remote import Direction, Transfer, TransferObject, TransferState

FILE_NAME = "transfers.json"
SPEED_SECONDS = 5.0
MOST_OBJECTS = 20_000  # of one job, that are listed


@dataclass(eq=False)
class JobState:
    """A job of the list. `keys`: what a retrieve asks for."""

    key: str
    direction: Direction
    node: str
    title: str
    state: TransferState = TransferState.QUEUED
    done: int = 0
    total: int = 0
    failed: int = 0
    created: float = field(default_factory=time.time)
    next_try: float = 0.0
    reason: Message = NO_MESSAGE
    advice: Message = NO_MESSAGE
    note: Message = NO_MESSAGE
    needs_secret: bool = False
    level: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    ticket: str = ""
    run_total: int = 0  # what this run is to bring; the rest of `total` is here already
    is_ahead: bool = False  # nobody waits for it
    is_kept: bool = True  # it is in the queue; before that nothing is said of it
    objects: dict[str, TransferObject] = field(default_factory=dict)
    moved: deque[tuple[float, int]] = field(default_factory=deque)  # (when, bytes) of each object of the last seconds

    def note_object(self, name: str, outcome: str, reason: str, size: int, now: float) -> None:
        """One object is through."""
        if len(self.objects) < MOST_OBJECTS or name in self.objects:
            self.objects[name] = TransferObject(name, outcome, reason)
        self.moved.append((now, size))

    def shown(self, now: float) -> Transfer:
        """As the list shows it."""
        while self.moved and self.moved[0][0] < now - SPEED_SECONDS:
            self.moved.popleft()
        rate = speed = 0.0
        if self.state is TransferState.RUNNING and len(self.moved) > 1:
            seconds = max(now - self.moved[0][0], 0.25)
            rate, speed = len(self.moved) / seconds, sum(size for _, size in self.moved) / seconds
        return Transfer(
            self.key, self.direction, self.node, self.title, self.state, self.done, self.total, self.failed, rate, speed,
            self.created, self.next_try, self.reason, self.advice, self.note, self.needs_secret, self.is_ahead,
        )  # fmt: skip


def read_titles(path: Path) -> dict[int, str]:
    """What the send jobs of earlier runs are called."""
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return {int(job): str(title) for job, title in dict(document["titles"]).items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def write_titles(path: Path, titles: Mapping[int, str]) -> None:
    """Keep them, whole or not at all. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            json.dump({"titles": {str(job): title for job, title in titles.items()}}, stream, ensure_ascii=False)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
