"""Storage in both directions: with ourselves over all real files, with DCMTK, with peers that take little."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from tests.network.conftest import Peer, free_port, ours, run_tool, tool
from tests.network.objects import CT, make_ct, make_series, save
from viewer.dicom.sop_classes import storage_classes
from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN
from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import RemoteNode
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.limits import GIB, Limits
from viewer.network.listener import Listener
from viewer.network.requestor import Caller
from viewer.network.storage_item import StorageItem, read_item
from viewer.network.storage_scp import StorageService
from viewer.network.storage_scu import Outcome, RetryPolicy, SendResult, send
from viewer.network.verification import VerificationService

pytestmark = pytest.mark.network_peers
ONCE = RetryPolicy(attempts=1)


def at_once(seconds: float) -> bool:
    return True


def send_once(node: RemoteNode, items: list[StorageItem], caller: Caller) -> tuple[SendResult, ...]:
    return send(node, items, caller, policy=ONCE, wait=at_once)


def data_set(path: str | Path) -> bytes:
    item = read_item(str(path))
    return Path(path).read_bytes()[item.offset :]


def padded(item: StorageItem) -> bytes:
    """The data set as it goes over the wire: a deflated one is made even (PS3.5 A.5)."""
    data = data_set(item.path)
    return data + b"\0" if len(data) & 1 and item.transfer_syntax_uid == "1.2.840.10008.1.2.1.99" else data


class Heard:
    """An instance sink that remembers, and refuses as often as it is told."""

    def __init__(self, refusals: int = 0) -> None:
        self.instances: list[ReceivedInstance] = []
        self.refusals = refusals

    def commit(self, instance: ReceivedInstance) -> None:
        if self.refusals:
            self.refusals -= 1
            raise RuntimeError("the index is locked")
        self.instances.append(instance)


def readable(folder: Path) -> list[StorageItem]:
    items = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            items.append(read_item(str(path)))
        except NegatoscopeError:
            continue
    return items


@pytest.mark.samples
def test_every_real_object_arrives_as_it_was(
    listen: Callable[..., Listener], tmp_path: Path, samples: Path, caller: Caller
) -> None:
    heard = Heard()
    store = InstanceStore(tmp_path / "store", heard, durable=False)
    listener = listen([StorageService(store, private=True)])
    items = readable(samples)
    assert len(items) > 1000
    results = send_once(ours(listener), items, caller)
    failed = [result for result in results if not result.is_done]
    assert {str(result.reason) for result in failed} <= {
        "The peer could not understand or process it.",
        "The data do not match the SOP class or the request.",
    }
    assert len(failed) <= 12, failed
    assert all(result.sent_as == result.item.transfer_syntax_uid for result in results if result.is_done)
    sent = {padded(result.item) for result in results if result.is_done}
    assert {data_set(instance.path) for instance in heard.instances} == sent


@pytest.mark.samples
def test_dcmtk_gets_the_bytes_of_each_transfer_syntax(storescp: Callable[..., Peer], samples: Path, caller: Caller) -> None:
    by_syntax: dict[str, StorageItem] = {}
    for item in readable(samples / "pydicom+pydicom"):
        if item.sop_instance_uid not in {other.sop_instance_uid for other in by_syntax.values()}:
            by_syntax.setdefault(item.transfer_syntax_uid, item)
    assert len(by_syntax) >= 10
    peer = storescp("+xa")
    results = send_once(peer.node, list(by_syntax.values()), caller)
    for result in results:
        assert result.outcome is Outcome.STORED, result
        if result.sent_as == result.item.transfer_syntax_uid:
            stored = next(peer.folder.glob(f"*{result.item.sop_instance_uid}*"))
            assert data_set(stored) == padded(result.item)
    as_they_are = [result for result in results if result.sent_as == result.item.transfer_syntax_uid]
    assert len(as_they_are) >= 9


@pytest.mark.samples
@pytest.mark.parametrize(
    ("name", "decoder"),
    [
        ("SC_rgb_jpeg_gdcm.dcm", "dcmdjpeg +ti"),
        ("MR_small_RLE.dcm", "dcmdrle +ti"),
        ("SC_rgb_rle_2frame.dcm", "dcmdrle +ti"),
        ("MR_small_jpeg_ls_lossless.dcm", "dcmdjpls +ti"),
        ("MR_small_jp2klossless.dcm", "gdcmconv --raw"),
        ("MR_small_bigendian.dcm", "dcmconv +ti"),
        ("image_dfl.dcm", "dcmconv +ti"),
    ],
)
def test_a_poor_peer_gets_it_without_loss(
    storescp: Callable[..., Peer], samples: Path, caller: Caller, tmp_path: Path, name: str, decoder: str
) -> None:
    """DCMTK decodes the same file; the peer, which takes nothing but Implicit VR, must hold the same pixels."""
    item = read_item(str(next(samples.glob(f"pydicom+pydicom/**/{name}"))))
    peer = storescp("+xi")
    (result,) = send_once(peer.node, [item], caller)
    assert (result.outcome, result.sent_as) == (Outcome.STORED, IMPLICIT_VR_LITTLE_ENDIAN), result
    decoded = tmp_path / "decoded.dcm"
    assert run_tool(*decoder.split(), item.path, decoded).returncode == 0
    (stored,) = peer.folder.iterdir()
    mine, theirs = dcmread(stored), dcmread(decoded)
    assert mine.pixel_array.tobytes() == theirs.pixel_array.tobytes()
    assert mine.PhotometricInterpretation == theirs.PhotometricInterpretation


@pytest.mark.samples
def test_a_video_is_not_converted(storescp: Callable[..., Peer], samples: Path, caller: Caller) -> None:
    item = read_item(str(samples / "synthetic" / "video_h264_l41.dcm"))
    peer = storescp("+xi")
    (result,) = send_once(peer.node, [item], caller)
    assert result.outcome is Outcome.SKIPPED
    assert "re-encoded" in str(result.reason)
    assert not list(peer.folder.iterdir())


def test_dcmtk_sends_to_us(listen: Callable[..., Listener], tmp_path: Path) -> None:
    make_series(tmp_path / "out", 20)
    heard = Heard()
    listener = listen([VerificationService(), StorageService(InstanceStore(tmp_path / "store", heard))])
    done = run_tool("storescu", "-aec", "NEGATOSCOPE", "127.0.0.1", listener.port, "+sd", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert len(heard.instances) == 20
    for instance in heard.instances:
        assert oct(Path(instance.path).stat().st_mode & 0o777) == "0o600"
        assert instance.calling_ae_title == "STORESCU"
        assert instance.sop_instance_uid not in instance.path
    assert not list((tmp_path / "store" / "incoming").iterdir())
    stored = {dcmread(instance.path).pixel_array.tobytes() for instance in heard.instances}
    assert stored == {dcmread(path).pixel_array.tobytes() for path in (tmp_path / "out").iterdir()}


def test_without_the_service_nothing_is_taken(listen: Callable[..., Listener], tmp_path: Path, caller: Caller) -> None:
    listener = listen([VerificationService()])
    (result,) = send_once(ours(listener), [read_item(str(save(make_ct(), tmp_path / "a.dcm")))], caller)
    assert result.outcome is Outcome.SKIPPED
    assert "does not take objects of the class CT Image Storage" in str(result.reason)


def test_same_uid_with_other_content_is_kept_apart(listen: Callable[..., Listener], tmp_path: Path, caller: Caller) -> None:
    uid = generate_uid()
    first = save(make_ct(1, uid=uid), tmp_path / "first.dcm")
    second = save(make_ct(2, uid=uid), tmp_path / "second.dcm")
    heard = Heard()
    listener = listen([StorageService(InstanceStore(tmp_path / "store", heard))])
    items = [read_item(str(path)) for path in (first, second, first, second)]
    assert all(result.outcome is Outcome.STORED for result in send_once(ours(listener), items, caller))
    assert [(instance.copy, instance.is_known) for instance in heard.instances] == [(0, False), (1, False), (0, True), (1, True)]
    assert data_set(heard.instances[0].path) == data_set(first)
    assert data_set(heard.instances[1].path) == data_set(second)


@pytest.mark.parametrize("uid", ["../../../tmp/evil", "..", "/etc/passwd", "CON", "a\nb", "1.2." + "3" * 70])
def test_names_never_come_from_the_peer(listen: Callable[..., Listener], tmp_path: Path, caller: Caller, uid: str) -> None:
    heard = Heard()
    listener = listen([StorageService(InstanceStore(tmp_path / "store", heard))])
    dataset = make_ct()
    path = save(dataset, tmp_path / "a.dcm")
    plain = dataset.SOPInstanceUID.encode()
    evil = uid.encode().ljust(len(plain), b"\0")[: len(plain)] if len(uid) <= len(plain) else uid.encode()[: len(plain)]
    path.write_bytes(path.read_bytes().replace(plain, evil))
    before = {found for found in tmp_path.parent.rglob("*") if "store" not in found.parts}
    send_once(ours(listener), [read_item(str(path))], caller)
    assert {found for found in tmp_path.parent.rglob("*") if "store" not in found.parts} == before
    for instance in heard.instances:
        assert Path(instance.path).resolve().is_relative_to((tmp_path / "store").resolve())


def test_an_instance_that_is_not_the_announced_one_is_refused(
    listen: Callable[..., Listener], tmp_path: Path, caller: Caller
) -> None:
    heard = Heard()
    listener = listen([StorageService(InstanceStore(tmp_path / "store", heard))])
    item = read_item(str(save(make_ct(), tmp_path / "a.dcm")))
    lie = StorageItem(item.path, item.sop_class_uid, generate_uid(), item.transfer_syntax_uid, item.offset)
    (result,) = send_once(ours(listener), [lie], caller)
    assert (result.outcome, result.status) == (Outcome.FAILED, 0xA900)
    assert not heard.instances
    assert not [path for path in (tmp_path / "store").rglob("*") if path.is_file()]


def test_no_room_is_said_before_anything_is_written(listen: Callable[..., Listener], tmp_path: Path, caller: Caller) -> None:
    store = InstanceStore(tmp_path / "store", limits=Limits(free_space=2**40 * GIB))
    listener = listen([StorageService(store)])
    (result,) = send_once(ours(listener), [read_item(str(save(make_ct(), tmp_path / "a.dcm")))], caller)
    assert (result.status, result.may_pass) == (0xA700, True)
    assert not [path for path in (tmp_path / "store").rglob("*") if path.is_file()]


def test_a_full_disk_costs_only_what_does_not_fit(listen: Callable[..., Listener], tmp_path: Path, caller: Caller) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        [tool("mount"), "-t", "tmpfs", "-o", "size=300k", "tmpfs", disk], check=False, capture_output=True
    ).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        heard = Heard()
        listener = listen([StorageService(InstanceStore(disk / "store", heard, limits=Limits(free_space=0)))])
        items = [read_item(str(path)) for path in make_series(tmp_path / "out", 12, size=128)]
        results = send_once(ours(listener), items, caller)
        outcomes = [result.status for result in results]
        assert 0 < outcomes.count(0x0000) < 12
        assert outcomes.count(0x0000) + outcomes.count(0xA700) == 12
        files = [path for path in (disk / "store").rglob("*") if path.is_file()]
        assert sorted(map(str, files)) == sorted(instance.path for instance in heard.instances)
        assert {data_set(path) for path in files} <= {data_set(item.path) for item in items}
        listener.close()
    finally:
        subprocess.run([tool("umount"), disk], check=True)


def test_what_the_index_refuses_is_not_acknowledged_and_comes_again(
    listen: Callable[..., Listener], tmp_path: Path, caller: Caller
) -> None:
    heard = Heard(refusals=3)
    listener = listen([StorageService(InstanceStore(tmp_path / "store", heard))])
    items = [read_item(str(path)) for path in make_series(tmp_path / "out", 8)]
    pauses: list[float] = []

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        return True

    results = send(ours(listener), items, caller, policy=RetryPolicy(attempts=3), wait=wait)
    assert all(result.outcome is Outcome.STORED for result in results)
    assert pauses == [5.0]
    assert len(heard.instances) == 8  # nothing twice
    assert {instance.sop_instance_uid for instance in heard.instances} == {item.sop_instance_uid for item in items}


def test_nobody_there_is_tried_again_and_then_said(tmp_path: Path, caller: Caller) -> None:
    items = [read_item(str(path)) for path in make_series(tmp_path / "out", 2)]
    pauses: list[float] = []

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        return True

    node = RemoteNode("NOBODY", "127.0.0.1", free_port())
    results = send(node, items, caller, policy=RetryPolicy(attempts=3), wait=wait)
    assert pauses == [5.0, 10.0]
    assert [result.outcome for result in results] == [Outcome.FAILED] * 2
    assert "No connection to NOBODY" in str(results[0].reason)


def test_more_classes_than_one_association_holds(listen: Callable[..., Listener], tmp_path: Path, caller: Caller) -> None:
    classes = [uid for uid, _ in storage_classes()]
    paths = [save(make_ct(n, SOPClassUID=uid, size=8), tmp_path / f"{n}.dcm") for n, uid in enumerate(classes)]
    heard = Heard()
    listener = listen([StorageService(InstanceStore(tmp_path / "store", heard, durable=False))])
    results = send_once(ours(listener), [read_item(str(path)) for path in paths], caller)
    assert len(results) > 128
    assert all(result.outcome is Outcome.STORED for result in results)
    assert {instance.sop_class_uid for instance in heard.instances} == set(classes)


def test_what_is_sent_keeps_its_syntax(listen: Callable[..., Listener], tmp_path: Path, caller: Caller) -> None:
    heard = Heard()
    listener = listen([StorageService(InstanceStore(tmp_path / "store", heard))])
    send_once(ours(listener), [read_item(str(save(make_ct(), tmp_path / "a.dcm")))], caller)
    (instance,) = heard.instances
    assert (instance.sop_class_uid, instance.transfer_syntax_uid) == (CT, EXPLICIT_VR_LITTLE_ENDIAN)
    assert dcmread(instance.path).file_meta.TransferSyntaxUID == EXPLICIT_VR_LITTLE_ENDIAN
