"""Signed JPEG 2000 inside a data set that says unsigned is signed when it is sent uncompressed."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate

from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_LITTLE_ENDIAN
from viewer.network.reencode import reencoded
from viewer.network.storage_item import read_item

JPEG_2000 = "1.2.840.10008.1.2.4.90"


@pytest.mark.parametrize("lowest", [-700, 5])
def test_the_sign_of_a_stream_is_kept_without_the_stream(tmp_path: Path, lowest: int) -> None:
    values = (np.arange(33 * 40).reshape(33, 40) + lowest).astype(np.int16)
    data_set = Dataset()
    data_set.SOPClassUID, data_set.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3.4"
    data_set.SamplesPerPixel, data_set.PhotometricInterpretation = 1, "MONOCHROME2"
    data_set.Rows, data_set.Columns = values.shape
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit, data_set.PixelRepresentation = 16, 16, 15, 0
    stream = bytes(imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k"))
    data_set.PixelData = encapsulate([stream])
    data_set["PixelData"].VR = "OB"
    data_set["PixelData"].is_undefined_length = True
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = JPEG_2000
    data_set.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    sent = dcmread(BytesIO(reencoded(read_item(str(tmp_path / "a.dcm")), EXPLICIT_VR_LITTLE_ENDIAN)), force=True)
    assert sent.PixelRepresentation == (lowest < 0)
    assert np.array_equal(np.frombuffer(sent.PixelData, np.int16).reshape(values.shape), values)
