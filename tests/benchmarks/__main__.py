"""``python -m tests.benchmarks [NAME…]``: measures, prints one table, ends with 1 when a target was missed.

Without names all parts are measured but those that take minutes each (growth, leak, million, soak). ``--quick`` measures ratios to
libraries only and always ends with 0: on a shared machine its numbers are to be read, not to be believed. ``--guide FILE`` writes
the table into the guide. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import archive, dicomweb, indexing, loading, network, peers, program, scrolling, soak, table, window_drag
from viewer.app.window import SWITCH_SECONDS

PARTS = {
    **peers.PARTS,
    **scrolling.PARTS,
    **program.PARTS,
    **indexing.PARTS,
    **loading.PARTS,
    **window_drag.PARTS,
    **network.PARTS,
    **archive.PARTS,
    **soak.PARTS,
    **dicomweb.PARTS,
}
LONG = ("growth", "leak", "million", "soak")
QUICK = ("headers", "library", "slow", "native", "isolation", "compute")
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Speed, memory and growth against other programs."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"parts: {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="ratios to libraries only; never fails")
    parser.add_argument("--guide", type=Path, help="page of the guide whose table is replaced")
    parser.add_argument("--home", type=Path, help="folder for generated data (a temporary one by default)")
    found = parser.parse_args(words)
    unknown = [name for name in found.names if name not in PARTS]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    return found


def main(words: Sequence[str] | None = None) -> int:
    asked = arguments(words)
    names = list(asked.names) or (list(QUICK) if asked.quick else [name for name in PARTS if name not in LONG])
    facts = [table.machine().text(), table.versions()]
    print("\n".join(facts), table.heading(), sep="\n", flush=True)
    sys.setswitchinterval(SWITCH_SECONDS)  # as the program does
    began = time.monotonic()
    if asked.home is not None:
        asked.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=asked.home) as home:
        lines = table.run_parts(PARTS, names, Path(home))
    missed = table.missed(lines)
    facts[0] += f" at the start, {table.machine().load:.1f} at the end"
    print(f"{len(lines)} lines, {missed} missed, {time.monotonic() - began:.0f} s", flush=True)
    if asked.guide is not None:
        put_into(
            asked.guide, [datetime.date.today().isoformat() + ". " + facts[0] + ".", facts[1] + ".", "", table.as_markdown(lines)]
        )
    return 1 if missed and not asked.quick else 0


def put_into(page: Path, text: list[str]) -> None:
    """Replace what stands between the marks of `page`."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text("\n".join([before + BEGIN, *text, END + after]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
