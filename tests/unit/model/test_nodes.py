"""Addresses of nodes and AE titles."""

from __future__ import annotations

import pytest

from viewer.model.nodes import ApplicationEntity, NodeAddressError, RemoteNode, parse_node


@pytest.mark.parametrize(
    ("text", "title", "host", "port"),
    [
        ("ARCHIVE@10.0.0.5:11112", "ARCHIVE", "10.0.0.5", 11112),
        ("MY PACS@pacs.example:104", "MY PACS", "pacs.example", 104),
        ("A@host", "A", "host", 104),
        ("A@[::1]:4242", "A", "::1", 4242),
    ],
)
def test_addresses(text: str, title: str, host: str, port: int) -> None:
    node = parse_node(text)
    assert (node.ae_title, node.host, node.port) == (title, host, port)
    assert parse_node(str(node)) == node


@pytest.mark.parametrize(
    "text",
    [
        "",
        "host:104",
        "@host:104",
        "A@",
        "A@host:0",
        "A@host:65536",
        "A@host:x",
        "A@::1:104",
        "SEVENTEEN_LETTERS@h:1",
        "A\\B@h:1",
        "Ä@h:1",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(NodeAddressError):
        parse_node(text)


def test_titles_lose_their_padding_and_ports_are_checked() -> None:
    assert RemoteNode(" A ", "h").ae_title == "A"
    assert ApplicationEntity(port=0).interface == "127.0.0.1"
    with pytest.raises(NodeAddressError):
        ApplicationEntity(port=70000)
