"""A key store for the tests, as a backend of ``keyring``: a file, named in the environment. The window and its node share it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

PLACE = "NEGATOSCOPE_TEST_KEYS"


class TestKeyring(KeyringBackend):
    """Chosen by ``PYTHON_KEYRING_BACKEND``."""

    __test__ = False  # no test case for pytest
    priority = 0.1  # type: ignore[assignment]  # as keyring's own backends write it

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        _path().write_text(json.dumps({**self._read(), f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        kept = self._read()
        if kept.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError(username)
        _path().write_text(json.dumps(kept))

    @staticmethod
    def _read() -> dict[str, str]:
        try:
            return dict(json.loads(_path().read_text()))
        except FileNotFoundError:
            return {}


def _path() -> Path:
    return Path(os.environ[PLACE])
