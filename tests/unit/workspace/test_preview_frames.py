"""A coarse picture on its way to the frame: shown at once, never taken for the frame itself."""

from __future__ import annotations

from dataclasses import replace

from tests.hand_driven import Table, display_set, frame, ref
from viewer.model.hierarchy import FrameRef
from viewer.model.requests import FrameResult
from viewer.workspace.read_out import read_out


def send_preview(table: Table, of: FrameRef) -> None:
    """The loader shows a preview; its request stays open."""
    done, generation = next((done, generation) for one, done, generation in table.frames.asked if one == of)
    done(FrameResult(of, generation, replace(frame(of), is_preview=True)))
    table.turn()


def opened() -> Table:
    stack = display_set("a", 3)
    table = Table(stack)
    table.workspace.opening.show(table.viewport, stack)
    table.turn()
    table.viewport.set_size(200, 200, 1.0)
    return table


def test_a_preview_is_shown_while_the_frame_is_on_its_way() -> None:
    table = opened()
    send_preview(table, ref(0, "a"))
    assert table.viewport.frame is not None
    assert table.viewport.frame.is_preview
    assert table.viewport.loading
    assert read_out(table.viewport, 100, 100) is None
    table.answer(ref(0, "a"))
    assert not table.viewport.frame.is_preview
    assert not table.viewport.loading
    assert read_out(table.viewport, 100, 100) is not None


def test_a_preview_of_a_frame_scrolled_past_is_dropped() -> None:
    table = opened()
    table.workspace.opening.go(2)
    send_preview(table, ref(0, "a"))
    assert table.viewport.frame is None
    table.answer(ref(2, "a"))
    assert table.viewport.frame is not None
    assert table.viewport.frame.ref == ref(2, "a")


def test_a_preview_that_comes_after_the_frame_changes_nothing() -> None:
    table = opened()
    asked = list(table.frames.asked)
    table.answer(ref(0, "a"))
    table.frames.asked = asked
    send_preview(table, ref(0, "a"))
    assert table.viewport.frame is not None
    assert not table.viewport.frame.is_preview
    assert not table.viewport.loading
