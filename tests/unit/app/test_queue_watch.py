"""What others change while a node runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from viewer.app.queue_watch import QueueWatch
from viewer.library.job_wishes import JobWishes, Wish
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message


class Node:
    """Does wishes, and fails at some."""

    def __init__(self) -> None:
        self.acted: list[str] = []
        self.changes = 0
        self.moved = threading.Condition()

    def act(self, wish: Wish) -> None:
        with self.moved:
            self.acted.append(wish.key)
            self.moved.notify_all()
        if wish.action == "raise":
            raise NegatoscopeError(message("No."))
        if wish.action == "nonsense":
            raise KeyError(wish.action)

    def changed(self) -> None:
        with self.moved:
            self.changes += 1
            self.moved.notify_all()


@pytest.fixture
def wishes(tmp_path: Path) -> Iterator[JobWishes]:
    made = JobWishes(tmp_path / "jobs.sqlite")
    yield made
    made.close()


def test_each_is_done_once_and_one_that_cannot_be_costs_no_other(wishes: JobWishes) -> None:
    node = Node()
    for key, action in (("1", "pause"), ("2", "raise"), ("3", "nonsense"), ("4", "pause")):
        wishes.add("send", key, action)
    watch = QueueWatch(wishes, node.act, {})
    with node.moved:
        assert node.moved.wait_for(lambda: len(node.acted) == 4, 20)
    watch.close()
    assert node.acted == ["1", "2", "3", "4"]
    assert wishes.open() == ()


def test_a_file_that_is_written_made_or_removed_is_noticed(wishes: JobWishes, tmp_path: Path) -> None:
    node, path = Node(), tmp_path / "settings.json"
    watch = QueueWatch(wishes, node.act, {path: node.changed})
    for number, text in ((1, "{}"), (2, '{"a": 1}'), (3, None)):
        if text is None:
            path.unlink()
        else:
            path.write_text(text)
        with node.moved:
            assert node.moved.wait_for(lambda number=number: node.changes >= number, 20)
    watch.close()
