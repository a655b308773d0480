"""A part of README.md that a script makes: it stands between two marks."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def keep(name: str, script: str, content: str, *, check: bool) -> int:
    """Write `content` between the marks of the part `name`, which `script` makes; with `check` only say whether it is stale.

    Returns the exit code: 1 when README.md has no such part, or a stale one that was to be checked.
    """
    begin, end = f"<!-- {name}: python packaging/{script} -->", f"<!-- end of {name} -->"
    text = README.read_text(encoding="utf-8")
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        print(f"README.md has no place for the {name}")
        return 1
    wanted = f"{before}{begin}\n{content}\n{end}{after}"
    if not check:
        README.write_text(wanted, encoding="utf-8")
        return 0
    if wanted != text:
        print(f"the {name} in README.md are stale: python packaging/{script}")
    return int(wanted != text)
