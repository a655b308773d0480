"""``negatoscope archives``: the list of DICOMweb archives: add, remove, list, test, keep the password."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from viewer.app.archive_list import ArchiveList
from viewer.app.cli.network_options import complain, print_json
from viewer.app.cli.web_options import add_access_options, archive_list, session_of, with_access
from viewer.app.secret_store import SecretStore, ask
from viewer.app.web_secrets import secret_name
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message
from viewer.model.nodes import NodeAddressError
from viewer.model.web_archives import WebAccess, WebArchive
from viewer.network.dicomweb.web_check import check_archive


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="print the list")
    listing.add_argument("--json", action="store_true", help="print one JSON document")
    adding = actions.add_parser("add", help="add an archive, or replace the one of this name")
    adding.add_argument("name", metavar="NAME", help="how it is called here")
    adding.add_argument("address", metavar="URL", help="root of its DICOMweb service")
    adding.add_argument("--wado-uri", default="", metavar="URL", help="address of its WADO-URI service")
    adding.add_argument("--connections", type=int, default=4, metavar="N", help="how many requests run at once (4)")
    add_access_options(adding)
    removing = actions.add_parser("remove", help="remove archives")
    removing.add_argument("names", nargs="+", metavar="NAME")
    testing = actions.add_parser("test", help="ask archives for one study (all of the list)")
    testing.add_argument("names", nargs="*", metavar="NAME")
    testing.add_argument("--json", action="store_true", help="print one JSON document")
    testing.set_defaults(attempts=1, verbose=False)
    actions.add_parser("password", help="keep the password or token in the key store").add_argument("name", metavar="NAME")


def run(arguments: argparse.Namespace) -> int:
    """0 when done, 1 when an archive failed its test or is not there, 2 when the list or an address cannot be used."""
    try:
        return _ACTIONS[arguments.action](archive_list(), arguments)
    except NegatoscopeError as error:
        complain(error)
        return 2


def _list(archives: ArchiveList, arguments: argparse.Namespace) -> int:
    if arguments.json:
        print_json({"archives": [asdict(one) for one in archives.archives]})
        return 0
    for one in archives.archives:
        marks = [one.access.value, "INSECURE" if one.is_secure and one.tls.insecure else ""]
        print("\t".join((one.name, str(one), " ".join(mark for mark in marks if mark))))
    return 0


def _add(archives: ArchiveList, arguments: argparse.Namespace) -> int:
    archive = WebArchive(arguments.address, arguments.name, wado_uri=arguments.wado_uri, connections=arguments.connections)
    archives.put(with_access(archive, arguments))
    return 0


def _remove(archives: ArchiveList, arguments: argparse.Namespace) -> int:
    missing = [name for name in arguments.names if not archives.remove(name)]
    for name in missing:
        complain(_unknown(name))
    return 1 if missing else 0


def _test(archives: ArchiveList, arguments: argparse.Namespace) -> int:
    chosen = [_named(archives, name) for name in arguments.names] if arguments.names else list(archives.archives)
    rows = [_tested(archive, arguments) for archive in chosen]
    if arguments.json:
        print_json({"archives": rows})
    else:
        for row in rows:
            said = "passed" if row["passed"] else f"failed at {row['step']}. {row['reason']} {row['advice']}".rstrip()
            print(f"{row['name']}: {said}")
    return 0 if all(row["passed"] for row in rows) else 1


def _tested(archive: WebArchive, arguments: argparse.Namespace) -> dict[str, object]:
    last = check_archive(archive, lambda: session_of(archive, arguments))[-1]
    return {
        "name": archive.name, "archive": str(archive), "passed": last.passed, "step": last.name, "reason": str(last.reason),
        "advice": str(last.advice),
    }  # fmt: skip


def _password(archives: ArchiveList, arguments: argparse.Namespace) -> int:
    archive, store = _named(archives, arguments.name), SecretStore()
    if not store.is_there:
        complain(NegatoscopeError(message("This system has no key store; the password is asked for each time.")))
        return 1
    if archive.access in (WebAccess.NONE, WebAccess.OIDC):
        complain(NegatoscopeError(message("This archive asks for no password.")))
        return 1
    return 0 if store.put(secret_name(archive), ask(f"Password or token for {archive}: ")) else 1


def _named(archives: ArchiveList, name: str) -> WebArchive:
    archive = archives.named(name)
    if archive is None:
        raise _unknown(name)
    return archive


def _unknown(name: str) -> NodeAddressError:
    return NodeAddressError(message("The list has no archive named {name}.", name=repr(name[:100])))


_ACTIONS = {"list": _list, "add": _add, "remove": _remove, "test": _test, "password": _password}
