"""Who may come in over DICOMweb: what ``web`` and ``node`` share."""

from __future__ import annotations

import argparse
import os

from viewer.app.secret_store import SecretStore, ask
from viewer.app.web_secrets import TOKEN_VARIABLE
from viewer.network.dicomweb.origin.gate import Gate


def add_gate_options(parser: argparse.ArgumentParser, prefix: str = "") -> None:
    """Who may come in."""
    parser.add_argument(
        f"--{prefix}require-token", action="store_true", help=f"who shows a token, from {TOKEN_VARIABLE}, the key store, or you"
    )
    parser.add_argument(
        f"--{prefix}require-user", action="append", default=[], metavar="NAME", help="who shows name and password; repeatable"
    )
    parser.add_argument(f"--{prefix}anonymous", action="store_true", help="let everybody in, also from other machines")
    parser.add_argument(
        f"--{prefix}host", action="append", default=[], metavar="NAME", help="a name under which this machine is called; repeatable"
    )


def gate_of(arguments: argparse.Namespace, prefix: str = "") -> Gate:
    """Secrets come from the environment or the key store; those that are nowhere are asked for now."""
    store = SecretStore()
    token = ""
    if getattr(arguments, f"{prefix}require_token"):
        token = os.environ.get(TOKEN_VARIABLE) or store.get("web token") or ask("Token for callers: ")
    names = getattr(arguments, f"{prefix}require_user")
    users = {name: store.get(f"web user {name}") or ask(f"Password for callers named {name}: ") for name in names}
    return Gate(token, users, frozenset(name.lower() for name in getattr(arguments, f"{prefix}host")))
