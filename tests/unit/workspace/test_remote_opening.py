"""What another node has comes in the order in which it is looked at, and no longer than that."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.hand_driven import Table, display_set
from viewer.model.remote import QueryEnd, RemoteEntity, RemoteLevel, RemoteQuery
from viewer.workspace.remote_opening import RemoteOpening, in_order, likely_next


class Ahead:
    def __init__(self, uid: str, done: Callable[[bool], None]) -> None:
        self.uid, self.done, self.is_stopped = uid, done, False

    def stop(self) -> None:
        self.is_stopped = True


class Node:
    """Queries and transfers that the test answers."""

    def __init__(self) -> None:
        self.fetched: list[str] = []
        self.ahead: list[Ahead] = []
        self.answered: Callable[[Sequence[RemoteEntity]], None] = lambda entities: None
        self.ended: Callable[[QueryEnd], None] = lambda end: None
        self.asked: list[RemoteQuery] = []

    def find(
        self, query: RemoteQuery, answered: Callable[[Sequence[RemoteEntity]], None], ended: Callable[[QueryEnd], None]
    ) -> Ahead:
        self.asked.append(query)
        self.answered, self.ended = answered, ended
        return Ahead("query", lambda complete: None)

    def retrieve(self, entity: RemoteEntity, title: str) -> None:
        self.fetched.append(f"{title}: {entity.series_instance_uid or 'study'}")

    def fetch_ahead(self, entity: RemoteEntity, title: str, done: Callable[[bool], None]) -> Ahead:
        self.ahead.append(Ahead(entity.series_instance_uid, done))
        return self.ahead[-1]

    def answer(self, series: Sequence[RemoteEntity]) -> None:
        self.answered(series)
        self.ended(QueryEnd(True))


def one(uid: str, number: str, modality: str = "CT", count: str = "5") -> RemoteEntity:
    attributes = {"StudyInstanceUID": "S", "SeriesInstanceUID": uid, "SeriesNumber": number, "Modality": modality}
    return RemoteEntity("N", RemoteLevel.SERIES, attributes | {"NumberOfSeriesRelatedInstances": count})


STUDY = RemoteEntity("N", RemoteLevel.STUDY, {"StudyInstanceUID": "S"})
SERIES = (one("c", "3"), one("report", "1", "SR"), one("a", "1"), one("d", "4"), one("b", "2"), one("?", ""))


class Desk:
    def __init__(self) -> None:
        self.table, self.node = Table(), Node()
        workspace = self.table.workspace
        catalogue = workspace.services.catalogue
        self.opening = RemoteOpening(workspace.layout, workspace.arrivals, catalogue, self.node, self.node)  # type: ignore[arg-type]
        self.workspace = workspace

    @property
    def ahead(self) -> list[str]:
        return [call.uid for call in self.node.ahead]

    def open(self, entity: RemoteEntity) -> None:
        self.opening.open(entity, "Title", self.workspace.layout.active)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_likeliest_next() -> None:
    assert [found.series_instance_uid for found in in_order(SERIES)] == ["a", "b", "c", "d", "?", "report"]
    assert [found.series_instance_uid for found in likely_next(SERIES, "c")] == ["d", "?", "b", "a", "report"]
    assert [found.series_instance_uid for found in likely_next(SERIES, "report")] == ["?", "d", "c", "b", "a"]
    assert likely_next(SERIES, "unknown")[0] is SERIES[2]


def test_a_study_begins_with_its_first_images_and_goes_on_one_by_one(desk: Desk) -> None:
    desk.open(STUDY)
    assert desk.node.fetched == []
    assert desk.node.asked == [RemoteQuery("N", RemoteLevel.SERIES, {"StudyInstanceUID": "S"})]
    desk.node.answer(SERIES)
    assert desk.node.fetched == ["Title · CT: a"]
    assert desk.ahead == ["b"]
    desk.node.ahead[0].done(True)
    assert desk.ahead == ["b", "c"]
    for _ in range(4):
        desk.node.ahead[-1].done(True)
    assert desk.ahead == ["b", "c", "d", "?", "report"]


def test_a_series_is_fetched_at_once_and_its_neighbours_follow(desk: Desk) -> None:
    desk.open(SERIES[3])
    assert desk.node.fetched == ["Title: d"]
    desk.node.answer(SERIES)
    desk.node.ahead[-1].done(True)
    assert desk.ahead == ["?", "c"]


def test_what_cannot_be_listed_is_fetched_whole(desk: Desk) -> None:
    desk.open(STUDY)
    desk.node.ended(QueryEnd(False))
    assert desk.node.fetched == ["Title: study"]
    assert desk.ahead == []


def test_one_that_fails_or_is_stopped_is_the_last(desk: Desk) -> None:
    desk.open(STUDY)
    desk.node.answer(SERIES)
    desk.node.ahead[0].done(False)
    assert desk.ahead == ["b"]


def test_it_stops_when_the_study_leaves_the_screen_and_follows_what_is_shown(desk: Desk) -> None:
    catalogue, layout = desk.table.catalogue, desk.workspace.layout
    catalogue.sets = [display_set("a", 3), display_set("c", 3), display_set("other", 3, study="T")]
    desk.open(STUDY)  # some of it is here: that is shown
    desk.node.answer(SERIES)
    assert desk.node.fetched == ["Title · CT: a"]
    assert desk.ahead == ["b"]
    desk.workspace.opening.show(layout.active, catalogue.sets[1])
    desk.node.ahead[-1].done(True)
    assert desk.ahead == ["b", "d"]  # after c, which is on screen now
    desk.workspace.opening.show(layout.active, catalogue.sets[2])
    assert desk.node.ahead[-1].is_stopped
    desk.node.ahead[-1].done(True)
    assert desk.ahead == ["b", "d"]


def test_another_study_that_is_opened_takes_over(desk: Desk) -> None:
    desk.open(STUDY)
    late = desk.node.ended
    desk.open(RemoteEntity("N", RemoteLevel.STUDY, {"StudyInstanceUID": "U"}))
    late(QueryEnd(True))
    assert desk.node.fetched == []
    desk.node.answer([one("x", "1"), one("y", "2")])
    assert desk.node.fetched == ["Title · CT: x"]
    desk.opening.close()
    assert desk.node.ahead[-1].is_stopped
