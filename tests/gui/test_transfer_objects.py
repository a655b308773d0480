"""The objects of a transfer: asked for now and then while it goes on, filled in slices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.hand_driven import Table
from viewer.model.remote import Direction, Transfer, TransferObject, TransferState
from viewer.model.signals import Signal
from viewer.ui.network.transfers_page import MOST_OBJECTS, TransfersPage
from viewer.ui.theme import Theme

Answer = Callable[[Sequence[TransferObject]], None]


class HandDrivenTransfers:
    """One transfer; what is asked waits in `asked`."""

    changed = Signal()

    def __init__(self) -> None:
        self.transfers = (Transfer("send 1", Direction.SEND, "ARCHIVE", "Chest", TransferState.RUNNING, total=9000),)
        self.asked: list[tuple[str, Answer]] = []

    def objects(self, key: str, done: Answer) -> None:
        self.asked.append((key, done))

    def go_on(self, **values: object) -> None:
        self.transfers = (replace(self.transfers[0], **values),)  # type: ignore[arg-type]
        self.changed.emit()


@pytest.fixture
def transfers() -> HandDrivenTransfers:
    return HandDrivenTransfers()


@pytest.fixture
def page(qapp: QApplication, transfers: HandDrivenTransfers) -> Iterator[TransfersPage]:
    network = SimpleNamespace(transfers=transfers, nodes=SimpleNamespace())
    made = TransfersPage(Table().workspace, network, Theme())  # type: ignore[arg-type]
    made.show()
    yield made
    made.dispose()
    made.close()
    made.deleteLater()


def test_objects_are_not_asked_for_at_every_one_that_goes_through(
    page: TransfersPage, transfers: HandDrivenTransfers, qtbot: QtBot
) -> None:
    transfers.asked.clear()
    for done in range(1, 50):
        transfers.go_on(done=done)
    assert not transfers.asked
    page._ask_again.setInterval(0)
    page._ask_again.start()
    qtbot.waitUntil(lambda: bool(transfers.asked))
    transfers.asked.clear()
    transfers.go_on(done=9000, state=TransferState.DONE)
    assert [key for key, _ in transfers.asked] == ["send 1"]


@pytest.mark.usefixtures("small_slices")
def test_many_objects_come_in_slices_and_trouble_first(page: TransfersPage, transfers: HandDrivenTransfers, qtbot: QtBot) -> None:
    _, answer = transfers.asked[-1]
    objects = [TransferObject(f"/in/{number}.dcm", "stored") for number in range(9000)]
    objects[8000] = replace(objects[8000], outcome="failed", reason="Out of resources")
    answer(objects)
    assert page.objects.topLevelItemCount() == 0
    qtbot.waitUntil(lambda: page.objects.topLevelItemCount() == MOST_OBJECTS)
    first = page.objects.topLevelItem(0)
    assert first is not None
    assert (first.text(0), first.text(2)) == ("8000.dcm", "Out of resources")
