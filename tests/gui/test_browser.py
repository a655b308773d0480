"""The browser: lazy rows that hold still, search, opening, marks, thumbnails, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.browser_desk import CT, DOSE_REPORT, BrowserDesk, MemoryCatalogue, series
from viewer.model.display_set import DisplaySetKind
from viewer.model.hierarchy import Instance, Patient, Study
from viewer.model.messages import message
from viewer.model.requests import ScanUpdate
from viewer.model.tasks import Progress
from viewer.ui.browser.model import MOST_PATIENTS, PAGE
from viewer.ui.browser.panel import NEWS_WHILE_MOVING_MS
from viewer.ui.browser.properties import PropertiesDialog
from viewer.ui.browser.row_facts import facts_of, tool_tip
from viewer.ui.browser.row_texts import patient_line
from viewer.ui.browser.rows import DisplaySetRow, PatientRow
from viewer.ui.display_set_mime import DISPLAY_SET_MIME
from viewer.ui.i18n import Language

LEFT = Qt.MouseButton.LeftButton
NO_BUTTON = Qt.MouseButton.NoButton
NO_MODIFIER = Qt.KeyboardModifier.NoModifier


def person(key: str, name: str) -> Patient:
    return Patient(key, patient_id=f"id-{key}", patient_name=name, patient_sex="F")


def study(uid: str, patient: str, date: str, text: str = "") -> Study:
    return Study(uid, patient, study_date=date, study_description=text or f"Study {uid}", modalities_in_study=("CT",))


def two_patients() -> MemoryCatalogue:
    """Doe with two studies, Roe with one; Poe lies in the library only."""
    catalogue = MemoryCatalogue()
    doe, roe, poe = person("doe", "DOE^JANE"), person("roe", "ROE^RICHARD"), person("poe", "POE^EDGAR")
    report = series(
        "a2",
        "A",
        1,
        kind=DisplaySetKind.DOCUMENT,
        sop_class=DOSE_REPORT,
        class_name="X-Ray Radiation Dose SR Storage",
        modality="SR",
    )
    catalogue.add(doe, study("A", "doe", "20200312", "CT Head"), series("a1", "A", 28), report)
    catalogue.add(doe, study("B", "doe", "20190202", "CT Neck"), series("b1", "B", 3))
    catalogue.add(roe, study("C", "roe", "20010101", "Knee"), series("c1", "C", 120, instances=1, modality="US"))
    catalogue.add(poe, study("P", "poe", "18491007"), series("p1", "P", 5), opened=False)
    return catalogue


def made(qtbot: QtBot, catalogue: MemoryCatalogue) -> BrowserDesk:
    desk = BrowserDesk(catalogue)
    desk.panel.show()
    qtbot.waitExposed(desk.panel)
    desk.settle()
    return desk


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[BrowserDesk]:
    it = made(qtbot, two_patients())
    yield it
    it.dispose()


def place_of(desk: BrowserDesk, key: str) -> QPoint:
    tree = desk.panel.tree
    tree.executeDelayedItemsLayout()
    return tree.visualRect(desk.panel.model.index_of(desk.row(key))).center()


def click(desk: BrowserDesk, key: str, *, x: int | None = None, double: bool = False) -> None:
    place = place_of(desk, key)
    at = QPointF(x if x is not None else place.x(), place.y())
    surface = desk.panel.tree.viewport()
    kinds = [QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease]
    if double:
        kinds += [QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease]
    for kind in kinds:
        held = NO_BUTTON if kind is QEvent.Type.MouseButtonRelease else LEFT
        QApplication.sendEvent(surface, QMouseEvent(kind, at, surface.mapToGlobal(at), LEFT, held, NO_MODIFIER))
    desk.settle()


def search(desk: BrowserDesk, text: str) -> None:
    desk.panel.search.field.setText(text)
    desk.panel.search._say()
    desk.settle()


# What is listed


def test_lists_this_session_newest_study_first(desk: BrowserDesk) -> None:
    assert desk.titles() == [
        "DOE, JANE",
        "  CT Head",
        "    Series a1",
        "    Series a2",
        "  CT Neck",
        "    Series b1",
        "ROE, RICHARD",
        "  Knee",
        "    Series c1",
    ]


def test_library_lists_everything_with_studies_closed_where_there_are_many(qtbot: QtBot) -> None:
    catalogue = two_patients()
    for number in range(8):
        key = f"n{number}"
        catalogue.add(
            person(key, f"N{number}^X"), study(f"N{number}", key, f"199{number}0101"), series(f"s{number}", f"N{number}", 2)
        )
    desk = made(qtbot, catalogue)
    desk.panel.search.look_in_library()
    desk.settle()
    titles = desk.titles()
    assert titles[:5] == ["DOE, JANE", "  CT Head", "  CT Neck", "ROE, RICHARD", "  Knee"]
    assert not any(title.startswith("    ") for title in titles)
    click(desk, "A")
    assert desk.titles()[2] == "    Series a1"
    desk.dispose()


def test_fetches_pages_and_only_what_is_in_sight(qtbot: QtBot) -> None:
    catalogue = MemoryCatalogue()
    for number in range(450):
        uid = f"{number:03}"
        catalogue.add(person(uid, f"P{uid}"), study(uid, uid, f"2020{1 + number // 40:02}01"), series(f"s{uid}", uid, 2))
    desk = made(qtbot, catalogue)
    assert catalogue.pages == [(0, PAGE)]
    assert len([one for one in catalogue.asked if one.startswith("display_sets")]) < 20
    assert desk.panel.model.rowCount() == PAGE
    bar = desk.panel.tree.verticalScrollBar()
    for _ in range(60):
        bar.setValue(bar.maximum())
        desk.settle()
        if desk.panel.model.root.complete:
            break
    assert desk.panel.model.rowCount() == 450
    assert {limit for _, limit in catalogue.pages} == {PAGE}
    desk.dispose()


def test_painting_asks_the_catalogue_nothing(desk: BrowserDesk) -> None:
    desk.catalogue.asked.clear()
    desk.panel.grab()
    model = desk.panel.model
    for row in desk.panel.tree.rows_in_sight():
        model.data(model.index_of(row), Qt.ItemDataRole.AccessibleTextRole)
        model.hasChildren(model.index_of(row))
    assert desk.catalogue.asked == []


def test_instances_are_listed_on_demand(desk: BrowserDesk) -> None:
    desk.catalogue.asked.clear()
    row = desk.row("b1")
    assert row.children == []
    desk.panel.tree.setExpanded(desk.panel.model.index_of(row), True)
    desk.settle()
    assert [title.strip() for title in desk.titles() if "Image" in title] == ["Image 1", "Image 2", "Image 3"]
    assert desk.catalogue.asked.count("instance") == 3
    assert not desk.panel.model.hasChildren(desk.panel.model.index_of(desk.row("c1")))  # one instance: nothing to choose


# News


def test_only_changed_studies_are_fetched_again(desk: BrowserDesk) -> None:
    desk.catalogue.sets["B"].append(series("b2", "B", 9))
    desk.catalogue.asked.clear()
    desk.announce("B")
    assert "    Series b2" in desk.titles()
    assert [one for one in desk.catalogue.asked if one.startswith("display_sets")] == ["display_sets B"]
    assert "patients" not in desk.catalogue.asked


def test_new_patient_takes_its_place_by_date(desk: BrowserDesk) -> None:
    desk.catalogue.add(person("moe", "MOE^MAX"), study("M", "moe", "20100101"), series("m1", "M", 2))
    desk.announce("M")
    names = [title for title in desk.titles() if not title.startswith(" ")]
    assert names == ["DOE, JANE", "MOE, MAX", "ROE, RICHARD"]


def test_forgotten_study_goes_and_takes_its_patient_along(desk: BrowserDesk) -> None:
    del desk.catalogue.all_studies["C"]
    desk.announce("C")
    assert not any("ROE" in title for title in desk.titles())
    del desk.catalogue.all_studies["B"]
    desk.announce("B")
    assert desk.titles() == ["DOE, JANE", "  CT Head", "    Series a1", "    Series a2"]


def test_patient_moves_up_with_a_newer_study(desk: BrowserDesk) -> None:
    desk.catalogue.add(person("roe", "ROE^RICHARD"), study("C2", "roe", "20220101"), series("c9", "C2", 4))
    desk.announce("C2")
    assert desk.titles()[:3] == ["ROE, RICHARD", "  Study C2", "    Series c9"]


def test_nothing_moves_under_the_eyes_while_a_scan_fills_the_list(qtbot: QtBot) -> None:
    catalogue = MemoryCatalogue()
    for number in range(30):
        key = f"k{number:02}"
        catalogue.add(person(key, f"K{key}"), study(f"S{key}", key, f"20100{1 + number % 9}01"), series(f"s{key}", f"S{key}", 2))
    desk = made(qtbot, catalogue)
    tree = desk.panel.tree
    tree.verticalScrollBar().setValue(900)
    desk.settle()
    seen = tree.rows_in_sight()[2]
    tree.setCurrentIndex(desk.panel.model.index_of(seen))
    before = tree.visualRect(desk.panel.model.index_of(seen)).top()
    for number in range(20):
        key = f"new{number}"
        catalogue.add(person(key, f"N{key}"), study(f"S{key}", key, "20240101"), series(f"s{key}", f"S{key}", 2))
        desk.announce(f"S{key}")
    assert tree.visualRect(desk.panel.model.index_of(seen)).top() == before
    assert tree.current_row() is seen
    desk.dispose()


def test_closed_study_stays_closed(desk: BrowserDesk) -> None:
    click(desk, "A", x=6)
    assert "    Series a1" not in desk.titles()
    desk.catalogue.sets["A"].append(series("a9", "A", 2))
    desk.announce("A")
    assert "    Series a9" not in desk.titles()
    search(desk, "doe")
    assert "    Series a1" not in desk.titles()
    click(desk, "A")
    assert "    Series a9" in desk.titles()


def test_growing_series_keeps_its_row_and_selection(desk: BrowserDesk) -> None:
    row = desk.row("a1")
    desk.panel.tree.setCurrentIndex(desk.panel.model.index_of(row))
    desk.catalogue.sets["A"][0] = series("a1", "A", 60)
    desk.announce("A")
    assert desk.panel.tree.current_row() is row
    assert isinstance(row, DisplaySetRow)
    assert len(row.display_set.frames) == 60


def test_many_news_at_once_are_taken_in_turns(desk: BrowserDesk) -> None:
    uids = []
    for number in range(150):
        key = f"m{number}"
        desk.catalogue.add(person(key, f"M{number}"), study(key, key, "20000101"), series(f"x{key}", key, 1))
        uids.append(key)
    desk.workspace.scan_updated(ScanUpdate(Progress(1), frozenset(uids)))
    desk.panel._refetch.stop()
    desk.panel._take_news()
    assert 0 < len(desk.panel._news) < 150
    while desk.panel._news:
        desk.panel._take_news()
    assert desk.panel.model.rowCount() == 152


def test_news_wait_while_the_hand_moves_but_not_for_ever(desk: BrowserDesk) -> None:
    desk.panel._hand_is_moving = lambda: True
    desk.catalogue.add(person("N", "New"), study("N", "N", "20200101"), series("n1", "N", 1))
    desk.workspace.scan_updated(ScanUpdate(Progress(1), frozenset(("N",))))
    rows = desk.panel.model.rowCount()
    desk.panel._take_news()
    assert desk.panel.model.rowCount() == rows
    assert desk.panel._refetch.isActive()
    desk.panel._news_since -= NEWS_WHILE_MOVING_MS / 1000
    desk.panel._take_news()
    assert desk.panel.model.rowCount() == rows + 1


def many_patients(count: int, first: int = 0) -> MemoryCatalogue:
    """All with a study of the same day but for the hundreds."""
    catalogue = MemoryCatalogue()
    for number in range(first, first + count):
        key = f"{number:05}"
        catalogue.add(person(key, f"P{key}"), study(key, key, f"20{99 - number // 100:02}0101"), series(f"s{key}", key, 1))
    return catalogue


def test_pages_after_news_leave_nobody_out(qtbot: QtBot) -> None:
    catalogue = many_patients(430)
    desk = made(qtbot, catalogue)
    for number in range(30):
        key = f"1{number:04}"
        catalogue.add(person(key, f"N{key}"), study(key, key, "20990101"), series(f"s{key}", key, 1))
        desk.announce(key)
    while desk.panel.model.more():
        pass
    assert {row.key for row in desk.panel.model.root.children} == set(catalogue.people)
    desk.dispose()


def test_news_add_up_to_a_bound_and_the_rest_comes_by_pages(qtbot: QtBot) -> None:
    desk = made(qtbot, MemoryCatalogue())
    catalogue = desk.catalogue
    for start in range(0, 1300, 100):
        more = many_patients(100, start)
        for key, one in more.people.items():
            catalogue.add(one, more.all_studies[key], *more.sets[key])
        desk.panel._news.update(dict.fromkeys(more.people))
        while desk.panel._news:
            desk.panel._take_news()
        desk.panel._refetch.stop()
    assert desk.panel.model.rowCount() <= MOST_PATIENTS
    assert not desk.panel.model.root.complete
    while desk.panel.model.more():
        pass
    assert desk.panel.model.rowCount() == 1300
    desk.dispose()


# Search


def test_search_narrows_and_clears(desk: BrowserDesk) -> None:
    search(desk, "roe")
    assert desk.titles() == ["ROE, RICHARD", "  Knee", "    Series c1"]
    desk.panel.search.clear()
    desk.settle()
    assert len(desk.titles()) == 9


def test_search_waits_for_the_typing_to_pause(desk: BrowserDesk, qtbot: QtBot) -> None:
    desk.catalogue.asked.clear()
    qtbot.keyClicks(desk.panel.search.field, "roe")
    assert desk.catalogue.asked.count("patients") == 0
    qtbot.waitUntil(lambda: desk.catalogue.asked.count("patients") == 1)
    assert desk.panel.model.query.text == "roe"


def test_nothing_found_offers_to_clear_or_to_look_in_the_library(desk: BrowserDesk) -> None:
    search(desk, "poe")
    empty = desk.panel.empty
    assert empty.isVisible()
    assert empty._title.text() == "Nothing found"
    empty.library.click()
    desk.settle()
    assert desk.titles() == ["POE, EDGAR", "  Study P", "    Series p1"]
    search(desk, "nobody")
    assert empty.isVisible()
    assert not empty.library.isVisible()
    empty.clear.click()
    desk.settle()
    assert not empty.isVisible()


def test_filters_ask_for_modality_and_dates(desk: BrowserDesk) -> None:
    popup = desk.panel.search.popup
    popup.span.setCurrentIndex(popup.span.count() - 1)
    popup._on_span()
    popup.first.setText("2020-01-01")
    popup._on_dates()
    desk.settle()
    assert desk.titles() == ["DOE, JANE", "  CT Head", "    Series a1", "    Series a2"]
    assert desk.panel.search.filter_button.isChecked()
    popup.modality.setCurrentIndex(popup.modality.findData("MR"))
    popup.changed.emit()
    desk.settle()
    assert desk.panel.empty.isVisible()
    assert desk.panel.search.filter_button.toolTip().startswith("MR · ")
    popup.reset_button.click()
    desk.settle()
    assert len(desk.titles()) == 9
    assert not desk.panel.search.filter_button.isChecked()


def test_typing_in_the_list_searches(desk: BrowserDesk, qtbot: QtBot) -> None:
    desk.panel.tree.setFocus()
    qtbot.keyClicks(desk.panel.tree, "kn")
    assert desk.panel.search.field.text() == "kn"
    assert desk.panel.search.field.hasFocus()


def test_keyboard_goes_from_search_to_list(desk: BrowserDesk, qtbot: QtBot) -> None:
    desk.panel.search.field.setFocus()
    qtbot.keyClick(desk.panel.search.field, Qt.Key.Key_Down)
    assert desk.panel.tree.hasFocus()
    assert desk.panel.tree.current_row() is desk.row("doe")
    qtbot.keyClick(desk.panel.tree, Qt.Key.Key_Down)
    assert desk.panel.tree.current_row() is desk.row("A")
    qtbot.keyClick(desk.panel.tree, Qt.Key.Key_Left)
    desk.settle()
    assert "    Series a1" not in desk.titles()
    qtbot.keyClick(desk.panel.tree, Qt.Key.Key_Left)
    assert desk.panel.tree.current_row() is desk.row("doe")


# Empty and busy


def test_empty_states(qtbot: QtBot) -> None:
    desk = made(qtbot, MemoryCatalogue())
    empty = desk.panel.empty
    assert empty._title.text() == "Nothing opened yet"
    desk.workspace.opening.open_paths(["/data"])
    desk.scanner.updates[0](ScanUpdate(Progress(12, 30)))
    desk.settle()
    assert empty._title.text() == "Reading …"
    assert empty._hint.text() == "Reading 12 of 30 files"
    desk.scanner.updates[0](ScanUpdate(Progress(30, 30, finished=True)))
    desk.settle()
    assert empty._title.text() == "Nothing opened yet"
    desk.panel.search.look_in_library()
    assert empty._title.text() == "The library is empty"
    desk.dispose()


# Opening


def test_double_click_and_enter_open_in_the_active_viewport(desk: BrowserDesk, qtbot: QtBot) -> None:
    active = desk.workspace.layout.active
    click(desk, "b1", double=True)
    assert active.display_set is not None
    assert active.display_set.key == "b1"
    desk.panel.tree.setCurrentIndex(desk.panel.model.index_of(desk.row("a1")))
    qtbot.keyClick(desk.panel.tree, Qt.Key.Key_Return)
    assert active.display_set.key == "a1"


def test_single_click_only_selects(desk: BrowserDesk) -> None:
    click(desk, "b1")
    assert desk.workspace.layout.active.display_set is None
    assert desk.panel.tree.current_row() is desk.row("b1")


def test_study_opens_its_best_series_and_an_instance_its_own_frame(desk: BrowserDesk) -> None:
    desk.panel.open_row(desk.row("A"))
    active = desk.workspace.layout.active
    assert active.display_set is not None
    assert active.display_set.key == "a1"
    desk.panel.tree.setExpanded(desk.panel.model.index_of(desk.row("b1")), True)
    desk.settle()
    desk.panel.open_row(desk.row("b1.2/0"))
    assert active.display_set.key == "b1"
    assert active.index == 2


def test_opens_in_the_next_viewport(desk: BrowserDesk) -> None:
    layout = desk.workspace.layout
    desk.panel.open_row(desk.row("a1"))
    desk.panel.open_in_next(desk.row("b1"))
    assert (layout.rows, layout.columns) == (1, 2)
    assert [one.display_set.key for one in layout.viewports if one.display_set] == ["a1", "b1"]
    assert layout.active_index == 1


def test_what_is_on_screen_is_marked(desk: BrowserDesk) -> None:
    ground = QColor(desk.theme.colours.accent_ground)

    def ground_of(key: str) -> QColor:
        picture = desk.panel.tree.viewport().grab().toImage()
        place = place_of(desk, key)
        return picture.pixelColor(250, place.y())

    assert ground_of("b1") != ground
    desk.panel.open_row(desk.row("b1"))
    desk.panel.open_in_next(desk.row("c1"))
    assert ground_of("b1") == ground
    assert ground_of("c1") == ground
    assert ground_of("a1") != ground
    index = desk.panel.model.index_of(desk.row("c1"))
    assert desk.panel.model.data(index, Qt.ItemDataRole.AccessibleTextRole).endswith(", on screen")
    desk.workspace.opening.close_study("B")
    assert ground_of("b1") != ground


def test_dragged_card_carries_its_key(desk: BrowserDesk) -> None:
    model = desk.panel.model
    index = model.index_of(desk.row("b1"))
    assert bytes(model.mimeData([index]).data(DISPLAY_SET_MIME).data()) == b"b1"
    assert model.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    assert not model.flags(model.index_of(desk.row("doe"))) & Qt.ItemFlag.ItemIsDragEnabled
    pixmap = desk.panel.tree.drag_pixmap(index)
    assert pixmap.height() == 60


# Thumbnails


def test_thumbnails_are_asked_for_in_visible_order_without_documents(desk: BrowserDesk) -> None:
    assert desk.thumbnails.wishes[-1] == ["a1", "b1", "c1"]
    assert desk.thumbnails.size == 48


def test_thumbnail_is_drawn_when_it_arrives(desk: BrowserDesk) -> None:
    picture = np.full((48, 48), 0xFF20C040, np.uint32)
    picture[:24] = 0xFFC02040
    desk.thumbnails.answer("a1", picture)
    desk.settle()
    shown = desk.panel.tree.viewport().grab().toImage()
    place = place_of(desk, "a1")
    assert shown.pixelColor(40, place.y() - 12) == QColor(0xC0, 0x20, 0x40)
    assert shown.pixelColor(40, place.y() + 12) == QColor(0x20, 0xC0, 0x40)
    desk.catalogue.sets["B"].append(series("b2", "B", 9))
    desk.announce("B")
    assert desk.thumbnails.wishes[-1] == ["b1", "b2", "c1"]


def test_thumbnail_is_asked_for_again_when_the_stack_has_doubled(desk: BrowserDesk) -> None:
    for key in ("a1", "b1", "c1"):
        desk.thumbnails.answer(key, np.full((48, 48), 0xFF000000, np.uint32))
    desk.settle()
    wishes = len(desk.thumbnails.wishes)
    desk.catalogue.sets["A"][0] = series("a1", "A", 30)
    desk.announce("A")
    assert len(desk.thumbnails.wishes) == wishes
    desk.catalogue.sets["A"][0] = series("a1", "A", 56)
    desk.announce("A")
    assert desk.thumbnails.wishes[-1] == ["a1"]


def test_what_gave_no_picture_is_asked_for_again_after_a_scan(desk: BrowserDesk) -> None:
    desk.thumbnails.answer("a1", np.full((48, 48), 0xFF000000, np.uint32))
    for key in ("b1", "c1"):
        desk.thumbnails.answer(key, None)
    desk.settle()
    wishes = len(desk.thumbnails.wishes)
    desk.workspace.opening.open_paths(["/media/cd.zip"])
    desk.scanner.updates[0](ScanUpdate(Progress(1, 2)))
    desk.settle()
    assert len(desk.thumbnails.wishes) == wishes
    desk.scanner.updates[0](ScanUpdate(Progress(2, 2, finished=True)))
    desk.settle()
    assert desk.thumbnails.wishes[-1] == ["b1", "c1"]


def test_late_thumbnail_after_closing_is_dropped(desk: BrowserDesk) -> None:
    done = desk.thumbnails.done
    assert done is not None
    desk.workspace.close()
    before = len(desk.posted)
    done("a1", np.zeros((48, 48), np.uint32))
    assert len(desk.posted) == before


def test_series_without_a_picture_whose_file_is_gone_says_so(desk: BrowserDesk, qtbot: QtBot, tmp_path: Path) -> None:
    def gone(key: str) -> bool:
        desk.settle()
        return key in desk.panel.marks.gone

    qtbot.waitUntil(lambda: gone("a2"))  # the report at /data/a2.0.dcm
    assert not gone("b1")
    desk.thumbnails.answer("b1", None)
    qtbot.waitUntil(lambda: gone("b1"))
    assert "not found" in desk.panel._tool_tip(desk.row("b1"))


# Words


def test_rows_say_who_what_and_how_much(qtbot: QtBot) -> None:
    language = Language()
    language.use("en")
    desk = made(qtbot, two_patients())
    said = [
        desk.panel.model.data(desk.panel.model.index_of(desk.row(key)), Qt.ItemDataRole.AccessibleTextRole)
        for key in ["doe", "A", "a1", "a2", "c1"]
    ]
    said = [one.removesuffix(", file not found") for one in said]  # a thread may have found that out by now
    assert said == [
        "Patient, DOE, JANE, F · ID id-doe",
        "Study, CT Head, 12 Mar 2020 · 2 series",
        "CT, Series a1, 28 images",
        "SR, Series a2, X-Ray Radiation Dose SR",
        "US, Series c1, 120 frames",
    ]
    desk.dispose()
    language.stop()


def test_language_changes_live(desk: BrowserDesk) -> None:
    language = Language()
    language.use("ru")
    desk.settle()
    index = desk.panel.model.index_of(desk.row("A"))
    assert "12 мар" in desk.panel.model.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert desk.panel.search.field.placeholderText() != "Search name, ID, date, text"
    language.stop()


def test_facts_and_copies_carry_no_marks_of_direction(desk: BrowserDesk) -> None:
    language = Language()
    language.use("ru")
    facts = dict(facts_of(desk.row("A"), None))
    assert "12 мар. 2020" in facts.values()
    assert not any("\ufffd" in value or "\u2068" in value for value in facts.values())
    menu = desk.panel.menu.build(desk.row("A"), None)
    next(action for action in menu.actions() if action.text() in ("Copy text", "Копировать текст")).trigger()
    assert QGuiApplication.clipboard().text().endswith("CT Head, 12 мар. 2020 · 2 серии")
    menu.deleteLater()
    language.stop()


def test_split_reason_is_said(desk: BrowserDesk) -> None:
    desk.catalogue.sets["B"] = [series("b1", "B", 3, reason=message("b = {value}", value=1000))]
    desk.announce("B")
    text = desk.panel.model.data(desk.panel.model.index_of(desk.row("b1")), Qt.ItemDataRole.AccessibleTextRole)
    assert text.endswith("b = 1000")


def test_hostile_text_is_harmless(desk: BrowserDesk) -> None:
    evil = "<b>x</b>\u202eCT\x07\n" + "y" * 5000
    desk.catalogue.add(Patient("e", patient_name=evil), study("E", "e", "20210101", evil), series("e1", "E", 2, label=evil))
    desk.announce("E")
    texts = [desk.panel.model.data(desk.panel.model.index_of(desk.row(key))) for key in ("e", "E", "e1")]
    for text in texts:
        assert "\u202e" not in text
        assert "\n" not in text
        assert len(text) <= 202
    instance = Instance("1.2", CT, "s", "S", "/data/<i>.dcm")
    tip = tool_tip(desk.row("e1"), instance)
    assert "<b>x" not in tip
    assert "&lt;b&gt;x" in tip
    desk.panel.grab()


def test_accessible_tree(desk: BrowserDesk) -> None:
    interface = QAccessible.queryAccessibleInterface(desk.panel.tree)
    assert interface.text(QAccessible.Text.Name) == "Patients, studies and series"
    assert desk.panel.search.field.accessibleName()
    assert desk.panel.search.filter_button.accessibleName()


# The menu


def actions(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def test_menu_of_a_series(desk: BrowserDesk) -> None:
    row = desk.row("a1")
    menu = desk.panel.menu.build(row, desk.panel._instance_of(row))
    assert actions(menu) == [
        "Open",
        "Open in the next viewport",
        "List the images",
        "Show in file manager",
        "Copy path",
        "Copy text",
        "Close study",
        "Look for missing files",
        "Take out of the library",
        "Properties …",
    ]
    by_text = {action.text(): action for action in menu.actions()}
    assert by_text["Close study"].isEnabled()
    by_text["Copy path"].trigger()
    assert QGuiApplication.clipboard().text() == "/data/a1.0.dcm"
    by_text["Open"].trigger()
    assert desk.workspace.layout.active.display_set is not None
    menu.deleteLater()


def test_menu_closes_a_study_of_this_session(desk: BrowserDesk, qtbot: QtBot) -> None:
    desk.panel.open_row(desk.row("b1"))
    menu = desk.panel.menu.build(desk.row("B"), None)
    next(action for action in menu.actions() if action.text() == "Close study").trigger()
    assert desk.workspace.layout.active.display_set is None

    def is_gone() -> bool:
        desk.settle()
        return "  CT Neck" not in desk.titles()

    qtbot.waitUntil(is_gone)
    assert "B" in desk.catalogue.all_studies
    desk.panel.search.look_in_library()
    desk.settle()
    again = desk.panel.menu.build(desk.row("B"), None)
    assert not next(action for action in again.actions() if action.text() == "Close study").isEnabled()
    menu.deleteLater()
    again.deleteLater()


def test_menu_takes_a_study_out_of_the_library(desk: BrowserDesk, qtbot: QtBot) -> None:
    menu = desk.panel.menu.build(desk.row("B"), None)
    next(action for action in menu.actions() if action.text() == "Take out of the library").trigger()

    def is_out() -> bool:
        desk.settle()
        return "  CT Neck" not in desk.titles()

    qtbot.waitUntil(is_out)
    assert desk.catalogue.forgotten == ["B"]
    menu.deleteLater()


def test_properties_tell_all_and_copy(desk: BrowserDesk) -> None:
    row = desk.row("a1")
    menu = desk.panel.menu.build(row, desk.panel._instance_of(row))
    next(action for action in menu.actions() if action.text() == "Properties …").trigger()
    dialog = next(one for one in desk.panel.findChildren(PropertiesDialog))
    dialog.copy()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert "Transfer syntax\tExplicit VR Little Endian" in lines
    assert "Pixels\t512 × 512" in lines
    assert "First file\t/data/a1.0.dcm" in lines
    dialog.close()
    menu.deleteLater()


# The look


@pytest.mark.parametrize(("scheme", "size"), [("dark", 80), ("light", 150), ("high_contrast", 200)])
def test_every_look_fits(desk: BrowserDesk, scheme: str, size: int) -> None:
    desk.theme.set_look(scheme, size)
    desk.settle()
    tree = desk.panel.tree
    row = desk.panel.model.index_of(desk.row("a1"))
    assert tree.visualRect(row).height() == desk.theme.px(62)
    assert desk.panel.search.session.font().pixelSize() == desk.theme.px(12)
    assert not desk.panel.grab().isNull()
    desk.theme.set_look("dark", 100)
    QCoreApplication.processEvents()


def test_series_on_screen_comes_into_sight_and_stays(qtbot: QtBot) -> None:
    catalogue = MemoryCatalogue()
    for number in range(40):
        key = f"k{number:02}"
        catalogue.add(
            person(key, f"K{key}"), study(f"S{key}", key, f"2010{12 - number % 12:02}01"), series(f"s{key}", f"S{key}", 2)
        )
    desk = made(qtbot, catalogue)
    last = desk.panel.model.root.children[-1].key
    display_set = catalogue.display_set(f"s{last}")
    assert f"    Series s{last}" not in desk.titles()
    desk.workspace.opening.show(desk.workspace.layout.active, display_set)
    desk.settle()
    assert f"    Series s{last}" in desk.titles()
    before = place_of(desk, f"s{last}")
    for number in range(5):
        key = f"new{number}"
        catalogue.add(person(key, f"N{key}"), study(f"S{key}", key, "20240101"), series(f"s{key}", f"S{key}", 2))
        desk.announce(f"S{key}")
    assert place_of(desk, f"s{last}") == before
    desk.dispose()


@pytest.mark.parametrize(
    ("born", "age"),
    [("19780312", "42 y"), ("19780313", "41 y"), ("20190601", "9 months"), ("", ""), ("18000101", ""), ("20210101", "")],
)
def test_age_is_reckoned_where_the_study_does_not_state_it(desk: BrowserDesk, born: str, age: str) -> None:
    desk.catalogue.people["doe"] = Patient(
        "doe", "id", patient_name="DOE^JANE", patient_birth_date=born, latest_study_date="20200312"
    )
    desk.announce("A")
    row = desk.row("doe")
    assert isinstance(row, PatientRow)
    assert patient_line(row) == (f"{age} · ID id" if age else "ID id")


def test_rows_that_open_up_above_push_nothing_down(qtbot: QtBot) -> None:
    catalogue = MemoryCatalogue()
    for number in range(60):
        key = f"k{number:02}"
        sets = [series(f"s{key}{n}", f"S{key}", 2) for n in range(3)]
        catalogue.add(person(key, f"K{key}"), study(f"S{key}", key, f"20{60 - number:02}0101"), *sets)
    desk = made(qtbot, catalogue)
    tree, bar = desk.panel.tree, desk.panel.tree.verticalScrollBar()
    bar.setValue(bar.maximum())
    desk.settle()
    for _ in range(12):
        seen = tree.rows_in_sight()[1]
        before = tree.visualRect(desk.panel.model.index_of(seen)).top()
        value = bar.value()
        bar.setValue(value - 120)
        moved = value - bar.value()
        desk.settle()
        assert tree.visualRect(desk.panel.model.index_of(seen)).top() == before + moved
    desk.dispose()
