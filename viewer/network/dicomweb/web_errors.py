"""What an HTTP answer that is none means, in plain words, and what to do about it."""

from __future__ import annotations

from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.network.errors import NetworkError


class WebError(NetworkError):
    """The archive answered, but not with what was asked for. `status`: the HTTP status code, 0 when that is not the trouble."""

    def __init__(
        self, reason: Message, *, path: str = "", advice: Message = NO_MESSAGE, status: int = 0, retry_after: float = 0.0
    ) -> None:
        super().__init__(reason, path=path, advice=advice)
        self.status = status
        self.retry_after = retry_after

    @property
    def may_pass(self) -> bool:  # type: ignore[override]
        """Trying again later can help."""
        return self.status in (408, 425, 429, 500, 502, 503, 504)


_SENTENCES: dict[int, tuple[Message, Message]] = {
    400: (message("The archive did not understand the request."), NO_MESSAGE),
    401: (
        message("The archive wants to know who asks."),
        message("Check the user name, and give the password or the token again."),
    ),
    403: (message("The archive does not allow this to this user."), message("Ask its administrator for the right to do it.")),
    404: (message("The archive does not have this."), message("Check the address of the archive and the UIDs.")),
    405: (message("The archive does not offer this."), NO_MESSAGE),
    406: (message("The archive cannot give it in this form."), message("Ask for another transfer syntax or media type.")),
    407: (message("The proxy wants to know who asks."), message("Ask the administrator of your network how to pass it.")),
    408: (message("The archive waited too long for us."), message("Try again later.")),
    409: (message("The archive stored none of it."), NO_MESSAGE),
    410: (message("The archive no longer has this."), NO_MESSAGE),
    413: (message("This is too large for the archive."), message("Send or ask for less at a time.")),
    414: (message("The question is too long for the archive."), message("Ask for less at a time.")),
    415: (message("The archive does not take this form."), NO_MESSAGE),
    429: (message("The archive has been asked too often."), message("Try again later.")),
    431: (message("The question is too long for the archive."), message("Ask for less at a time.")),
    500: (message("The archive failed."), message("Try again later; if it stays so, its log says why.")),
    501: (message("The archive does not offer this."), NO_MESSAGE),
    502: (message("The archive behind the gateway did not answer."), message("Try again later.")),
    503: (message("The archive is out of service or overloaded."), message("Try again later.")),
    504: (message("The archive behind the gateway did not answer in time."), message("Try again later.")),
}
_OTHER = (message("The archive refused."), NO_MESSAGE)


def refused(status: int, retry_after: str = "") -> WebError:
    """The error for an HTTP status of 400 and above, or for one that makes no sense here."""
    reason, advice = _SENTENCES.get(status) or _SENTENCES.get(status // 100 * 100 if status >= 500 else 0) or _OTHER
    text = message("{reason} (HTTP {status})", reason=reason, status=status)
    seconds = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
    return WebError(text, advice=advice, status=status, retry_after=min(seconds, 600.0))


def not_dicom(content_type: str) -> WebError:
    """The answer is of a type that was not asked for."""
    if content_type in ("text/html", "application/xhtml+xml"):
        return WebError(
            message("A web page came instead of DICOM."),
            advice=message("Check the address; where the archive wants a login, set how you show who you are."),
        )
    shown = content_type[:80] or "?"
    return WebError(
        message("The answer is of the type {type}, which was not asked for.", type=shown),
        advice=message("Check that the address is that of a DICOMweb service."),
    )
