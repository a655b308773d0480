"""C-FIND over our library: stopped by the peer while nothing matches, and pages of QIDO-RS that go on where the last one ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import requests

from tests.network.objects import make_ct, save
from tests.network.web_library import StartServer, serve
from viewer.model.nodes import ApplicationEntity, RemoteNode
from viewer.network.errors import CancelledError
from viewer.network.identifier import Identifier, parse_keys
from viewer.network.listener import Listener
from viewer.network.query_retrieve_scp import QueryRequest, QueryRetrieveService
from viewer.network.query_scu import Level, Query, find
from viewer.network.requestor import Caller
from viewer.network.storage_item import StorageItem

__all__ = ["serve"]


class EndlessSource:
    """Looks for "nobody" until it is stopped; everything else is found at once."""

    def __init__(self) -> None:
        self.looking, self.stopped = threading.Event(), threading.Event()

    def find(self, request: QueryRequest) -> Iterator[Identifier]:
        if request.keys["PatientName"] != "nobody":
            yield {"StudyInstanceUID": "1.2.3", "PatientName": "somebody"}
            return
        pause = threading.Event()
        while not request.is_stopped():
            self.looking.set()
            pause.wait(0.005)
        self.stopped.set()

    def instances(self, request: QueryRequest) -> Sequence[StorageItem]:
        return ()


@pytest.fixture
def source() -> EndlessSource:
    return EndlessSource()


@pytest.fixture
def node(source: EndlessSource, caller: Caller) -> Iterator[RemoteNode]:
    service = QueryRetrieveService(source, lambda title: None, "ARCHIVE", caller)
    listener = Listener(ApplicationEntity("ARCHIVE", 0), [service])
    yield RemoteNode("ARCHIVE", "127.0.0.1", listener.port)
    listener.close()


def test_a_peer_stops_a_search_that_finds_nothing(source: EndlessSource, node: RemoteNode, caller: Caller) -> None:
    impatient = Caller("TESTS", stop=source.looking.is_set)
    with pytest.raises(CancelledError):
        list(find(node, Query(Level.STUDY, parse_keys(["PatientName=nobody"])), impatient))
    assert source.stopped.wait(20)
    (answer,) = find(node, Query(Level.STUDY, parse_keys(["PatientName=somebody"])), caller)
    assert answer["StudyInstanceUID"] == "1.2.3"


def test_pages_of_studies_by_offset(serve: StartServer, tmp_path: Path) -> None:
    """Each study once, in any order of the pages; a study that goes takes none of the following with it."""
    paths = [
        save(make_ct(study=f"1.2.{n}", series=f"1.2.{n}.1", uid=f"1.2.{n}.1.1", PatientID=f"P{n}"), tmp_path / f"{n}.dcm")
        for n in range(7)
    ]
    running = serve(paths)

    def page(offset: int, keys: str = "") -> list[str]:
        answer = requests.get(f"{running.url}/studies?limit=2&offset={offset}{keys}", timeout=10)
        rows = answer.json() if answer.status_code == 200 else []
        return [row["0020000D"]["Value"][0] for row in rows]

    assert [uid for offset in (0, 2, 4, 6, 8) for uid in page(offset)] == [f"1.2.{n}" for n in range(7)]
    assert [uid for offset in (6, 2, 4, 0) for uid in page(offset)] == [f"1.2.{n}" for n in (6, 2, 3, 4, 5, 0, 1)]
    assert page(0) == ["1.2.0", "1.2.1"]
    running.library.forget_study("1.2.0")
    assert page(2) == ["1.2.2", "1.2.3"]
    assert page(0) == ["1.2.1", "1.2.2"]
    assert page(2) == ["1.2.3", "1.2.4"]
    assert page(0, "&PatientID=P?&StudyInstanceUID=1.2.5,1.2.6") == ["1.2.5", "1.2.6"]
    assert page(2, "&PatientID=P?&StudyInstanceUID=1.2.5,1.2.6") == []
    assert page(1, "&PatientID=*6") == []
