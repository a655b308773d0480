"""What is loaded until the first picture is on screen: the start stays quick only while this list stays short."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.library_desk import content

# The browser's panel is the first thing that is made after the first picture.
WATCHER = """
import builtins, json, os, sys
def watch(event, arguments):
    if event == "import" and arguments[0] == "viewer.ui.browser.panel":
        if builtins.__import__.__name__ == "__feature_import__":
            sys.exit("Qt for Python still reads the source of what is imported")
        print(json.dumps(list(sys.modules)), flush=True)
        os._exit(0)
sys.addaudithook(watch)
from viewer.app.main import main
main(sys.argv[1:])
"""
NOT_BEFORE = {
    "pydicom": "0.35 s; the tag reader imports it in its thread",
    "pynetdicom": "only the network needs it",
    "ssl": "only the network needs it",
    "http": "only DICOMweb needs it",
    "PIL": "the program does not need it",
    "imagecodecs": "the decoding processes import it",
    "pyqtgraph": "0.16 s",
    "asyncio": "nobody needs it",
    "unittest": "nobody needs it",
    "importlib.metadata": "5 ms; entry points are looked for after the first picture",
    "viewer.model.remote": "the network is attached after the first picture",
    "viewer.library.peer_rows": "most windows are asked nothing by peers",
    "PySide6.QtNetwork": "6 ms; only Windows needs it, to find another window",
}
FREE_OF_QT = ("model", "imaging", "dicom", "library", "loading", "workspace", "tools")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Names of modules in the order in which they were loaded, when the panels were about to be made."""
    folder = tmp_path_factory.mktemp("start")
    (folder / "in").mkdir()
    for number in range(3):
        file = folder / "in" / f"{number}.dcm"
        file.write_bytes(content(SOPInstanceUID=f"1.2.3.{number}", Rows=8, Columns=8, PixelData=bytes(64)))
    environment = {"NEGATOSCOPE_HOME": str(folder / "home"), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", WATCHER, str(folder / "in")],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return list(json.loads(done.stdout))


@pytest.mark.parametrize("name", NOT_BEFORE)
def test_what_comes_after_the_first_picture(loaded: list[str], name: str) -> None:
    found = [module for module in loaded if module == name or module.startswith(f"{name}.")]
    assert not found, NOT_BEFORE[name]


def test_the_picture_was_there(loaded: list[str]) -> None:
    """Else the lists above say nothing."""
    assert "viewer.ui.canvas.picture" in loaded
    assert "viewer.imaging.render" in loaded


def test_what_needs_no_qt_is_loaded_before_it(loaded: list[str]) -> None:
    """Files are read meanwhile, and until `leave_imports_alone` Qt for Python reads the source of what is imported."""
    after = loaded[loaded.index("PySide6.QtWidgets") :]
    layers = tuple(f"viewer.{layer}." for layer in FREE_OF_QT)
    assert [name for name in after if name.startswith(layers)] == []
