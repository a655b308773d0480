"""Qt's own file dialog in our clothes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QFileDialog, QToolButton, QTreeView
from pytestqt.qtbot import QtBot

from viewer.ui.file_chooser import dress
from viewer.ui.theme import Theme


@pytest.mark.parametrize("scheme", ["dark", "light", "high_contrast"])
def test_its_buttons_can_be_seen(qtbot: QtBot, tmp_path: Path, scheme: str) -> None:
    dialog, theme = QFileDialog(None, "", str(tmp_path)), Theme(scheme)
    qtbot.addWidget(dialog)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dress(dialog, theme)
    up = dialog.findChild(QToolButton, "toParentButton")
    assert up is not None
    image = up.icon().pixmap(36).toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    drawn = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    text = QColor(theme.colours.text)
    solid = drawn[drawn[..., 3] == 255]
    assert len(solid) > 20
    assert (solid[:, :3] == (text.red(), text.green(), text.blue())).all()


def test_dates_have_room(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(bytes(1000))
    dialog = QFileDialog(None, "", str(tmp_path))
    qtbot.addWidget(dialog)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setViewMode(QFileDialog.ViewMode.Detail)
    dress(dialog, Theme())
    dialog.show()
    qtbot.waitExposed(dialog)
    files = dialog.findChild(QTreeView, "treeView")
    assert files is not None
    qtbot.waitUntil(lambda: files.model().rowCount(files.rootIndex()) == 1)
    qtbot.waitUntil(lambda: files.columnWidth(3) >= files.sizeHintForColumn(3))
    assert files.header().length() <= files.viewport().width()


def test_a_dialog_of_the_system_stays_as_it_is(qtbot: QtBot) -> None:
    dialog = QFileDialog()
    qtbot.addWidget(dialog)
    for part in dialog.findChildren(QToolButton) + dialog.findChildren(QTreeView):
        part.setObjectName("")
    size = dialog.size()
    dress(dialog, Theme())
    assert dialog.size() == size
