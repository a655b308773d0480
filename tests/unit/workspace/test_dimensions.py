"""Dimensions of multi-frame images as controls: order of frames, runs, steps, sparse and doubled dimensions, cine."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from tests.hand_driven import Table, display_set, frame
from viewer.model.display_set import DisplaySet
from viewer.model.errors import Problem
from viewer.model.frame_place import Dimension
from viewer.model.hierarchy import FrameRef
from viewer.model.messages import Message, message
from viewer.workspace.cine import place_after, track_of
from viewer.workspace.dimensions import arrange

Places = list[tuple[Dimension, ...]]


def places(**counts: int) -> Places:
    """Every combination of dimensions of so many values, the last one fastest."""
    ranges = [range(1, count + 1) for count in counts.values()]
    return [tuple(Dimension(name, value) for name, value in zip(counts, one, strict=True)) for one in itertools.product(*ranges)]


def test_scrolling_goes_through_space_at_a_fixed_phase_whatever_the_order_of_the_file() -> None:
    frames = places(InStackPositionNumber=5, TemporalPositionIndex=3)
    random.Random(3).shuffle(frames)
    order, axes = arrange(frames)
    assert axes is not None
    assert [axis.keyword for axis in axes.controls] == ["TemporalPositionIndex"]
    assert axes.controls[0].is_time
    read = [(frames[index][1].value, frames[index][0].value) for index in order]
    assert read == [(phase, depth) for phase in (1, 2, 3) for depth in (1, 2, 3, 4, 5)]
    assert axes.run(7) == range(5, 10)


def test_a_control_changes_one_thing_only() -> None:
    order, axes = arrange(places(StackID=2, InStackPositionNumber=4, EffectiveEchoTime=3))
    assert axes is not None
    assert [axis.keyword for axis in axes.controls] == ["StackID", "EffectiveEchoTime"]
    start = axes.at(axes.at(2, 1, 1), 0, 1)
    assert (axes.position(start, 0), axes.position(start, 1), axes.depths[start]) == (1, 1, 3)
    assert axes.at(start, 1, 99) == axes.at(start, 1, 2)
    assert axes.at(start, 1, -5) == axes.at(start, 1, 0)
    assert sorted(order) == list(range(24))


def test_a_combination_that_is_not_there_leads_to_the_nearest() -> None:
    """b = 0 has one direction, b = 1000 has three; and one slice less."""
    frames = [(Dimension("InStackPositionNumber", s), Dimension("DiffusionBValue", 1)) for s in (1, 2, 3)]
    frames += [
        (Dimension("InStackPositionNumber", s), Dimension("DiffusionBValue", 2), Dimension("DiffusionGradientOrientation", d))
        for d in (1, 2, 3)
        for s in (2, 3)
    ]
    order, axes = arrange(frames)
    assert axes is not None
    at_b_0 = 2  # slice 3
    there = axes.at(at_b_0, 0, 1)
    assert frames[order[there]][0].value == 3
    assert frames[order[there]][1].value == 2
    back = axes.at(there, 0, 0)
    assert back == at_b_0


def test_what_is_said_twice_is_one_control() -> None:
    frames = [
        (*one, Dimension("ImagePositionPatient", one[0].value + 4), Dimension("StackID", 1))
        for one in places(InStackPositionNumber=4, TemporalPositionIndex=2)
    ]
    _, axes = arrange(frames)
    assert axes is not None
    assert [axis.keyword for axis in axes.controls] == ["TemporalPositionIndex"]


def test_one_dimension_needs_no_control_but_order() -> None:
    frames = places(SliceVector=5)[::-1]
    order, axes = arrange(frames)
    assert order == (4, 3, 2, 1, 0)
    assert axes is None
    assert arrange([(Dimension("StackID", 1),)] * 3) == ((0, 1, 2), None)


def test_values_in_words() -> None:
    frames = [
        (Dimension("DiffusionBValue", b, text=str(1000 * b - 1000)), Dimension("SliceVector", s)) for b in (1, 2) for s in (1, 2)
    ]
    _, axes = arrange(frames)
    assert axes is not None
    assert axes.controls[0].texts == ("0 s/mm²", "1000 s/mm²")


@dataclass
class Reader:
    """Answers when the test says so."""

    asked: list[tuple[FrameRef, Callable[[tuple[tuple[Dimension, ...], ...] | Problem], None]]] = field(default_factory=list)
    checks: list[tuple[str, Callable[[tuple[Message, ...]], None]]] = field(default_factory=list)

    def request(self, ref: FrameRef, done: Callable[[tuple[tuple[Dimension, ...], ...] | Problem], None]) -> None:
        self.asked.append((ref, done))

    def check(self, ref: FrameRef, sop_class_uid: str, modality: str, done: Callable[[tuple[Message, ...]], None]) -> None:
        self.checks.append((modality, done))


class MultiFrame(Table):
    """One multi-frame image of 3 phases × 5 slices, stored slice by slice, shown and its dimensions read."""

    def __init__(self) -> None:
        stored = places(InStackPositionNumber=5, TemporalPositionIndex=3)
        frames = tuple(FrameRef("m", number) for number in range(1, 16))
        one: DisplaySet = replace(display_set("m", 1), frames=frames, number_of_instances=1)
        super().__init__(one, display_set("o", 4))
        self.reader = Reader()
        object.__setattr__(self.workspace.services, "dimensions", self.reader)
        self.workspace.opening.show(self.viewport, one)
        self.answer_frame()
        self.reader.asked[0][1](tuple(stored))
        self.turn()

    def answer_frame(self) -> None:
        reference = self.viewport.reference
        assert reference is not None
        self.frames.cache[reference] = frame(reference)
        if any(one == reference for one, _, _ in self.frames.asked):
            self.answer(reference)


def _number(table: MultiFrame) -> int:
    assert table.viewport.reference is not None
    return table.viewport.reference.frame_number


def test_wheel_stays_in_the_phase_and_controls_keep_the_slice() -> None:
    table = MultiFrame()
    assert table.viewport.axes is not None
    assert _number(table) == 1
    table.workspace.opening.step(2)
    assert _number(table) == 7  # slice 3 of phase 1
    table.workspace.dimensions.step(table.viewport, 0, 1)
    assert _number(table) == 8  # slice 3 of phase 2
    table.workspace.opening.step(50)
    assert _number(table) == 14  # slice 5 of phase 2
    table.workspace.dimensions.step(table.viewport, 0, 9)
    assert _number(table) == 15
    table.workspace.dimensions.step(table.viewport, 3, 1)
    assert _number(table) == 15


def test_the_order_survives_news_from_a_scan() -> None:
    table = MultiFrame()
    mounted = table.viewport.display_set
    assert mounted is not None
    assert mounted.frames[1].frame_number == 4
    fresh = replace(table.catalogue.sets[0], series_description="renamed")
    table.viewport.grow(fresh)
    assert table.viewport.display_set is not None
    assert table.viewport.display_set.series_description == "renamed"
    assert table.viewport.display_set.frames == mounted.frames


def test_a_file_written_anew_with_fewer_frames_has_no_others() -> None:
    table = MultiFrame()
    mounted = table.catalogue.sets[0]
    table.workspace.opening.go(12)
    table.viewport.grow(replace(mounted, frames=mounted.frames[:6]))
    assert table.viewport.axes is None
    assert table.viewport.count == 6
    table.workspace.opening.step(50)
    assert table.viewport.reference == mounted.frames[5]


def test_another_display_set_has_no_controls_and_coming_back_asks_again() -> None:
    table = MultiFrame()
    table.workspace.opening.show(table.viewport, table.catalogue.sets[1])
    assert table.viewport.axes is None
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    table.answer_frame()
    table.turn()
    assert len(table.reader.asked) == 2


def test_an_answer_that_comes_too_late_is_dropped() -> None:
    table = MultiFrame()
    late = table.reader.asked[0][1]
    table.workspace.opening.show(table.viewport, table.catalogue.sets[1])
    late(tuple(places(InStackPositionNumber=2, TemporalPositionIndex=2)))
    table.turn()
    assert table.viewport.axes is None


def test_cine_plays_time_at_a_fixed_slice() -> None:
    table = MultiFrame()
    table.workspace.opening.step(2)
    display = table.viewport.display_set
    assert display is not None
    assert [display.frames[index].frame_number for index in track_of(table.viewport)] == [7, 8, 9]


def test_cine_keeps_to_the_trim_of_the_image() -> None:
    frames = tuple(FrameRef("c", number) for number in range(1, 11))
    table = Table(replace(display_set("c", 1), frames=frames, number_of_instances=1))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    picture = frame(frames[0])
    table.viewport.set_frame(replace(picture, facts=replace(picture.facts, trim=(3, 8))))
    assert track_of(table.viewport) == range(2, 8)
    table.viewport.set_frame(replace(picture, facts=replace(picture.facts, trim=(40, 50))))
    assert track_of(table.viewport) == range(10)


@pytest.mark.parametrize(("sweeps", "expected"), [(False, [1, 2, 3, 0, 1, 2, 3]), (True, [1, 2, 3, 2, 1, 0, 1])])
def test_round_and_round_or_there_and_back(sweeps: bool, expected: list[int]) -> None:
    assert [place_after(0, passed, 4, sweeps=sweeps) for passed in range(1, 8)] == expected


def test_what_the_doctor_warns_of_stays_with_the_image() -> None:
    table = MultiFrame()
    ((modality, done),) = table.reader.checks
    assert modality == "CT"
    missing = message("Slices seem to be missing: {number}.", number=2)
    done((missing,))
    assert table.viewport.display_set is not None
    assert table.viewport.display_set.notes == ()
    table.turn()
    assert table.viewport.display_set.notes == (missing,)
    table.workspace.opening.grow(frozenset(("S",)))  # the scan goes on; the library knows nothing of it
    assert table.viewport.display_set.notes == (missing,)
    assert table.viewport.axes is not None
    table.workspace.opening.show(table.viewport, table.catalogue.sets[1])
    assert table.viewport.display_set.notes == ()
    done((missing,))
    table.turn()
    assert table.viewport.display_set.notes == ()
