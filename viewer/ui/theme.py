"""The look: colours, text size, fonts and tinted icons, and telling Qt about them.

Fusion with a palette of our own, so that it is the same on every platform (a platform's colour scheme is not to be relied on).
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from viewer.ui.fonts import font_families, mono_families
from viewer.ui.icons import IconStore
from viewer.ui.palettes import DARK, PALETTES, Colours
from viewer.ui.style_sheet import style_sheet

SMALLEST_TEXT = 80
LARGEST_TEXT = 200
BASE_SIZE = 13
IN_FUSION = "in_fusion"  # a property of the application: it has this style


class Theme(QObject):
    """What widgets ask for colours, sizes, fonts and icons. They restyle themselves on `changed`.

    `scheme` is "dark", "light" or "high_contrast"; `text_size` is in per cent, 80 to 200.
    """

    changed = Signal()

    def __init__(self, scheme: str = "dark", text_size: int = 100, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scheme = scheme if scheme in PALETTES else "dark"
        self._text_size = _clamped(text_size)
        self._icons = IconStore()
        self._fonts: dict[tuple[str, float, int], QFont] = {}  # a new one takes half a millisecond, and a viewport wants many

    @property
    def scheme(self) -> str:
        return self._scheme

    @property
    def text_size(self) -> int:
        """Per cent."""
        return self._text_size

    @property
    def colours(self) -> Colours:
        return PALETTES.get(self._scheme, DARK)

    def set_look(self, scheme: str, text_size: int) -> None:
        """Choose palette and text size; says `changed` once when anything is new."""
        scheme = scheme if scheme in PALETTES else self._scheme
        text_size = _clamped(text_size)
        if (scheme, text_size) == (self._scheme, self._text_size):
            return
        self._scheme, self._text_size = scheme, text_size
        self._fonts.clear()
        self.apply()
        self.changed.emit()

    def px(self, n: float) -> int:
        """A length at text size 100 %, scaled to the text size."""
        return max(round(n * self._text_size / 100), 1 if n else 0)

    def font(self, size: float = BASE_SIZE, weight: int = 400) -> QFont:
        """The face of the interface, `size` in pixels at text size 100 %, with tabular digits."""
        return self._made_font(font_families(), size, weight)

    def mono(self, size: float = 11, weight: int = 400) -> QFont:
        """The monospaced face of tag numbers and UIDs."""
        return self._made_font(mono_families(), size, weight)

    def _made_font(self, families: list[str], size: float, weight: int) -> QFont:
        key = (families[0], size, weight)
        font = self._fonts.get(key)
        if font is None:
            font = self._fonts[key] = QFont()
            font.setFamilies(families)
            font.setPixelSize(self.px(size))
            font.setWeight(QFont.Weight(weight))
            font.setFeature(QFont.Tag("tnum"), 1)
        return QFont(font)

    def icon(self, name: str, colour: str = "") -> QIcon:
        """resources/icons/`name`.svg in the colour of text (or `colour`); accent while checked, faint while disabled."""
        colours = self.colours
        return self._icons.icon(name, colour or colours.text, colours.accent, colours.faint, self.px(18))

    def apply(self) -> None:
        """Give Qt this look."""
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            return
        if not application.property(IN_FUSION):  # to ask for the style itself makes Python classes of all its enumerations: 4 ms
            application.setStyle("Fusion")
            application.setProperty(IN_FUSION, True)
        if application.styleSheet():  # a sheet in the place of another takes three times as long, 90 ms with sixteen viewports
            application.setStyleSheet("")
        application.setPalette(qt_palette(self.colours))
        application.setFont(self.font())
        application.setStyleSheet(style_sheet(self._scheme, self.colours, self.px))


def _clamped(text_size: int) -> int:
    return min(max(int(text_size), SMALLEST_TEXT), LARGEST_TEXT)


def qt_palette(colours: Colours) -> QPalette:
    """The roles of Qt's palette in our colours."""
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in {
        roles.Window: colours.panel,
        roles.WindowText: colours.text,
        roles.Base: colours.panel,
        roles.AlternateBase: colours.raised,
        roles.Text: colours.text,
        roles.PlaceholderText: colours.dim,
        roles.Button: colours.raised,
        roles.ButtonText: colours.text,
        roles.BrightText: colours.fault,
        roles.ToolTipBase: colours.raised,
        roles.ToolTipText: colours.text,
        roles.Highlight: colours.accent_ground,
        roles.HighlightedText: colours.text,
        roles.Accent: colours.accent,
        roles.Link: colours.accent,
        roles.LinkVisited: colours.accent,
        roles.Light: colours.raised,
        roles.Midlight: colours.raised,
        roles.Mid: colours.hairline,
        roles.Dark: colours.hairline,
        roles.Shadow: colours.window,
    }.items():
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.faint))
    return palette
