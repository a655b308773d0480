"""Writes resources/guide/licences.md, whose work comes along or is needed; and refuses what may not be passed on under our licence.

    python packaging/make_notices.py            write the page
    python packaging/make_notices.py --check    change nothing; 1 when the page is stale or a licence is not on the list

Looks at what is installed (Linux): the packages of pyproject.toml with their extras, and what these need. What only the tests
need is checked too, but does not stand on the page.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PAGE = Path(__file__).resolve().parent.parent / "resources" / "guide" / "licences.md"
PROJECT = PAGE.parents[2] / "pyproject.toml"
EXTRAS = ("archives", "secrets", "video")
# LGPL: as libraries of their own, which can be exchanged.
GOOD = {
    *("MIT", "MIT-0", "MIT-CMU", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "Zlib", "CC0-1.0"),
    *("MPL-2.0", "LGPL-3.0-only", "Unlicense", "Public-Domain"),
}
# What packages write where there is no licence expression.
SPOKEN = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD, Public Domain": "BSD-2-Clause AND Public-Domain",
    # dcm2niix, for the tests
    "The following files are from different authors and have their own licenses": "BSD-2-Clause AND Public-Domain AND MIT",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
HEAD = """# Licences

Negatoscope is under the MIT licence. It comes with the work of others, and needs more; thanks to all of them.

## In the program

| What | Whose | Licence |
|---|---|---|
| Inter (a part of it) | The Inter Project Authors | SIL Open Font License 1.1 |
| JetBrains Mono (a part of it) | The JetBrains Mono Project Authors | SIL Open Font License 1.1 |
| Lucide icons | Lucide Icons and Contributors; Cole Bemis (Feather) | ISC; MIT |

The whole texts lie beside the fonts and the icons.

## Packages it needs

They are installed beside the program and not changed. Each has its whole text among its own files. Packages under the LGPL (Qt for
Python) are libraries of their own, which you may exchange. imagecodecs and opencv-python-headless bring libraries along under
licences that they name (FFmpeg in OpenCV: LGPL-2.1-or-later).

| Package | Licence |
|---|---|
"""


def needed_by(extras: tuple[str, ...]) -> dict[str, Distribution]:
    """By name: what the program needs with `extras`, here, with all that it needs in turn."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    waiting = list(project["dependencies"]) + [text for extra in extras for text in project["optional-dependencies"][extra]]
    found: dict[str, Distribution] = {}
    seen = set()
    while waiting:
        requirement = Requirement(waiting.pop())
        wanted = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if wanted in seen:
            continue
        seen.add(wanted)
        found[wanted[0]] = distribution(requirement.name)
        waiting += [text for text in found[wanted[0]].requires or () if _is_wanted(Requirement(text), wanted[1])]
    return dict(sorted(found.items()))


def _is_wanted(requirement: Requirement, extras: frozenset[str]) -> bool:
    return requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras or {""})


def licence_of(package: Distribution) -> str:
    """As an SPDX expression where the package lets us know."""
    data = package.metadata
    said = data.get("License-Expression")
    if said:
        return str(said)
    for line in (data.get("License") or "").splitlines()[:1]:
        if line in SPOKEN or is_good(line):
            return SPOKEN.get(line, line)
    classified = [one.rpartition(" :: ")[2] for one in data.get_all("Classifier") or () if one.startswith("License :: OSI")]
    return " AND ".join(SPOKEN.get(one, one) for one in classified) or str(data.get("License") or "unknown")


def is_good(expression: str) -> bool:
    """Whether each part (AND) gives a choice (OR) that is on the list."""
    words = expression.replace("(", "").replace(")", "")
    return all(any(one.strip() in GOOD for one in re.split(r"\bOR\b", part)) for part in re.split(r"\bAND\b", words))


def text() -> str:
    """The page."""
    rows = [f"| {package.metadata['Name']} | {licence_of(package)} |" for package in needed_by(EXTRAS).values()]
    return HEAD + "\n".join([*rows, ""])


def main(arguments: list[str]) -> int:
    refused = {name: said for name, package in needed_by((*EXTRAS, "dev")).items() if not is_good(said := licence_of(package))}
    for name, said in refused.items():
        print(f"{name}: its licence is not on the list: {said[:100]}")
    if "--check" not in arguments:
        PAGE.write_text(text(), encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text():
        print(f"{PAGE.name} is stale: python packaging/make_notices.py")
        return 1
    return int(bool(refused))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
