"""The audit trail as the window sees it. Answers come on the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from viewer.model.audit import AuditReport, AuditSettings
from viewer.model.messages import Message
from viewer.workspace.task_list import Task


class Audit(Protocol):
    """What is written down, where it goes, and whether it is whole."""

    @property
    def place(self) -> str:
        """Path of the file that grows."""

    def settings(self, answer: Callable[[AuditSettings, Message], None]) -> None:
        """What is in force, and what is wrong with the file that says it, if something is."""

    def change(self, settings: AuditSettings, answer: Callable[[Message], None]) -> None:
        """Keep them. The answer says why not, or nothing."""

    def exported(self, studies: Mapping[str, int], what: str) -> None:
        """Something left the program: of which studies, how many instances (0: not known); "value", "picture" …"""

    def verify(self, answer: Callable[[AuditReport], None]) -> Task:
        """Check every line. The task counts bytes and can be cancelled; then the report says that it was."""
