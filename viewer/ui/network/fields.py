"""Pieces that the forms of the network share: a path with its chooser, a heading, a form with labels at the left."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from viewer.ui.i18n import tr
from viewer.ui.theme import Theme


class PathField(QWidget):
    """A file name and a button that chooses one."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.field = QLineEdit()
        self.field.textEdited.connect(lambda _: self.changed.emit())
        self.button = QToolButton()
        self.button.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        self.setFocusProxy(self.field)
        theme.changed.connect(self.restyle)
        self.restyle()

    def text(self) -> str:
        return self.field.text().strip()

    def set_text(self, text: str) -> None:
        self.field.setText(text)

    def name(self, text: str) -> None:
        """For a screen reader."""
        self.field.setAccessibleName(text)
        self.button.setAccessibleName(tr("Choose: {name}", name=text))

    def _choose(self) -> None:
        dialog = QFileDialog(self.window(), self.field.accessibleName())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, path: str) -> None:
        self.field.setText(path)
        self.changed.emit()

    def restyle(self) -> None:
        self.button.setIcon(self._theme.icon("folder-open"))
        self.button.setIconSize(QSize(self._theme.px(16), self._theme.px(16)))
        self.button.setFixedSize(self._theme.px(32), self._theme.px(32))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.name(self.field.accessibleName())


class Form(QWidget):
    """Rows of a label and a field. The texts are said by `title`, so that they can change with the language."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._labels: dict[QWidget, QLabel] = {}
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._layout.setHorizontalSpacing(theme.px(16))
        self._layout.setVerticalSpacing(theme.px(8))

    def add(self, field: QWidget) -> None:
        """A field with a label."""
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setBuddy(field)
        label.setMinimumWidth(self._theme.px(130))
        self._labels[field] = label
        self._layout.addRow(label, field)

    def add_wide(self, widget: QWidget) -> None:
        """Something over both columns."""
        self._layout.addRow(widget)

    def title(self, field: QWidget, text: str, tip: str = "") -> None:
        """The label of a field, its name and its tool tip."""
        self._labels[field].setText(text)
        for widget in (self._labels[field], field):
            widget.setToolTip(tip)
        if isinstance(field, PathField):
            field.name(text)
        else:
            field.setAccessibleName(text)

    def show_row(self, field: QWidget, *, shown: bool) -> None:
        self._layout.setRowVisible(field, shown)


def heading(theme: Theme) -> QLabel:
    """The title of a part of a form."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFont(theme.font(13, 600))
    label.setContentsMargins(0, theme.px(10), 0, 0)
    return label
