"""What can go wrong with a peer, as sentences; and which of it may pass if tried again."""

from __future__ import annotations

from viewer.model.errors import NegatoscopeError
from viewer.model.messages import NO_MESSAGE, Message


class NetworkError(NegatoscopeError):
    """Base. `may_pass`: trying again later can help."""

    may_pass = False


class ConnectError(NetworkError):
    """No TCP connection."""

    may_pass = True


class TlsError(NetworkError):
    """No secure connection: certificate, host name or protocol."""


class RejectedError(NetworkError):
    """A-ASSOCIATE-RJ that is permanent (PS3.8 9.3.4)."""


class UserRefusedError(RejectedError):
    """The peer gave no reason to refuse the association, and was shown a password or token: that may be the reason."""


class BusyError(RejectedError):
    """A-ASSOCIATE-RJ that is transient."""

    may_pass = True


class AbortedError(NetworkError):
    """The peer sent A-ABORT, or closed the connection."""

    may_pass = True


class StalledError(NetworkError):
    """The peer did not say what was due within its time."""

    may_pass = True


class ProtocolError(NetworkError):
    """The peer broke PS3.7 or PS3.8, or went over a limit; the association was aborted."""


class NoContextError(NetworkError):
    """The peer accepted no presentation context for what is wanted."""


class CancelledError(NetworkError):
    """The user stopped it."""


class RefusedError(NetworkError):
    """A DIMSE response with a failure status."""

    def __init__(self, reason: Message, *, path: str = "", advice: Message = NO_MESSAGE, status: int = 0) -> None:
        super().__init__(reason, path=path, advice=advice)
        self.status = status
