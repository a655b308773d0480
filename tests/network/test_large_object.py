"""Memory on a large object, in both directions."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from tests.network.objects import make_ct
from tests.network.test_durability import receiver
from viewer.network.requestor import Caller
from viewer.network.storage_item import read_item
from viewer.network.storage_scu import RetryPolicy, send

pytestmark = [pytest.mark.network_peers, pytest.mark.slow]


def test_an_object_of_315_megabytes_takes_little_memory(tmp_path: Path, caller: Caller) -> None:
    path = tmp_path / "large.dcm"
    frames = 600
    dataset = make_ct(size=512, NumberOfFrames=frames)
    dataset.PixelData = np.resize(np.frombuffer(dataset.PixelData, np.uint8), frames * 512 * 512 * 2).tobytes()
    dataset.save_as(path, enforce_file_format=True)
    size = path.stat().st_size
    assert size > 300 * 2**20
    del dataset
    with receiver(tmp_path / "store") as (process, node):
        tracemalloc.start()
        (result,) = send(node, [read_item(str(path))], caller, policy=RetryPolicy(1), wait=lambda seconds: True)
        _, ours_peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        status = Path(f"/proc/{process.pid}/status").read_text()
    peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
    assert result.is_done
    assert peak < 100 * 1024
    assert ours_peak < 20 * 2**20
    (stored,) = (tmp_path / "store").rglob("*.dcm")
    assert abs(stored.stat().st_size - size) < 1000
