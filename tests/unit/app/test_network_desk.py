"""The window's way to the node: lists and settings, queries, transfers and what arrives, with the real process."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest

from tests.network.objects import make_ct, save
from viewer.app.desk.collect import collect
from viewer.app.desk.desk import NetworkDesk
from viewer.app.desk.jobs import read_titles, write_titles
from viewer.app.desk.listener import read_settings, write_settings
from viewer.app.node_messages import message_from, plain_message
from viewer.app.paths import folders
from viewer.library.commitment_store import CommitmentState, CommitmentStore
from viewer.library.fetch_store import FetchStore, Wanted
from viewer.library.job_file import JobState as StoredState
from viewer.library.job_store import JobStore
from viewer.library.library import Library
from viewer.library.read_instance import read_instance
from viewer.model.hierarchy import FrameRef, Instance, Series
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.nodes import ApplicationEntity, RemoteNode, TlsFiles
from viewer.model.remote import ListenerSettings, Outgoing, RemoteEntity, RemoteLevel, TransferState


class Loop:
    """A GUI thread that runs when the test waits."""

    def __init__(self, command: Sequence[str] = ()) -> None:
        self._posted: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._due: list[tuple[float, Callable[[], None]]] = []
        self.said: list[Message] = []
        places = folders()
        places.make()
        self.library = Library(places.data)
        self.desk = NetworkDesk(places.config, places.data, self.library, self._posted.put, self.later, self.said.append, command)

    def later(self, milliseconds: int, function: Callable[[], None]) -> Callable[[], None]:
        self._due.append((time.monotonic() + milliseconds / 1000, function))
        return lambda: None

    def wait(self, condition: Callable[[], object], seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, "it did not come"
            try:
                self._posted.get(timeout=0.02)()
            except Empty:
                pass
            now = time.monotonic()
            due, self._due = [f for t, f in self._due if t <= now], [(t, f) for t, f in self._due if t > now]
            for function in due:
                function()

    def close(self) -> None:
        self.desk.close()
        self.library.close()


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


def test_nothing_runs_before_it_is_needed(loop: Loop) -> None:
    loop.desk.begin()
    loaded: list[bool] = []
    loop.desk.line.work(lambda: loaded.append(True))
    loop.wait(lambda: loaded)
    assert loop.desk.line.process_id == 0
    assert loop.desk.nodes.nodes == ()
    assert not loop.desk.listener.settings.is_on


def test_nodes_are_kept_renamed_and_removed(loop: Loop, tmp_path: Path) -> None:
    loop.desk.begin()
    nodes, said = loop.desk.nodes, []
    nodes.put(RemoteNode("ARCHIVE", "host", 104, name="One"), replacing="", secret=None, done=said.append)
    loop.wait(lambda: said)
    assert said == [NO_MESSAGE]
    assert nodes.named("one") is not None
    nodes.put(RemoteNode("ARCHIVE", "host", 105, name="Two"), replacing="One", secret=None, done=said.append)
    loop.wait(lambda: len(said) == 2)
    assert [(node.name, node.port) for node in nodes.nodes] == [("Two", 105)]
    nodes.write(str(tmp_path / "list.json"), said.append)
    nodes.remove("Two", said.append)
    nodes.read(str(tmp_path / "list.json"), said.append)
    nodes.read(str(tmp_path / "nowhere.json"), said.append)
    loop.wait(lambda: len(said) == 6)
    assert "1 nodes were taken in" in str(said[4])
    assert "cannot be read" in str(said[5])
    assert nodes.named("Two") is not None


def test_settings_of_the_listener_survive_and_damage_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "listener.json"
    settings = ListenerSettings(
        ApplicationEntity("OURS", 1234, "", TlsFiles(certificate_file="a.pem", key_file="b.pem")), is_on=True, private=True
    )
    assert not write_settings(path, settings)
    assert read_settings(path) == settings
    path.write_text("{")
    assert read_settings(path) == ListenerSettings()
    assert read_settings(tmp_path / "none.json") == ListenerSettings()


def test_titles_of_sends_are_kept_and_damage_costs_only_them(tmp_path: Path) -> None:
    write_titles(tmp_path / "t.json", {4: "Title"})
    assert read_titles(tmp_path / "t.json") == {4: "Title"}
    (tmp_path / "t.json").write_text('{"titles": {"x": 1}}')
    assert read_titles(tmp_path / "t.json") == {} == read_titles(tmp_path / "none.json")


def test_fetches_of_an_earlier_run_are_there_before_the_node_is(loop: Loop) -> None:
    """What waits for the user starts no node; what was fetched ahead is forgotten."""
    store = FetchStore(folders().data / "jobs.sqlite")
    for ticket, state, is_ahead in (
        ("a", StoredState.PAUSED, False),
        ("b", StoredState.DONE, False),
        ("c", StoredState.QUEUED, True),
    ):
        wanted = Wanted(ticket, '{"name": "N"}', "T", "STUDY", "STUDY", (("StudyInstanceUID", ticket),), is_ahead)
        store.keep(replace(store.add(wanted), state=state, here=3, total=9, missing=("1.2",)))
    store.close()
    loop.desk.begin()
    loop.wait(lambda: len(loop.desk.transfers.transfers) == 2)
    states = {one.key: (one.state, one.node, one.title, one.total) for one in loop.desk.transfers.transfers}
    assert states == {
        "retrieve a": (TransferState.PAUSED, "N", "T", 9),
        "retrieve b": (TransferState.DONE, "N", "T", 9),
    }
    assert loop.desk.line.process_id == 0


DEAF = (sys.executable, "-c", "import sys; sys.stdin.read()")  # a node that never takes an order


def ordered(tmp_path: Path) -> Loop:
    """A fetch, one ahead of need and a send, by a window whose node is deaf; until they are shown."""
    loop = Loop(DEAF)
    loop.desk.begin()
    said: list[Message] = []
    loop.desk.nodes.put(RemoteNode("ARCHIVE", "127.0.0.1", 104, name="One"), replacing="", secret=None, done=said.append)
    loop.wait(lambda: said)
    path = tmp_path / "a.dcm"
    save(make_ct(study="1.2.3", uid="1.2.3.4"), path)
    loop.library.add([read_instance(str(path))])
    loop.desk.transfers.retrieve(RemoteEntity("One", RemoteLevel.STUDY, {"StudyInstanceUID": "1.2.9"}), "Fetch")
    assert loop.desk.transfers.transfers == ()  # not before it is written down
    ahead = {"StudyInstanceUID": "1.2.9", "SeriesInstanceUID": "1.2.9.1"}
    loop.desk.transfers.fetch_ahead(RemoteEntity("One", RemoteLevel.SERIES, ahead), "Ahead", lambda _: None)
    loop.desk.transfers.send(Outgoing("Send", study_instance_uids=("1.2.3",)), "One", commit=True)
    loop.wait(lambda: len(loop.desk.transfers.transfers) == 2)
    loop.wait(lambda: queued(JobStore, "jobs"))
    return loop


def queued(kind: Any, what: str) -> Any:
    with closing(kind(folders().data / "jobs.sqlite")) as store:
        return getattr(store, what)()


def test_what_is_shown_is_written_down_though_no_node_has_heard_of_it(tmp_path: Path) -> None:
    loop = ordered(tmp_path)
    assert sorted(fetch.wanted.title for fetch in queued(FetchStore, "fetches")) == ["Ahead", "Fetch"]
    (job,) = queued(JobStore, "jobs")
    assert (job.total, job.state) == (1, StoredState.QUEUED)
    assert CommitmentState.WISHED in queued(CommitmentStore, "states").values()
    assert read_titles(folders().data / "transfers.json") == {job.id: "Send"}
    loop.close()


def test_what_another_window_fetches_ahead_stays_while_it_lives(tmp_path: Path) -> None:
    first = ordered(tmp_path)
    second = Loop(DEAF)
    second.desk.begin()
    second.wait(lambda: len(second.desk.transfers.transfers) == 2)  # what is ahead is nobody else's business
    assert len(queued(FetchStore, "fetches")) == 2
    second.close()
    first.close()
    third = Loop(DEAF)
    third.desk.begin()
    third.wait(lambda: len(third.desk.transfers.transfers) == 2)
    assert [fetch.wanted.title for fetch in queued(FetchStore, "fetches")] == ["Fetch"]
    third.close()


def test_what_cannot_be_written_down_is_said_not_to_be(tmp_path: Path) -> None:
    loop = Loop(DEAF)
    (folders().data / "jobs.sqlite").mkdir()
    loop.desk.begin()
    said: list[Message] = []
    loop.desk.nodes.put(RemoteNode("ARCHIVE", "127.0.0.1", 104, name="One"), replacing="", secret=None, done=said.append)
    loop.wait(lambda: said)
    ends: list[bool] = []
    ahead = RemoteEntity("One", RemoteLevel.SERIES, {"StudyInstanceUID": "1.2", "SeriesInstanceUID": "1.3"})
    loop.desk.transfers.fetch_ahead(ahead, "", ends.append)
    loop.desk.transfers.retrieve(RemoteEntity("One", RemoteLevel.STUDY, {"StudyInstanceUID": "1.2.9"}), "Fetch")
    loop.wait(lambda: any(one.title == "Fetch" for one in loop.desk.transfers.transfers))
    (failed,) = loop.desk.transfers.transfers
    assert failed.state is TransferState.FAILED
    assert "queue of jobs" in str(failed.reason)
    loop.wait(lambda: ends)
    assert ends == [False]
    path = save(make_ct(study="1.2.3", uid="1.2.3.4"), tmp_path / "a.dcm")
    loop.library.add([read_instance(str(path))])
    loop.desk.transfers.send(Outgoing("Send", study_instance_uids=("1.2.3",)), "One")
    loop.wait(lambda: loop.said)
    assert "queue of jobs" in str(loop.said[0])
    loop.close()


def test_sentences_cross_the_pipe_whole() -> None:
    said = message("{node} refused: {why}.", node="A", why=message("it is {n}", n=3))
    assert message_from(plain_message(said)) == said
    assert message_from({}) == NO_MESSAGE == message_from({"source": 1}) == message_from({"source": "a", "values": 1})


class Shelf:
    """Two files of one instance with other content, and one more instance."""

    def __init__(self) -> None:
        self.held = (
            Instance("1.1", "c", "s", "t", "/second", copy=1),
            Instance("1.1", "c", "s", "t", "/first"),
            Instance("1.2", "c", "s", "t", "/other"),
        )

    def series(self, study_instance_uid: str) -> tuple[Series, ...]:
        return (Series("s", study_instance_uid),)

    def instances(self, series_instance_uid: str, offset: int = 0, limit: int = 500) -> tuple[Instance, ...]:
        return self.held[offset : offset + 2]

    def instance(self, ref: FrameRef) -> Instance | None:
        return next((one for one in self.held if one.first_frame == ref), None)


def test_what_goes_out_has_each_uid_once() -> None:
    whole = collect(Outgoing("", study_instance_uids=("t",)), Shelf())
    assert whole.paths == ("/first", "/other")
    assert whole.references == (("c", "1.1"), ("c", "1.2"))
    assert whole.left_out == 1
    frames = collect(Outgoing("", refs=(FrameRef("1.2", 7), FrameRef("1.2", 8), FrameRef("9", 1))), Shelf())
    assert frames.paths == ("/other",)


def test_closing_ends_every_thread(loop: Loop) -> None:
    loop.desk.begin()
    loop.close()
    assert not [one for one in threading.enumerate() if one.name == "network desk"]
