"""The main window: everything in it comes from the commands, and keys reach them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from tests.shell_desk import Shell
from viewer.model.errors import Problem, ProblemKind
from viewer.model.messages import message
from viewer.model.requests import ScanUpdate
from viewer.model.tasks import Progress
from viewer.model.view import OverlayLevel
from viewer.ui.command_palette import CommandPalette, entries, found
from viewer.ui.dialogs.details import DetailsDialog, as_text
from viewer.ui.dialogs.key_sheet import KeySheetDialog, key_table
from viewer.ui.dialogs.preferences import PreferencesDialog
from viewer.ui.i18n import translated
from viewer.ui.main_window import MainWindow
from viewer.ui.menus import ORDER
from viewer.ui.notice_bar import Notice
from viewer.ui.resources import resources
from viewer.ui.shortcuts import native_keys

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CYRILLIC_SHCHA = 0x0429  # typed by the key that says O on a US keyboard
PLACE_OF_O, PLACE_OF_B, PLACE_OF_SLASH, PLACE_OF_1 = 32, 56, 61, 10
on_x11_codes = pytest.mark.skipif("sys.platform in ('win32', 'darwin')", reason="native key codes of X11")


def actions_of(menu: QMenu) -> list[str]:
    return [str(action.data()) for action in menu.actions() if action.data()]


# Menus, toolbar, palette and key sheet are views of the registry


def test_every_command_is_in_its_menu(shell: Shell) -> None:
    for command in shell.registry:
        if command.menu:
            assert command.id in actions_of(shell.window.menus.menu(command.menu)), command.id


def test_menus_stand_in_order(shell: Shell) -> None:
    bar = shell.window.menu_bar
    titles = [action.text().replace("&", "") for action in bar.actions()]
    assert tuple(titles) == ORDER


def test_every_key_is_shown_in_the_menu(shell: Shell) -> None:
    for command in shell.registry:
        if command.keys:
            text = shell.window.actions_by_id[command.id].text()
            assert text.endswith(f"\t{native_keys(command)[0]}"), command.id


def test_toolbar_has_the_commands_that_say_so(shell: Shell) -> None:
    buttons = shell.window.toolbar.findChildren(QToolButton)
    shown = {str(button.defaultAction().data()) for button in buttons if button.defaultAction() is not None}
    assert shown == {command.id for command in shell.registry if command.toolbar}
    for button in buttons:
        assert button.accessibleName()


def test_every_icon_is_there(shell: Shell) -> None:
    missing = [command.icon for command in shell.registry if not (resources() / "icons" / f"{command.icon}.svg").is_file()]
    assert missing == []


def test_palette_finds_every_command_by_its_title(shell: Shell) -> None:
    everything = entries(shell.registry, shell.workspace)
    for command in shell.registry:
        if command.id != "application.palette":
            titles = [entry.command_id for entry in found(everything, translated(command.title))]
            assert command.id in titles


def test_palette_takes_what_is_typed_in_its_order_first(shell: Shell) -> None:
    everything = entries(shell.registry, shell.workspace)
    for query in ("2 × 3", "3 × 2", "4 × 4"):
        assert found(everything, query)[0].title == f"Layout {query}"


@pytest.mark.parametrize("size", [80, 200])
def test_palette_lies_within_the_window(shell: Shell, size: int) -> None:
    shell.theme.set_look("dark", size)
    shell.window.resize(1000, 700)
    shell.settle()
    shell.registry.run("application.palette", shell.workspace)
    palette = next(one for one in QApplication.topLevelWidgets() if isinstance(one, CommandPalette) and one.isVisible())
    window = QRect(shell.window.mapToGlobal(QPoint(0, 0)), shell.window.size())
    assert window.contains(palette.geometry())
    palette.close()


def test_key_sheet_has_every_key(shell: Shell) -> None:
    shown = {keys for rows in key_table(shell.registry).values() for _, keys in rows}
    for command in shell.registry:
        if command.keys:
            assert "   ".join(native_keys(command)) in shown


def test_every_command_runs_or_is_disabled_with_nothing_open(shell: Shell, qtbot: QtBot) -> None:
    for command in shell.registry:
        if command.id == "file.quit":
            continue
        shell.registry.run(command.id, shell.workspace)
        shell.settle()
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                widget.close()
        shell.settle()
    assert shell.window.isVisible()


def test_main_window_stays_small() -> None:
    own = [name for name in vars(MainWindow) if not name.startswith("_") and callable(getattr(MainWindow, name))]
    assert len(own) <= 25


# Keys


def test_letter_runs_a_canvas_command(shell: Shell) -> None:
    shell.press(Qt.Key.Key_O, "o")
    assert shell.workspace.layout.active.overlay is OverlayLevel.NO_PATIENT


@on_x11_codes
def test_letter_works_on_a_cyrillic_layout(shell: Shell) -> None:
    shell.press(CYRILLIC_SHCHA, "щ", place=PLACE_OF_O)
    assert shell.workspace.layout.active.overlay is OverlayLevel.NO_PATIENT


@on_x11_codes
def test_chord_works_on_a_cyrillic_layout(shell: Shell) -> None:
    assert not shell.window.browser.isHidden()
    shell.press(0x0418, "\x02", CONTROL, place=PLACE_OF_B)
    assert shell.window.browser.isHidden()


@on_x11_codes
def test_digit_works_where_it_needs_shift(shell: Shell) -> None:
    """The key 1 of a French layout types an ampersand."""
    shell.open_picture()
    viewport = shell.workspace.layout.active
    shell.registry.run("image.preset_4", shell.workspace)
    assert viewport.data.preset == "CT 2500 480 Bone"
    shell.press(Qt.Key.Key_Ampersand, "&", place=PLACE_OF_1)
    assert viewport.data.preset == "file"


def test_text_field_keeps_its_letters(shell: Shell) -> None:
    shell.browser.setFocus()
    for key, text in ((Qt.Key.Key_O, "o"), (CYRILLIC_SHCHA, "щ"), (Qt.Key.Key_Question, "?"), (Qt.Key.Key_1, "1")):
        shell.press(int(key), text, place=PLACE_OF_O)
    assert shell.browser.text() == "oщ?1"
    assert shell.workspace.layout.active.overlay is OverlayLevel.ALL


def test_chord_is_a_command_in_a_text_field_too(shell: Shell) -> None:
    shell.browser.setText("CT")
    shell.browser.setFocus()
    shell.press(Qt.Key.Key_K, "\x0b", CONTROL)
    palette = next(one for one in QApplication.topLevelWidgets() if isinstance(one, CommandPalette))
    assert palette.isVisible()
    assert shell.browser.text() == "CT"
    palette.close()


def test_canvas_key_does_nothing_in_a_tree(shell: Shell) -> None:
    shell.window.requests.toggle_panel("inspector")
    shell.window.inspector.show()
    shell.inspector.setFocus()
    shell.press(Qt.Key.Key_O, "o")
    assert shell.workspace.layout.active.overlay is OverlayLevel.ALL


def test_held_key_repeats_only_where_it_navigates(shell: Shell) -> None:
    shell.open_picture()
    viewport = shell.workspace.layout.active
    shell.press(Qt.Key.Key_Down)
    shell.press(Qt.Key.Key_Down, repeated=True)
    assert viewport.index == 2
    shell.press(Qt.Key.Key_O, "o", repeated=True)
    assert viewport.overlay is OverlayLevel.ALL


def test_tab_walks_the_grid(shell: Shell) -> None:
    shell.open_picture()
    shell.press(Qt.Key.Key_2, "", CONTROL)
    assert (shell.workspace.layout.rows, shell.workspace.layout.columns) == (1, 2)
    shell.press(Qt.Key.Key_Tab, "\t")
    assert shell.workspace.layout.active_index == 1
    shell.press(Qt.Key.Key_Backtab, "", SHIFT)
    assert shell.workspace.layout.active_index == 0


@pytest.mark.parametrize(
    ("key", "modifiers"), [(Qt.Key.Key_Question, SHIFT), (Qt.Key.Key_Slash, CONTROL), (Qt.Key.Key_Slash, CONTROL | SHIFT)]
)
def test_key_sheet_opens(shell: Shell, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    shell.press(key, "?", modifiers)
    sheets = [one for one in QApplication.topLevelWidgets() if isinstance(one, KeySheetDialog) and one.isVisible()]
    assert len(sheets) == 1
    sheets[0].close()


def test_full_screen_hides_all_but_the_images_and_escape_brings_it_back(shell: Shell) -> None:
    shell.press(Qt.Key.Key_F11)
    window = shell.window
    assert window.isFullScreen()
    assert window.head.isHidden()
    assert window.statusBar().isHidden()
    shell.press(Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert not window.head.isHidden()


def test_pane_key_walks_the_panes(shell: Shell) -> None:
    shell.open_picture()
    shell.press(Qt.Key.Key_F6)
    assert shell.window.inspector.isAncestorOf(shell.window.focusWidget())
    shell.press(Qt.Key.Key_F6)
    assert shell.window.browser.isAncestorOf(shell.window.focusWidget())


# The rest of the window


def test_toolbar_shows_the_tool_in_use(shell: Shell) -> None:
    shell.press(Qt.Key.Key_Z, "z")
    assert shell.window.actions_by_id["tool.zoom"].isChecked()
    assert not shell.window.actions_by_id["tool.window_level"].isChecked()
    shell.window.actions_by_id["tool.zoom"].trigger()
    assert shell.window.actions_by_id["tool.zoom"].isChecked()


def test_commands_are_enabled_when_they_can_run(shell: Shell) -> None:
    assert not shell.window.actions_by_id["image.invert"].isEnabled()
    shell.open_picture()
    assert shell.window.actions_by_id["image.invert"].isEnabled()


def test_drop_opens_what_was_dropped(shell: Shell, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a folder")), QUrl("https://example.org/x"), QUrl.fromLocalFile("/x.zip")])
    enter = QDragEnterEvent(
        QPoint(600, 400), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(shell.window, enter)
    assert enter.isAccepted()
    event = QDropEvent(QPointF(600, 400), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(shell.window, event)
    assert event.isAccepted()
    assert shell.table.scanner.opened == [[str(tmp_path / "a folder"), "/x.zip"]]


def test_status_line_counts_and_cancels(shell: Shell) -> None:
    shell.window.open_paths(["/data"])
    problem = Problem("/data/a.txt", ProblemKind.NOT_DICOM, message("The file is empty."))
    shell.table.scanner.updates[0](ScanUpdate(Progress(1204, 1938), problems=(problem,) * 14))
    shell.settle()
    status = shell.window.status
    assert status._reading.text() == "Reading 1,204 of 1,938 files"
    assert status._skipped.text() == "14 files skipped — Details"
    status._cancel.click()
    assert shell.table.scanner.cancelled == 1
    shell.table.scanner.updates[0](ScanUpdate(Progress(1938, 1938, finished=True)))
    shell.settle()
    assert status._reading.isHidden()
    assert status._skipped.isVisible()


def test_details_group_and_copy(shell: Shell) -> None:
    shell.workspace.scan_updated(
        ScanUpdate(
            Progress(3, 3),
            problems=(
                Problem("/data/a.txt", ProblemKind.NOT_DICOM, message("The file is empty.")),
                Problem("/data/b\n.dcm", ProblemKind.BROKEN, message("The file is empty."), message("Try again later.")),
                Problem("/data/c.txt", ProblemKind.NOT_DICOM, message("The file is empty.")),
            ),
        )
    )
    shell.window.status._skipped.click()
    dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, DetailsDialog))
    groups = [dialog.tree.topLevelItem(i).text(0) for i in range(dialog.tree.topLevelItemCount())]
    assert groups == ["Damaged · 1", "Not DICOM · 2"]
    dialog.copy()
    assert QApplication.clipboard().text() == as_text(shell.workspace.problems)
    assert "/data/b .dcm\tThe file is empty.\tTry again later." in as_text(shell.workspace.problems)
    dialog.close()


def test_language_changes_everything_at_once(shell: Shell) -> None:
    shell.language.use("ru")
    shell.settle()
    assert shell.window.menu_bar.actions()[0].text() == "&Файл"
    assert shell.window.actions_by_id["image.invert"].text().startswith("Инвертировать")
    shell.language.use("en")
    shell.settle()
    assert shell.window.menu_bar.actions()[0].text() == "&File"


def test_preferences_take_effect_at_once(shell: Shell) -> None:
    seen: list[str] = []
    shell.preferences.changed.connect(lambda _: seen.append(shell.preferences.value.theme))
    shell.registry.run("application.preferences", shell.workspace)
    dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, PreferencesDialog))
    dialog.theme_choice.setCurrentIndex(1)
    dialog.theme_choice.activated.emit(1)
    assert seen == ["light"]
    dialog.text_size.setValue(12)
    assert shell.preferences.value.text_size == 120
    dialog.right.setCurrentIndex(dialog.right.findData("scroll"))
    dialog.right.activated.emit(dialog.right.currentIndex())
    assert (shell.preferences.value.middle_drag, shell.preferences.value.right_drag) == ("pan", "scroll")
    dialog.recent.setChecked(False)
    assert not shell.preferences.value.remember_recent
    dialog.close()


def test_files_are_chosen_without_blocking(shell: Shell) -> None:
    shell.registry.run("file.open", shell.workspace)
    dialog = next(one for one in shell.window.findChildren(QFileDialog))
    dialog.filesSelected.emit(["/data/1.dcm", "/data/2.dcm"])
    assert shell.table.scanner.opened == [["/data/1.dcm", "/data/2.dcm"]]
    dialog.close()


def test_notices_wait_for_each_other(shell: Shell) -> None:
    read: list[str] = []
    bar = shell.window.notices
    bar.offer(Notice(message("The file is empty."), closed=lambda: read.append("first")))
    bar.offer(Notice(message("Try again later."), message("Copy"), lambda: read.append("action")))
    assert bar.isVisible()
    bar.understood.click()
    assert read == ["first"]
    bar.action.click()
    assert read == ["first", "action"]
    assert not bar.isVisible()


def test_window_comes_back_as_it_was(shell: Shell, tmp_path: Path, qtbot: QtBot) -> None:
    shell.window.resize(720, 560)
    shell.registry.run("application.browser", shell.workspace)
    shell.settle()
    shell.window.save_state()
    again = Shell(tmp_path)
    again.window.setGeometry(0, 0, 1, 1)
    again.window._restore_geometry()
    again.window.show()
    again.settle()
    assert (again.window.width(), again.window.height()) == (720, 560)
    assert again.window.browser.isHidden()
    again.dispose()
    again.window.deleteLater()


@pytest.mark.parametrize("size", [80, 100, 200])
@pytest.mark.parametrize("scheme", ["dark", "light", "high_contrast"])
def test_every_look_can_be_worn(shell: Shell, scheme: str, size: int) -> None:
    shell.theme.set_look(scheme, size)
    shell.settle()
    assert not shell.window.grab().isNull()
    assert shell.window.toolbar.height() >= shell.theme.px(34)


def test_the_window_is_gone_before_the_program_ends_its_work(shell: Shell) -> None:
    seen: list[bool] = []
    shell.window.closed.connect(lambda: seen.append(shell.window.isVisible()))
    shell.window.close()
    assert seen == [False]
