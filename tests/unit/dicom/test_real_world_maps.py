"""Real World Value Mapping of files, against pydicom and highdicom."""

from __future__ import annotations

from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from pydicom.pixels.processing import apply_rescale
from written_files import EXPLICIT, image, item, write

from viewer.dicom.decode import decode
from viewer.dicom.image_file import open_image
from viewer.imaging.real_world import mapped_values, quantities_of


@pytest.mark.parametrize(
    "name",
    [
        "cornerstonejs+dicomParser/testImages/encapsulated/multi-frame/CT0012.not_fragmented_bot_rle.dcm",
        "pydicom+pydicom-data/data_store/data/parametric_map_float.dcm",
    ],
)
def test_as_pydicom_maps_it(samples: Path, name: str) -> None:
    path = samples / name
    if not path.is_file():
        pytest.skip("the sample is not there")
    theirs = pydicom.dcmread(path)
    file = open_image(str(path))
    frame = file.finish(1, decode(file.decode_request(1)))
    shared = theirs.SharedFunctionalGroupsSequence[0]
    item = shared.RealWorldValueMappingSequence[0]
    stored = np.asarray(theirs.pixel_array).reshape(-1, *frame.pixels.shape)[0]
    rescale = pydicom.Dataset()
    rescale.RescaleSlope, rescale.RescaleIntercept = item.RealWorldValueSlope, item.RealWorldValueIntercept
    expected = apply_rescale(stored, rescale)
    (quantity,) = quantities_of(frame.facts)
    ours = mapped_values(frame, quantity)
    known = ~np.isnan(ours)
    assert known.any()
    assert np.array_equal(ours[known], expected[known].astype(np.float64))
    assert quantity.name == item.LUTLabel


def test_as_highdicom_maps_it(tmp_path: Path) -> None:
    """A file with a Modality LUT and two mappings beside it: a line, and a table over a part of the values."""
    stored = (np.arange(5 * 7).reshape(5, 7) * 3).astype("<u2")
    data_set = image(stored.tobytes(), 5, 7, BitsAllocated=16, BitsStored=16, HighBit=15, PixelRepresentation=0)
    data_set.RescaleSlope, data_set.RescaleIntercept = 2, -100
    code = item(CodeValue="g/ml", CodingSchemeDesignator="UCUM", CodeMeaning="g/ml")
    line = item(LUTLabel="line", MeasurementUnitsCodeSequence=[code], RealWorldValueSlope=0.3, RealWorldValueIntercept=-4.5)
    table = item(LUTLabel="table", MeasurementUnitsCodeSequence=[code], RealWorldValueLUTData=[i**1.5 for i in range(103)])
    for one in (line, table):
        one.add_new("RealWorldValueFirstValueMapped", "US", 0)
        one.add_new("RealWorldValueLastValueMapped", "US", 102)
    data_set.RealWorldValueMappingSequence = [line, table]
    path = write(tmp_path / "a.dcm", data_set, EXPLICIT)
    file = open_image(path)
    frame = file.finish(1, decode(file.decode_request(1)))
    theirs = highdicom.imread(path)
    for place, quantity in enumerate(quantities_of(frame.facts)):
        expected = theirs.get_frame(1, apply_real_world_transform=True, real_world_value_map_selector=place, dtype=np.float64)
        assert np.array_equal(mapped_values(frame, quantity), expected)
        assert quantity.name == ("line", "table")[place]
