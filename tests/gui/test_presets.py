"""The dialog of the window presets: what is edited holds at once, on the keys and in the menus, and at the next start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from tests.shell_desk import Shell
from viewer.app.settings import Settings
from viewer.ui.dialogs.presets import CENTER, KEY, NAME, WIDTH, PresetsDialog
from viewer.workspace.commands.image import PresetTitles
from viewer.workspace.preset_list import DEFAULTS, presets_from


@pytest.fixture
def shell(qapp: QApplication, tmp_path: Path) -> Iterator[Shell]:
    made = Shell(tmp_path)
    titles = PresetTitles(made.workspace, made.registry)
    made.preferences.changed.connect(lambda _before: made.workspace.set_presets(presets_from(made.preferences.value.presets)))
    made.window.show()
    made.settle()
    yield made
    made.dispose()
    made.window.deleteLater()
    qapp.setStyleSheet("")
    QCoreApplication.processEvents()
    del titles


def opened(shell: Shell) -> PresetsDialog:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # one that was closed is gone
    shell.registry.run("image.edit_presets", shell.workspace)
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, PresetsDialog) and one.isVisible())


def column(dialog: PresetsDialog, place: int) -> list[str]:
    items = [dialog.table.item(row, place) for row in range(dialog.table.rowCount())]
    return [item.text() for item in items if item is not None]


def write(dialog: PresetsDialog, row: int, **texts: str) -> None:
    for name, text in texts.items():
        item = dialog.table.item(row, {"name": NAME, "width": WIDTH, "center": CENTER}[name])
        assert item is not None
        item.setText(text)


def names(shell: Shell) -> list[str]:
    return [one.name for one in presets_from(shell.preferences.value.presets)]


def test_add_change_order_and_delete(shell: Shell, tmp_path: Path) -> None:
    shell.open_picture()
    dialog = opened(shell)
    assert dialog.modality.currentText() == "CT"
    assert column(dialog, NAME)[:2] == ["Soft tissue", "Lung"]
    assert not dialog.add.isEnabled()  # no key is left
    dialog.table.setCurrentCell(0, NAME)
    dialog.remove.click()
    write(dialog, 0, width="1400,5")
    dialog.table.setCurrentCell(1, NAME)
    dialog.up.click()
    assert column(dialog, NAME)[:3] == ["Bone", "Lung", "Brain"]
    dialog.add.click()
    assert column(dialog, KEY) == list("23456789")
    assert column(dialog, WIDTH)[-1] == "400"  # the window on screen
    write(dialog, 7, name=" Mine & {yours} ", center="−25")
    dialog.save.click()
    assert names(shell) == ["Bone", "Lung", *(one.name for one in DEFAULTS[3:]), "Mine & {yours}"]
    assert not dialog.isVisible()
    assert shell.window.actions_by_id["image.preset_9"].text() == "CT: Mine && {yours} 400 / -25\t9"
    shell.registry.run("image.preset_9", shell.workspace)
    data = shell.table.viewport.data
    assert (data.width, data.center) == (400, -25)
    shell.registry.run("image.preset_3", shell.workspace)
    assert shell.table.viewport.data.width == 1400.5
    settings = Settings(tmp_path)
    settings.holder.change(presets=shell.preferences.value.presets)
    assert Settings(tmp_path).holder.value.presets == shell.preferences.value.presets


def test_presets_of_another_modality(shell: Shell) -> None:
    dialog = opened(shell)
    dialog.modality.setCurrentText("MR")
    assert dialog.table.rowCount() == 0
    dialog.add.click()
    dialog.modality.setCurrentText("CT")  # an empty row is no preset
    dialog.modality.setCurrentText("MR")
    assert dialog.table.rowCount() == 0
    dialog.add.click()
    write(dialog, 0, name="T1", width="600", center="300")
    dialog.modality.setCurrentText("CT")
    assert dialog.table.rowCount() == 8
    dialog.save.click()
    assert names(shell) == [*(one.name for one in DEFAULTS), "T1"]
    again = opened(shell)
    again.modality.setCurrentText("MR")
    again.reset.click()
    again.save.click()
    assert names(shell) == [one.name for one in DEFAULTS]


@pytest.mark.parametrize("texts", [{"width": "0"}, {"width": "wide"}, {"name": ""}, {"center": ""}, {"name": "n" * 41}])
def test_what_makes_no_sense_is_not_kept(shell: Shell, texts: dict[str, str]) -> None:
    before = shell.preferences.value.presets
    dialog = opened(shell)
    write(dialog, 3, **texts)
    dialog.save.click()
    assert dialog.isVisible()
    assert dialog.table.currentRow() == 3
    assert shell.preferences.value.presets == before
    dialog.modality.setCurrentText("MR")
    assert dialog.modality.currentText() == "CT"
    dialog.reject()
    assert shell.preferences.value.presets == before


def test_names_that_came_with_the_program_stay_translated(qapp: QApplication, shell: Shell) -> None:
    shell.language.use("ru")
    dialog = opened(shell)
    shown = column(dialog, NAME)
    assert shown[0] != "Soft tissue"
    write(dialog, 1, name="Моё")
    dialog.save.click()
    assert names(shell)[:3] == ["Soft tissue", "Моё", "Bone"]
