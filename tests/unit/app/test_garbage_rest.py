"""While a scan goes on, garbage is not looked for among all objects; what a long scan left is set aside afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.hand_driven import Table
from viewer.app.garbage_rest import MANY, NEVER, GarbageRest
from viewer.model.requests import ScanUpdate
from viewer.model.tasks import Progress


@pytest.fixture
def rest() -> Iterator[GarbageRest]:
    made = GarbageRest()
    yield made
    made.close()
    made.release("hand")


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that all objects are set aside; they are not, here."""
    found: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: found.append("all"))
    return found


def _scan(table: Table, files: int) -> None:
    """From its beginning to its end, with a look at the threshold between."""
    table.workspace.opening.open_paths(["/data"])
    update = table.scanner.updates[-1]
    update(ScanUpdate(Progress(files, files)))
    table.turn()
    assert gc.get_threshold()[2] == NEVER
    update(ScanUpdate(Progress(files, files, finished=True)))
    table.turn()


def test_a_long_scan_is_not_interrupted_and_what_it_left_is_set_aside(rest: GarbageRest, frozen: list[str]) -> None:
    table, before = Table(), gc.get_threshold()
    rest.attend(table.workspace)
    _scan(table, MANY)
    assert (gc.get_threshold(), frozen) == (before, ["all"])
    _scan(table, MANY - 1)
    assert (gc.get_threshold(), frozen) == (before, ["all"])


def test_who_holds_it_last_ends_it(rest: GarbageRest, frozen: list[str]) -> None:
    table, before = Table(), gc.get_threshold()
    rest.attend(table.workspace)
    rest.hold("hand")
    _scan(table, 3)
    assert gc.get_threshold() == (*before[:2], NEVER)
    rest.release("hand")
    rest.release("hand")
    assert gc.get_threshold() == before


def test_the_end_of_the_program_ends_it_in_the_middle_of_a_scan(rest: GarbageRest) -> None:
    table, before = Table(), gc.get_threshold()
    rest.attend(table.workspace)
    table.workspace.opening.open_paths(["/data"])
    table.scanner.updates[-1](ScanUpdate(Progress(5, 9)))
    table.turn()
    assert gc.get_threshold()[2] == NEVER
    rest.close()
    assert gc.get_threshold() == before
    table.scanner.updates[-1](ScanUpdate(Progress(6, 9)))
    table.turn()
    assert gc.get_threshold() == before
