"""What is shown when: first series, growth, stale answers, problems, prefetch, walking."""

from __future__ import annotations

from dataclasses import replace

from tests.hand_driven import Table, display_set, frame, ref
from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.errors import Problem, ProblemKind
from viewer.model.hierarchy import FrameRef, Instance
from viewer.model.luts import Window
from viewer.model.messages import message
from viewer.model.requests import ScanUpdate
from viewer.model.tasks import Progress
from viewer.workspace.presets import apply_digit, reset
from viewer.workspace.view_geometry import rotated


def scan_found(table: Table, *sets: DisplaySet, finished: bool = False, run: int = 0, first: str = "S") -> None:
    """A batch reached the library."""
    for one in sets:
        table.catalogue.sets = [known for known in table.catalogue.sets if known.key != one.key] + [one]
    studies = frozenset(one.study_instance_uid for one in sets)
    table.catalogue.patient_studies = {"P": sorted({one.study_instance_uid for one in table.catalogue.sets})}
    table.scanner.updates[run](ScanUpdate(Progress(10, 20, finished=finished), studies, first_study=first))
    table.turn()


def test_first_series_opens_with_the_first_batch() -> None:
    table = Table()
    table.workspace.opening.open_paths(["/a"])
    assert table.workspace.scan is not None
    scan_found(table, display_set("a", 1))
    assert table.viewport.reference == ref(0, "a")
    assert table.viewport.loading
    table.answer(ref(0, "a"))
    assert table.viewport.frame is not None
    assert not table.viewport.loading
    assert (table.viewport.data.center, table.viewport.data.width) == (40, 400)


def test_images_are_preferred_to_scouts_and_documents() -> None:
    table = Table()
    table.workspace.opening.open_paths(["/a"])
    scan_found(table, display_set("d", 1, kind=DisplaySetKind.DOCUMENT), display_set("s", 1, is_scout=True), display_set("i", 3))
    assert table.viewport.display_set is not None
    assert table.viewport.display_set.key == "i"


def test_scout_gives_way_while_untouched() -> None:
    table = Table()
    table.workspace.opening.open_paths(["/a"])
    scan_found(table, display_set("s", 1, is_scout=True))
    table.answer(ref(0, "s"))
    scan_found(table, display_set("i", 1))
    assert table.viewport.display_set is not None
    assert table.viewport.display_set.key == "i"
    scan_found(table, display_set("another", 40))
    assert table.viewport.display_set.key == "i"


def test_nothing_jumps_once_the_user_did_something() -> None:
    table = Table()
    table.workspace.opening.open_paths(["/a"])
    scan_found(table, display_set("s", 2, is_scout=True))
    table.answer(ref(0, "s"))
    table.viewport.set_view(rotated(table.viewport.view, 90))
    scan_found(table, display_set("i", 5))
    assert table.viewport.display_set is not None
    assert table.viewport.display_set.key == "s"


def test_growing_keeps_the_frame_that_the_user_works_on() -> None:
    table = Table()
    table.workspace.opening.open_paths(["/a"])
    late = display_set("a", 5)
    scan_found(table, replace(late, frames=(ref(3, "a"),)))
    table.answer(ref(3, "a"))
    picture = table.viewport.frame
    table.viewport.set_inverted(True)
    scan_found(table, late, finished=True)
    assert table.viewport.frame is picture
    assert (table.viewport.index, table.viewport.count) == (3, 5)
    assert table.viewport.shown_index == 3
    assert table.workspace.scan is None
    assert table.workspace.progress is None


def test_a_stack_that_nobody_touched_opens_at_its_first_image() -> None:
    table = Table()
    table.workspace.opening.open_paths(["/a"])
    late = display_set("a", 5)
    scan_found(table, replace(late, frames=(ref(3, "a"),)))
    table.answer(ref(3, "a"))
    picture = table.viewport.frame
    scan_found(table, replace(late, frames=late.frames[2:4]))
    assert table.viewport.frame is picture  # until the first one is there
    assert table.viewport.reference == ref(2, "a")
    scan_found(table, late, finished=True)
    table.answer(ref(2, "a"))
    table.answer(ref(0, "a"))
    assert (table.viewport.shown_index, table.viewport.count) == (0, 5)
    assert not table.viewport.loading


def test_a_stack_stays_where_the_user_scrolled_to() -> None:
    table = Table()
    table.workspace.opening.open_paths(["/a"])
    late = display_set("a", 5)
    scan_found(table, replace(late, frames=late.frames[3:]))
    table.answer(ref(3, "a"))
    table.workspace.opening.step(1)
    scan_found(table, late, finished=True)
    assert table.viewport.reference == ref(4, "a")


def test_frame_stays_when_its_series_is_split_meanwhile() -> None:
    table = Table()
    table.workspace.opening.open_paths(["/a"])
    scan_found(table, display_set("a", 2))
    table.answer(ref(0, "a"))
    table.catalogue.sets = []
    split = [replace(display_set("a", 2), key=f"a|echo {i}", frames=(ref(i, "a"),)) for i in (1, 0)]
    scan_found(table, *split)
    assert table.viewport.display_set is not None
    assert table.viewport.display_set.key == "a|echo 0"
    assert table.viewport.frame is not None


def test_answer_for_another_display_set_is_dropped() -> None:
    table = Table(display_set("a", 3), display_set("b", 3))
    first, second = table.catalogue.sets
    table.workspace.opening.show(table.viewport, first)
    table.workspace.opening.show(table.viewport, second)
    table.answer(ref(0, "a"))
    assert table.viewport.frame is None
    table.answer(ref(0, "b"))
    assert table.viewport.frame is not None
    assert table.viewport.frame.ref == ref(0, "b")


def test_older_answer_never_replaces_a_newer_picture() -> None:
    table = Table(display_set("a", 9))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    table.workspace.opening.step(1)
    table.answer(ref(1, "a"))
    table.answer(ref(0, "a"))
    assert table.viewport.frame is not None
    assert table.viewport.frame.ref == ref(1, "a")
    assert not table.viewport.loading


def test_fast_scrolling_shows_frames_on_the_way_and_ends_at_the_right_one() -> None:
    table = Table(display_set("a", 30))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    for _ in range(20):
        table.workspace.opening.step(1)
    assert [one for one, _, _ in table.frames.asked] == [ref(0, "a"), ref(1, "a")]
    table.answer(ref(0, "a"))
    assert table.viewport.frame is not None
    assert table.viewport.shown_index == 0
    assert table.viewport.loading
    assert [one for one, _, _ in table.frames.asked] == [ref(1, "a"), ref(20, "a")]
    table.answer(ref(20, "a"))
    table.answer(ref(1, "a"))
    assert table.viewport.shown_index == 20
    assert not table.viewport.loading


def test_a_request_that_hangs_does_not_hold_up_the_next() -> None:
    table = Table(display_set("a", 9))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    for _ in range(3):
        table.workspace.opening.step(1)
    table.ring()
    assert table.frames.asked[-1][0] == ref(3, "a")


def test_cached_frames_are_shown_at_every_step() -> None:
    table = Table(display_set("a", 9))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    table.answer(ref(0, "a"))
    for number in range(1, 9):
        table.frames.asked.clear()
        table.workspace.opening.go(number)
        table.answer(ref(number, "a"))
    seen: list[int] = []
    table.viewport.frame_changed.connect(lambda: seen.append(table.viewport.shown_index))
    for _ in range(8):
        table.workspace.opening.step(-1)
    assert seen == [7, 6, 5, 4, 3, 2, 1, 0]
    assert not table.frames.asked


def test_problem_is_said_in_place_of_the_picture() -> None:
    table = Table(display_set("a", 2))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    problem = Problem("/a", ProblemKind.BROKEN, message("The pixel data end too early."), message("Copy the file again."))
    table.answer(ref(0, "a"), problem)
    assert table.viewport.frame is None
    assert str(table.viewport.notice) == "The pixel data end too early. Copy the file again."
    table.workspace.opening.step(1)
    table.answer(ref(1, "a"))
    assert table.viewport.frame is not None
    assert not table.viewport.notice


def test_document_says_what_it_is() -> None:
    table = Table(replace(display_set("d", 1, kind=DisplaySetKind.DOCUMENT), sop_class_name="Basic Text SR"))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    assert str(table.viewport.notice).startswith("Basic Text SR: this object has no picture.")
    assert not table.frames.asked


def test_prefetch_follows_the_direction_and_is_asked_once_a_turn() -> None:
    table = Table(display_set("a", 50))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0], 20)
    table.turn()
    assert table.frames.ahead[table.viewport][:4] == [ref(21, "a"), ref(22, "a"), ref(23, "a"), ref(19, "a")]
    table.workspace.opening.step(-1)
    table.workspace.opening.step(-1)
    assert len(table.posted) == 1
    table.turn()
    assert table.frames.ahead[table.viewport][:4] == [ref(17, "a"), ref(16, "a"), ref(15, "a"), ref(19, "a")]
    table.workspace.opening.show(table.viewport, None)
    assert table.frames.ahead[table.viewport] == []


def test_what_is_here_already_is_not_planned_again_at_each_step() -> None:
    table = Table(display_set("a", 3))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    table.turn()
    for number in range(3):
        table.frames.cache[ref(number, "a")] = frame(ref(number, "a"))
    table.frames.ahead.clear()
    table.workspace.opening.step(1)
    table.turn()
    assert table.viewport.frame is not None
    assert table.frames.ahead == {}
    del table.frames.cache[ref(0, "a")]  # pushed out of the memory
    table.workspace.opening.step(1)
    table.turn()
    assert table.frames.ahead == {table.viewport: [ref(1, "a"), ref(0, "a")]}


def test_window_of_the_file_is_followed_until_the_user_changes_it() -> None:
    table = Table(display_set("a", 4))
    opening, viewport = table.workspace.opening, table.viewport
    opening.show(viewport, table.catalogue.sets[0])
    table.answer(ref(0, "a"), windows=(Window(10, 100),))
    opening.step(1)
    table.answer(ref(1, "a"), windows=(Window(20, 200),))
    assert (viewport.data.center, viewport.data.width) == (20, 200)
    viewport.set_inverted(True)
    opening.step(1)
    table.answer(ref(2, "a"), windows=(Window(30, 300),))
    assert (viewport.data.center, viewport.data.width, viewport.data.inverted) == (30, 300, True)
    viewport.set_data(replace(viewport.data, center=99.0))
    opening.step(1)
    table.answer(ref(3, "a"), windows=(Window(40, 400),))
    assert (viewport.data.center, viewport.data.width) == (99, 300)
    reset(viewport)
    assert (viewport.data.center, viewport.data.width, viewport.data.inverted) == (40, 400, False)


def test_computed_window_is_kept_for_the_stack() -> None:
    table = Table(display_set("a", 2))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    table.answer(ref(0, "a"), windows=())
    opened = table.viewport.data
    assert opened.center is not None
    table.workspace.opening.step(1)
    table.answer(ref(1, "a"), windows=())
    assert table.viewport.data == opened
    reset(table.viewport)
    assert table.viewport.data == opened


def test_digits_belong_to_a_modality() -> None:
    table = Table(display_set("a", 1))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    table.answer(ref(0, "a"), modality="MR")
    before = table.viewport.data
    apply_digit(table.workspace, 3)
    assert table.viewport.data == before
    assert table.said == ["The preset Lung is for CT images."]


def test_digits_on_ct() -> None:
    table = Table(display_set("a", 1))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    table.answer(ref(0, "a"), windows=(Window(40, 400, explanation="WINDOW1"), Window(-500, 1500, explanation="WINDOW2")))
    viewport = table.viewport
    apply_digit(table.workspace, 3)
    assert (viewport.data.width, viewport.data.center) == (1500, -600)
    apply_digit(table.workspace, 1)
    assert (viewport.data.width, viewport.data.center) == (400, 40)
    apply_digit(table.workspace, 1)
    assert (viewport.data.width, viewport.data.center) == (1500, -500)
    assert table.said[-1] == "Window of the file: WINDOW2 (2 of 2)"
    apply_digit(table.workspace, 0)
    assert viewport.data.width not in (400, 1500)


def test_walking_through_series_and_studies() -> None:
    table = Table(
        display_set("a", 2), display_set("b", 2), display_set("c", 2, study="T"), display_set("t", 1, study="T", is_scout=True)
    )
    opening, viewport = table.workspace.opening, table.viewport
    opening.show(viewport, table.catalogue.sets[0])
    opening.step_series(1)
    assert viewport.display_set is not None
    assert viewport.display_set.key == "b"
    opening.step_series(1)
    assert viewport.display_set.key == "b"
    assert table.said == ["This is the last series."]
    opening.step_study(1)
    assert viewport.display_set.key == "c"
    opening.step_study(1)
    assert table.said[-1] == "This is the last study."
    opening.step_study(-1)
    assert viewport.display_set.key == "a"


def test_frames_are_clamped() -> None:
    table = Table(display_set("a", 5))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    table.workspace.opening.step(10)
    assert table.viewport.index == 4
    table.workspace.opening.go(-3)
    assert table.viewport.index == 0


def test_two_scans_are_counted_together_and_cancelled_together() -> None:
    table = Table()
    table.workspace.opening.open_paths(["/a"])
    table.workspace.opening.open_paths(["/b"])
    scan_found(table, display_set("a", 1), run=0)
    scan_found(table, display_set("b", 1), run=1)
    assert table.workspace.progress is not None
    assert (table.workspace.progress.done, table.workspace.progress.total) == (20, 40)
    assert table.workspace.scan is not None
    table.workspace.scan.cancel()
    assert table.scanner.cancelled == 2
    scan_found(table, run=0, finished=True)
    assert table.workspace.scan is not None
    scan_found(table, run=1, finished=True)
    assert table.workspace.scan is None


GONE = Problem("", ProblemKind.MISSING_FILE, message("The file is not there."))


def archived(table: Table, archive: str) -> None:
    """All images came out of `archive`."""

    def instance(of: FrameRef) -> Instance:
        return Instance(of.sop_instance_uid, "", "", "S", "/cache/1", source=f"{archive}!/IM1" if archive else "")

    table.catalogue.instance = instance  # type: ignore[method-assign]


def test_an_image_out_of_an_archive_is_unpacked_again_once() -> None:
    table = Table(display_set("a", 3), display_set("b", 3))
    archived(table, "/media/cd.zip")
    opening, viewport = table.workspace.opening, table.viewport
    opening.show(viewport, table.catalogue.sets[0], 1)
    table.answer(ref(1, "a"), GONE)
    assert str(viewport.notice) == "Unpacking cd.zip again …"
    assert table.scanner.opened == [["/media/cd.zip"]]
    scan_found(table, display_set("b", 3))
    assert viewport.reference == ref(1, "a"), "what was asked for stays"
    scan_found(table, finished=True)
    table.answer(ref(1, "a"))
    assert viewport.frame is not None
    opening.step(1)
    table.answer(ref(2, "a"), GONE)
    assert str(viewport.notice) == "This came out of the archive cd.zip, which could not be unpacked again."
    assert len(table.scanner.opened) == 1
    opening.show(viewport, table.catalogue.sets[1])  # a new try of the user
    table.answer(ref(0, "b"), GONE)
    assert len(table.scanner.opened) == 2


def test_a_file_that_is_gone_for_good_says_so() -> None:
    table = Table(display_set("a", 3))
    archived(table, "")
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    table.answer(ref(0, "a"), GONE)
    assert str(table.viewport.notice) == "The file is not there."
    assert table.scanner.opened == []
