"""Mapping objects beside the file: when they are looked for, and how they reach the read-out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.hand_driven import Table, display_set, frame, ref
from viewer.model.luts import RealWorldMap, SeparateMaps
from viewer.model.pixels import FrameFacts
from viewer.model.requests import ScanUpdate
from viewer.model.tasks import Progress
from viewer.workspace.commands import register_all
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.read_out import read_out

SUV = RealWorldMap(-2000, 2000, 0.5, 3, label="SUVbw", units="g/ml")
LEAN = RealWorldMap(-2000, 2000, 0.25, 0, label="SUVlbm", units="g/ml")


@dataclass
class Objects:
    """Requests wait until the test answers them."""

    asked: list[tuple[str, FrameFacts, Callable[[SeparateMaps], None]]] = field(default_factory=list)

    def request(self, study_instance_uid: str, facts: FrameFacts, done: Callable[[SeparateMaps], None]) -> None:
        self.asked.append((study_instance_uid, facts, done))


def opened() -> tuple[Table, Objects]:
    """Series "a" of two images is on screen, in 300 × 200, so that each of 30 × 20 pixels is 10 wide."""
    objects = Objects()
    table = Table(display_set("a", 2), display_set("b", 2, study="T"), mappings=objects)
    table.viewport.set_size(300, 200)
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    table.answer(ref(0, "a"))
    return table, objects


def said(table: Table) -> str:
    found = read_out(table.viewport, 5, 5)
    assert found is not None
    return found.value_line()


def test_the_read_out_has_what_the_objects_say_of_this_very_image() -> None:
    table, objects = opened()
    assert objects.asked == []  # not in the way of the first picture
    table.ring()
    ((study, facts, done),) = objects.asked
    assert (study, facts.ref) == ("S", ref(0, "a"))
    done(SeparateMaps({"a.0": ((frozenset(), (SUV,)),), "a.1": ((frozenset((2,)), (LEAN,)),)}))
    assert said(table) == "−1024"
    table.turn()
    assert said(table) == "−1024 · SUVbw −509 g/ml"
    table.workspace.opening.step(1)
    table.answer(ref(1, "a"))
    table.ring()
    assert said(table) == "−1024"  # only frame 2 of it is mapped
    assert len(objects.asked) == 1


def test_what_the_file_says_comes_first_and_the_next_is_chosen() -> None:
    table, objects = opened()
    plain = frame(ref(0, "a"))
    table.viewport.set_frame(replace(plain, facts=replace(plain.facts, real_world_maps=(LEAN,))))
    table.ring()
    objects.asked[0][2](SeparateMaps({"a.0": ((frozenset(), (SUV,)),)}))
    table.turn()
    assert said(table) == "−1024 · SUVlbm −256 g/ml"
    registry = CommandRegistry()
    register_all(registry)
    assert registry.run("image.next_quantity", table.workspace)
    assert said(table) == "−1024 · SUVbw −509 g/ml"


def test_an_answer_for_what_is_no_longer_shown_is_dropped() -> None:
    table, objects = opened()
    table.ring()
    table.workspace.opening.show(table.viewport, table.catalogue.sets[1])
    objects.asked[0][2](SeparateMaps({"b.0": ((frozenset(), (SUV,)),)}))
    table.turn()
    table.answer(ref(0, "b"))
    assert said(table) == "−1024"
    table.ring()
    assert [study for study, _, _ in objects.asked] == ["S", "T"]


def test_a_series_that_is_leafed_through_is_not_asked_about() -> None:
    table, objects = opened()
    table.workspace.opening.show(table.viewport, table.catalogue.sets[1])
    table.ring()
    assert objects.asked == []
    table.answer(ref(0, "b"))
    table.ring()
    assert [study for study, _, _ in objects.asked] == ["T"]


def test_objects_that_come_later_are_found() -> None:
    table, objects = opened()
    table.ring()
    objects.asked.pop()[2](SeparateMaps({}))
    table.turn()
    table.workspace.scan_updated(ScanUpdate(Progress(1)))
    table.ring()
    assert objects.asked == []  # the scan goes on
    table.workspace.scan_updated(ScanUpdate(Progress(2, 2, finished=True)))
    table.ring()
    objects.asked.pop()[2](SeparateMaps({"a.0": ((frozenset(), (SUV,)),)}))
    table.turn()
    assert said(table).endswith("SUVbw −509 g/ml")
    table.workspace.arrived(frozenset(("S",)))
    table.ring()
    assert len(objects.asked) == 1
    assert said(table).endswith("SUVbw −509 g/ml")  # what is known stays until there is an answer


def test_nothing_is_asked_once_the_window_closes() -> None:
    table, objects = opened()
    table.workspace.close()
    table.ring()
    assert objects.asked == []
