"""TLS for DIMSE: 1.2 or newer, the peer checked (PS3.15 B.12, BCP 195)."""

from __future__ import annotations

import ssl

from viewer.model.messages import Message, message
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


def explain(error: Exception) -> Message:
    """What went wrong in a handshake, for people."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return message("The peer's certificate was not accepted: {reason}.", reason=error.verify_message)
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or "unknown").replace("_", " ").lower()
        return message("No secure connection could be agreed on: {reason}.", reason=reason)
    return message("The peer closed the connection while it was being secured; it may not speak TLS.")
