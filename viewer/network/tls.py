"""TLS for DIMSE: 1.2 or newer, the peer checked (PS3.15 B.12, BCP 195)."""

from __future__ import annotations

import ssl

from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.nodes import TlsFiles
from viewer.network.errors import TlsError

# BCP 195: forward secrecy and authenticated encryption only. TLS 1.3 has its own list, which holds nothing else.
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:!aNULL:!eNULL:!PSK"


def requestor_context(files: TlsFiles) -> ssl.SSLContext:
    """For calling a peer: its chain and, unless told otherwise, its host name are checked. Raises TlsError."""
    context = _context(ssl.PROTOCOL_TLS_CLIENT, files)
    if files.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    context.check_hostname = files.check_host
    context.verify_mode = ssl.CERT_REQUIRED
    if not files.ca_file:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    return context


def acceptor_context(files: TlsFiles) -> ssl.SSLContext:
    """For being called: with a `ca_file` the caller must show a certificate signed by it. Raises TlsError."""
    if not files.certificate_file:
        raise TlsError(message("A secured listener needs a certificate and its key."))
    context = _context(ssl.PROTOCOL_TLS_SERVER, files)
    context.verify_mode = ssl.CERT_REQUIRED if files.ca_file and not files.insecure else ssl.CERT_NONE
    return context


def _context(protocol: int, files: TlsFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_ciphers(_CIPHERS)
    path = files.ca_file
    try:
        if files.ca_file:
            context.load_verify_locations(files.ca_file)
        path = files.certificate_file
        if files.certificate_file:
            context.load_cert_chain(files.certificate_file, files.key_file or None, password=_no_password)
    except (OSError, ssl.SSLError, ValueError) as error:
        raise TlsError(message("This certificate or key cannot be used: {path}.", path=path), path=path) from error
    return context


def _no_password() -> str:
    """Asked for only when the key is locked; never ask on a terminal that nobody watches."""
    raise ValueError("locked key")


# By X509_V_ERR_… of OpenSSL: what is wrong with the certificate of a peer, and what to change.
_EXPIRED, _NOT_YET, _OTHER_HOST, _OTHER_ADDRESS = 10, 9, 62, 64
_UNTRUSTED = (2, 18, 19, 20, 21)
_OTHER_MACHINE = (
    message("The peer's certificate is made out to another machine."),
    message("Enter the host name that stands in the certificate."),
)
_PEER_CERTIFICATE: dict[int, tuple[Message, Message]] = {
    _EXPIRED: (
        message("The peer's certificate has expired."),
        message("Its administrator has to renew it. Check the date of this machine, too."),
    ),
    _NOT_YET: (message("The peer's certificate is not valid yet."), message("Check the date of this machine.")),
    _OTHER_HOST: _OTHER_MACHINE,
    _OTHER_ADDRESS: _OTHER_MACHINE,
    **dict.fromkeys(
        _UNTRUSTED,
        (
            message("The peer's certificate is not from an authority that is trusted here."),
            message("Choose the file of the peer's authority; its administrator has it."),
        ),
    ),
}
# Alerts in which a peer tells what it does not like of ours (RFC 8446 6.2).
_WANTED = "CERTIFICATE_REQUIRED"
_DISLIKED = ("UNKNOWN_CA", "BAD_CERTIFICATE", "CERTIFICATE_EXPIRED", "CERTIFICATE_REVOKED", "CERTIFICATE_UNKNOWN", "ACCESS_DENIED")


def tls_error(error: Exception, otherwise: Message = NO_MESSAGE) -> TlsError:
    """What went wrong in a handshake, for people; `otherwise` is the advice where there is no better one."""
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = message("The peer's certificate was not accepted: {reason}.", reason=error.verify_message)
        return _error(*_PEER_CERTIFICATE.get(error.verify_code, (reason, otherwise)))
    if isinstance(error, ssl.SSLError):
        said = alert(error)
        if said is not None:
            return said
        reason = message("No secure connection could be agreed on: {reason}.", reason=_words(error))
        return _error(reason, otherwise)
    return _error(message("The peer closed the connection while it was being secured; it may not speak TLS."), otherwise)


def alert(error: Exception | None) -> TlsError | None:
    """The error for a peer that says it does not take our certificate; under TLS 1.3 it does so after the handshake."""
    if not isinstance(error, ssl.SSLError) or not error.reason or "ALERT" not in error.reason:
        return None
    if error.reason.endswith(_WANTED):
        return _error(message("The peer wants to see a certificate of ours."), message("Choose our certificate and its key."))
    if error.reason.endswith(_DISLIKED):
        return _error(
            message("The peer did not accept our certificate: {reason}.", reason=_words(error)),
            message("Ask its administrator which certificate it takes; it has to trust the authority of ours."),
        )
    return None


def _error(reason: Message, advice: Message) -> TlsError:
    return TlsError(reason, advice=advice)


def _words(error: ssl.SSLError) -> str:
    return (error.reason or "unknown").replace("_", " ").lower()
