"""The name under which a password is asked for."""

from __future__ import annotations


class LockedArchive(str):
    """File name of an archive that wants a password; `is_refused` when the password given last did not open it."""

    __slots__ = ("is_refused",)
    is_refused: bool

    def __new__(cls, name: str, *, is_refused: bool = False) -> LockedArchive:
        archive = super().__new__(cls, name)
        archive.is_refused = is_refused
        return archive


def is_refused(name: str) -> bool:
    """True where `name` is asked for once more because the password given last did not open the archive."""
    return isinstance(name, LockedArchive) and name.is_refused
