"""Every string of the program speaks every language."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[3] / "packaging" / "translations.py"
FIELD = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["translations"] = module
    spec.loader.exec_module(module)
    return module


def test_every_string_is_a_literal(tool: ModuleType) -> None:
    strings, complaints = tool.collect()
    assert len(strings) > 300
    assert complaints == []


def test_nothing_missing_and_nothing_stale(tool: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    code = tool.main(["--check"])
    assert code == 0, capsys.readouterr().out + "\nrun: python packaging/translations.py, then translate what it names"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_fields_are_the_same_in_every_language(tool: ModuleType, language: str) -> None:
    for source, entry in tool.read(language).items():
        for form in entry.forms:
            assert sorted(FIELD.findall(form)) == sorted(FIELD.findall(source)), source
            assert ("%n" in form) == ("%n" in source), source


def test_a_missing_translation_is_found(tool: ModuleType, tmp_path: Path) -> None:
    package = tmp_path / "viewer"
    package.mkdir()
    (package / "new.py").write_text('tr("Brand new")\ntr_n("%n brand new", 2)\ntr(name)\n', encoding="utf-8")
    strings, complaints = tool.collect(package)
    assert strings == {"Brand new": False, "%n brand new": True}
    assert len(complaints) == 1
    _, missing = tool.build("ru", strings, tool.read("ru"))
    assert missing == ["%n brand new", "Brand new"]
