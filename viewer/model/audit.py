"""What the user decides about the audit trail, and what a check of it found."""

from __future__ import annotations

from viewer.model.frozen import frozen
from viewer.model.messages import Message


@frozen
class AuditSettings:
    """`viewing`: what is opened, taken in and exported is written down; what goes over the network always is.

    `address`: ``HOST`` or ``HOST:PORT`` of a repository that gets every line too, "" for none; the files are PEM, "" for none.
    """

    viewing: bool = True
    address: str = ""
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""


@frozen
class AuditReport:
    """A check of the whole trail: how many lines there are, where it is wrong, or why it could not be read."""

    lines: int = 0
    faults: tuple[tuple[str, int, Message], ...] = ()  # file, line, what is wrong there
    failure: str = ""
    is_stopped: bool = False  # the user broke the check off
    has_key: bool = False  # the lines could be checked against a key that only the system's key store has

    @property
    def is_whole(self) -> bool:
        return not self.faults and not self.failure and not self.is_stopped
