"""A second program on one data folder: it searches; what needs the folder waits, is said to, and is done when the first ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.network.objects import make_series
from tests.network.test_node_process import Archive, Window, archive
from tests.network.test_storage import Heard
from viewer.app.folder_lock import FolderInUseError, FolderLock
from viewer.app.node_messages import (
    Answers,
    ChangeFetch,
    ChangeJob,
    Committed,
    Ended,
    FetchNow,
    JobNow,
    Listening,
    ListObjects,
    Objects,
    Queued,
    Ready,
    message_from,
)
from viewer.app.node_service import NodeSettings
from viewer.app.paths import folders
from viewer.model.nodes import ApplicationEntity, RemoteNode
from viewer.network.commitment import Reference
from viewer.network.instance_store import InstanceStore
from viewer.network.listener import Listener
from viewer.network.query_scu import Level, Query
from viewer.network.retrieve_scu import Target
from viewer.network.storage_item import read_item
from viewer.network.storage_scp import StorageService

pytestmark = pytest.mark.network_peers
__all__ = ["archive"]


@pytest.fixture
def lock() -> Iterator[FolderLock]:
    """What the node of the first program holds; `close` is its end."""
    made = FolderLock(folders().data / "received")
    closed: list[bool] = []
    end = made.close

    def close() -> None:
        if not closed:
            closed.append(True)
            end()

    made.close = close  # type: ignore[method-assign]
    yield made
    made.close()


@pytest.fixture
def window(lock: FolderLock) -> Iterator[Window]:
    made = Window()
    made.wait(lambda: made.last(Ready))
    yield made
    made.node.close()


def test_it_says_so_and_searches(window: Window, archive: Archive) -> None:
    node, _, paths = archive
    said = window.wait(lambda: window.last(Listening, is_guest=True))
    assert "already uses this folder" in str(message_from(said.said))
    assert "Searching" in str(message_from(said.hint))
    ticket = window.node.ask(node, Query(Level.STUDY, {"PatientName": "peer*"}))
    assert window.wait(lambda: window.last(Ended, ticket=ticket)).complete
    answers = window.last(Answers, ticket=ticket)
    assert answers is not None
    assert read_item(str(paths[0])).study_instance_uid in {row["StudyInstanceUID"] for row in answers.rows}
    with pytest.raises(FolderInUseError):
        FolderLock(folders().data / "received")
    assert window.node.starts == 1


def test_a_fetch_that_is_given_up_is_not_done_later(window: Window, archive: Archive, lock: FolderLock) -> None:
    node, _, paths = archive
    target = Target(Level.STUDY, {"StudyInstanceUID": read_item(str(paths[0])).study_instance_uid})
    given_up = window.node.retrieve(node, target)
    window.node.give(ChangeFetch(given_up, "cancel"))
    window.wait(lambda: window.last(FetchNow, ticket=given_up, state="cancelled"))
    kept = window.node.retrieve(node, target)
    window.node.give(ChangeFetch(kept, "pause"))  # it waits anyway
    lock.close()
    window.wait(lambda: window.last(Ended, ticket=kept))
    assert window.last(Ended, ticket=given_up) is None
    assert {event.ticket for event in window.events if isinstance(event, FetchNow) and event.state == "done"} == {kept}


def test_what_waits_is_done_when_the_first_program_ends(
    window: Window, archive: Archive, lock: FolderLock, listen: Callable[..., Listener], tmp_path: Path
) -> None:
    """A listener, a fetch and a send that were asked for meanwhile."""
    node, _, paths = archive
    heard = Heard()
    peer = listen([StorageService(InstanceStore(tmp_path / "peer", heard, durable=False))], ae_title="PEER")
    window.node.listen(NodeSettings(ApplicationEntity(port=0)))
    fetch = window.node.retrieve(node, Target(Level.STUDY, {"StudyInstanceUID": read_item(str(paths[0])).study_instance_uid}))
    out = make_series(tmp_path / "out", 3)
    send = window.node.send(RemoteNode("PEER", "127.0.0.1", peer.port), [str(path) for path in out])
    waiting = window.wait(lambda: window.last(JobNow, state="waiting"))
    assert waiting.id < 0
    assert waiting.total == 3
    assert "already uses this folder" in waiting.reason
    assert not window.last(Queued)
    assert not window.last(Ended)
    lock.close()
    assert window.wait(lambda: window.last(Ended, ticket=fetch)).stored == 6
    queued = window.wait(lambda: window.last(Queued, ticket=send))
    assert queued.job > 0
    assert window.wait(lambda: window.last(JobNow, id=queued.job, state="done")).done == 3
    assert window.last(JobNow, id=waiting.id, state="forgotten")
    assert window.wait(lambda: next((one for one in window.events if isinstance(one, Listening) and one.port), None))
    assert len(heard.instances) == 3


def test_what_was_given_up_meanwhile_is_not_done(window: Window, lock: FolderLock, listen: Callable[..., Listener]) -> None:
    taker = listen([])
    node = RemoteNode("NEGATOSCOPE", "127.0.0.1", taker.port)
    ticket = window.node.send(node, ["/nowhere/a.dcm"])
    waiting = window.wait(lambda: window.last(JobNow, state="waiting"))
    window.node.give(ChangeJob(waiting.id, "pause"))
    window.node.give(ListObjects(waiting.id))
    assert window.wait(lambda: window.last(Objects, job=waiting.id)).rows == ()
    window.node.give(ChangeJob(waiting.id, "cancel"))
    window.wait(lambda: window.last(JobNow, id=waiting.id, state="forgotten"))
    assert window.last(Queued, ticket=ticket)
    commit = window.node.commit(node, [Reference("1.2", "1.3")], 5)
    assert "already uses this folder" in window.wait(lambda: window.last(Committed, ticket=commit)).reason
    before = window.count(Ready)
    lock.close()
    window.wait(lambda: window.count(Ready) > before)
    window.node.give(ListObjects(1))
    assert window.wait(lambda: window.last(Objects, job=1)).rows == ()


def test_it_ends_with_its_window(lock: FolderLock) -> None:
    window = Window()
    window.wait(lambda: window.last(Ready))
    window.node.close()
    assert window.node.process_id == 0
