"""Tiles that arrive late, fail, or belong to what is not shown any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from tests.hand_driven import Table, display_set
from viewer.model.errors import Problem, ProblemKind
from viewer.model.hierarchy import FrameRef, Instance
from viewer.model.messages import message
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.requests import FrameResult, Lane
from viewer.model.slide import Slide, SlideLevel
from viewer.workspace import slide_requests

WHOLE_SLIDE = "1.2.840.10008.5.1.4.1.1.77.1.6"
Done = Callable[[FrameResult], None]


@dataclass
class Tiles:
    """Tiles wait until the test lets them come; each is of one colour, its frame number."""

    asked: dict[FrameRef, Done] = field(default_factory=dict)

    def cached(self, of: FrameRef) -> PixelFrame | None:
        return None

    def request(self, of: FrameRef, done: Done, *, lane: Lane = Lane.INTERACTION, generation: int = 0) -> None:
        self.asked[of] = done

    def prefetch(self, owner: object, refs: object) -> None:
        """Nothing is decoded ahead."""

    def loaded(self, refs: tuple[FrameRef, ...]) -> bytes:
        return bytes(len(refs))

    def come(self, *numbers: int) -> None:
        for ref in [one for one in self.asked if one.frame_number in numbers]:
            facts = FrameFacts(ref, 100, 100, photometric_interpretation="RGB", samples_per_pixel=3)
            picture = PixelFrame(facts, np.full((100, 100, 3), ref.frame_number, np.uint8))
            self.asked.pop(ref)(FrameResult(ref, 0, picture))

    def fail(self, number: int) -> None:
        ref = next(one for one in self.asked if one.frame_number == number)
        problem = Problem("", ProblemKind.BROKEN, message("This image cannot be shown."))
        self.asked.pop(ref)(FrameResult(ref, 0, None, problem))


@dataclass
class OneSlide:
    """2 × 2 tiles of 100 × 100 in two layers: frames 1 to 4 and 5 to 8."""

    answers: list[Callable[[Slide | Problem | None], None]] = field(default_factory=list)

    def request(self, ref: FrameRef, done: Callable[[Slide | Problem | None], None]) -> None:
        self.answers.append(done)

    def slide(self) -> Slide:
        places = np.array([(0, 0), (100, 0), (0, 100), (100, 100)] * 2, np.int32)
        first = FrameRef("w", 1)
        facts = FrameFacts(first, 200, 200, photometric_interpretation="RGB", samples_per_pixel=3)
        return Slide((SlideLevel(first, facts, 100, 100, places, np.repeat(np.arange(2, dtype=np.int32), 4)),))


class SlideTable(Table):
    def __init__(self) -> None:
        one = replace(display_set("w", 1), frames=(FrameRef("w", 1),), sop_class_uid=WHOLE_SLIDE)
        super().__init__(one, display_set("o", 2))
        self.tiles, self.reader = Tiles(), OneSlide()
        object.__setattr__(self.workspace.services, "frames", self.tiles)
        object.__setattr__(self.workspace.services, "slides", self.reader)
        self.viewport.set_size(400, 400)
        self.workspace.opening.show(self.viewport, one)

    def begin(self) -> None:
        self.reader.answers[0](self.reader.slide())
        self.turn()

    def colours(self) -> list[int]:
        """Of the four tiles, as shown."""
        frame = self.viewport.frame
        assert frame is not None
        assert frame.pixels.shape == (200, 200, 3)
        return [int(frame.pixels[row, column, 0]) for row in (50, 150) for column in (50, 150)]


def test_a_slide_fills_up_and_is_whole_at_the_end() -> None:
    table = SlideTable()
    assert table.viewport.loading
    table.begin()
    assert sorted(ref.frame_number for ref in table.tiles.asked) == [1, 2, 3, 4]
    table.tiles.come(2, 3)
    table.turn()
    table.ring()
    assert table.colours() == [255, 2, 3, 255]
    assert table.viewport.frame is not None
    assert table.viewport.frame.is_preview
    table.tiles.come(1, 4)
    table.turn()
    assert table.colours() == [1, 2, 3, 4]
    assert not table.viewport.frame.is_preview
    assert not table.viewport.loading


def test_a_tile_that_fails_is_said_and_the_others_are_shown() -> None:
    table = SlideTable()
    table.begin()
    table.tiles.fail(1)
    table.tiles.come(2, 3, 4)
    table.turn()
    assert table.colours() == [255, 2, 3, 4]
    assert str(table.viewport.notice) == "This image cannot be shown."


def test_a_tile_of_another_layer_that_comes_late_is_not_painted() -> None:
    table = SlideTable()
    table.begin()
    table.workspace.opening.step(1)
    table.turn()
    assert {5, 6, 7, 8} <= {ref.frame_number for ref in table.tiles.asked}
    table.tiles.come(1, 2, 5, 3, 6)
    table.tiles.come(7, 8, 4)
    table.turn()
    assert table.colours() == [5, 6, 7, 8]


def test_tiles_that_come_after_something_else_is_shown_change_nothing() -> None:
    table = SlideTable()
    table.begin()
    other = table.catalogue.sets[1]
    table.workspace.opening.show(table.viewport, other)
    table.tiles.come(1, 2, 3, 4)
    table.turn()
    table.ring()
    frame = table.viewport.frame
    assert frame is not None
    assert (frame.ref, frame.patch) == (other.frames[0], None)


def test_what_is_no_slide_after_all_is_shown_as_frames() -> None:
    table = SlideTable()
    table.catalogue.instance = lambda of: Instance("w", WHOLE_SLIDE, "w", "S", "", number_of_frames=3)  # type: ignore[method-assign]
    table.reader.answers[0](None)
    table.turn()
    assert [ref.frame_number for ref in table.tiles.asked] == [1]
    assert table.viewport.count == 3
    table.workspace.opening.step(2)
    assert table.viewport.reference == FrameRef("w", 3)


def test_a_file_that_cannot_be_read_is_said() -> None:
    table = SlideTable()
    table.reader.answers[0](Problem("", ProblemKind.BROKEN, message("The file is not there.")))
    table.turn()
    assert str(table.viewport.notice) == "The file is not there."
    assert not table.viewport.loading


def test_of_very_many_tiles_a_few_come_first_and_stand_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slide_requests, "MANY_TILES", 3)
    monkeypatch.setattr(slide_requests, "STAND_INS", 1)
    table = SlideTable()
    table.begin()
    (first,) = table.tiles.asked
    number = first.frame_number
    table.tiles.come(number)
    table.turn()
    table.ring()
    assert table.colours() == [number] * 4
    assert table.viewport.frame is not None
    assert table.viewport.frame.is_preview
    others = sorted({1, 2, 3, 4} - {number})
    assert sorted(ref.frame_number for ref in table.tiles.asked) == others
    table.tiles.fail(others[0])
    table.tiles.come(others[1])
    table.turn()
    table.ring()
    assert table.colours()[others[1] - 1] == others[1]
    assert table.viewport.frame.is_preview
    table.tiles.come(others[2])
    table.turn()
    expected = [1, 2, 3, 4]
    expected[others[0] - 1] = 255  # nothing stands for another tile in the end
    assert table.colours() == expected
    assert not table.viewport.frame.is_preview


def test_few_that_fail_hold_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slide_requests, "MANY_TILES", 3)
    monkeypatch.setattr(slide_requests, "STAND_INS", 1)
    table = SlideTable()
    table.begin()
    (first,) = table.tiles.asked
    table.tiles.fail(first.frame_number)
    table.turn()
    assert len(table.tiles.asked) == 3
    table.tiles.come(1, 2, 3, 4)
    table.turn()
    assert table.colours().count(255) == 1
    assert not table.viewport.loading
