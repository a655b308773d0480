"""What comes in over the network: opened when it was asked for, marked when it was not."""

from __future__ import annotations

from tests.hand_driven import Table, display_set, ref


def arrived(table: Table, *sets: object) -> None:
    for one in sets:
        table.catalogue.sets = [known for known in table.catalogue.sets if known.key != one.key] + [one]  # type: ignore[attr-defined]
    table.workspace.arrived(frozenset(one.study_instance_uid for one in sets))  # type: ignore[attr-defined]


def test_what_was_fetched_opens_with_its_first_image_and_grows() -> None:
    table = Table()
    arrivals = table.workspace.arrivals
    arrivals.expect("S", "b", table.viewport)
    arrived(table, display_set("a", 1))
    assert table.viewport.display_set is None  # another series of the study
    arrived(table, display_set("b", 2))
    table.answer(ref(0, "b"))
    assert table.viewport.display_set is not None
    assert (table.viewport.display_set.key, table.viewport.count) == ("b", 2)
    arrived(table, display_set("b", 5))
    assert table.viewport.count == 5


def test_what_is_here_already_opens_at_once() -> None:
    table = Table(display_set("a", 3))
    table.workspace.arrivals.expect("S", "", table.viewport)
    assert table.viewport.display_set is not None


def test_the_user_who_opened_something_else_meanwhile_keeps_it() -> None:
    table = Table(display_set("mine", 3, study="T"))
    table.workspace.arrivals.expect("S", "b", table.viewport)
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    arrived(table, display_set("b", 2))
    assert table.viewport.display_set is not None
    assert table.viewport.display_set.key == "mine"


def test_what_nobody_looked_at_is_fresh_until_somebody_does() -> None:
    table = Table(display_set("shown", 3, study="T"))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    arrivals = table.workspace.arrivals
    heard: list[frozenset[str]] = []
    arrivals.changed.connect(lambda: heard.append(frozenset(arrivals.fresh)))
    arrived(table, display_set("shown", 4, study="T"))
    assert not heard  # it is on screen
    arrived(table, display_set("new", 2, study="U"))
    arrived(table, display_set("new", 3, study="U"))
    assert heard == [frozenset(("U",))]
    table.workspace.opening.show(table.viewport, table.catalogue.sets[-1])
    assert heard[-1] == frozenset()


def test_a_drop_fetches_once_and_only_what_was_offered() -> None:
    table = Table()
    taken: list[object] = []
    arrivals = table.workspace.arrivals
    arrivals.offer("remote", taken.append)
    assert not arrivals.dropped("another", table.viewport)
    assert arrivals.dropped("remote", table.viewport)
    assert not arrivals.dropped("remote", table.viewport)
    assert taken == [table.viewport]
