"""The preferences. What is changed takes effect at once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QPushButton, QSlider, QSpinBox, QWidget

from viewer.ui.dialogs.dialog import Dialog
from viewer.ui.i18n import tr, translated
from viewer.ui.theme import LARGEST_TEXT, SMALLEST_TEXT, Theme
from viewer.workspace.commands.application import LANGUAGE_TITLES, MOUSE_TITLES, THEME_TITLES
from viewer.workspace.preferences import PreferenceHolder

STEP = 10


class PreferencesDialog(Dialog):
    """Shows and changes `preferences`."""

    def __init__(self, preferences: PreferenceHolder, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, width=520, height=480)
        self._preferences = preferences
        self.language = QComboBox()
        self.theme_choice = QComboBox()
        self.middle, self.right = QComboBox(), QComboBox()
        self.text_size = QSlider(Qt.Orientation.Horizontal)
        self.text_size.setRange(SMALLEST_TEXT // STEP, LARGEST_TEXT // STEP)
        self.text_size.setPageStep(2)
        self._size_label = QLabel()
        self.smooth = QCheckBox()
        self.recent = QCheckBox()
        self.forget = QPushButton()
        self.cache = QSpinBox()
        self.cache.setRange(128, 65536)
        self.cache.setSingleStep(128)
        self.cache.setKeyboardTracking(False)  # on the way to 4096 lies 409, for which frames would be dropped
        self._labels = [QLabel() for _ in range(7)]
        self._lay_out()
        self._show_values()
        self._connect()
        self._close = self.add_button(default=True)
        self._close.clicked.connect(self.close)
        self.buttons.insertStretch(0)
        self.begin()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(12)
        fields: list[tuple[QLabel, QWidget]] = [
            (self._labels[0], self.language),
            (self._labels[1], self.theme_choice),
            (self._size_label, self.text_size),
            (self._labels[2], self.smooth),
            (self._labels[5], self.middle),
            (self._labels[6], self.right),
            (self._labels[3], self.recent),
            (QLabel(), self.forget),
            (self._labels[4], self.cache),
        ]
        for label, field in fields:
            label.setBuddy(field)
            form.addRow(label, field)
        self.body.addLayout(form)
        self.body.addStretch()

    def _show_values(self) -> None:
        now = self._preferences.value
        for box, titles, value in (
            (self.language, LANGUAGE_TITLES, now.language),
            (self.theme_choice, THEME_TITLES, now.theme),
            (self.middle, MOUSE_TITLES, now.middle_drag),
            (self.right, MOUSE_TITLES, now.right_drag),
        ):
            for key in titles:
                box.addItem("", key)
            box.setCurrentIndex(box.findData(value))
        self.text_size.setValue(now.text_size // STEP)
        self.smooth.setChecked(now.smooth)
        self.recent.setChecked(now.remember_recent)
        self.cache.setValue(now.cache_megabytes)

    def _connect(self) -> None:
        change = self._preferences.change
        self.language.activated.connect(lambda _: change(language=self.language.currentData()))
        self.theme_choice.activated.connect(lambda _: change(theme=self.theme_choice.currentData()))
        self.middle.activated.connect(lambda _: change(middle_drag=self.middle.currentData()))
        self.right.activated.connect(lambda _: change(right_drag=self.right.currentData()))
        self.text_size.valueChanged.connect(self._on_text_size)
        self.smooth.toggled.connect(lambda on: change(smooth=on))
        self.recent.toggled.connect(self._on_recent)
        self.forget.clicked.connect(self._preferences.forget_recent)
        self.cache.valueChanged.connect(lambda value: change(cache_megabytes=value))

    def _on_text_size(self, steps: int) -> None:
        self._preferences.change(text_size=steps * STEP)
        self._say_size()

    def _on_recent(self, on: bool) -> None:
        self._preferences.change(remember_recent=on, recent=self._preferences.value.recent if on else ())

    def _say_size(self) -> None:
        self._size_label.setText(tr("Text size: {percent} %", percent=self.text_size.value() * STEP))

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Preferences"))
        self.heading.setText(tr("Preferences"))
        texts = [tr("Language"), tr("Theme"), tr("Pixels"), tr("Privacy"), tr("Memory for images")]
        texts += [tr("Middle drag"), tr("Right drag")]
        for label, text in zip(self._labels, texts, strict=True):
            label.setText(text)
        mouse = ((self.middle, MOUSE_TITLES), (self.right, MOUSE_TITLES))
        for box, titles in ((self.language, LANGUAGE_TITLES), (self.theme_choice, THEME_TITLES), *mouse):
            for i, title in enumerate(titles.values()):
                box.setItemText(i, translated(title))
        self._say_size()
        self.smooth.setText(tr("Smooth when enlarged"))
        self.recent.setText(tr("Remember what was opened"))
        self.forget.setText(tr("Forget the list"))
        self.cache.setSuffix(" " + tr("MB"))
        self._close.setText(tr("Close"))
        named = (self.language, self.theme_choice, self.cache, self.middle, self.right)
        for widget, text in zip(named, (*texts[:2], *texts[4:]), strict=True):
            widget.setAccessibleName(text)
        self.text_size.setAccessibleName(tr("Text size"))
