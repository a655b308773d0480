"""The list of DICOMweb archives: kept whole, read with care; and addresses that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from viewer.app.archive_list import ArchiveList, read_archives
from viewer.app.entry_list import NodeListError
from viewer.model.nodes import NodeAddressError, NodeTimeouts, TlsFiles
from viewer.model.web_archives import OidcClient, WebAccess, WebArchive, checked_url

FULL = WebArchive(
    "https://pacs.example/dicom-web",
    "Ward",
    TlsFiles("/ca.pem", insecure=True),
    WebAccess.OIDC,
    "reader",
    OidcClient("https://login.example/realm", "negatoscope", "openid dicom"),
    NodeTimeouts(response=12.5),
    "https://pacs.example/wado",
    2,
)


def test_there_and_back(tmp_path: Path) -> None:
    path = tmp_path / "config" / "archives.json"
    archives = ArchiveList(path)
    archives.put(FULL)
    archives.put(WebArchive("http://127.0.0.1:8042/dicom-web/"))
    again = ArchiveList(path)
    assert again.archives == archives.archives
    assert again.named(" WARD ") == FULL
    assert again.named("http://127.0.0.1:8042/dicom-web") is not None
    assert again.remove("ward")
    assert not again.remove("ward")
    assert [one.name for one in ArchiveList(path).archives] == ["http://127.0.0.1:8042/dicom-web"]
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in path.parent.iterdir()] == ["archives.json"]


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"url": 5},
        {"url": "http://h/x", "connections": "4"},
        {"url": "http://h/x", "connections": True},
        {"url": "http://h/x", "connections": 99},
        {"url": "http://h/x", "access": "magic"},
        {"url": "http://h/x", "access": "oidc"},
        {"url": "http://h/x", "tls": {"insecure": "yes"}},
        {"url": "http://h/x", "tls": {"unknown": ""}},
        {"url": "http://h/x", "timeouts": {"response": -1}},
        {"url": "http://h/x", "oidc": {"issuer": "x"}},
        {"url": "ftp://h/x"},
        {"url": "http://h/x" * 500},
    ],
)
def test_damaged_lists(tmp_path: Path, row: dict[str, object]) -> None:
    path = tmp_path / "archives.json"
    path.write_text(json.dumps({"version": 1, "archives": [row]}))
    with pytest.raises(NodeListError):
        read_archives(path)


@pytest.mark.parametrize("text", ["", "[", "[]", '{"archives": 5}', "[" * 100_000])
def test_what_is_no_list(tmp_path: Path, text: str) -> None:
    path = tmp_path / "archives.json"
    path.write_text(text)
    with pytest.raises(NodeListError):
        read_archives(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pacs.example",
        "ftp://pacs.example",
        "http://",
        "http://user:secret@pacs.example",
        "http://pacs.example?x=1",
        "http://pacs.example#x",
        "http://pacs.example:0",
        "http://pacs.example:99999",
        "http://pacs.example:x",
        "http://[::1",
        "http://pacs .example",
        "http://pacs.example\\x",
        "http://pacs.example/\n",
        "http://pacs.example/a\nb",
    ],
)
def test_addresses_that_are_none(text: str) -> None:
    if text.endswith("/\n"):  # a line end around it is no part of it
        assert checked_url(text) == "http://pacs.example"
        return
    with pytest.raises(NodeAddressError) as caught:
        checked_url(text)
    assert "secret" not in str(caught.value)


def test_addresses() -> None:
    assert checked_url(" https://pacs.example:8443/a/b/ ") == "https://pacs.example:8443/a/b"
    assert WebArchive("https://[2001:db8::1]:1/x").url == "https://[2001:db8::1]:1/x"
    with pytest.raises(NodeAddressError):
        WebArchive("http://h/x", connections=0)
