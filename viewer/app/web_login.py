"""How the user is shown to a DICOMweb archive: what the key store has, what the environment has, or what the user is asked for."""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Callable

from viewer.app.secret_store import MissingSecretError, SecretStore
from viewer.app.web_secrets import PASSWORD_VARIABLE, TOKEN_VARIABLE, secret_name
from viewer.model.messages import message
from viewer.model.web_archives import OidcClient, WebAccess, WebArchive
from viewer.network.dicomweb.authorization import by_password, by_token
from viewer.network.dicomweb.oidc import OidcLogin
from viewer.network.dicomweb.web_session import Authorization, NoAuthorization


def authorization_of(
    archive: WebArchive,
    store: SecretStore,
    ask_for: Callable[[str], str] | None = None,
    open_page: Callable[[str], object] = webbrowser.open,
) -> Authorization:
    """What `archive` wants to see. `ask_for` asks a person for what is not kept. Raises MissingSecretError, SecretError."""
    match archive.access:
        case WebAccess.NONE:
            return NoAuthorization()
        case WebAccess.BASIC:
            password = _secret(archive, store, PASSWORD_VARIABLE, ask_for, f"Password of {archive.user_name} at {archive}: ")
            return by_password(archive.user_name, password)
        case WebAccess.BEARER:
            return by_token(_secret(archive, store, TOKEN_VARIABLE, ask_for, f"Token for {archive}: "))
    name = secret_name(archive)
    return OidcLogin(
        archive.oidc or OidcClient("", ""),
        archive.tls,
        open_page,
        refresh_token=store.get(name) or "",
        keep=lambda token: store.put(name, token),
    )


def _secret(archive: WebArchive, store: SecretStore, variable: str, ask_for: Callable[[str], str] | None, prompt: str) -> str:
    found = os.environ.get(variable) or store.get(secret_name(archive))
    if not found and ask_for is not None:
        found = ask_for(prompt)
    if not found:
        raise MissingSecretError(
            message("The password or token for {node} is not known.", node=str(archive)),
            advice=message("Keep it in the system's key store, or give it again."),
        )
    return found
