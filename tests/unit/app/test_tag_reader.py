"""The background reader: the latest request wins, problems come as answers, closing waits for what is under way."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from viewer.app.tag_reader import TagReader
from viewer.model.errors import BrokenFileError, Problem
from viewer.model.messages import message

PATIENCE = 10


class Reading:
    """A reader whose file is read when the test says so."""

    def __init__(self) -> None:
        self.began: queue.Queue[str] = queue.Queue()
        self.go = threading.Semaphore(0)
        self.posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.answers: list[object] = []
        self.reader = TagReader(self.read_file, self.posted.put)

    def read_file(self, path: str) -> str:
        self.began.put(path)
        assert self.go.acquire(timeout=PATIENCE)
        if path == "broken":
            raise BrokenFileError(message("It is broken."), path=path)
        if path == "fault":
            raise ZeroDivisionError
        return f"tags of {path}"

    def deliver(self) -> None:
        self.posted.get(timeout=PATIENCE)()


@pytest.fixture
def reading() -> Iterator[Reading]:
    made = Reading()
    yield made
    made.go.release(5)
    made.reader.close()


def test_it_is_busy_until_the_last_answer_is_given(reading: Reading) -> None:
    assert not reading.reader.busy
    reading.reader.read("1", reading.answers.append)
    assert reading.reader.busy
    assert reading.began.get(timeout=PATIENCE) == "1"
    assert reading.reader.busy
    reading.go.release()
    answer = reading.posted.get(timeout=PATIENCE)
    assert reading.reader.busy
    reading.reader.read("fault", reading.answers.append)
    assert reading.began.get(timeout=PATIENCE) == "fault"
    answer()
    assert reading.reader.busy
    hook, threading.excepthook = threading.excepthook, lambda _: None
    try:
        reading.go.release()
        reading.deliver()
    finally:
        threading.excepthook = hook
    assert not reading.reader.busy


def test_a_request_that_waits_is_replaced(reading: Reading) -> None:
    reading.reader.read("1", reading.answers.append)
    assert reading.began.get(timeout=PATIENCE) == "1"
    for number in range(2, 50):
        reading.reader.read(str(number), reading.answers.append)
    reading.go.release(2)
    reading.deliver()
    reading.deliver()
    assert reading.answers == ["tags of 1", "tags of 49"]
    assert reading.began.get(timeout=PATIENCE) == "49"


def test_what_cannot_be_read_is_answered_too(reading: Reading) -> None:
    reading.go.release()
    reading.reader.read("broken", reading.answers.append)
    reading.deliver()
    (answer,) = reading.answers
    assert isinstance(answer, Problem)
    assert (answer.path, str(answer.reason)) == ("broken", "It is broken.")


def test_a_fault_is_reported_and_does_not_end_the_reading(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    faults: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda arguments: faults.append(arguments.exc_type))
    reading.go.release(2)
    reading.reader.read("fault", reading.answers.append)
    reading.deliver()
    reading.reader.read("2", reading.answers.append)
    reading.deliver()
    assert faults == [ZeroDivisionError]
    assert isinstance(reading.answers[0], Problem)
    assert reading.answers[1] == "tags of 2"


def test_after_closing_nothing_is_read() -> None:
    reading = Reading()
    reading.reader.close()
    reading.reader.read("1", reading.answers.append)
    assert reading.began.empty()
    assert reading.posted.empty()
