"""Signals without Qt."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from viewer.model.signals import Signal


class Lamp:
    turned = Signal()
    coloured = Signal(str)


class Watcher:
    def __init__(self) -> None:
        self.seen: list[object] = []

    def look(self) -> None:
        self.seen.append("look")

    def note(self, colour: str) -> None:
        self.seen.append(colour)

    def perhaps(self, colour: str = "none", *, loud: bool = False) -> None:
        self.seen.append((colour, loud))

    def all_of(self, *values: object) -> None:
        self.seen.append(values)


def test_each_object_has_its_own() -> None:
    one, other, watcher = Lamp(), Lamp(), Watcher()
    one.turned.connect(watcher.look)
    other.turned.emit()
    assert watcher.seen == []
    one.turned.emit()
    assert watcher.seen == ["look"]
    assert isinstance(Lamp.turned, Signal)


def test_slots_get_as_much_as_they_take_in_their_order() -> None:
    lamp, watcher = Lamp(), Watcher()
    heard: list[object] = []
    for slot in (watcher.look, watcher.note, watcher.perhaps, watcher.all_of, heard.append, lambda: heard.append("nothing")):
        lamp.coloured.connect(slot)
    lamp.coloured.emit("red")
    assert watcher.seen == ["look", "red", ("red", False), ("red",)]
    assert heard == ["red", "nothing"]


def test_a_method_does_not_keep_its_object() -> None:
    lamp, watcher = Lamp(), Watcher()
    seen = watcher.seen
    lamp.turned.connect(watcher.look)
    del watcher
    gc.collect()
    lamp.turned.emit()
    assert seen == []
    assert len(lamp.turned) == 0


def test_a_function_is_kept() -> None:
    lamp, seen = Lamp(), []  # type: ignore[var-annotated]
    lamp.turned.connect(lambda: seen.append(1))
    gc.collect()
    lamp.turned.emit()
    assert seen == [1]


def test_disconnecting() -> None:
    lamp, watcher = Lamp(), Watcher()
    lamp.turned.connect(watcher.look)
    lamp.turned.disconnect(watcher.look)
    lamp.turned.emit()
    assert watcher.seen == []
    lamp.turned.disconnect(watcher.look, missing_ok=True)
    with pytest.raises(ValueError, match="not connected"):
        lamp.turned.disconnect(watcher.look)


def test_equal_objects_are_not_mixed_up() -> None:
    lamp = Lamp()
    same = [Lamp(), Lamp()]
    heard: list[int] = []
    slots: list[Callable[[], None]] = [lambda: heard.append(0), lambda: heard.append(1)]
    for lamp_of, slot in zip(same, slots, strict=True):
        lamp_of.turned.connect(slot)
        lamp.turned.connect(lamp_of.turned.emit)
    lamp.turned.disconnect(same[0].turned.emit)
    lamp.turned.emit()
    assert heard == [1]


def test_changes_while_it_is_emitted() -> None:
    """Who is disconnected hears nothing more; who is connected hears the next one."""
    lamp, first, second, third = Lamp(), Watcher(), Watcher(), Watcher()

    def change() -> None:
        lamp.turned.disconnect(second.look)
        lamp.turned.connect(third.look)
        lamp.turned.disconnect(change)

    lamp.turned.connect(change)
    for watcher in (first, second):
        lamp.turned.connect(watcher.look)
    lamp.turned.emit()
    assert (first.seen, second.seen, third.seen) == (["look"], [], [])
    lamp.turned.emit()
    assert (first.seen, second.seen, third.seen) == (["look"] * 2, [], ["look"])


def test_what_a_slot_raises_reaches_the_caller() -> None:
    lamp = Lamp()

    def fails() -> None:
        raise OSError("full")

    lamp.turned.connect(fails)
    with pytest.raises(OSError, match="full"):
        lamp.turned.emit()
