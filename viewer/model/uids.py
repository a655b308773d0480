"""Unique identifiers, as they are and as they should be (PS3.5 9)."""

from __future__ import annotations

import re

_USABLE = re.compile(r"[0-9A-Za-z._-]{1,128}")


def is_usable_uid(uid: str) -> bool:
    """True for what can name an object here: more than the standard allows, but nothing that looks like a path or is no name."""
    return _USABLE.fullmatch(uid) is not None and ".." not in uid and uid.strip(".") != ""
