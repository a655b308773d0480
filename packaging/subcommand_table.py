"""Writes the table of subcommands into README.md from the program's own list.

python packaging/subcommand_table.py            update README.md
python packaging/subcommand_table.py --check    change nothing; 1 when the table is stale
"""

from __future__ import annotations

import sys
from pathlib import Path

from viewer.app.cli import SUBCOMMANDS

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- subcommands: python packaging/subcommand_table.py -->", "<!-- end of subcommands -->"


def table() -> str:
    """One row for each, in the order of ``negatoscope --help``."""
    rows = [f"| `{name}` | {what} |" for name, (_, what) in SUBCOMMANDS.items()]
    return "\n".join(["| `negatoscope …` | What it does |", "|---|---|", *rows])


def fresh(text: str) -> str:
    """README.md's text with the table as it should be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main(arguments: list[str]) -> int:
    text = README.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        print("README.md has no place for the subcommands")
        return 1
    wanted = fresh(text)
    if "--check" in arguments:
        if wanted != text:
            print("the subcommands in README.md are stale: python packaging/subcommand_table.py")
        return int(wanted != text)
    README.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
