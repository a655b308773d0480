"""Collects every string of the program for translation and compiles the translations.

    python packaging/translations.py            update resources/translations/*.ts and *.qm; 1 when a string has no translation
    python packaging/translations.py --check    change nothing; 1 when a file is stale or a string has no translation
    python packaging/translations.py --fill ru FILE.json
                                                put in translations first: {"source": "translation" or ["form", "form", "form"]}

Strings are the literal first arguments of ``tr``, ``tr_n`` and ``message`` anywhere in ``viewer/``. A translation that is there
stays; one whose string is gone is dropped. Edit the .ts files by hand or with Qt Linguist.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
CONTEXT = "Negatoscope"
LANGUAGES = {"en": 2, "ru": 3}  # number of plural forms
FUNCTIONS = {"tr": False, "tr_n": True, "message": False}  # name: has a plural
OWN_DEFINITIONS = {"viewer/ui/i18n.py", "viewer/model/messages.py"}


@dataclass(frozen=True)
class Entry:
    """A translation: one form, or one per plural."""

    forms: tuple[str, ...]

    @property
    def is_finished(self) -> bool:
        return all(self.forms)


def collect(package: Path = ROOT / "viewer") -> tuple[dict[str, bool], list[str]]:
    """Strings of the program (True: with plural), and complaints about calls whose string is no literal."""
    strings: dict[str, bool] = {}
    complaints: list[str] = []
    for file in sorted(package.rglob("*.py")):
        name = file.relative_to(package.parent).as_posix()
        if name in OWN_DEFINITIONS:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
                continue
            place = f"{name}:{node.lineno}"
            first = node.args[0] if node.args else None
            if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                complaints.append(f"{place}: the first argument of {node.func.id} is no literal string")
                continue
            plural = FUNCTIONS[node.func.id]
            if strings.setdefault(first.value, plural) != plural:
                complaints.append(f"{place}: {first.value!r} is used with and without a plural")
    return strings, complaints


def read(language: str) -> dict[str, Entry]:
    """What is translated already."""
    file = FOLDER / f"negatoscope_{language}.ts"
    if not file.is_file():
        return {}
    entries: dict[str, Entry] = {}
    for node in ElementTree.parse(file).iter("message"):
        translation = node.find("translation")
        if translation is None:
            continue
        forms = tuple(form.text or "" for form in translation.iter("numerusform")) or (translation.text or "",)
        if translation.get("type") == "unfinished":
            forms = tuple("" for _ in forms)
        entries[node.findtext("source", "")] = Entry(forms)
    return entries


def build(language: str, strings: dict[str, bool], known: dict[str, Entry]) -> tuple[str, list[str]]:
    """The text of the .ts file, and the strings without a translation. English needs its plurals only."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        f'<TS version="2.1" language="{language}" sourcelanguage="en">',
        "<context>",
        f"    <name>{CONTEXT}</name>",
    ]
    missing: list[str] = []
    for source in sorted(strings):
        plural = strings[source]
        if language == "en" and not plural:
            continue
        count = LANGUAGES[language] if plural else 1
        entry = known.get(source, Entry(("",) * count))
        if len(entry.forms) != count:
            entry = Entry(("",) * count)
        if not entry.is_finished:
            missing.append(source)
        lines += _message(source, entry, plural)
    return "\n".join([*lines, "</context>", "</TS>", ""]), missing


def _message(source: str, entry: Entry, plural: bool) -> list[str]:
    state = "" if entry.is_finished else ' type="unfinished"'
    if plural:
        forms = "".join(f"<numerusform>{escape(form)}</numerusform>" for form in entry.forms)
        return [
            '    <message numerus="yes">',
            f"        <source>{escape(source)}</source>",
            f"        <translation{state}>{forms}</translation>",
            "    </message>",
        ]
    return [
        "    <message>",
        f"        <source>{escape(source)}</source>",
        f"        <translation{state}>{escape(entry.forms[0])}</translation>",
        "    </message>",
    ]


def compiled(text: str) -> bytes:
    """The .qm file of a .ts text."""
    import PySide6

    tool = Path(PySide6.__file__).parent / ("lrelease.exe" if sys.platform == "win32" else "lrelease")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "one.ts", Path(folder) / "one.qm"
        source.write_text(text, encoding="utf-8")
        subprocess.run([tool, "-silent", source, "-qm", target], check=True)
        return target.read_bytes()


def filled(arguments: list[str]) -> dict[str, dict[str, Entry]]:
    """The translations that ``--fill LANGUAGE FILE`` brings, by language."""
    if "--fill" not in arguments:
        return {}
    language, name = arguments[arguments.index("--fill") + 1 :][:2]
    table: dict[str, str | list[str]] = json.loads(Path(name).read_text(encoding="utf-8"))
    return {language: {source: Entry((forms,) if isinstance(forms, str) else tuple(forms)) for source, forms in table.items()}}


def main(arguments: list[str]) -> int:
    """Update or check; returns the exit code."""
    check = "--check" in arguments
    fresh = filled(arguments)
    strings, complaints = collect()
    for language in LANGUAGES:
        text, missing = build(language, strings, {**read(language), **fresh.get(language, {})})
        complaints += [f"{language}: no translation of {source!r}" for source in missing]
        for name, content in ((f"{language}.ts", text.encode()), (f"{language}.qm", compiled(text))):
            file = FOLDER / f"negatoscope_{name}"
            if file.is_file() and file.read_bytes() == content:
                continue
            if check:
                complaints.append(f"{file.name} is stale: run python packaging/translations.py")
            else:
                FOLDER.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
    for line in complaints:
        print(line)
    print(f"{len(strings)} strings, {len(complaints)} complaint(s)")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
