"""Translation at the edge: everything shown goes through `tr`, `tr_n` or `translated`.

One Qt Linguist context holds all strings, those of the window and those of `viewer.model.messages.message`.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from viewer.model.messages import Message
from viewer.ui.resources import resources

CONTEXT = "Negatoscope"
LANGUAGES = ("en", "ru")
_MAX_INT = 2**31 - 1
_BILLION = 10**9


def tr(source: str, **values: object) -> str:
    """`source` (always a literal) in the user's language, its fields in braces filled with `values`."""
    text = QCoreApplication.translate(CONTEXT, source)
    return text.format(**values) if values else text


def tr_n(source: str, n: int, **values: object) -> str:
    """Like `tr` with a plural: ``tr_n("%n image(s)", 3)``."""
    short = n if abs(n) <= _MAX_INT else _BILLION + abs(n) % _BILLION  # Qt takes 32 bits; the last digits decide the plural
    text = QCoreApplication.translate(CONTEXT, source, "", short)
    if short != n:
        whole = QLocale().toString(n) if abs(n) < 2**63 else str(n)
        text = text.replace(QLocale().toString(short), whole).replace(str(short), str(n))  # %Ln, %n
    return text.format(**values) if values else text


def translated(message: Message) -> str:
    """A `Message` in the user's language; messages among its values are translated too."""
    values = {key: translated(value) if isinstance(value, Message) else value for key, value in message.values}
    return tr(message.source, **values) if message.source else ""


def language_of_system() -> str:
    """The first of the user's languages that the program speaks, else English."""
    for name in QLocale.system().uiLanguages():
        code = name.replace("_", "-").split("-")[0]
        if code in LANGUAGES:
            return code
    return "en"


class Language:
    """The translators in force. English has one too, for its plurals."""

    def __init__(self) -> None:
        self._installed: list[QTranslator] = []
        self.code = ""

    def use(self, choice: str) -> None:
        """Speak `choice`: "en", "ru" or "system". Widgets hear of it by a LanguageChange event."""
        code = choice if choice in LANGUAGES else language_of_system()
        if code == self.code:
            return
        self.stop()
        self.code = code
        QLocale.setDefault(_locale(code))
        ours = QTranslator()
        qt = QTranslator()
        if qt.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            self._install(qt)
        if ours.load(f"negatoscope_{code}", str(resources() / "translations")):
            self._install(ours)

    def stop(self) -> None:
        """Speak the sources again."""
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
        self._installed.clear()
        self.code = ""

    def _install(self, translator: QTranslator) -> None:
        QCoreApplication.installTranslator(translator)
        self._installed.append(translator)


def _locale(code: str) -> QLocale:
    """The system's locale when it speaks the language (its dates and numbers may differ from the default's)."""
    system = QLocale.system()
    return system if system.name().split("_")[0] == code else QLocale(code)
