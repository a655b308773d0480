"""Results cross to the GUI thread in order, and nobody waits for a program that ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from viewer.ui.bridge import Bridge


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.close()


def test_functions_run_in_order_on_the_gui_thread(bridge: Bridge, qtbot: QtBot) -> None:
    seen: list[tuple[int, bool]] = []
    here = threading.current_thread()

    def work() -> None:
        for number in range(500):
            bridge.post(lambda number=number: seen.append((number, threading.current_thread() is here)))

    worker = threading.Thread(target=work)
    worker.start()
    qtbot.waitUntil(lambda: len(seen) == 500)
    worker.join()
    assert seen == [(number, True) for number in range(500)]


def test_one_failure_does_not_take_the_others_along(bridge: Bridge, qtbot: QtBot) -> None:
    seen: list[str] = []

    def fails() -> None:
        raise ValueError("on purpose")

    with qtbot.captureExceptions() as caught:
        bridge.post(fails)
        bridge.post(lambda: seen.append("after"))
        qtbot.waitUntil(lambda: bool(seen))
    assert [kind for kind, *_ in caught] == [ValueError]


def test_later_and_calling_it_off(bridge: Bridge, qtbot: QtBot) -> None:
    seen: list[str] = []
    call_off = bridge.later(1, lambda: seen.append("called off"))
    call_off()
    fired = bridge.later(5, lambda: seen.append("fired"))
    qtbot.waitUntil(lambda: seen == ["fired"])
    fired()
    assert seen == ["fired"]


def test_worker_gets_the_answer(bridge: Bridge, qtbot: QtBot) -> None:
    answers: list[str | None] = []
    nothing: str | None = None

    def question(answer: Callable[[str | None], None]) -> None:
        answer("secret")

    worker = threading.Thread(target=lambda: answers.append(bridge.ask(question, nothing)))
    worker.start()
    qtbot.waitUntil(lambda: bool(answers))
    worker.join()
    assert answers == ["secret"]


def test_worker_is_released_when_the_program_ends(bridge: Bridge, qtbot: QtBot) -> None:
    asked: list[object] = []
    answers: list[str] = []
    worker = threading.Thread(target=lambda: answers.append(bridge.ask(asked.append, "otherwise")))
    worker.start()
    qtbot.waitUntil(lambda: bool(asked))
    bridge.close()
    worker.join(20)
    assert answers == ["otherwise"]
    assert bridge.ask(asked.append, "otherwise") == "otherwise"
