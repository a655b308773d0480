"""What the DICOMweb subcommands share: which archive, how the user is shown, TLS."""

from __future__ import annotations

import argparse
import sys
import webbrowser
from dataclasses import replace

from viewer.app.archive_list import FILE_NAME, ArchiveList
from viewer.app.cli.network_options import add_tls_options, tls_of, trace_of, wait
from viewer.app.paths import folders
from viewer.app.secret_store import SecretStore, ask
from viewer.app.web_login import authorization_of
from viewer.app.web_secrets import PASSWORD_VARIABLE, TOKEN_VARIABLE
from viewer.model.messages import message
from viewer.model.nodes import NodeAddressError
from viewer.model.web_archives import OidcClient, WebAccess, WebArchive, is_web_address
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.storage_scu import RetryPolicy


def add_archive_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("archive", metavar="URL", help="root of the DICOMweb service, or the name of an archive of the list")


def add_web_options(parser: argparse.ArgumentParser) -> None:
    """Options of every subcommand that calls an archive."""
    add_access_options(parser)
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="how long to wait for an answer (60)")
    parser.add_argument("--attempts", type=int, default=3, metavar="N", help="how often each request is tried (3)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--verbose", action="store_true", help="print what happens on the network to the standard error")


def add_access_options(parser: argparse.ArgumentParser) -> None:
    """How the user is shown. No secret is ever an argument: others can see those."""
    parser.add_argument(
        "--user", metavar="NAME", help=f"user name; the password comes from {PASSWORD_VARIABLE}, the key store, or you"
    )
    parser.add_argument("--token", action="store_true", help=f"show a bearer token, from {TOKEN_VARIABLE}, the key store, or you")
    parser.add_argument("--oidc-issuer", metavar="URL", help="log in at this OpenID provider, in the browser")
    parser.add_argument("--oidc-client", metavar="ID", help="as what the provider knows us")
    parser.add_argument("--oidc-scope", default="openid", metavar="SCOPES", help="what to ask the provider for (openid)")
    add_tls_options(parser)


def archive_list() -> ArchiveList:
    """The user's list of archives. Raises NodeListError."""
    return ArchiveList(folders().config / FILE_NAME)


def archive_of(text: str, arguments: argparse.Namespace) -> WebArchive:
    """The archive that is called: an address, or a name of the list. Options go before what the list says.

    Raises NodeAddressError, NodeListError.
    """
    archive = WebArchive(text) if is_web_address(text) else archive_list().named(text)
    if archive is None:
        raise NodeAddressError(
            message("{text} is neither an address nor the name of an archive.", text=repr(text[:200])),
            advice=message("The list of archives is shown by: negatoscope archives list"),
        )
    archive = with_access(archive, arguments)
    if arguments.timeout is not None:
        archive = replace(archive, timeouts=replace(archive.timeouts, response=arguments.timeout))
    return archive


def with_access(archive: WebArchive, arguments: argparse.Namespace) -> WebArchive:
    """`archive` with what the options say of the user and of TLS. Raises NodeAddressError."""
    tls = tls_of(arguments)
    if tls is not None:
        archive = replace(archive, tls=tls)
    if arguments.oidc_issuer:
        oidc = OidcClient(arguments.oidc_issuer, arguments.oidc_client or "negatoscope", arguments.oidc_scope)
        return replace(archive, access=WebAccess.OIDC, oidc=oidc)
    if arguments.token:
        return replace(archive, access=WebAccess.BEARER)
    if arguments.user:
        return replace(archive, access=WebAccess.BASIC, user_name=arguments.user)
    return archive


def session_of(archive: WebArchive, arguments: argparse.Namespace) -> WebSession:
    """We, as `archive` wants to see us. Raises MissingSecretError, SecretError."""
    if archive.tls.insecure and archive.is_secure:
        print(f"negatoscope: INSECURE: the certificate of {archive} is not checked", file=sys.stderr)
    if archive.access is WebAccess.BASIC and not archive.is_secure and "//127.0.0.1" not in archive.url:
        print(f"negatoscope: the password goes to {archive} without TLS", file=sys.stderr)
    authorization = authorization_of(archive, SecretStore(), ask, open_login_page)
    policy = RetryPolicy(attempts=max(1, arguments.attempts), first=1.0, longest=60.0)
    return WebSession(archive, WebCaller(authorization, trace=trace_of(arguments.verbose), wait=wait, policy=policy))


def open_login_page(url: str) -> None:
    """Open the browser; where there is none the user opens the page himself."""
    print(f"negatoscope: log in at {url}", file=sys.stderr, flush=True)
    try:
        webbrowser.open(url)
    except webbrowser.Error:
        pass
