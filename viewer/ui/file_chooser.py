"""Qt's own file dialog, where the system has none: its arrows are black on black, its columns cut the dates."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QHeaderView, QToolButton, QTreeView

from viewer.ui.theme import Theme

WIDTH, HEIGHT = 860, 540
_ICONS = {
    "backButton": "arrow-left",
    "forwardButton": "arrow-right",
    "toParentButton": "chevron-up",
    "newFolderButton": "folder",
    "listModeButton": "layout-grid",
    "detailModeButton": "list",
}


def dress(dialog: QFileDialog, theme: Theme) -> None:
    """Give it our icons, and room for whole names and dates. A dialog of the system has no such parts and stays as it is."""
    for name, icon in _ICONS.items():
        button = dialog.findChild(QToolButton, name)
        if button is not None:
            button.setIcon(theme.icon(icon))
    files = dialog.findChild(QTreeView, "treeView")
    if files is None:
        return
    header = files.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    room = dialog.screen().availableSize()
    dialog.resize(min(theme.px(WIDTH), room.width() - 40), min(theme.px(HEIGHT), room.height() - 80))
