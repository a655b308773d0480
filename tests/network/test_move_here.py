"""C-MOVE to ourselves: only what is missing is asked for, and what came is counted here, not by the peer's word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.network.archive_source import FileSource
from tests.network.conftest import ours
from tests.network.objects import make_ct, save
from viewer.model.nodes import RemoteNode
from viewer.network.instance_store import InstanceStore
from viewer.network.listener import Listener
from viewer.network.query_retrieve_scp import QueryRequest, QueryRetrieveService
from viewer.network.query_scu import Level
from viewer.network.requestor import Caller
from viewer.network.retrieve_scu import SubOperations, Target, move_here
from viewer.network.storage_item import StorageItem
from viewer.network.storage_scp import StorageService

pytestmark = pytest.mark.network_peers
STUDY = Target(Level.STUDY, {"StudyInstanceUID": "1.2.7"})
UIDS = [f"1.2.7.{series}.{number}" for series in (1, 2) for number in (1, 2, 3)]


class Forgetful(FileSource):
    """Lists all, and sends what it is asked for but those in `withheld`; what was asked for is noted."""

    def __init__(self, paths: Sequence[Path], withheld: Sequence[str]) -> None:
        super().__init__(paths)
        self.withheld = list(withheld)
        self.asked: list[tuple[str, str]] = []

    def instances(self, request: QueryRequest) -> Sequence[StorageItem]:
        self.asked.append((request.level.value, str(request.keys.get("SOPInstanceUID", ""))))
        return [item for item in super().instances(request) if item.sop_instance_uid not in self.withheld]


class Home:
    """An archive of six objects, and our own listener, which it knows."""

    def __init__(self, listen: Callable[..., Listener], folder: Path, withheld: Sequence[str] = ()) -> None:
        (folder / "out").mkdir()
        paths = [
            save(make_ct(int(uid[-1]), study="1.2.7", series=uid[:-2], uid=uid, StudyID="7"), folder / "out" / uid) for uid in UIDS
        ]
        self.source = Forgetful(paths, withheld)
        self.store = InstanceStore(folder / "store")
        own = listen([StorageService(self.store)], ae_title="TESTS")
        nodes = {"TESTS": RemoteNode("TESTS", "127.0.0.1", own.port)}
        self.archive = ours(listen([QueryRetrieveService(self.source, nodes.get, "NEGATOSCOPE", Caller("NEGATOSCOPE"))]))

    def here(self, uids: Sequence[str]) -> set[str]:
        return {uid for uid in uids if self.store.holds(uid)}


def test_all_of_it_and_then_nothing(listen: Callable[..., Listener], tmp_path: Path, caller: Caller) -> None:
    home = Home(listen, tmp_path)
    told: list[tuple[SubOperations, int]] = []
    result = move_here(
        home.archive, STUDY, "TESTS", caller, home.here, lambda operations, stored: told.append((operations, stored))
    )
    assert (result.is_complete, result.operations.completed) == (True, 6)
    assert home.here(UIDS) == set(UIDS)
    assert told[-1][1] == 6
    assert home.source.asked == [("STUDY", "")]
    again = move_here(home.archive, STUDY, "TESTS", caller, home.here)
    assert (again.is_complete, again.operations.completed) == (True, 0)
    assert len(home.source.asked) == 1


def test_what_a_success_left_out_is_asked_for_and_named(listen: Callable[..., Listener], tmp_path: Path, caller: Caller) -> None:
    home = Home(listen, tmp_path, UIDS[2:4])
    result = move_here(home.archive, STUDY, "TESTS", caller, home.here)
    assert not result.is_complete
    assert result.missing == tuple(UIDS[2:4])
    assert result.operations.completed == 4
    assert home.source.asked == [("STUDY", ""), ("IMAGE", UIDS[2]), ("IMAGE", UIDS[3])]
    home.source.withheld.clear()
    home.source.asked.clear()
    resumed = move_here(home.archive, STUDY, "TESTS", caller, home.here)  # the next day: the rest alone
    assert (resumed.is_complete, resumed.operations.completed) == (True, 2)
    assert home.source.asked == [("IMAGE", UIDS[2]), ("IMAGE", UIDS[3])]
