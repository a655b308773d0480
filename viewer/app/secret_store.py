"""Passwords and tokens: in the system's key store, or nowhere. Where there is none they are asked for each time.

Never in a file of ours, never in a log, never in the arguments of a process.
"""

from __future__ import annotations

import getpass
import importlib
import secrets
import sys
from collections.abc import Callable
from functools import cached_property
from typing import Any

from viewer.model.messages import message
from viewer.model.nodes import IdentityWay, RemoteNode
from viewer.model.web_archives import WebArchive
from viewer.network.association_pdu import UserIdentity
from viewer.network.errors import NetworkError
from viewer.network.user_identity import by_name, by_password, by_token

_SERVICE = "negatoscope"
# Backends that write what they get into a file that anybody with the user's rights can read, or that keep nothing.
_REFUSED = ("keyrings.alt", "keyring.backends.fail", "keyring.backends.null")


class SecretStore:
    """The system's key store through the optional package ``keyring``, looked for when it is first needed."""

    @cached_property
    def _keyring(self) -> Any:
        return _key_store()

    @property
    def is_there(self) -> bool:
        """Whether there is a store that can be used."""
        return self._keyring is not None

    def get(self, name: str) -> str | None:
        """The secret, None when it is not there or the store is locked."""
        if self._keyring is None:
            return None
        try:
            found = self._keyring.get_password(_SERVICE, name)
        except Exception:  # each backend raises errors of its own; the user is asked instead
            return None
        return found if isinstance(found, str) else None

    def put(self, name: str, secret: str) -> bool:
        """False when there is no store, or it refused."""
        if self._keyring is None:
            return False
        try:
            self._keyring.set_password(_SERVICE, name, secret)
        except Exception:  # as above
            return False
        return True

    def remove(self, name: str) -> None:
        if self._keyring is not None:
            try:
                self._keyring.delete_password(_SERVICE, name)
            except Exception:  # it was not there, or the store is locked
                return


def _key_store() -> Any:
    try:
        keyring = importlib.import_module("keyring")
        backend = keyring.get_keyring()
    except Exception:  # not installed, or no backend could be made
        return None
    return None if type(backend).__module__.startswith(_REFUSED) else backend


def secret_name(node: RemoteNode) -> str:
    """Under which name the secret of a node's user is kept."""
    return f"{node.user_name or node.identity.value}@{node.ae_title}@{node.host}:{node.port}"


class MissingSecretError(NetworkError):
    """A password or token is needed, and nobody is there to be asked."""


def missing_secret(node: RemoteNode | WebArchive) -> MissingSecretError:
    """The error for a node whose secret is not known."""
    return MissingSecretError(
        message("The password or token for {node} is not known.", node=str(node)),
        advice=message("Keep it in the system's key store, or give it again."),
    )


def identity_of(
    node: RemoteNode, get: Callable[[str], str | None], ask_for: Callable[[str], str] | None = None
) -> UserIdentity | None:
    """The user identity that a node wants to see. `get` looks a secret up, `ask_for` asks a person for what is not there.

    Raises MissingSecretError.
    """
    if node.identity is IdentityWay.NONE:
        return None
    if node.identity is IdentityWay.NAME:
        return by_name(node.user_name)
    secret = get(secret_name(node))
    if secret is None and ask_for is not None:
        is_password = node.identity is IdentityWay.PASSWORD
        secret = ask_for(f"Password of {node.user_name} at {node}: " if is_password else f"Token for {node}: ")
    if secret is None:
        raise missing_secret(node)
    return by_password(node.user_name, secret) if node.identity is IdentityWay.PASSWORD else by_token(secret)


def audit_key(store: SecretStore) -> bytes:
    """The key of the audit trail, made when the store is first used; b"" where there is no store."""
    known = store.get("audit trail")
    if known is None and store.is_there:
        known = secrets.token_hex(32)
        if not store.put("audit trail", known):
            return b""
    return (known or "").encode()


def ask(prompt: str) -> str:
    """Ask without showing what is typed; without a terminal the next line of the standard input is taken."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\r\n")
