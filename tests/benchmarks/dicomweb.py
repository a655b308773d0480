"""Speed of DICOMweb as ratios to curl and to itself done worse, measured in one run on loopback. Medians of three."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.network import wait_for
from tests.benchmarks.table import Left, Line, Part
from tests.machine import tool
from tests.network.conftest import free_port
from tests.network.objects import make_series
from viewer.app.web_server import WebServer, WebSettings
from viewer.library.library import Library
from viewer.library.read_instance import read_instance
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.authorization import by_password
from viewer.network.dicomweb.origin.web_listener import WebPlace
from viewer.network.dicomweb.stow import stow
from viewer.network.dicomweb.wado import WebTarget
from viewer.network.dicomweb.web_retrieve import list_instances, retrieve
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.instance_store import InstanceStore
from viewer.network.storage_item import StorageItem, read_item

COUNT = 100
_ROUNDS = 3
_EVERYTHING = 'multipart/related; type="application/dicom"; transfer-syntax=*'


def median_seconds(action: Callable[[int], object]) -> float:
    times = []
    for number in range(_ROUNDS):
        began = time.perf_counter()
        action(number)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


@contextmanager
def orthanc(folder: Path) -> Iterator[str]:
    """URL of its root, without users."""
    folder.mkdir()
    port = free_port()
    plugins = subprocess.run([tool("dpkg"), "-L", "orthanc-dicomweb"], capture_output=True, text=True, check=True).stdout.split()
    settings = {
        "StorageDirectory": str(folder), "IndexDirectory": str(folder), "DicomServerEnabled": False, "HttpPort": port,
        "AuthenticationEnabled": False, "Plugins": [line for line in plugins if line.endswith("libOrthancDicomWeb.so")][:1],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"}, "SyncStorageArea": False,
    }  # fmt: skip
    (folder / "o.json").write_text(json.dumps(settings))
    with subprocess.Popen(
        [tool("Orthanc"), str(folder / "o.json")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"TCP_NODELAY": "1"}
    ) as process:
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}/dicom-web"
        finally:
            process.terminate()


@contextmanager
def ours(paths: list[Path]) -> Iterator[str]:
    library = Library(None)
    library.add([read_instance(str(path)) for path in paths])
    server = WebServer(library, WebSettings(WebPlace(port=0)))
    try:
        yield f"http://127.0.0.1:{server.port}/dicom-web"
    finally:
        server.close()
        library.close()


def session_of(url: str) -> WebSession:
    return WebSession(WebArchive(url), WebCaller(by_password("nobody", "nothing")))


def fetching(url: str, study: str, folder: Path) -> tuple[float, float, float]:
    """Seconds of a study in one request; of the same, one request each; of curl that only writes what comes to one file."""
    folder.mkdir()
    with session_of(url) as session:
        listed = list_instances(session, WebTarget(study)) or {}
        first, series = next(iter(listed.items()))

        def whole(number: int) -> None:
            store = InstanceStore(folder / f"whole{number}", durable=False)
            assert len(retrieve(session, WebTarget(study), store).received) == COUNT

        def each(number: int) -> None:
            store = InstanceStore(folder / f"each{number}", durable=False)
            for uid in listed:
                with session_of(url) as single:
                    assert len(retrieve(single, WebTarget(study, series, uid), store).received) == 1

        def curl(number: int) -> None:
            target = ["-o", str(folder / f"curl{number}"), f"{url}/studies/{study}"]
            subprocess.run([tool("curl"), "-sf", "-H", f"Accept: {_EVERYTHING}", *target], check=True)

        assert first
        return median_seconds(whole), median_seconds(each), median_seconds(curl)


def storing(url: str, items: list[StorageItem]) -> float:
    with session_of(url) as session:

        def once(_: int) -> None:
            assert all(result.is_done for result in stow(session, items))

        return median_seconds(once)


def dicomweb(home: Path) -> Iterator[Line | Left]:
    """A study of 100 slices of 512 × 512, from Orthanc and from our server."""
    absent = [name for name in ("Orthanc", "curl") if shutil.which(name) is None]
    if absent:
        yield Left("DICOMweb against Orthanc and curl", f"{', '.join(absent)} not installed")
        return
    paths = make_series(home / "slices", COUNT, size=512)
    items = [read_item(str(path)) for path in paths]
    study = items[0].study_instance_uid
    with orthanc(home / "orthanc") as url:
        yield Line("STOW-RS to Orthanc", COUNT / storing(url, items), 20.0, True, unit="objects a second")
        whole, each, curl = fetching(url, study, home / "from-orthanc")
        yield Line("WADO-RS, a study from Orthanc", curl / whole, 0.3, True, baseline="curl into one file")
        yield Line("a study in one request", each / whole, 0.8, True, baseline="one request for each instance, no latency")
        yield Line("objects a second from Orthanc", COUNT / whole, 150.0, True, unit="a second")
    with ours(paths) as url:
        whole, each, curl_ours = fetching(url, study, home / "from-us")
        yield Line("our server, a study to curl", curl / curl_ours, 0.5, True, baseline="Orthanc to curl")
        yield Line("objects a second from our server", COUNT / whole, 150.0, True, unit="a second")


PARTS: Mapping[str, Part] = {"dicomweb": dicomweb}
