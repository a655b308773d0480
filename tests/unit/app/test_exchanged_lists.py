"""One file for nodes and archives: round trip, older files, names that are taken by the other kind, damage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from viewer.app.archive_list import ArchiveList
from viewer.app.entry_list import NodeListError
from viewer.app.exchanged_lists import export_lists, import_lists
from viewer.app.node_list import NodeList
from viewer.model.nodes import RemoteNode
from viewer.model.web_archives import OidcClient, WebAccess, WebArchive

NODE = RemoteNode("ARCHIVE", "pacs.example", 104, name="Main")
CLOUD = WebArchive("https://cloud.example/dicom-web", "Cloud", access=WebAccess.OIDC, oidc=OidcClient("https://id.example", "x"))


def lists(folder: Path) -> tuple[NodeList, ArchiveList]:
    return NodeList(folder / "nodes.json"), ArchiveList(folder / "archives.json")


def test_round_trip(tmp_path: Path) -> None:
    nodes, archives = lists(tmp_path / "a")
    nodes.put(NODE)
    archives.put(CLOUD)
    assert export_lists(tmp_path / "both.json", nodes, archives) == 2
    nodes, archives = lists(tmp_path / "b")
    assert import_lists(tmp_path / "both.json", nodes, archives) == (2, 0)
    assert lists(tmp_path / "b")[0].nodes == (NODE,)
    assert lists(tmp_path / "b")[1].archives == (CLOUD,)
    assert import_lists(tmp_path / "both.json", nodes, archives) == (0, 2)
    assert import_lists(tmp_path / "both.json", nodes, archives, replacing=True) == (2, 0)


@pytest.mark.parametrize(("kind", "entry"), [("nodes", NODE), ("archives", CLOUD)])
def test_a_list_of_one_kind(tmp_path: Path, kind: str, entry: RemoteNode | WebArchive) -> None:
    """As the program keeps them itself, and as earlier versions exported them."""
    mine = NodeList(tmp_path / "one.json") if isinstance(entry, RemoteNode) else ArchiveList(tmp_path / "one.json")
    mine.put(entry)  # type: ignore[arg-type]  # each into the list of its kind
    assert list(json.loads((tmp_path / "one.json").read_text())) == ["version", kind]
    nodes, archives = lists(tmp_path / "b")
    assert import_lists(tmp_path / "one.json", nodes, archives) == (1, 0)
    assert (nodes.entries or archives.entries) == (entry,)


def test_a_name_is_of_one_kind_only(tmp_path: Path) -> None:
    nodes, archives = lists(tmp_path / "a")
    nodes.put(NODE)
    archives.put(CLOUD)
    export_lists(tmp_path / "both.json", nodes, archives)
    nodes, archives = lists(tmp_path / "b")
    nodes.put(RemoteNode("CLOUD", "h", 104, name="cloud"))
    archives.put(WebArchive("http://h/x", "MAIN"))
    assert import_lists(tmp_path / "both.json", nodes, archives, replacing=True) == (0, 2)
    assert [one.name for one in (*nodes.nodes, *archives.archives)] == ["cloud", "MAIN"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"nodes": [{}]}', '{"nodes": [], "archives": [{"url": "x"}]}', '{"archives": 5}']
)
def test_what_is_no_list_changes_nothing(tmp_path: Path, text: str) -> None:
    nodes, archives = lists(tmp_path / "a")
    nodes.put(NODE)
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(NodeListError) as caught:
        import_lists(path, nodes, archives)
    assert caught.value.path == str(path)
    assert nodes.nodes == (NODE,)
    assert archives.archives == ()
