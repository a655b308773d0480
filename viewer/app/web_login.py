"""How the user is shown to a DICOMweb archive: what the key store has, what the environment has, or what the user is asked for."""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Callable, Mapping

from viewer.app.secret_store import MissingSecretError, SecretStore, missing_secret
from viewer.app.web_secrets import PASSWORD_VARIABLE, TOKEN_VARIABLE, secret_name
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.web_archives import OidcClient, WebAccess, WebArchive
from viewer.network.dicomweb.authorization import by_password, by_token
from viewer.network.dicomweb.oidc import LoginState, OidcLogin
from viewer.network.dicomweb.web_errors import WebError
from viewer.network.dicomweb.web_session import Authorization, NoAuthorization, WebCaller
from viewer.network.errors import UserRefusedError


def authorization_of(
    archive: WebArchive,
    store: SecretStore,
    ask_for: Callable[[str], str] | None = None,
    open_page: Callable[[str], object] = webbrowser.open,
    *,
    environment: Mapping[str, str] = os.environ,
    login: LoginState | None = None,
    caller: WebCaller | None = None,
) -> Authorization:
    """What `archive` wants to see. `ask_for` asks a person for what is not kept; `login` is one that others use, too.

    Raises MissingSecretError, SecretError.
    """
    known = _Known(archive, store, environment, ask_for)
    match archive.access:
        case WebAccess.NONE:
            return NoAuthorization()
        case WebAccess.BASIC:
            password = known.secret(PASSWORD_VARIABLE, f"Password of {archive.user_name} at {archive}: ")
            return by_password(archive.user_name, password)
        case WebAccess.BEARER:
            return by_token(known.secret(TOKEN_VARIABLE, f"Token for {archive}: "))
    name = secret_name(archive)
    return OidcLogin(
        archive.oidc or OidcClient("", ""),
        archive.tls,
        open_page,
        refresh_token=store.get(name) or "",
        keep=lambda token: store.put(name, token),
        caller=caller,
        state=login,
    )


def is_about_secret(error: NegatoscopeError) -> bool:
    """Another password or token may help: none is known, or the archive did not take it."""
    return isinstance(error, (MissingSecretError, UserRefusedError)) or (isinstance(error, WebError) and error.status == 401)


@frozen
class _Known:
    """Where the secret of an archive may be."""

    archive: WebArchive
    store: SecretStore
    environment: Mapping[str, str]
    ask_for: Callable[[str], str] | None

    def secret(self, variable: str, prompt: str) -> str:
        """Raises MissingSecretError."""
        found = self.environment.get(variable) or self.store.get(secret_name(self.archive))
        if not found and self.ask_for is not None:
            found = self.ask_for(prompt)
        if not found:
            raise missing_secret(self.archive)
        return found
