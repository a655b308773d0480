"""What this machine has of the programs that tests drive or compare with."""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path
from typing import NoReturn

import pytest

REQUIRED = "NEGATOSCOPE_REQUIRE_TOOLS"


def absent(what: str) -> NoReturn:
    """Skip the test for want of `what`; where everything has to be there (``.ci/run`` says so) that is a failure."""
    if os.environ.get(REQUIRED):
        pytest.fail(f"{what} is not installed, and {REQUIRED} is set")
    pytest.skip(f"{what} is not installed")


def tool(name: str) -> str:
    """Path of the program `name`. Scripts of this Python are passed over: pynetdicom has a storescp of its own."""
    own = Path(sysconfig.get_path("scripts"))
    places = [place for place in os.environ.get("PATH", "").split(os.pathsep) if place and Path(place) != own]
    return shutil.which(name, path=os.pathsep.join(places)) or absent(name)
