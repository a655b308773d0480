"""What the repository promises of itself: commands that exist, tables that are fresh, nothing that belongs elsewhere."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
LONGEST = {"viewer": 430, "packaging": 430, "tests": 800}  # "about 400" lines
# One letter of each in brackets, so that this file does not find itself.
FOREIGN = re.compile(r"/[w]ork/|/[r]oot/|/tmp/[v]env|[p]ypi|python[h]osted|npm[j]s|deb\.[d]ebian|proxy\.[g]olang")
TEXT = {".py", ".sh", ".md", ".toml", ".txt", ".ts", ".xml", ".desktop", ".yaml", ".yml", ".cfg", ""}

GENERATED = {"conformance", "supported", "performance", "licences", "hardness"}  # pages of the guide, in English only

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX shell scripts")


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file that git knows; skips in an unpacked archive."""
    if not (REPOSITORY / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is no clone")
    command = ["git", "-c", f"safe.directory={REPOSITORY}", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True).stdout.decode()
    found = [REPOSITORY / name for name in listed.split("\0") if name]
    return [path for path in found if path.is_file()]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *words] if words[0].endswith(".py") else ["sh", *words]
    return subprocess.run(
        command, cwd=REPOSITORY, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_readme_shows_the_two_commands_before_all_others() -> None:
    commands = re.findall(r"^(?:sh|pipx|sudo|pip|python) .*$", README, re.MULTILINE)
    assert [command.split()[:2] for command in commands[:2]] == [["sh", "packaging/run.sh"], ["sh", "packaging/test.sh"]]


def test_every_script_and_page_that_is_named_exists() -> None:
    for page in ("README.md", "CONTRIBUTING.md"):
        text = (REPOSITORY / page).read_text(encoding="utf-8").partition("## Three walks")[0]  # the walks name files to come
        named = re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r"\b((?:packaging|viewer|tests|resources)/[\w./-]+\.\w+)", text)
        assert named
        missing = [name for name in named if not (REPOSITORY / name).exists()]
        assert not missing, f"{page} names what is not there"


@pytest.mark.parametrize("script", ["key_table.py", "subcommand_table.py"])
def test_a_table_in_the_readme_is_fresh(script: str) -> None:
    checked = run(f"packaging/{script}", "--check", PYTHONPATH=str(REPOSITORY))
    assert checked.returncode == 0, checked.stdout


@pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info[:2] != (3, 11), reason="other systems and versions need other packages"
)
def test_every_licence_lets_us_pass_the_program_on() -> None:
    checked = run("packaging/make_notices.py", "--check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nothing_of_this_machine_or_of_a_registry_is_written_down(tracked: list[Path]) -> None:
    found = []
    for path in tracked:
        if path.suffix in TEXT:
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{path.relative_to(REPOSITORY)}: {match.group()}" for match in FOREIGN.finditer(text)]
    assert not found


def test_a_long_file_says_why(tracked: list[Path]) -> None:
    """In its docstring: "Over 400 lines: ..."."""
    silent = []
    for path in tracked:
        if path.suffix != ".py":
            continue
        text = path.read_text(encoding="utf-8")
        longest = LONGEST[path.relative_to(REPOSITORY).parts[0]]
        if text.count("\n") > longest and "over 400 lines:" not in (ast.get_docstring(ast.parse(text)) or "").lower():
            silent.append(f"{path.relative_to(REPOSITORY)}: {text.count(chr(10))}")
    assert not silent


def test_constraints_fit_the_bounds() -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (REPOSITORY / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines if "==" in line)}
    for text in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        wanted = Requirement(text)
        version = pinned.get(canonicalize_name(wanted.name))
        assert version is not None, f"{wanted.name} has no version in constraints.txt"
        assert wanted.specifier.contains(version), f"{wanted.name} {version} is out of bounds"


def test_the_guide_has_every_page_in_russian_too() -> None:
    folder = REPOSITORY / "resources" / "guide"
    pages = {file.stem for file in folder.glob("*.md") if "." not in file.stem}
    assert pages
    assert {page for page in pages if not (folder / f"{page}.ru.md").is_file()} <= GENERATED


@on_posix
def test_a_menu_entry_starts_the_program_from_any_place(tmp_path: Path) -> None:
    environment = tmp_path / 'a "strange" $place & more'
    program = environment / "bin" / "negatoscope"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    data = tmp_path / "data"
    made = run("packaging/install_desktop.sh", XDG_DATA_HOME=str(data), NEGATOSCOPE_VENV=str(environment), HOME=str(tmp_path))
    assert made.returncode == 0, made.stderr
    entry = (data / "applications" / "negatoscope.desktop").read_text(encoding="utf-8")
    quoted = str(program).replace('"', '\\\\"').replace("$", "\\\\$")  # Desktop Entry Specification, "The Exec key"
    assert f'Exec="{quoted}" %F' in entry.splitlines()
    assert "MimeType=application/dicom;" in entry
    assert len(list((data / "icons").rglob("negatoscope.*"))) == 7
    run("packaging/install_desktop.sh", "--remove", XDG_DATA_HOME=str(data), HOME=str(tmp_path))
    assert not list(data.rglob("negatoscope.*"))


@on_posix
def test_scripts_are_plain_sh(tmp_path: Path) -> None:
    """Debian's sh is no bash."""
    for script in sorted((REPOSITORY / "packaging").glob("*.sh")):
        checked = subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        assert "[[" not in script.read_text(encoding="utf-8").replace('"[[', "")
