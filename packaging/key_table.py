"""Writes the table of keys into README.md from the commands themselves.

python packaging/key_table.py            update README.md
python packaging/key_table.py --check    change nothing; 1 when the table is stale
"""

from __future__ import annotations

import sys

from readme_part import keep

from viewer.workspace.commands import register_all
from viewer.workspace.commands.registry import Command, CommandRegistry

MOUSE = (
    ("left drag", "the tool in use; at the start the window"),
    ("middle drag, right drag", "pan, zoom"),
    ("left and right drag", "window in any tool; Shift finer, Ctrl + Shift coarser"),
    ("wheel, Ctrl + wheel", "next or previous image, zoom at the pointer"),
    ("double click", "maximise the viewport, and back"),
    ("right click", "menu of the picture"),
)


def table() -> str:
    """Commands with keys, by menu, then the mouse."""
    registry = CommandRegistry()
    register_all(registry)
    menus: dict[str, list[Command]] = {}
    for command in registry:
        if command.keys:
            menus.setdefault(command.menu.split("/")[0] or "Other", []).append(command)
    lines = ["| Keys | What they do |", "|---|---|"]
    for menu, commands in menus.items():
        lines.append(f"| **{menu}** | |")
        for command in commands:
            keys = ", ".join(f"`{key}`" for key in command.keys)
            lines.append(f"| {keys} | {str(command.title).removesuffix(' …')} |")
    lines.append("| **Mouse on a picture** | |")
    lines += [f"| {how} | {what} |" for how, what in MOUSE]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(keep("keys", "key_table.py", table(), check="--check" in sys.argv[1:]))
