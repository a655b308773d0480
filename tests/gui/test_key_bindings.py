"""Keys can be given to other commands: in the key sheet, by pressing them; they hold at once and at the next start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.shell_desk import Shell
from viewer.ui.dialogs.key_catcher import KeyCatcher
from viewer.ui.dialogs.key_sheet import KeySheetDialog
from viewer.workspace.commands import register_all
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.key_bindings import bindings_from, entries_of

NONE, SHIFT, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def shell(qapp: QApplication, tmp_path: Path) -> Iterator[Shell]:
    made = Shell(tmp_path)
    made.window.show()
    made.settle()
    yield made
    made.dispose()
    made.window.deleteLater()
    qapp.setStyleSheet("")
    QCoreApplication.processEvents()


def catch(sheet: KeySheetDialog, command_id: str, key: int, text: str, modifiers: Qt.KeyboardModifier, place: int = 0) -> None:
    """Choose the command's row, ask for a key and press it."""
    rows = sheet.tree.findItems("*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive)
    sheet.tree.setCurrentItem(next(row for row in rows if row.data(0, Qt.ItemDataRole.UserRole) == command_id))
    sheet.change.click()
    catcher = next(one for one in sheet.findChildren(KeyCatcher) if one.isVisible())
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        QCoreApplication.sendEvent(catcher, QKeyEvent(kind, key, modifiers, place, 0, 0, text))
    QCoreApplication.processEvents()


def test_a_key_goes_to_another_command_and_comes_back(shell: Shell) -> None:
    shell.open_picture()
    shell.registry.run("application.keys", shell.workspace)
    sheet = next(one for one in QApplication.topLevelWidgets() if isinstance(one, KeySheetDialog))
    catch(sheet, "image.invert", Qt.Key.Key_R, "r", NONE)
    assert shell.registry["image.invert"].keys == ("R",)
    assert shell.registry["view.rotate_right"].keys == ()
    assert "Rotate right" in sheet.hint.text()
    assert shell.window.actions_by_id["image.invert"].text().endswith("\tR")
    assert bindings_from(shell.preferences.value.keys) == {"view.rotate_right": (), "image.invert": ("R",)}
    catch(sheet, "view.layout_3x3", Qt.Key.Key_Tab, "\t", CONTROL)
    assert shell.registry["view.layout_3x3"].keys == ("Ctrl+Tab",)
    row = sheet.tree.currentItem()
    assert row is not None
    QTest.mouseClick(sheet.tree.viewport(), Qt.MouseButton.LeftButton, pos=sheet.tree.visualItemRect(row).center())
    assert sheet.focusWidget() is sheet.tree
    QTest.keyClick(sheet.tree, Qt.Key.Key_Return)
    assert sheet.isVisible()
    next(one for one in sheet.findChildren(KeyCatcher) if one.isVisible()).close()
    shell.settle()
    catch(sheet, "view.layout_3x3", Qt.Key.Key_Escape, "", NONE)
    assert shell.registry["view.layout_3x3"].keys == ("Ctrl+Tab",)
    sheet.close()
    shell.settle()
    shell.window.grid.focus_active()
    shell.press(Qt.Key.Key_R, "r")
    assert shell.table.viewport.data.inverted
    assert shell.table.viewport.view.rotation == 0
    shell.press(Qt.Key.Key_I, "i")
    assert shell.table.viewport.data.inverted
    shell.preferences.change(keys=())
    shell.press(Qt.Key.Key_R, "r")
    assert shell.table.viewport.view.rotation == 90


@pytest.mark.parametrize(
    ("key", "text", "modifiers", "place", "written"),
    [
        (0x0439, "й", NONE, 24, "Q"),  # the key Q of a Russian layout
        (Qt.Key.Key_Question, "?", SHIFT, 61, "?"),
        (Qt.Key.Key_G, "g", CONTROL | SHIFT, 42, "Ctrl+Shift+G"),
        (Qt.Key.Key_Shift, "", SHIFT, 50, ""),
    ],
)
@pytest.mark.skipif("sys.platform != 'linux'", reason="native codes of X11")
def test_how_a_pressed_key_is_written(
    qapp: QApplication, key: int, text: str, modifiers: Qt.KeyboardModifier, place: int, written: str
) -> None:
    from viewer.ui.shortcuts import key_text

    assert key_text(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, place, 0, 0, text)) == written


def test_what_is_kept_is_read_and_nonsense_does_no_harm() -> None:
    registry = CommandRegistry()
    register_all(registry)
    kept = entries_of({"image.invert": ("=", "Ctrl+I"), "view.zoom_in": ()})
    registry.rebind(bindings_from((*kept, "no.such=X", "nonsense", "=I", "view.fit=Ctrl+I F")))
    assert registry["image.invert"].keys == ("=", "Ctrl+I")
    assert registry["view.zoom_in"].keys == ()
    assert registry["view.fit"].keys == ("F",)
    held: dict[tuple[str, str], str] = {}
    for command in registry:
        for key in command.keys:
            assert (command.context, key) not in held
            held[command.context, key] = command.id
    registry.rebind({})
    assert registry["view.zoom_in"].keys == ("+", "=")
