"""The inspector follows the scroll, keeps its place, filters, copies and says why it has nothing to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QItemSelectionModel, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.hand_driven import Table, display_set
from tests.tag_files import CLASS, ITEM, bare, element, part10, saved
from viewer.dicom.tag_tree import read_tags, read_value
from viewer.model.errors import NegatoscopeError, Problem
from viewer.model.hierarchy import FrameRef, Instance
from viewer.model.tags import TagPath, TagTree, WholeValue
from viewer.ui.i18n import Language
from viewer.ui.inspector import follower
from viewer.ui.inspector.panel import InspectorPanel
from viewer.ui.inspector.tag_model import NAME, PAGE, VALUE
from viewer.ui.inspector.value_dialog import ValueDialog, hex_lines
from viewer.ui.theme import Theme


class Desk:
    """An inspector beside a stack of files; what it asks to read waits in `asked`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.table = Table(display_set("1", 40), display_set("2", 3))
        self.files: dict[FrameRef, str] = {}
        self.table.catalogue.instance = self.instance  # type: ignore[method-assign]
        self.asked: list[tuple[str, Callable[[TagTree | Problem], None]]] = []
        self.theme = Theme()
        self.language = Language()
        self.language.use("en")
        self.panel = InspectorPanel(self.table.workspace, self.theme, self.read, self.read_value)
        self.panel.resize(336, 700)
        self.panel.show()

    def instance(self, of: FrameRef) -> Instance | None:
        path = self.files.get(of)
        return None if path is None else Instance(of.sop_instance_uid, "", "", "", path, file_mtime_ns=hash(path))

    def read(self, path: str, done: Callable[[TagTree | Problem], None]) -> None:
        self.asked.append((path, done))

    def read_value(self, place: tuple[str, TagPath], done: Callable[[WholeValue | Problem], None]) -> None:
        done(read_value(*place))

    def put(self, number: int, content: bytes, series: str = "1") -> None:
        self.files[FrameRef(f"{series}.{number}")] = saved(self.folder, content, f"{series}.{number}.dcm")

    def answer(self) -> None:
        """Read what was asked for last, as the reader does."""
        path, done = self.asked[-1]
        self.asked.clear()
        try:
            done(read_tags(path))
        except NegatoscopeError as error:
            done(error.problem())
        QCoreApplication.processEvents()

    def show(self, qtbot: QtBot, number: int = 0, series: int = 0) -> None:
        """Bring image `number` to the viewport and its tags to the panel."""
        made = self.table.catalogue.sets[series]
        if self.table.viewport.display_set is not made:
            self.table.viewport.set_display_set(made, number)
        else:
            self.table.viewport.set_index(number)
        qtbot.waitUntil(lambda: bool(self.asked))
        self.answer()

    def rows(self) -> list[tuple[str, str]]:
        """(name, value) of every row on screen and below, nested ones where they are open."""
        view, model = self.panel.tags.view, self.panel.tags.model
        found, index = [], model.index(0, 0)
        while index.isValid():
            found.append((model.index_of(model.node_of(index), NAME).data(), model.index_of(model.node_of(index), VALUE).data()))
            index = view.indexBelow(index)
        return found

    def choose(self, *path: int) -> int:
        model, view = self.panel.tags.model, self.panel.tags.view
        assert model.tree is not None
        node = model.tree.find(path)
        assert node is not None
        how = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        view.selectionModel().setCurrentIndex(model.index_of(node), how)
        return node

    def has_said(self, dialog: ValueDialog, words: str) -> bool:
        self.table.turn()
        return words in dialog.about.text()

    def dispose(self) -> None:
        self.panel.follower.dispose()
        self.language.stop()
        self.panel.close()
        self.panel.deleteLater()


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.dispose()


def slice_file(number: int, *more: bytes) -> bytes:
    code = bare(ITEM, element(0x00080100, b"SH", b"T-1 ") + element(0x00080104, b"LO", b"Chest "))
    data = CLASS + element(0x00080020, b"DA", b"20200312") + element(0x00080060, b"CS", b"CT")
    data += element(0x00082218, b"SQ", code) + element(0x00100010, b"PN", b"Doe^John")
    data += element(0x00200013, b"IS", f"{number:<2}".encode()) + b"".join(more)
    return part10(data + element(0x7FE00010, b"OW", bytes(4000)))


def test_shows_what_is_in_the_viewport(desk: Desk, qtbot: QtBot) -> None:
    assert "shown here" in desk.panel.tags.empty.text()
    assert not desk.panel.tags.filter.isEnabled()
    desk.put(0, slice_file(1))
    desk.show(qtbot)
    rows = dict(desk.rows())
    assert rows["SOP Class UID"] == "CT Image Storage"
    assert rows["Study Date"] == "12 Mar 2020"
    assert rows["Pixel Data"].startswith("4,000 bytes")
    assert rows["Anatomic Region Sequence"].endswith("· Chest")
    assert [value.text() for value in desk.panel.tags.facts.values][:2] == ["CT Image Storage", "Explicit VR Little Endian"]
    desk.table.viewport.set_display_set(None)
    qtbot.waitUntil(lambda: desk.panel.tags.model.tree is None)
    assert desk.panel.tags.pages.currentIndex() == 0


def test_quick_scrolling_reads_only_where_it_rests(desk: Desk, qtbot: QtBot) -> None:
    for number in range(40):
        desk.put(number, slice_file(number))
    desk.show(qtbot)
    for number in range(1, 40):
        desk.table.viewport.set_index(number)
        QCoreApplication.processEvents()
    assert desk.asked == []
    qtbot.waitUntil(lambda: bool(desk.asked))
    assert [Path(path).name for path, _ in desk.asked] == ["1.39.dcm"]
    desk.answer()
    assert dict(desk.rows())["Instance Number"] == "39"


def test_a_playing_stack_is_looked_at_now_and_then(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "PLAYING_MS", 150)
    for number in range(40):
        desk.put(number, slice_file(number))
    desk.show(qtbot)
    viewport = desk.table.viewport
    viewport.set_cine_rate(50.0)
    played = QTimer()
    played.timeout.connect(lambda: viewport.set_index((viewport.index + 1) % 40))
    played.start(20)
    qtbot.waitUntil(lambda: bool(desk.asked))  # although no two pictures are REST_MS apart
    desk.asked.clear()
    played.stop()
    viewport.set_cine_rate(None)
    viewport.set_index(39)
    qtbot.waitUntil(lambda: bool(desk.asked) and desk.asked[-1][0].endswith("1.39.dcm"))


def test_an_answer_that_comes_too_late_is_dropped(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, slice_file(1))
    desk.put(1, slice_file(2))
    desk.show(qtbot)
    desk.table.viewport.set_index(1)
    qtbot.waitUntil(lambda: bool(desk.asked))
    late = desk.asked.pop()
    desk.table.viewport.set_index(0)
    qtbot.waitUntil(lambda: bool(desk.asked))
    desk.answer()
    late[1](read_tags(late[0]))
    assert dict(desk.rows())["Instance Number"] == "1"


@pytest.mark.parametrize(
    "other", [slice_file(2), slice_file(2, element(0x00200020, b"CS", b"")), slice_file(2, element(0x00200010, b"SH", b"7 "))]
)
def test_place_is_kept_from_image_to_image(desk: Desk, qtbot: QtBot, other: bytes) -> None:
    more = b"".join(element(0x00211000 + n, b"LO", b"x ") for n in range(80))
    desk.put(0, slice_file(1, more))
    desk.put(1, other.replace(element(0x7FE00010, b"OW", bytes(4000)), more + element(0x7FE00010, b"OW", bytes(4000))))
    desk.show(qtbot)
    view = desk.panel.tags.view
    view.setExpanded(desk.panel.tags.model.index_of(desk.choose(0x00082218)), True)
    desk.choose(0x00082218, 0)
    bar = view.verticalScrollBar()
    bar.setValue(37)
    top = view.indexAt(view.viewport().rect().topLeft())
    name = desk.panel.tags.model.index_of(desk.panel.tags.model.node_of(top), NAME).data()
    offset = view.visualRect(top).top()
    desk.show(qtbot, 1)
    assert ("Item 1", "Chest") in desk.rows()
    model = desk.panel.tags.model
    assert model.tree is not None
    assert model.tree.path(model.node_of(view.currentIndex())) == (0x00082218, 0)
    after = view.indexAt(view.viewport().rect().topLeft())
    assert model.index_of(model.node_of(after), NAME).data() == name
    assert view.visualRect(after).top() == offset


def test_what_another_image_changed_is_marked(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, slice_file(1))
    desk.put(1, slice_file(2))
    desk.show(qtbot)
    model = desk.panel.tags.model
    assert not any(map(model.has_changed, range(len(model.tree or ()))))
    desk.show(qtbot, 1)
    assert model.tree is not None
    changed = [node for node in range(len(model.tree)) if model.has_changed(node)]
    assert [model.tree.path(node) for node in changed] == [(0x00200013,)]
    assert "Another value" in model.index_of(changed[0]).data(Qt.ItemDataRole.ToolTipRole)


def test_very_long_lists_are_told_to_qt_page_by_page(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, slice_file(1, *(element(0x00211000 + n, b"LO", b"") for n in range(3 * PAGE))))
    desk.show(qtbot)
    model, view = desk.panel.tags.model, desk.panel.tags.view
    assert model.rowCount() < 3 * PAGE
    assert model.tree is not None
    last = model.tree.find((0x7FE00010,))
    assert last is not None
    assert not model.index_of(last).isValid()
    assert model.reach(last).data() == "7FE0,0010"
    desk.panel.tags.filter.setText("7fe0")
    qtbot.waitUntil(lambda: model.is_filtered)
    assert [name for name, _ in desk.rows()] == ["Pixel Data"]
    desk.panel.tags.filter.clear()
    for _ in range(4):
        view.scrollToBottom()
        QCoreApplication.processEvents()
    assert model.rowCount() == len(model.tree.children(-1))


def test_begins_with_the_data_set(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, slice_file(1, *(element(0x00211000 + n, b"LO", b"x ") for n in range(80))))
    desk.show(qtbot)
    view = desk.panel.tags.view
    assert view.indexAt(view.viewport().rect().topLeft()).siblingAtColumn(0).data() == "0008,0016"


def test_filter_looks_into_sequences_and_ends_where_it_began(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, slice_file(1))
    desk.put(1, slice_file(2))
    desk.show(qtbot)
    before = desk.rows()
    field = desk.panel.tags.filter
    field.setText("meaning")
    assert [name for name, _ in desk.rows()] == ["Anatomic Region Sequence", "Item 1", "Code Meaning"]
    for text in ("0010,0010", "(0010,0010)", "00100010", "doe", "patient name doe", "PN"):
        field.setText(text)
        assert [name for name, _ in desk.rows()] == ["Patient's Name"], text
    field.setText("12 mar")
    assert [name for name, _ in desk.rows()] == ["Study Date"]
    field.setText("instance number")
    desk.show(qtbot, 1)
    assert desk.rows() == [("Instance Number", "2")]
    field.setText("no such thing")
    assert desk.rows() == []
    field.clear()
    assert [name for name, _ in desk.rows()] == [name for name, _ in before]


def test_filter_of_very_many_elements_leaves_the_window_its_turns(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, slice_file(1, *(element(0x00211000 + n, b"LO", b"") for n in range(20_000)), element(0x00880140, b"UI", b"1.7")))
    desk.show(qtbot)
    field = desk.panel.tags.filter
    field.setText("1.7")
    assert not desk.panel.tags.model.is_filtered
    qtbot.waitUntil(lambda: desk.panel.tags.model.is_filtered)
    assert [value for _, value in desk.rows()] == ["1.7"]


def test_frame_of_a_multi_frame_object_is_lit(desk: Desk, qtbot: QtBot) -> None:
    groups = b"".join(bare(ITEM, element(0x00080060, b"CS", b"MR")) for _ in range(3))
    path = saved(desk.folder, part10(CLASS + element(0x52009230, b"SQ", groups)))
    desk.panel.tags.turn_to(Instance("1", "", "", "", path, file_mtime_ns=1), 2)
    desk.answer()
    tags = desk.panel.tags
    assert tags.model.tree is not None
    assert tags.view.lit == tags.model.tree.find((0x52009230, 1))
    tags.turn_to(Instance("1", "", "", "", path, file_mtime_ns=1), 3)
    assert desk.asked == []
    assert tags.view.lit == tags.model.tree.find((0x52009230, 2))


def test_who_looks_into_a_frame_is_taken_along_to_the_next(desk: Desk, qtbot: QtBot) -> None:
    place = bare(ITEM, element(0x00200032, b"DS", b"1\\2\\3 "))
    groups = b"".join(bare(ITEM, element(0x00209113, b"SQ", place)) for _ in range(60))
    path = saved(desk.folder, part10(CLASS + element(0x52009230, b"SQ", groups)))
    desk.panel.tags.turn_to(Instance("1", "", "", "", path, file_mtime_ns=1), 2)
    desk.answer()
    tags = desk.panel.tags
    inside = (0x00209113, 0, 0x00200032)
    for length in range(1, 5):
        tags.view.setExpanded(tags.model.index_of(desk.choose(*(0x52009230, 1, *inside)[:length])), True)
    desk.choose(0x52009230, 1, *inside)
    height = tags.view.visualRect(tags.view.currentIndex()).top()
    tags.turn_to(Instance("1", "", "", "", path, file_mtime_ns=1), 40)
    QCoreApplication.processEvents()
    assert tags.model.tree is not None
    assert tags.model.tree.path(tags.model.node_of(tags.view.currentIndex())) == (0x52009230, 39, *inside)
    assert tags.view.visualRect(tags.view.currentIndex()).top() == height
    assert sum(1 for name, _ in desk.rows() if name.startswith("Image Position")) == 1


def test_problems_say_why(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, b"Dear colleague,\n")
    desk.put(1, slice_file(2))
    desk.put(2, slice_file(3)[:-4010])
    desk.show(qtbot)
    assert desk.panel.tags.empty.text() == "This is a text file, not DICOM."
    desk.show(qtbot, 1)
    assert desk.panel.tags.pages.currentIndex() == 1
    assert not desk.panel.tags.warning.isVisible()
    desk.show(qtbot, 2)
    assert desk.panel.tags.warning.isVisible()
    assert "ends too early" in desk.panel.tags.warning.text()


def test_copying(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, slice_file(1))
    desk.show(qtbot)
    desk.choose(0x00080016)
    view, menu, clipboard = desk.panel.tags.view, desk.panel.tags.menu, QGuiApplication.clipboard()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "1.2.840.10008.5.1.4.1.1.2"
    desk.choose(0x00082218, 0, 0x00080104)
    for copy, text in (
        (menu.copy_values, "Chest"),
        (menu.copy_tags, "(0008,0104)"),
        (menu.copy_paths, "(0008,2218)[1].(0008,0104)"),
        (menu.copy_rows, "(0008,0104) LO Code Meaning                         Chest"),
    ):
        copy()
        assert clipboard.text() == text
    menu.copy_all()
    lines = clipboard.text().splitlines()
    assert lines[0].startswith("(0002,0000)")
    assert "    (0008,0104) LO Code Meaning                         Chest" in lines
    desk.panel.tags.filter.setText("doe")
    menu.copy_all()
    assert clipboard.text() == "(0010,0010) PN Patient's Name                       Doe^John"


def test_menu_offers_what_can_be_done(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, slice_file(1))
    desk.show(qtbot)
    desk.panel.tags.view.clearSelection()
    desk.panel.tags.view.setCurrentIndex(desk.panel.tags.model.index(-1, 0))
    menu = desk.panel.tags.menu.made()
    enabled = {action.text().split("\t")[0]: action.isEnabled() for action in menu.actions() if action.text()}
    assert (enabled["Copy value"], enabled["Open value …"], enabled["Copy all"]) == (False, False, True)
    desk.choose(0x7FE00010)
    other = desk.panel.tags.menu.made()
    assert all(action.isEnabled() for action in other.actions() if not action.isSeparator())
    menu.deleteLater()
    other.deleteLater()


def test_whole_value_opens_in_a_dialog(desk: Desk, qtbot: QtBot) -> None:
    desk.put(
        0, slice_file(1, element(0x00420011, b"OB", bytes(range(64))), element(0x00204000, b"UT", b"line one\r\nline two\x07"))
    )
    desk.show(qtbot)
    texts, saved_bytes = [], []
    for tag in (0x00204000, 0x00420011):
        desk.choose(tag)
        QTest.keyClick(desk.panel.tags.view, Qt.Key.Key_Return)
        dialog = desk.panel.window().findChild(ValueDialog)
        assert dialog is not None
        texts.append(dialog.text.toPlainText())
        dialog.save(str(desk.folder / "value"))
        qtbot.waitUntil(partial(desk.has_said, dialog, "Saved"))
        saved_bytes.append((desk.folder / "value").read_bytes())
        dialog.save(str(desk.folder / "no such folder" / "value"))
        qtbot.waitUntil(partial(desk.has_said, dialog, "cannot be written"))
        dialog.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert texts[0] == "line one\nline two␇"
    assert texts[1].splitlines()[1].startswith("00000010  10 11 12")
    assert saved_bytes == [b"line one\r\nline two\x07", bytes(range(64))]


def test_hex_dump() -> None:
    assert list(hex_lines(b"\0AZ~\xff")) == ["00000000  00 41 5A 7E FF                                   ·AZ~·"]


def test_enter_opens_a_sequence_and_letters_go_to_the_filter(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, slice_file(1))
    desk.show(qtbot)
    view = desk.panel.tags.view
    desk.choose(0x00082218)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert ("Item 1", "Chest") in desk.rows()
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert ("Item 1", "Chest") not in desk.rows()
    QTest.keyClick(view, Qt.Key.Key_M)
    assert desk.panel.tags.filter.text() == "m"
    QTest.keyClick(desk.panel.tags.filter, Qt.Key.Key_Escape)
    assert desk.panel.tags.filter.text() == ""


def test_chevron_opens_by_mouse(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, slice_file(1))
    desk.show(qtbot)
    view, model = desk.panel.tags.view, desk.panel.tags.model
    index = model.index_of(desk.choose(0x00082218), NAME)
    rect = view.visualRect(index)
    at = rect.topLeft()
    at.setY(rect.center().y())
    at.setX(rect.left() + 4)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.isExpanded(index.siblingAtColumn(0))


def test_the_line_between_names_and_values_can_be_dragged(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, slice_file(0))
    desk.show(qtbot)
    view = desk.panel.tags.view
    usual = view.columnWidth(NAME)
    line = view.header().sectionViewportPosition(VALUE)
    start, end = QPointF(line + 1, 100), QPointF(line - 60, 100)

    def send(kind: QEvent.Type, place: QPointF, buttons: Qt.MouseButton) -> None:
        button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, place, view.viewport().mapToGlobal(place), button, buttons, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(view.viewport(), event)

    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    send(QEvent.Type.MouseMove, start, none)
    assert view.viewport().cursor().shape() is Qt.CursorShape.SplitHCursor
    send(QEvent.Type.MouseButtonPress, start, left)
    send(QEvent.Type.MouseMove, end, left)
    send(QEvent.Type.MouseButtonRelease, end, none)
    assert abs(usual - 60 - view.columnWidth(NAME)) <= 2
    assert not view.selected_nodes()
    total = sum(view.columnWidth(column) for column in range(4))
    assert total == view.viewport().width()
    send(QEvent.Type.MouseMove, QPointF(line, 100), none)
    assert view.viewport().cursor().shape() is not Qt.CursorShape.SplitHCursor
    desk.panel.resize(400, 700)
    QCoreApplication.processEvents()
    assert view.columnWidth(VALUE) > view.columnWidth(NAME)  # the share stays
    send(QEvent.Type.MouseButtonDblClick, QPointF(view.header().sectionViewportPosition(VALUE), 100), left)
    assert view.columnWidth(NAME) > view.columnWidth(VALUE)


def test_tool_tips_are_never_markup(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, slice_file(1, element(0x00204000, b"LT", b"<b>bold</b> ")))
    desk.show(qtbot)
    node = desk.choose(0x00204000)
    tip = desk.panel.tags.model.index_of(node).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;bold" in tip
    assert "ImageComments" in tip
    assert "Long Text" in tip
    name_tip = desk.panel.tags.model.index_of(desk.choose(0x00100010)).data(Qt.ItemDataRole.ToolTipRole)
    assert "family: Doe" in name_tip
    assert "given: John" in name_tip


def test_language_theme_and_text_size_while_it_shows(desk: Desk, qtbot: QtBot, qapp: QApplication) -> None:
    desk.put(0, slice_file(1))
    desk.show(qtbot)
    desk.language.use("ru")
    QCoreApplication.processEvents()
    rows = dict(desk.rows())
    assert rows["Pixel Data"].replace("\xa0", " ") == "4 000 байт ↗"
    assert rows["Study Date"] == "12 мар. 2020"
    assert rows["Anatomic Region Sequence"] == "1 запись · Chest"
    assert desk.panel.tabs.tabText(0) == "Теги"
    height = desk.panel.tags.view.visualRect(desk.panel.tags.model.index(0, 0)).height()
    desk.theme.set_look("light", 150)
    QCoreApplication.processEvents()
    assert desk.panel.tags.view.visualRect(desk.panel.tags.model.index(0, 0)).height() > height
    qapp.setStyleSheet("")


def test_series_tab(desk: Desk, qtbot: QtBot) -> None:
    for number in range(40):
        desk.put(number, slice_file(number))
    desk.show(qtbot)
    desk.panel.tabs.setCurrentIndex(1)
    assert "Images\t40" in desk.panel.series.as_text()
    assert "Series UID\t1" in desk.panel.series.as_text()
    desk.table.viewport.set_display_set(None)
    qtbot.waitUntil(lambda: desk.panel.series.as_text() == "")


def nested_file(items: int) -> bytes:
    """A sequence of `items`, each with one of two elements in it."""
    code = bare(ITEM, element(0x00080100, b"SH", b"T-1 ") + element(0x00080104, b"LO", b"Chest "))
    place = bare(ITEM, element(0x00209113, b"SQ", code))
    return slice_file(1, element(0x52009230, b"SQ", place * items))


def test_everything_is_chosen_at_once_also_with_very_many_sequences_open(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, nested_file(300))
    desk.show(qtbot)
    view, menu = desk.panel.tags.view, desk.panel.tags.menu
    menu.expand_all()
    shown = len(desk.rows())
    assert shown > 1500
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert not view.selectionModel().hasSelection()  # Qt would compare each of 600 ranges with each
    assert len(view.selected_nodes()) == shown
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text().count("\n") == shown - 1)
    assert desk.choose(0x00100010) == view.selected_nodes()[0]
    assert len(view.selected_nodes()) == 1


def test_a_long_way_is_chosen_with_shift(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, nested_file(300))
    desk.show(qtbot)
    view, model = desk.panel.tags.view, desk.panel.tags.model
    view.expand_all()
    desk.choose(0x00080060)
    first = view.currentIndex()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(first).center())
    QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert model.tree is not None
    chosen = view.selected_nodes()
    assert model.tree.path(chosen[0]) == (0x00080060,)
    below, index = [], first
    while index.isValid():
        below.append(model.node_of(index))
        index = view.indexBelow(index)
    assert chosen == below
    assert len(chosen) > 1000
    assert view.is_chosen(view.currentIndex())
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert len(view.selected_nodes()) == 1


def test_expand_all_stops_at_a_table_of_a_sensible_length_and_says_so(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, nested_file(2000))
    desk.show(qtbot)
    desk.panel.tags.menu.expand_all()
    assert 1500 < len(desk.rows()) < 8000
    assert "only the first are open" in desk.table.said[-1]
    desk.panel.tags.view.collapseAll()
    desk.choose(0x52009230)
    QTest.keyClick(desk.panel.tags.view, Qt.Key.Key_Asterisk)
    assert 1500 < len(desk.rows()) < 8000


@pytest.mark.usefixtures("small_slices")
def test_much_is_copied_while_the_window_lives_and_can_be_cancelled(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, nested_file(6000))
    desk.show(qtbot)
    clipboard, tasks = QGuiApplication.clipboard(), desk.table.workspace.tasks
    clipboard.setText("before")
    desk.panel.tags.menu._copying._timer.setInterval(5)  # so that it can be looked at on its way
    desk.panel.tags.menu.copy_all()
    desk.table.ring()
    task = tasks.current
    assert task is not None
    assert clipboard.text() == "before"
    qtbot.waitUntil(lambda: 0 < task.progress.done < task.progress.total)
    task.cancel()
    QCoreApplication.processEvents()
    assert (tasks.current, clipboard.text()) == (None, "before")
    desk.panel.tags.menu.copy_all()
    assert desk.panel.tags.model.tree is not None
    lines = len(desk.panel.tags.model.tree) - 1
    qtbot.waitUntil(lambda: clipboard.text().count("\n") == lines)


@pytest.mark.usefixtures("small_slices")
def test_what_is_copied_is_dropped_when_another_file_is_shown(desk: Desk, qtbot: QtBot) -> None:
    desk.put(0, nested_file(6000))
    desk.put(1, slice_file(2))
    desk.show(qtbot)
    QGuiApplication.clipboard().setText("before")
    desk.panel.tags.menu._copying._timer.setInterval(3_600_000)  # it has not ended until then
    desk.panel.tags.menu.copy_all()
    desk.table.ring()
    assert desk.table.workspace.tasks.current is not None
    desk.show(qtbot, 1)
    assert desk.table.workspace.tasks.current is None
    assert QGuiApplication.clipboard().text() == "before"


def test_a_value_of_one_endless_line_is_shown_in_slices_and_copied_whole(desk: Desk, qtbot: QtBot) -> None:
    endless = "http://x/" + "0123456789abcdef" * 50_000
    desk.put(0, slice_file(1, element(0x00081190, b"UR", endless.encode() + b" ")))
    desk.show(qtbot)
    desk.choose(0x00081190)
    QTest.keyClick(desk.panel.tags.view, Qt.Key.Key_Return)
    dialog = desk.panel.window().findChild(ValueDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.text.filling)
    assert dialog.text.document().blockCount() > 100
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == endless
    dialog.close()
