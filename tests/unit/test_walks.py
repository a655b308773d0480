"""The three walks of CONTRIBUTING.md, walked in a copy of the code: as written they work."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
MOST_OTHERS = 2  # files that a walk may touch besides the new one and its test


@dataclass(frozen=True)
class Step:
    """A block of code and the file that the text before it names."""

    file: str
    kind: str
    code: str


def walks() -> dict[str, list[Step]]:
    """Steps by heading."""
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found: dict[str, list[Step]] = {}
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        title = part.partition(":")[0]
        file = ""
        for match in re.finditer(r"`([\w./]+\.(?:py|toml))`|^```(\w+)\n(.*?)^```$", part, re.MULTILINE | re.DOTALL):
            if match.group(1):
                file = match.group(1)
            else:
                found.setdefault(title, []).append(Step(file, match.group(2), match.group(3)))
    return found


def take(step: Step, root: Path) -> None:
    target = root / step.file
    if step.kind == "python":
        assert not target.exists(), f"{step.file} is there already"
        target.write_text(step.code, encoding="utf-8")
        return
    lines = step.code.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] == " ")
    after = "".join(line[1:] for line in lines)
    text = target.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{step.file} has not the line to add after: {before}"
    target.write_text(text.replace(before, after), encoding="utf-8")


def run(root: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=root, env=environment(root), capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def environment(root: Path) -> dict[str, str]:
    import os

    return os.environ | {"PYTHONPATH": str(root)}


@pytest.mark.parametrize("title", ["A mouse tool", "An object type", "A subcommand"])
def test_a_walk_works_as_written(title: str, tmp_path: Path) -> None:
    steps = walks()[title]
    for folder in ("viewer", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", "network", "gui", "end_to_end")
        shutil.copytree(
            REPOSITORY / folder, tmp_path / folder, ignore=ignored if folder == "tests" else shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    (tmp_path / "resources").symlink_to(REPOSITORY / "resources")
    for step in steps:
        take(step, tmp_path)
    new = [step.file for step in steps if step.kind == "python"]
    others = {step.file for step in steps if step.kind == "diff"}
    assert len(new) == 2
    assert len(others) <= MOST_OTHERS
    run(tmp_path, "pytest", "-q", "-p", "no:cacheprovider", next(file for file in new if file.startswith("tests/")))
    run(tmp_path, "ruff", "check", "--no-cache", *new)
    run(tmp_path, "ruff", "format", "--no-cache", "--check", *new)
    run(tmp_path, "mypy", "--no-incremental", next(file for file in new if file.startswith("viewer/")))
