"""Writes the table of subcommands into README.md from the program's own list.

python packaging/subcommand_table.py            update README.md
python packaging/subcommand_table.py --check    change nothing; 1 when the table is stale
"""

from __future__ import annotations

import sys

from readme_part import keep

from viewer.app.cli import SUBCOMMANDS


def table() -> str:
    """One row for each, in the order of ``negatoscope --help``."""
    rows = [f"| `{name}` | {what} |" for name, (_, what) in SUBCOMMANDS.items()]
    return "\n".join(["| `negatoscope …` | What it does |", "|---|---|", *rows])


if __name__ == "__main__":
    sys.exit(keep("subcommands", "subcommand_table.py", table(), check="--check" in sys.argv[1:]))
