"""From mapping objects in the library to the images of the same patient."""

from __future__ import annotations

import queue
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.library_desk import scan, write
from viewer.app.mapping_reader import MappingReader
from viewer.dicom.separate_maps import REAL_WORLD_VALUE_MAPPING
from viewer.library.library import Library
from viewer.model.hierarchy import FrameRef
from viewer.model.luts import SeparateMaps
from viewer.model.pixels import FrameFacts


def _mapping(path: Path, slope: float, **attributes: object) -> None:
    """An object of its own that maps the values of image 1.2.3.1."""
    image = Dataset()
    image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3.1"
    one = Dataset()
    one.LUTLabel, one.RealWorldValueSlope, one.RealWorldValueIntercept = "SUVbw", slope, 0
    one.add_new("RealWorldValueFirstValueMapped", "US", 0)
    one.add_new("RealWorldValueLastValueMapped", "US", 255)
    both = Dataset()
    both.ReferencedImageSequence, both.RealWorldValueMappingSequence = [image], [one]
    none_of_an_image = dict.fromkeys(("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"))
    none_of_an_image |= dict.fromkeys(("SamplesPerPixel", "PhotometricInterpretation", "PixelData"))
    write(
        path,
        SOPClassUID=REAL_WORLD_VALUE_MAPPING,
        Modality="RWV",
        ReferencedImageRealWorldValueMappingSequence=[both],
        **none_of_an_image,
        **attributes,
    )


@pytest.mark.parametrize(("patient", "study", "slopes"), [("P1", "1.2.3", [0.5]), ("P1", "1.2.4", [0.5]), ("P2", "1.2.4", [])])
def test_objects_of_the_same_patient_count(tmp_path: Path, patient: str, study: str, slopes: list[float]) -> None:
    write(tmp_path / "image.dcm")
    _mapping(
        tmp_path / "mapping.dcm", 0.5, SOPInstanceUID="1.2.9", PatientID=patient, StudyInstanceUID=study, SeriesInstanceUID="1.8"
    )
    library = Library(None)
    reader = MappingReader(library)
    try:
        scan(library, [tmp_path], tmp_path / "cache")
        answers: queue.Queue[SeparateMaps] = queue.Queue()
        reader.request("1.2.3", FrameFacts(FrameRef("1.2.3.1"), 2, 3), answers.put)
        assert [one.slope for one in answers.get(timeout=30).of("1.2.3.1", 1)] == slopes
    finally:
        reader.close()
        library.close()
