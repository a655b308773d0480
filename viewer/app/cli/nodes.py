"""``negatoscope nodes``: the list of remote nodes: list, add, remove, test, export, import, and the password of a node's user."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path

from viewer.app.archive_list import FILE_NAME as ARCHIVES
from viewer.app.archive_list import ArchiveList
from viewer.app.cli.network_options import add_tls_options, complain, node_list, print_json, tls_of
from viewer.app.exchanged_lists import export_lists, import_lists
from viewer.app.node_list import NodeList, named_node
from viewer.app.own_address import for_the_administrator
from viewer.app.paths import folders
from viewer.app.secret_store import SecretStore, ask, identity_of, secret_name
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message
from viewer.model.nodes import (
    ApplicationEntity,
    IdentityWay,
    NodeAddressError,
    NodeTimeouts,
    RemoteNode,
    RetrieveWay,
    TlsFiles,
    checked_ae_title,
    parse_node,
)
from viewer.network.requestor import Caller
from viewer.network.verification import check_node


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="print the list")
    listing.add_argument("--json", action="store_true", help="print one JSON document")
    _configure_add(actions.add_parser("add", help="add a node, or change the one of this name"))
    actions.add_parser("remove", help="remove nodes").add_argument("names", nargs="+", metavar="NAME")
    test = actions.add_parser("test", help="test nodes step by step; all when none is named")
    test.add_argument("names", nargs="*", metavar="NAME")
    test.add_argument("--ae-title", default="NEGATOSCOPE", metavar="TITLE", help="our own AE title (NEGATOSCOPE)")
    test.add_argument("--json", action="store_true", help="print one JSON document")
    ours = actions.add_parser("ours", help="print what an archive's administrator has to enter for us")
    ours.add_argument("--ae-title", default="NEGATOSCOPE", metavar="TITLE", help="our AE title (NEGATOSCOPE)")
    ours.add_argument("--port", type=int, default=11112, help="our port (11112)")
    ours.add_argument("--interface", default="", metavar="ADDRESS", help="address that is listened on (all)")
    ours.add_argument("--tls", action="store_true", help="the listener is secured")
    actions.add_parser("export", help="write the lists of nodes and of archives into a file").add_argument(
        "file", type=Path, metavar="FILE"
    )
    importing = actions.add_parser(
        "import", help="take the nodes and archives of such a file; names that are there stay as they are"
    )
    importing.add_argument("file", type=Path, metavar="FILE")
    importing.add_argument("--replace", action="store_true", help="but replace those of the same name")
    actions.add_parser("password", help="keep the password or token of a node's user in the key store").add_argument(
        "name", metavar="NAME"
    )


def _configure_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="how it is called here")
    parser.add_argument("address", metavar="AE@HOST:PORT")
    parser.add_argument(
        "--retrieve", choices=[way.value for way in RetrieveWay], default=RetrieveWay.GET.value, help="how to fetch (get)"
    )
    parser.add_argument("--character-set", default="ISO_IR 192", metavar="TERM", help="to write keys beyond ASCII in (ISO_IR 192)")
    parser.add_argument("--maximum-pdu", type=int, default=131072, metavar="BYTES", help="what we announce to it (131072)")
    parser.add_argument(
        "--transfer-syntax", action="append", default=[], metavar="UID", help="offer only these compressed ones; repeatable (all)"
    )
    for name, seconds in asdict(NodeTimeouts()).items():
        parser.add_argument(f"--{name}-timeout", type=float, default=seconds, metavar="SECONDS", help=f"({seconds:g})")
    parser.add_argument(
        "--identity", choices=[way.value for way in IdentityWay], default="none", help="how the user is shown (none)"
    )
    parser.add_argument("--user", default="", metavar="NAME", help="user name to show")
    add_tls_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when done, 1 when a node failed its test or is not there, 2 when the list or an address cannot be used."""
    try:
        return _ACTIONS[arguments.action](node_list(), arguments)
    except NegatoscopeError as error:
        complain(error)
        return 2


def _list(nodes: NodeList, arguments: argparse.Namespace) -> int:
    if arguments.json:
        print_json({"nodes": [asdict(node) for node in nodes.nodes]})
        return 0
    for node in nodes.nodes:
        marks = [node.retrieve.value, "TLS" if node.tls else "", "INSECURE" if node.tls and node.tls.insecure else ""]
        print("\t".join((node.name, str(node), " ".join(mark for mark in marks if mark))))
    return 0


def _add(nodes: NodeList, arguments: argparse.Namespace) -> int:
    node = replace(
        parse_node(arguments.address, tls_of(arguments)),
        name=arguments.name,
        retrieve=RetrieveWay(arguments.retrieve),
        character_set=arguments.character_set,
        maximum_pdu=min(max(arguments.maximum_pdu, 4096), 1 << 20),
        transfer_syntaxes=tuple(arguments.transfer_syntax),
        timeouts=NodeTimeouts(*(getattr(arguments, f"{name}_timeout") for name in asdict(NodeTimeouts()))),
        identity=IdentityWay(arguments.identity),
        user_name=arguments.user,
    )
    nodes.put(named_node(node))
    return 0


def _remove(nodes: NodeList, arguments: argparse.Namespace) -> int:
    missing = [name for name in arguments.names if not nodes.remove(name)]
    for name in missing:
        complain(_unknown(name))
    return 1 if missing else 0


def _test(nodes: NodeList, arguments: argparse.Namespace) -> int:
    chosen = [_named(nodes, name) for name in arguments.names] if arguments.names else list(nodes.nodes)
    title, store = checked_ae_title(arguments.ae_title), SecretStore()
    rows: list[dict[str, object]] = []
    for node in chosen:
        last = check_node(node, Caller(title, identity=identity_of(node, store.get, ask)))[-1]
        rows.append(
            {"name": node.name, "node": str(node), "passed": last.passed, "step": last.name, "reason": str(last.reason),
             "advice": str(last.advice)}
        )  # fmt: skip
        if not arguments.json:
            said = "passed" if last.passed else f"failed at {last.name}. {last.reason} {last.advice}".rstrip()
            print(f"{node.name}: {said}")
    if arguments.json:
        print_json({"nodes": rows})
    return 0 if all(row["passed"] for row in rows) else 1


def _ours(nodes: NodeList, arguments: argparse.Namespace) -> int:
    tls = TlsFiles() if arguments.tls else None
    for what, value in for_the_administrator(ApplicationEntity(arguments.ae_title, arguments.port, arguments.interface, tls)):
        print(f"{what}: {value}")
    return 0


def _export(nodes: NodeList, arguments: argparse.Namespace) -> int:
    export_lists(arguments.file, nodes, _archives())
    return 0


def _import(nodes: NodeList, arguments: argparse.Namespace) -> int:
    taken, kept = import_lists(arguments.file, nodes, _archives(), replacing=arguments.replace)
    print(f"{taken} taken, {kept} left as they were")
    return 0


def _archives() -> ArchiveList:
    return ArchiveList(folders().config / ARCHIVES)


def _password(nodes: NodeList, arguments: argparse.Namespace) -> int:
    node, store = _named(nodes, arguments.name), SecretStore()
    if not store.is_there:
        complain(NegatoscopeError(message("This system has no key store; the password is asked for each time.")))
        return 1
    return 0 if store.put(secret_name(node), ask(f"Password or token for {node}: ")) else 1


def _named(nodes: NodeList, name: str) -> RemoteNode:
    node = nodes.named(name)
    if node is None:
        raise _unknown(name)
    return node


def _unknown(name: str) -> NodeAddressError:
    return NodeAddressError(message("The list has no node named {name}.", name=repr(name[:100])))


_ACTIONS = {
    "list": _list,
    "add": _add,
    "remove": _remove,
    "test": _test,
    "ours": _ours,
    "export": _export,
    "import": _import,
    "password": _password,
}
