"""The library as a DICOMweb archive, asked by dicomweb-client, which is not ours, and by bare sockets that mean no good."""

from __future__ import annotations

import io
import json
import socket
import warnings
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import numpy as np
import pytest
import requests
from dicomweb_client.api import DICOMwebClient
from PIL import Image
from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian, JPEGLosslessSV1, RLELossless

from tests.network.objects import make_ct, make_series, save
from tests.network.web_library import Running, StartServer, serve
from viewer.app.web_server import OpenServerError, WebServer, WebSettings
from viewer.dicom.decode import decode
from viewer.dicom.image_file import open_image
from viewer.imaging.compose import initial_data
from viewer.imaging.render import render_frame
from viewer.network.dicomweb.origin.gate import Gate
from viewer.network.dicomweb.origin.web_listener import WebPlace
from viewer.network.dicomweb.resources import RESOURCES
from viewer.network.dicomweb.wado import WebTarget
from viewer.network.dicomweb.web_retrieve import retrieve
from viewer.network.instance_store import InstanceStore

pytestmark = pytest.mark.network_peers
__all__ = ["serve"]


@pytest.fixture
def objects(tmp_path: Path) -> list[Path]:
    return make_series(
        tmp_path / "objects", 5, size=24, PatientName="Müller^Jürgen", SpecificCharacterSet="ISO_IR 192", StudyDescription="HEAD CT"
    )


@pytest.fixture
def running(serve: StartServer, objects: list[Path], tmp_path: Path) -> Running:
    other = make_series(tmp_path / "other", 2, size=16, PatientName="Roe^Richard", PatientID="P2", StudyDate="20250606")
    return serve([*objects, *other])


@pytest.fixture
def client(running: Running) -> Iterator[DICOMwebClient]:
    session = requests.Session()
    yield DICOMwebClient(running.url, session=session)
    session.close()


def uids(path: Path) -> tuple[str, str, str]:
    header = dcmread(path, stop_before_pixels=True)
    return str(header.StudyInstanceUID), str(header.SeriesInstanceUID), str(header.SOPInstanceUID)


def values(row: dict[str, dict[str, list[object]]], tag: str) -> list[object]:
    return row[tag].get("Value", [])


# Search


def test_studies_are_found(client: DICOMwebClient, objects: list[Path]) -> None:
    everything = client.search_for_studies()
    assert {values(row, "00100020")[0] for row in everything} == {"P1", "P2"}
    for filters in ({"PatientName": "mÜLLER*"}, {"PatientID": "P1"}, {"StudyDate": "20260101-20260131"}, {"00081030": "HEAD*"}):
        (row,) = client.search_for_studies(search_filters=filters)
        assert values(row, "0020000D") == [uids(objects[0])[0]]
    (row,) = client.search_for_studies(search_filters={"PatientName": "Müller^Jürgen"})
    assert values(row, "00100010") == [{"Alphabetic": "Müller^Jürgen"}]
    assert (values(row, "00201208"), values(row, "00080061")) == ([5], ["CT"])
    assert client.search_for_studies(search_filters={"PatientID": "P3"}) == []


def test_series_and_instances_are_found(client: DICOMwebClient, objects: list[Path]) -> None:
    study, series, _ = uids(objects[0])
    (row,) = client.search_for_series(study)
    assert (values(row, "0020000E"), values(row, "00201209")) == ([series], [5])
    assert len(client.search_for_series()) == 2
    assert len(client.search_for_instances(study, series)) == len(client.search_for_instances(study)) == 5
    (one,) = client.search_for_instances(study, search_filters={"InstanceNumber": "3"})
    assert values(one, "00080018") == [uids(objects[2])[2]]
    assert (values(one, "00280010"), values(one, "00080016")) == ([24], ["1.2.840.10008.5.1.4.1.1.2"])


def test_pages_do_not_overlap(running: Running, objects: list[Path]) -> None:
    study = uids(objects[0])[0]
    seen: list[str] = []
    for offset in (0, 2, 4):
        answer = requests.get(f"{running.url}/studies/{study}/instances?limit=2&offset={offset}", timeout=10)
        assert ("Warning" in answer.headers) is (offset < 4)
        seen += [row["00080018"]["Value"][0] for row in answer.json()]
    assert sorted(seen) == sorted(uids(path)[2] for path in objects)
    assert requests.get(f"{running.url}/studies/{study}/instances?offset=5", timeout=10).status_code == 204


# Retrieve


def test_what_is_retrieved_is_what_was_stored(client: DICOMwebClient, objects: list[Path], running: Running) -> None:
    study, series, instance = uids(objects[1])
    originals = {uids(path)[2]: dcmread(path) for path in objects}
    for found in (
        client.retrieve_study(study),
        client.retrieve_series(study, series),
        [client.retrieve_instance(study, series, instance)],
    ):
        for dataset in found:
            assert dataset == originals[str(dataset.SOPInstanceUID)]
            assert np.array_equal(dataset.pixel_array, originals[str(dataset.SOPInstanceUID)].pixel_array)
    assert len(client.retrieve_study(study)) == 5
    assert [one.studies for one in running.served if one.operation == "get"] == [{study: 5}, {study: 5}, {study: 1}, {study: 5}]


def test_uids_against_the_standard(running: Running, tmp_path: Path) -> None:
    """Letters, and more than 64 characters: there are such objects, and they are to be had."""
    names = {"study": "1.2.STUDY-A", "series": "1." + "2" * 80, "uid": "dccc9599087131742838cc1162a630fea8"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = save(make_ct(1, size=8, **names), tmp_path / "odd.dcm")
    running.add([path])
    with running.session() as session:
        result = retrieve(session, WebTarget("1.2.STUDY-A"), InstanceStore(tmp_path / "odd-store"))
    assert (result.is_complete, result.is_certain, len(result.received)) == (True, True, 1)


def test_metadata_and_bulk_data(client: DICOMwebClient, objects: list[Path], tmp_path: Path, running: Running) -> None:
    blob = bytes(range(256)) * 40
    more = save(make_ct(1, size=16, ICCProfile=blob), tmp_path / "more.dcm")
    running.add([more])
    (found,) = client.retrieve_study_metadata(uids(more)[0])
    assert values(found, "00280010") == [16]
    for tag, content in (("00282000", blob), ("7FE00010", dcmread(more).PixelData)):
        member = found[tag]
        if "BulkDataURI" in member:
            assert str(more.parent) not in member["BulkDataURI"]
            assert client.retrieve_bulkdata(member["BulkDataURI"]) == [content]
    assert "BulkDataURI" in found["00282000"]
    assert len(client.retrieve_series_metadata(*uids(objects[0])[:2])) == 5
    assert client.retrieve_instance_metadata(*uids(objects[3]))["00200013"]["Value"] == [4]


def test_frames_native_and_compressed(client: DICOMwebClient, tmp_path: Path, running: Running) -> None:
    dataset = make_ct(1, size=32)
    native = dataset.PixelData
    dataset.compress(RLELossless, generate_instance_uid=False)
    path = save(dataset, tmp_path / "rle.dcm")
    running.add([path])
    names = uids(path)
    octets = ("application/octet-stream",)
    assert client.retrieve_instance_frames(*names, [1], media_types=octets) == [native]
    stored = client.retrieve_instance_frames(*names, [1], media_types=(("image/dicom-rle", RLELossless),))
    assert len(stored[0]) < len(native)
    assert stored[0][:4] == b"\x02\0\0\0"  # two segments
    with pytest.raises(requests.HTTPError, match="406"):
        client.retrieve_instance_frames(*names, [1], media_types=(("image/jpeg", JPEGLosslessSV1),))
    with pytest.raises(requests.HTTPError, match="404"):
        client.retrieve_instance_frames(*names, [2], media_types=octets)
    # the instance itself: uncompressed unless the caller takes what is stored
    address = "{}/studies/{}/series/{}/instances/{}".format(running.url, *names)
    plain = requests.get(address, headers={"Accept": "application/dicom"}, timeout=10)
    assert dcmread(io.BytesIO(plain.content)).PixelData == native
    assert dcmread(io.BytesIO(plain.content)).file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    kept = client.retrieve_instance(*names, media_types=(("application/dicom", "*"),))
    assert kept.file_meta.TransferSyntaxUID == RLELossless
    assert kept.PixelData == dcmread(path).PixelData


def test_pictures_are_what_the_canvas_draws(client: DICOMwebClient, objects: list[Path], running: Running) -> None:
    names = uids(objects[0])
    image = open_image(str(objects[0]))
    frame = image.finish(1, decode(image.decode_request(1)))
    drawn = render_frame(frame, initial_data(frame), overlays=False)
    png = client.retrieve_instance_rendered(*names, media_types=("image/png",))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(png))), drawn)
    jpeg = np.asarray(Image.open(io.BytesIO(client.retrieve_instance_frames_rendered(*names, [1], media_types=("image/jpeg",)))))
    assert jpeg.shape == drawn.shape
    small = client.retrieve_instance_rendered(
        *names, media_types=("image/png",), params={"viewport": "12,50", "window": "100,1,linear"}
    )
    picture = np.asarray(Image.open(io.BytesIO(small)))
    assert picture.shape == (12, 12)
    assert picture.min() == 0
    uri = f"{running.url}/wado?requestType=WADO&studyUID={names[0]}&seriesUID={names[1]}&objectUID={names[2]}"
    answer = requests.get(f"{uri}&contentType=application/dicom", timeout=10)
    assert dcmread(io.BytesIO(answer.content)) == dcmread(objects[0])
    assert requests.get(uri, timeout=10).content[:2] == b"\xff\xd8"


# Store


def test_nothing_is_stored_unless_it_is_allowed(client: DICOMwebClient, objects: list[Path]) -> None:
    with pytest.raises(requests.HTTPError, match="405"):
        client.store_instances([dcmread(objects[0])])


def test_store_and_find_again(serve: StartServer, objects: list[Path]) -> None:
    running = serve(store=True)
    with requests.Session() as session:
        client = DICOMwebClient(running.url, session=session)
        answer = client.store_instances([dcmread(path) for path in objects])
        assert len(answer.ReferencedSOPSequence) == 5
        study = uids(objects[0])[0]
        assert len(client.retrieve_study(study)) == 5
        with pytest.raises(requests.HTTPError, match="409"):
            client.store_instances([dcmread(objects[0])], study_instance_uid="1.2.3")
        raw = b"--b\r\nContent-Type: application/dicom\r\n\r\nno DICOM\r\n--b--"
        kind = {"Content-Type": 'multipart/related; type="application/dicom"; boundary=b'}
        refused = session.post(f"{running.url}/studies", data=raw, headers=kind, timeout=10)
        assert refused.status_code == 409
        assert len(refused.json()["00081198"]["Value"]) == 1
        assert (
            session.post(f"{running.url}/studies", data=b"x", headers={"Content-Type": "text/plain"}, timeout=10).status_code == 415
        )
        assert session.post(f"{running.url}/studies", data=raw[:20], headers=kind, timeout=10).status_code == 400
    assert len(running.received) == 5


# Who may come in


def status(url: str, **headers: str) -> int:
    return requests.get(
        f"{url}/studies", headers={name.replace("_", "-"): value for name, value in headers.items()}, timeout=10
    ).status_code


def test_only_who_shows_himself_comes_in(serve: StartServer, objects: list[Path]) -> None:
    running = serve(objects, gate=Gate(token="a-long-token", users={"reader": "pass:word"}))
    assert status(running.url) == 401
    assert status(running.url, Authorization="Bearer wrong") == 401
    assert status(running.url, Authorization="Bearer a-long-token") == 200
    assert requests.get(f"{running.url}/studies", auth=("reader", "pass:word"), timeout=10).status_code == 200
    for pair in (("reader", "wrong"), ("nobody", ""), ("", "pass:word")):
        assert requests.get(f"{running.url}/studies", auth=pair, timeout=10).status_code == 401
    assert status(running.url, Authorization="Basic %%%") == 401
    challenge = requests.get(f"{running.url}/studies", timeout=10).headers["WWW-Authenticate"]
    assert challenge == 'Basic realm="DICOMweb", charset="UTF-8", Bearer'
    assert not any("pass" in line or "token" in line for line in running.lines)


def test_other_web_sites_are_not_answered(running: Running) -> None:
    assert status(running.url, Host="evil.example") == 421
    assert status(running.url, Host="localhost") == 200
    assert status(running.url, Origin="https://evil.example") == 403
    assert status(running.url, Sec_Fetch_Site="cross-site") == 403
    assert "Access-Control-Allow-Origin" not in requests.get(f"{running.url}/studies", timeout=10).headers


def test_it_is_on_loopback_and_never_open_to_all_by_accident(running: Running) -> None:
    with open("/proc/net/tcp", encoding="ascii") as table:
        listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
    assert f"0100007F:{running.server.port:04X}" in listening
    with pytest.raises(OpenServerError, match="whole library"):
        WebServer(running.library, WebSettings(WebPlace(port=0, interface="0.0.0.0")))


def test_every_resource_of_the_conformance_statement_is_given(serve: StartServer, objects: list[Path]) -> None:
    running = serve(objects, store=True)
    study, series, instance = uids(objects[0])
    for resource in RESOURCES:
        path = resource.path.format(study=study, series=series, instance=instance, frames="1", frame="1")
        if resource.method == "POST":
            answer = requests.post(running.url + path, data=b"", headers={"Content-Type": "text/plain"}, timeout=10)
            assert answer.status_code == 415, resource
            continue
        query = {
            "bulkdata": "?offset=0&length=10",
            "wado": f"?requestType=WADO&studyUID={study}&seriesUID={series}&objectUID={instance}",
        }.get(path.rpartition("/")[2], "")
        answer = requests.get(running.url + path + query, timeout=10)
        assert answer.status_code == 200, resource
        assert answer.headers["Content-Type"].partition(";")[0] in resource.media_types, resource


# Requests that mean no good


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/studies/1.2.3", 404),
        ("/studies/nonsense", 404),
        ("/studies/.hidden", 400),
        ("/studies/../../etc/passwd", 400),
        ("/studies/%2e%2e/%2e%2e", 400),
        ("/studies/1.2.3%00", 400),
        ("/studies/" + "1" * 129, 400),
        ("/studies/1.2/instances/1.3", 404),
        ("/nothing", 404),
        ("/studies?limit=-1", 400),
        ("/studies?Nonsense=1", 400),
        ("/studies?offset=99999999999", 400),
        ("/studies?PatientName=%ff", 400),
        ("/studies?" + "&".join("a=1" for _ in range(500)), 400),
        ("/wado?requestType=WADO", 400),
        ("", 404),
    ],
)
def test_refused(running: Running, path: str, expected: int) -> None:
    prepared = requests.Request("GET", running.url).prepare()
    prepared.url = running.url + path
    with requests.Session() as session:
        answer = session.send(prepared, timeout=10)
    assert answer.status_code == expected
    assert len(answer.content) < 200


def test_bad_details(running: Running, objects: list[Path]) -> None:
    study, series, instance = uids(objects[0])
    base = f"{running.url}/studies/{study}/series/{series}/instances/{instance}"
    for path, expected in (
        ("/frames/0", 400),
        ("/frames/1,x", 400),
        ("/frames/7", 404),
        ("/frames/7/rendered", 500),
        ("/rendered?window=1", 400),
        ("/rendered?window=nan,1", 400),
        ("/rendered?viewport=9000,9000", 400),
        ("/bulkdata?offset=1", 400),
        ("/bulkdata?offset=0&length=999999999", 500),
        ("/nonsense", 404),
    ):
        assert requests.get(base + path, timeout=10).status_code == expected, path
    assert requests.get(f"{base}/rendered", headers={"Accept": "image/gif"}, timeout=10).status_code == 406
    assert requests.get(base, headers={"Accept": "text/html"}, timeout=10).status_code == 406
    assert requests.get(base, headers={"Accept": ";;"}, timeout=10).status_code == 400
    assert requests.delete(base, timeout=10).status_code == 405
    head = requests.head(f"{running.url}/studies", timeout=10)
    assert (head.status_code, head.content) == (200, b"")


def raw(running: Running, data: bytes, *, ends: bool = True, seconds: float = 30) -> bytes:
    """All that is answered. With `ends` our side is closed at once, as by somebody who hangs up."""
    with socket.create_connection(("127.0.0.1", running.server.port), timeout=seconds) as sock:
        sock.sendall(data)
        if ends:
            sock.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while piece := sock.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass
        return answer


@pytest.mark.parametrize(
    "data",
    [
        b"\x01\0\0\0\0\xce" + bytes(206),
        b"GET / HTTP/9\r\n\r\n",
        b"GET /dicom-web/studies HTTP/1.1\r\n\r\n",
        b"GET /dicom-web/studies HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /dicom-web/studies HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 100_000,
        b"POST /dicom-web/studies HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"GET /dicom-web/studies HTTP/1.1\r\nHost: 127.0.0.1\r\n folded: x\r\n\r\n",
        b"\r\n" * 1000,
    ],
)
def test_no_sound_request(running: Running, data: bytes) -> None:
    answer = raw(running, data)
    assert answer == b"" or answer.split(b" ")[1][:1] == b"4"
    assert status(running.url) == 200


def test_requests_one_after_the_other_on_one_connection(running: Running) -> None:
    one = b"GET /dicom-web/studies?PatientID=P2 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    answer = raw(running, 2 * (one + b"\r\n") + one + b"Connection: close\r\n\r\n", ends=False)
    assert answer.count(b"HTTP/1.1 200") == 3
    assert answer.count(b"Roe^Richard") == 3


def test_who_is_refused_before_all_was_sent_is_told_that_the_connection_ends(running: Running) -> None:
    """He would send the next request into it. Where all was there, it goes on."""
    head = b"POST /dicom-web/studies HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n"
    with socket.create_connection(("127.0.0.1", running.server.port), timeout=30) as sock:
        for body, how in ((b"1234", None), (b"1", "close")):
            sock.sendall(head + body)
            with HTTPResponse(sock) as answer:
                answer.begin()
                assert (answer.status, answer.getheader("Connection")) == (405, how)
                answer.read()


def test_many_that_say_nothing_keep_nobody_out(running: Running) -> None:
    """Fifty silent connections, more than there is room for, all still open: the oldest make room."""
    silent: list[socket.socket] = []
    try:
        for _ in range(50):
            silent.append(socket.create_connection(("127.0.0.1", running.server.port), timeout=30))
            silent[-1].sendall(b"GET /dicom-web/st")
        assert [status(running.url) for _ in range(3)] == [200] * 3
        silent[0].settimeout(30)
        assert silent[0].recv(100) == b""  # the first one was dropped
    finally:
        for sock in silent:
            sock.close()


def test_when_all_are_busy_others_are_told(serve: StartServer, objects: list[Path]) -> None:
    """Callers that ask for a study and do not read it."""
    large = make_series(objects[0].parent / "large", 6, size=1024)
    running = serve(large)
    ask = f"GET /dicom-web/studies/{uids(large[0])[0]} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    busy: list[socket.socket] = []
    try:
        for _ in range(24):
            sock = socket.socket()
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.settimeout(30)
            sock.connect(("127.0.0.1", running.server.port))
            sock.sendall(ask)
            assert sock.recv(9) == b"HTTP/1.1 "
            busy.append(sock)
        answer = raw(running, b"")
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"Retry-After" in answer
    finally:
        for sock in busy:
            sock.close()


def test_a_caller_that_goes_away_in_the_middle(running: Running, objects: list[Path]) -> None:
    study = uids(objects[0])[0]
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", running.server.port), timeout=30) as sock:
            sock.sendall(f"GET /dicom-web/studies/{study} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n".encode())
            sock.recv(10)
    assert status(running.url) == 200


def test_a_file_that_is_gone(client: DICOMwebClient, objects: list[Path], running: Running) -> None:
    objects[2].unlink()
    study, series, instance = uids(objects[0])
    assert len(client.retrieve_study(study)) == 4
    assert len(client.retrieve_study_metadata(study)) == 4
    gone = running.library.instances(series)[2].sop_instance_uid
    answer = requests.get(f"{running.url}/studies/{study}/series/{series}/instances/{gone}/rendered", timeout=10)
    assert answer.status_code == 410
    assert str(objects[2]) not in answer.text
    assert json.dumps(answer.text)
    assert instance != gone


def test_no_patient_in_the_trace(client: DICOMwebClient, objects: list[Path], running: Running) -> None:
    client.search_for_studies(search_filters={"PatientName": "Müller*"})
    client.retrieve_study(uids(objects[0])[0])
    text = "\n".join(running.lines)
    assert "QIDO STUDY" in text
    assert "WADO STUDY" in text
    assert "üller" not in text
    assert uids(objects[0])[0] not in text
