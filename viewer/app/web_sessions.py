"""Sessions with DICOMweb archives for whoever works in the background: how the user is shown, and logins that last for the run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from viewer.app.secret_store import SecretStore
from viewer.app.web_login import authorization_of
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.oidc import LoginState
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.storage_scu import RetryPolicy
from viewer.network.trace import Trace

_LOOK = 0.2  # seconds, while a pause lasts
ONCE = RetryPolicy(attempts=1)  # somebody waits for the answer, and can ask again


class WebSessions:
    """Thread-safe. `secrets` has the passwords and tokens, `trace` gets the lines of the log."""

    def __init__(self, secrets: SecretStore, trace: Trace) -> None:
        self._secrets, self._trace = secrets, trace
        self._lock = threading.Lock()
        self._logins: dict[tuple[object, ...], LoginState] = {}

    def open(self, archive: WebArchive, stop: Callable[[], bool], policy: RetryPolicy = ONCE) -> WebSession:
        """A session; close it. Raises MissingSecretError, SecretError."""
        authorization = authorization_of(
            archive,
            self._secrets,
            environment={},  # of whoever started the window: meant for one archive, not for each of the list
            login=self._login_of(archive),
            caller=WebCaller(trace=self._trace, stop=stop),
        )

        def wait(seconds: float) -> bool:
            until = time.monotonic() + seconds
            while time.monotonic() < until and not stop():
                threading.Event().wait(_LOOK)
            return not stop()

        return WebSession(archive, WebCaller(authorization, trace=self._trace, stop=stop, wait=wait, policy=policy))

    def _login_of(self, archive: WebArchive) -> LoginState:
        """The user logs in once, not once for each search."""
        with self._lock:
            return self._logins.setdefault((archive.url, archive.oidc, archive.tls), LoginState())
