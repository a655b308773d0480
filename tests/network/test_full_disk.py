"""A node whose disk fills up at whatever point: objects, index, jobs or audit trail. What was acknowledged is there; it goes on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from time import sleep

import pytest

from tests.network.conftest import free_port, tool
from tests.network.objects import make_series
from viewer.app.node_list import NodeList
from viewer.app.node_service import NodeService
from viewer.app.node_settings import NodePlaces, NodeSettings
from viewer.library.library import Library
from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import ApplicationEntity, RemoteNode
from viewer.network.instance_store import InstanceStore
from viewer.network.limits import Limits
from viewer.network.query_scu import Level, Query, find
from viewer.network.requestor import Caller
from viewer.network.storage_item import StorageItem, read_item
from viewer.network.storage_scu import RetryPolicy, SendResult, send

pytestmark = pytest.mark.network_peers
_MIB = 1024 * 1024


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of 8 MiB; the node does not refuse early, so that writing itself fails."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = [tool("mount"), "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    monkeypatch.setattr("viewer.app.node_service.InstanceStore", partial(InstanceStore, limits=Limits(free_space=0)))
    monkeypatch.setattr("viewer.library.library._SETTLED", 3600.0)  # the daily copy of the index takes room, and gives it back
    yield folder
    subprocess.run([tool("umount"), "--lazy", folder], check=True)  # after a failure its service still holds it


def put(node: RemoteNode, items: list[StorageItem]) -> tuple[SendResult, ...]:
    return send(node, items, Caller("TESTS"), policy=RetryPolicy(1), wait=lambda seconds: True)


def fill_up(path: Path, left: int) -> None:
    """Leave so many bytes free."""
    free = os.statvfs(path.parent)
    path.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - left)))


@pytest.mark.parametrize("left", [number * 37_000 for number in range(10)])
def test_what_was_acknowledged_is_there_and_it_goes_on(disk: Path, tmp_path: Path, left: int) -> None:
    home = disk / "home"
    places = NodePlaces(home / "received", home / "library", tmp_path / "config", home / "data")
    NodeList(places.node_list).put(RemoteNode("GONE", "127.0.0.1", free_port()))
    places.rules.write_text('{"rules": [{"name": "all", "to": ["GONE"], "keys": {}}]}')  # a job for each object, too
    items = [read_item(str(path)) for path in make_series(tmp_path / "out", 14, size=96)]
    service = NodeService(places, "NEGATOSCOPE")
    node = RemoteNode("NEGATOSCOPE", "127.0.0.1", service.listen(NodeSettings(ApplicationEntity(port=0))))
    assert all(result.is_done for result in put(node, items[:2]))
    filler = disk / "filler"
    fill_up(filler, left)
    results = put(node, items[2:12])
    assert {result.status for result in results} <= {0x0000, 0xA700}, results
    assert any(result.status == 0xA700 for result in results)
    kept = {item.sop_instance_uid for item in items[:2]} | {one.item.sop_instance_uid for one in results if one.is_done}
    assert not list((places.received / "incoming").iterdir())
    assert {path.stat().st_size > 96 * 96 * 2 for path in places.received.rglob("*.dcm")} == {True}
    filler.unlink()
    found = service.library.peer_rows.files(sorted(kept))
    assert found.keys() == kept
    assert all(Path(path).is_file() for paths in found.values() for path in paths)
    again = RetryPolicy(attempts=8, first=0.3, factor=1.0)  # there is room again: what was refused comes, and more
    assert all(one.is_done for one in send(node, items[2:], Caller("TESTS"), policy=again, wait=lambda pause: not sleep(pause)))
    assert service.library.peer_rows.is_durable
    (answer,) = find(node, Query(Level.STUDY), Caller("TESTS"))
    assert answer["NumberOfStudyRelatedInstances"] == "14"
    service.close()
    reopened = Library(places.library)  # all of it is in the index on the disk, not in one in memory
    assert len(reopened.peer_rows.files([item.sop_instance_uid for item in items])) == 14
    reopened.close()


def test_a_full_disk_at_the_start_is_said(disk: Path, tmp_path: Path) -> None:
    home = disk / "home"
    places = NodePlaces(home / "received", home / "library", tmp_path / "config", home / "data")
    home.mkdir()
    fill_up(disk / "filler", 0)
    with pytest.raises((NegatoscopeError, OSError)) as full:
        NodeService(places, "NEGATOSCOPE")
    assert "INSERT" not in str(full.value)
    (disk / "filler").unlink()
    NodeService(places, "NEGATOSCOPE").close()
