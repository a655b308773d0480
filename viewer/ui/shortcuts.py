"""Keys to commands. One dispatcher per window; Qt's own shortcuts are not used, because they miss letters of other alphabets."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from viewer.ui.physical_keys import physical_key
from viewer.workspace.commands.registry import Command, CommandRegistry
from viewer.workspace.workspace import Workspace

_FIRST_SPECIAL = 0x01000000
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_MODIFIER_KEYS = (
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_Super_L,
    Qt.Key.Key_Super_R, Qt.Key.Key_CapsLock, Qt.Key.Key_unknown,
)  # fmt: skip
_CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def native_keys(command: Command) -> list[str]:
    """The keys of a command as this platform writes them."""
    return [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in command.keys]


class Shortcuts(QObject):
    """Watches the key presses of a window before its widgets see them.

    `in_canvas` says whether the keyboard belongs to the viewports now: "canvas" keys hold only then. `repeatable_run` carries the
    time stamp of a key press that ran a command which may follow itself quickly, as that of a held key does.
    """

    repeatable_run = Signal(int)

    def __init__(
        self,
        registry: CommandRegistry,
        workspace: Workspace,
        in_canvas: Callable[[], bool],
        focus_widget: Callable[[], QWidget | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._registry = registry
        self._workspace = workspace
        self._in_canvas = in_canvas
        self._focus_widget = focus_widget
        self._bound: dict[tuple[str, str], Command] = {}
        registry.keys_changed.connect(self._bind)
        self._bind()

    def _bind(self) -> None:
        self._bound = {}
        for command in self._registry:
            for key in command.keys:
                self._bound[command.context, QKeySequence(key).toString()] = command

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.press(event)

    def press(self, event: QKeyEvent) -> bool:
        """Run the command of a key press. True when the key was one (a held key that does not repeat is swallowed)."""
        typing = is_text_field(self._focus_widget())
        for reading in _readings(event):
            command = None if typing and not _leaves_text_alone(reading) else self._command(reading)
            if command is None or not command.enabled_when(self._workspace):
                continue
            if not event.isAutoRepeat() or command.repeats:
                self._registry.run(command.id, self._workspace)
                if command.repeats:
                    self.repeatable_run.emit(event.timestamp())
            return True
        return False

    def _command(self, reading: QKeyCombination) -> Command | None:
        key = QKeySequence(reading).toString()
        if self._in_canvas() and ("canvas", key) in self._bound:
            return self._bound["canvas", key]
        return self._bound.get(("window", key))


def is_text_field(widget: QWidget | None) -> bool:
    """Is `widget` one that people type into?"""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        return not widget.isReadOnly()
    return isinstance(widget, QLineEdit | QAbstractSpinBox)


def _leaves_text_alone(reading: QKeyCombination) -> bool:
    """A text field keeps its letters and its editing keys; chords with Ctrl and the function keys are still commands."""
    is_function = Qt.Key.Key_F1.value <= reading.key().value <= Qt.Key.Key_F35.value
    return is_function or bool(reading.keyboardModifiers() & _CHORD)


def _readings(event: QKeyEvent) -> list[QKeyCombination]:
    """What a key press may mean, best first: as typed, then by the key's place when what it typed is no Latin letter."""
    modifiers = event.modifiers() & (_CHORD | _SHIFT)
    key = event.key()
    if key == Qt.Key.Key_Backtab.value:
        key = Qt.Key.Key_Tab.value
    readings = [_combined(modifiers, key)]
    if _is_sign(key) and modifiers & _SHIFT:  # "?" and "+" are shifted on some layouts and not on others
        readings.append(_combined(modifiers & ~_SHIFT, key))
    if key < _FIRST_SPECIAL and not Qt.Key.Key_A.value <= key <= Qt.Key.Key_Z.value:
        place = physical_key(event.nativeScanCode(), event.nativeVirtualKey(), sys.platform)
        if place and place != key:
            readings.append(_combined(modifiers, place))
    return readings


def key_text(event: QKeyEvent) -> str:
    """How a key press is written as a command's key: by its place where it types no Latin letter; "" for a modifier alone."""
    if event.key() in _MODIFIER_KEYS:
        return ""
    readings = _readings(event)
    modifiers, key = event.modifiers(), event.key()
    if _is_sign(key) and modifiers & _SHIFT:
        return QKeySequence(readings[1]).toString()
    is_foreign = 0x7F < key < _FIRST_SPECIAL
    return QKeySequence(readings[-1] if is_foreign else readings[0]).toString()


def _is_sign(key: int) -> bool:
    return 0x20 < key < _FIRST_SPECIAL and not chr(key).isalnum()


def _combined(modifiers: Qt.KeyboardModifier, key: int) -> QKeyCombination:
    return QKeyCombination.fromCombined(modifiers.value | key)
