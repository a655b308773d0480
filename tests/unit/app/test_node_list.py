"""The list of nodes: round trips, damage, merging; and secrets that are never in a file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from viewer.app.entry_list import NodeListError, write_document
from viewer.app.node_list import NodeList, read_nodes
from viewer.app.secret_store import MissingSecretError, SecretStore, identity_of, secret_name
from viewer.model.nodes import IdentityWay, NodeTimeouts, RemoteNode, RetrieveWay, TlsFiles

ARCHIVE = RemoteNode(
    "ARCHIVE", "archive.example", 11112, "Main archive", TlsFiles("ca.pem", "c.pem", "k.pem", check_host=False, insecure=True),
    RetrieveWay.MOVE, "ISO_IR 100", 65536, NodeTimeouts(1.5, 2.0, 3.0, 4.0), ("1.2.840.10008.1.2.4.70",),
    IdentityWay.PASSWORD, "anna",
)  # fmt: skip
PLAIN = RemoteNode("PLAIN", "::1", 104)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    nodes = NodeList(tmp_path / "config" / "nodes.json")
    nodes.put(ARCHIVE)
    nodes.put(PLAIN)
    again = NodeList(nodes.path)
    assert again.named("main ARCHIVE") == ARCHIVE
    assert [node.name for node in again.nodes] == ["Main archive", "PLAIN"]
    assert again.with_title("ARCHIVE") == ARCHIVE
    assert again.with_title("NOBODY") is None
    assert os.stat(nodes.path).st_mode & 0o077 == 0
    assert list(nodes.path.parent.iterdir()) == [nodes.path]


def test_changing_and_removing(tmp_path: Path) -> None:
    nodes = NodeList(tmp_path / "nodes.json")
    nodes.put(RemoteNode("A", "h1", 104))
    nodes.put(RemoteNode("B", "h2", 104, name="a"))
    assert [str(node) for node in nodes.nodes] == ["B@h2:104"]
    assert not nodes.remove("x")
    assert nodes.remove("A")
    assert NodeList(nodes.path).nodes == ()


def test_import_leaves_what_is_there(tmp_path: Path) -> None:
    nodes = NodeList(tmp_path / "nodes.json")
    nodes.put(ARCHIVE)
    other = tmp_path / "export.json"
    write_document(other, {"nodes": [RemoteNode("NEW", "h", 104), RemoteNode("OTHER", "h", 104, name="Main archive")]})
    assert nodes.merge(read_nodes(other)) == (1, 1)
    assert nodes.named("Main archive") == ARCHIVE
    assert nodes.merge(read_nodes(other), replacing=True) == (2, 0)
    assert str(nodes.named("main archive")) == "OTHER@h:104"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"nodes": {}, "version": 1}x',
        '{"nodes": [1]}',
        '{"nodes": [{"ae_title": "A"}]}',
        '{"nodes": [{"ae_title": "A", "host": 3}]}',
        '{"nodes": [{"ae_title": "A", "host": "h", "port": 0}]}',
        '{"nodes": [{"ae_title": "A", "host": "h", "port": "x"}]}',
        '{"nodes": [{"ae_title": "A", "host": "h", "retrieve": "steal"}]}',
        '{"nodes": [{"ae_title": "A", "host": "h", "tls": {"insecure": "no"}}]}',
        '{"nodes": [{"ae_title": "A", "host": "h", "timeouts": {"connect": -1}}]}',
        '{"nodes": [{"ae_title": "A", "host": "h", "maximum_pdu": 1}]}',
        '{"nodes": [{"ae_title": "A", "host": "h", "transfer_syntaxes": [1]}]}',
        "[" * 100_000,
    ],
)
def test_damage_is_said_and_nothing_is_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "nodes.json"
    path.write_text(text)
    with pytest.raises(NodeListError) as error:
        NodeList(path)
    assert error.value.path == str(path)
    assert path.read_text() == text


def test_what_a_later_version_adds_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "nodes.json"
    path.write_text(json.dumps({"version": 9, "web": [], "nodes": [{"ae_title": "A", "host": "h", "port": 104, "colour": "red"}]}))
    assert [str(node) for node in read_nodes(path)] == ["A@h:104"]


class Ring:
    """A key store in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, secret: str) -> None:
        if secret == "refused":
            raise RuntimeError("locked")
        self.kept[service, name] = secret

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


def test_secrets_go_to_the_key_store_and_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")
    ring = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    store = SecretStore()
    assert store.is_there
    assert store.put(secret_name(ARCHIVE), "geheim")
    assert not store.put("other", "refused")
    NodeList(tmp_path / "nodes.json").put(ARCHIVE)
    assert "geheim" not in (tmp_path / "nodes.json").read_text()
    identity = identity_of(ARCHIVE, store.get)
    assert identity is not None
    assert (identity.kind, identity.primary, identity.secondary) == (2, b"anna", b"geheim")
    store.remove(secret_name(ARCHIVE))
    store.remove(secret_name(ARCHIVE))
    assert store.get(secret_name(ARCHIVE)) is None


def test_a_store_that_is_a_plain_file_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")
    plain = type("PlaintextKeyring", (Ring,), {"__module__": "keyrings.alt.file"})
    monkeypatch.setattr(keyring, "get_keyring", plain)
    store = SecretStore()
    assert not store.is_there
    assert store.get("a") is None
    assert not store.put("a", "b")
    store.remove("a")


def test_without_a_store_the_secret_is_asked_for() -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return "typed"

    identity = identity_of(ARCHIVE, lambda name: None, ask)
    assert identity is not None
    assert identity.secondary == b"typed"
    assert asked == ["Password of anna at ARCHIVE@archive.example:11112: "]
    assert identity_of(PLAIN, lambda name: None) is None
    with pytest.raises(MissingSecretError):
        identity_of(ARCHIVE, lambda name: None)
