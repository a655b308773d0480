"""Memory on a large object over DICOMweb: stored at our server and fetched from it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.network.objects import make_ct
from tests.network.test_dicomweb_cli import Service
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.stow import stow
from viewer.network.dicomweb.wado import WebTarget
from viewer.network.dicomweb.web_retrieve import retrieve
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.instance_store import InstanceStore
from viewer.network.storage_item import read_item

pytestmark = [pytest.mark.network_peers, pytest.mark.slow]

MIB = 2**20


@contextmanager
def peak_below(limit: int) -> Iterator[None]:
    tracemalloc.start()
    yield
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < limit


def test_a_large_object_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.dcm"
    frames = 300
    dataset = make_ct(size=512, NumberOfFrames=frames)
    dataset.PixelData = np.resize(np.frombuffer(dataset.PixelData, np.uint8), frames * 512 * 512 * 2).tobytes()
    dataset.save_as(path, enforce_file_format=True)
    study = str(dataset.StudyInstanceUID)
    del dataset
    size = path.stat().st_size
    assert size > 150 * MIB
    server = Service("web", "listening", "--port", 0, "--folder", tmp_path / "served", "--store")
    try:
        with WebSession(WebArchive(server.url), WebCaller()) as session:
            with peak_below(20 * MIB):
                (stored,) = stow(session, [read_item(str(path))])
            assert stored.is_done
            store = InstanceStore(tmp_path / "store", durable=False)
            with peak_below(20 * MIB):
                result = retrieve(session, WebTarget(study), store)
        assert result.is_complete
        assert abs(Path(result.received[0].path).stat().st_size - size) < 1000
        status = Path(f"/proc/{server.process.pid}/status").read_text()
    finally:
        server.stop()
    assert int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) < 100 * 1024
