"""Against Orthanc with its DICOMweb plug-in: search, retrieve, store, pictures. JPEG-LS is never asked of it: that kills it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from tests.machine import absent, tool
from tests.network.conftest import StartPeer, free_port
from tests.network.objects import make_ct, make_series, save
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.authorization import by_password
from viewer.network.dicomweb.qido import WebQuery, search
from viewer.network.dicomweb.stow import stow
from viewer.network.dicomweb.wado import WebTarget, bulk_data, frames, metadata, rendered, wado_uri
from viewer.network.dicomweb.web_retrieve import retrieve
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.errors import NetworkError
from viewer.network.identifier import Value, text_of
from viewer.network.instance_store import InstanceStore
from viewer.network.query_scu import Level
from viewer.network.storage_item import read_item
from viewer.network.storage_scu import Outcome

pytestmark = pytest.mark.network_peers


def start_orthanc(start_peer: StartPeer, folder: Path) -> str:
    """URL of its root; user "ci", password "ci-pass"."""
    plugin = _plugin()
    folder.mkdir()
    port, dicom = free_port(), free_port()
    settings = {
        "Name": "ci", "StorageDirectory": str(folder / "db"), "IndexDirectory": str(folder / "db"),
        "TemporaryDirectory": str(folder),
        "DicomAet": "ORTHANC", "DicomPort": dicom, "HttpPort": port, "RemoteAccessAllowed": False,
        "AuthenticationEnabled": True, "RegisteredUsers": {"ci": "ci-pass"}, "Plugins": [plugin],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "EnableWado": True, "WadoRoot": "/wado", "Ssl": False},
        "StableAge": 1, "SyncStorageArea": False, "OverwriteInstances": True,
    }  # fmt: skip
    (folder / "o.json").write_text(json.dumps(settings))
    start_peer("ORTHANC", port, folder, "Orthanc", folder / "o.json")
    return f"http://127.0.0.1:{port}/dicom-web"


def _plugin() -> str:
    listed = subprocess.run([tool("dpkg"), "-L", "orthanc-dicomweb"], capture_output=True, text=True, check=False).stdout
    found = [line for line in listed.splitlines() if line.endswith("libOrthancDicomWeb.so") and Path(line).exists()]
    return found[0] if found else absent("orthanc-dicomweb")


@dataclass
class Archive:
    session: WebSession
    objects: dict[str, Path]
    studies: list[str]


@pytest.fixture
def archive(start_peer: StartPeer, tmp_path: Path) -> Iterator[Archive]:
    """Orthanc with three studies, stored there by ourselves."""
    url = start_orthanc(start_peer, tmp_path / "orthanc")
    named = [{"PatientName": "Doe^John"}, {"PatientName": "Syn Study^Ann"}, {"PatientName": "Müller^Jürgen"}]
    paths = [
        make_series(
            tmp_path / f"s{number}",
            12,
            size=48,
            SpecificCharacterSet="ISO_IR 192",
            StudyDescription="SYN STUDY",
            PatientID=f"P{number}",
            **name,
        )
        for number, name in enumerate(named)
    ]
    root = url.removesuffix("/dicom-web")
    with WebSession(WebArchive(url, wado_uri=f"{root}/wado"), WebCaller(by_password("ci", "ci-pass"))) as session:
        results = stow(session, [read_item(str(path)) for group in paths for path in group])
        assert {result.outcome for result in results} == {Outcome.STORED}
        objects = {str(dcmread(path).SOPInstanceUID): path for group in paths for path in group}
        yield Archive(session, objects, [str(dcmread(group[0]).StudyInstanceUID) for group in paths])


def names(session: WebSession, **keys: Value) -> list[str]:
    return sorted(text_of(row, "PatientName") for row in search(session, WebQuery(Level.STUDY, keys)))


def test_everything(archive: Archive, tmp_path: Path) -> None:
    """One Orthanc for all of it: it takes longest to start."""
    session = archive.session
    # search: what its plug-in does not decode is asked for so that it is found all the same
    assert names(session, PatientName="doe*") == ["Doe^John"]
    assert names(session, PatientName="Doe^John") == ["Doe^John"]
    assert names(session, PatientName="SYN STUDY*") == ["Syn Study^Ann"]
    assert names(session, PatientName="müller*") == ["Müller^Jürgen"]
    assert len(names(session, StudyDescription="SYN STUDY")) == 3
    assert len(names(session, StudyDate="20260101-20260131")) == 3
    assert names(session, StudyDate="20250101-20250131") == []
    assert names(session, StudyInstanceUID="\\".join(archive.studies[:2])) == ["Doe^John", "Syn Study^Ann"]
    assert len(names(session)) == 3
    assert len(list(search(session, WebQuery(Level.STUDY, limit=2, page=1)))) == 2
    assert len(list(search(session, WebQuery(Level.STUDY, offset=1)))) == 2
    study = archive.studies[0]
    instances = list(search(session, WebQuery(Level.IMAGE, {"StudyInstanceUID": study}, page=5)))
    assert len(instances) == 12
    assert len(list(search(session, WebQuery(Level.SERIES, {"StudyInstanceUID": study})))) == 1

    # retrieve: one request, the same bytes
    store = InstanceStore(tmp_path / "store", durable=False)
    result = retrieve(session, WebTarget(study), store)
    assert (result.is_complete, len(result.received), result.requests) == (True, 12, 1)
    for instance in result.received:
        assert np.array_equal(dcmread(instance.path).pixel_array, dcmread(archive.objects[instance.sop_instance_uid]).pixel_array)
    again = retrieve(session, WebTarget(study), store, held=store.holds)
    assert (again.received, again.held, again.requests) == ((), 12, 0)

    # the rest
    row = instances[0]
    target = WebTarget(study, text_of(row, "SeriesInstanceUID"), text_of(row, "SOPInstanceUID"))
    original = dcmread(archive.objects[target.instance])
    (found,) = metadata(session, target)
    assert found["Rows"] == "48"
    (frame,) = frames(session, target, [1])
    assert frame.content == original.PixelData
    assert bulk_data(session, f"{target.path}/bulk/7fe00010") == original.PixelData
    assert rendered(session, target, media_type="image/png").content.startswith(b"\x89PNG")
    assert rendered(session, target, frame=1, media_type="image/jpeg").content.startswith(b"\xff\xd8")
    with wado_uri(session, target) as answer:
        assert answer.read(1 << 20)[128:132] == b"DICM"

    # errors
    other = save(make_ct(1, size=16), tmp_path / "other.dcm")
    (refused,) = stow(session, [read_item(str(other))], study=study)
    assert refused.outcome is Outcome.FAILED
    with pytest.raises(NetworkError, match="does not have this"):
        retrieve(session, WebTarget("1.2.3"), store)
    with WebSession(session.archive, WebCaller(by_password("ci", "wrong"))) as stranger:
        with pytest.raises(NetworkError, match="who asks"):
            names(stranger)
        assert stow(stranger, [read_item(str(other))])[0].reason.source.startswith("{reason}")
