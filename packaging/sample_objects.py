"""The DICOM objects of the sample study: who, when, and what surrounds the pixels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import imagecodecs
import numpy as np
import sample_ultrasound
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEG2000Lossless, JPEGBaseline8Bit, JPEGLSLossless
from sample_phantom import BLEEDING_AT, HOUNSFIELD, T1_SIGNAL, tissue

CT_CLASS, MR_CLASS, CR_CLASS = (UID(f"1.2.840.10008.5.1.4.1.1.{end}") for end in ("2", "4", "1"))
US_CLASS, SR_CLASS, PDF_CLASS = (UID(f"1.2.840.10008.5.1.4.1.1.{end}") for end in ("3.1", "88.11", "104.1"))

CT_ROWS, CT_COLUMNS, CT_SPACING, CT_THICKNESS = 256, 216, 0.9, 3.0
CT_ORIGIN = (-96.75, -99.0)  # x and y of the first pixel's middle, mm
CT_PLACES = np.arange(-45.0, 88.0, CT_THICKNESS)
MR_ROWS, MR_COLUMNS, MR_SPACING = 224, 224, 1.0
MR_PLACES = np.arange(47.5, -48.0, -5.0)
MR_ORIGIN = (-112.0, 96.0)  # y and z of the first pixel's middle, mm
CR_ROWS, CR_COLUMNS, CR_SPACING = 400, 440, 0.5
OVERSAMPLING = 2


@dataclass(frozen=True)
class Patient:
    name: str
    patient_id: str
    birth_date: str
    sex: str
    character_set: str | list[str]


HEAD = Patient("Sample^Head", "NEG-0001", "19840312", "O", "ISO_IR 192")
CYRILLIC = Patient("Образцова^Вера", "NEG-0002", "19590704", "F", "ISO_IR 144")
JAPANESE = Patient("Yamada^Hanako=山田^花子=やまだ^はなこ", "NEG-0003", "19711103", "F", ["", "ISO 2022 IR 87"])


def uid(name: str) -> UID:
    """The same UID for the same name, always (PS3.5 B.2)."""
    return UID(f"2.25.{int.from_bytes(hashlib.sha256(f'negatoscope sample {name}'.encode()).digest()[:16])}")


@dataclass(frozen=True)
class Study:
    patient: Patient
    name: str
    description: str
    date: str
    time: str
    accession: str


CT_STUDY = Study(HEAD, "ct", "CT Head", "20260312", "104200", "A1001")
MR_STUDY = Study(HEAD, "mr", "MR Head", "20260202", "081500", "A1000")
CR_STUDY = Study(CYRILLIC, "cr", "Череп, боковая проекция", "20251118", "153000", "A0917")
US_STUDY = Study(JAPANESE, "us", "Echo", "20260105", "112300", "A0988")


def _begin(study: Study, sop_class: UID, modality: str, series: int, text: str, number: int, syntax: UID) -> Dataset:
    """Patient, study, series and equipment modules, and the file meta information."""
    made = Dataset()
    made.SpecificCharacterSet = study.patient.character_set
    made.InstanceCreationDate, made.InstanceCreationTime = study.date, study.time
    made.SOPClassUID = sop_class
    made.SOPInstanceUID = uid(f"{study.name} {series} {number}")
    made.StudyDate = made.SeriesDate = made.ContentDate = study.date
    made.StudyTime = made.SeriesTime = made.ContentTime = study.time
    made.AccessionNumber = study.accession
    made.Modality = modality
    made.Manufacturer = made.ManufacturerModelName = "Negatoscope sample"
    made.DeviceSerialNumber = "1"
    made.SoftwareVersions = "1"
    made.InstitutionName = "Negatoscope"
    made.ReferringPhysicianName = ""
    made.StudyDescription = study.description
    made.SeriesDescription = text
    made.PatientName = study.patient.name
    made.PatientID = study.patient.patient_id
    made.PatientBirthDate = study.patient.birth_date
    made.PatientSex = study.patient.sex
    made.StudyInstanceUID = uid(f"{study.name} study")
    made.SeriesInstanceUID = uid(f"{study.name} series {series}")
    made.StudyID = study.accession[1:]
    made.SeriesNumber = series
    made.InstanceNumber = number
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID = sop_class
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.file_meta.TransferSyntaxUID = syntax
    return made


def _pixels(made: Dataset, pixels: NDArray[np.uint16], bits: int, photometric: str = "MONOCHROME2") -> None:
    """Unsigned grey pixels, `bits` of 16 used."""
    made.SamplesPerPixel = 1
    made.PhotometricInterpretation = photometric
    made.Rows, made.Columns = pixels.shape
    made.BitsAllocated, made.BitsStored, made.HighBit = 16, bits, bits - 1
    made.PixelRepresentation = 0
    syntax = made.file_meta.TransferSyntaxUID
    if syntax == JPEG2000Lossless:
        made.PixelData = encapsulate([imagecodecs.jpeg2k_encode(pixels, level=0, reversible=True, codecformat="j2k")])
    elif syntax == JPEGLSLossless:
        made.PixelData = encapsulate([imagecodecs.jpegls_encode(pixels)])
    else:
        made.PixelData = pixels.astype("<u2").tobytes()
    made["PixelData"].VR = "OW"


def _averaged(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a pixel sees of the finer grid below it."""
    rows, columns = values.shape[0] // OVERSAMPLING, values.shape[1] // OVERSAMPLING
    return np.asarray(values.reshape(rows, OVERSAMPLING, columns, OVERSAMPLING).mean(axis=(1, 3)))


def _fine(first: float, spacing: float, count: int) -> NDArray[np.float64]:
    """Middles of the finer pixels along one axis."""
    step = spacing / OVERSAMPLING
    return np.asarray(first - spacing / 2 + step * (np.arange(count * OVERSAMPLING) + 0.5))


def _blurred(values: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    rows, columns = (np.fft.fftfreq(size) for size in values.shape)
    weight = np.exp(-2 * (np.pi * sigma) ** 2 * (rows[:, None] ** 2 + columns[None, :] ** 2))
    return np.asarray(np.fft.ifft2(np.fft.fft2(values) * weight).real)


def _grain(seed: int, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Noise of a reconstruction: no slow waves in it, and no finest ones; standard deviation 1."""
    white = np.random.default_rng(seed).normal(size=shape)
    banded = _blurred(white, 0.65) - _blurred(white, 2.2)
    return np.asarray(banded / banded.std())


def ct_slice(place: float) -> NDArray[np.uint16]:
    """Stored values (HU + 1024) of the axial slice at z = `place` mm."""
    x, y = _fine(CT_ORIGIN[0], CT_SPACING, CT_COLUMNS), _fine(CT_ORIGIN[1], CT_SPACING, CT_ROWS)
    layers = [HOUNSFIELD[tissue(x[None, :], y[:, None], np.full((1, 1), place + offset))] for offset in (-0.8, 0.8)]
    seen = _blurred(_averaged(np.mean(layers, axis=0)), 0.55) + 3.2 * _grain(int(place * 10) + 10_000, (CT_ROWS, CT_COLUMNS))
    return np.clip(np.rint(seen + 1024), 0, 4095).astype(np.uint16)


def ct_objects() -> Iterator[tuple[str, Dataset]]:
    for number, place in enumerate(CT_PLACES, 1):
        made = _begin(CT_STUDY, CT_CLASS, "CT", 2, "STD BRAIN 3MM", number, ExplicitVRLittleEndian)
        made.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        made.AcquisitionDate, made.AcquisitionTime = CT_STUDY.date, CT_STUDY.time
        made.AcquisitionNumber = 1
        made.BodyPartExamined = "HEAD"
        made.KVP, made.ExposureTime, made.XRayTubeCurrent, made.Exposure = "120", "1000", "250", "250"
        made.ConvolutionKernel = "STANDARD"
        made.GantryDetectorTilt = "0"
        made.PatientPosition = "HFS"
        made.SliceThickness = made.SpacingBetweenSlices = f"{CT_THICKNESS:g}"
        _plane(made, (*CT_ORIGIN, float(place)), (1, 0, 0, 0, 1, 0), CT_SPACING, float(place))
        made.RescaleIntercept, made.RescaleSlope, made.RescaleType = "-1024", "1", "HU"
        made.WindowCenter, made.WindowWidth = ["40", "500"], ["80", "2500"]
        made.WindowCenterWidthExplanation = ["BRAIN", "BONE"]
        _pixels(made, ct_slice(float(place)), 12)
        yield f"head-ct/{number:03}.dcm", made


def _plane(made: Dataset, position: Sequence[float], axes: Sequence[int], spacing: float, location: float) -> None:
    """Both stacks of the head share one Frame of Reference."""
    made.FrameOfReferenceUID = uid("head frame of reference")
    made.PositionReferenceIndicator = ""
    made.ImagePositionPatient = [f"{value:g}" for value in position]
    made.ImageOrientationPatient = [str(value) for value in axes]
    made.PixelSpacing = [f"{spacing:g}"] * 2
    made.SliceLocation = f"{location:g}"


def mr_slice(place: float) -> NDArray[np.uint16]:
    """The sagittal slice at x = `place` mm: signal with the coil's uneven light and noise that is never negative."""
    y, z = _fine(MR_ORIGIN[0], MR_SPACING, MR_COLUMNS), _fine(MR_ORIGIN[1], -MR_SPACING, MR_ROWS)
    layers = [T1_SIGNAL[tissue(np.full((1, 1), place + offset), y[None, :], z[:, None])] for offset in (-0.8, 0.8)]
    signal = _blurred(_averaged(np.mean(layers, axis=0)), 0.5)
    rows, columns = np.mgrid[0:MR_ROWS, 0:MR_COLUMNS]
    light = 1.08 - 0.25 * np.hypot((rows - 96) / MR_ROWS, (columns - 112) / MR_COLUMNS)
    light *= 1 / (1 + np.exp((rows - 196) / 9.0)) * 0.75 + 0.25
    random = np.random.default_rng(int(place * 10) + 20_000)
    noisy = np.hypot(signal * light + random.normal(size=signal.shape) * 9, random.normal(size=signal.shape) * 9)
    return np.clip(np.rint(noisy), 0, 4095).astype(np.uint16)


def mr_objects() -> Iterator[tuple[str, Dataset]]:
    for number, place in enumerate(MR_PLACES, 1):
        made = _begin(MR_STUDY, MR_CLASS, "MR", 3, "t1_se_sag", number, JPEG2000Lossless)
        made.ImageType = ["ORIGINAL", "PRIMARY", "OTHER"]
        made.BodyPartExamined = "HEAD"
        made.ScanningSequence, made.SequenceVariant, made.ScanOptions = "SE", "NONE", ""
        made.MRAcquisitionType = "2D"
        made.RepetitionTime, made.EchoTime, made.EchoTrainLength = "520", "12", "1"
        made.MagneticFieldStrength = "1.5"
        made.FlipAngle = "90"
        made.PatientPosition = "HFS"
        made.SliceThickness, made.SpacingBetweenSlices = "4", "5"
        _plane(made, (float(place), *MR_ORIGIN), (0, 1, 0, 0, 0, -1), MR_SPACING, float(place))
        made.WindowCenter, made.WindowWidth = "400", "800"
        _pixels(made, mr_slice(float(place)), 12)
        yield f"head-mr/{number:03}.dcm", made


def cr_object() -> tuple[str, Dataset]:
    """The head from the side, as a plate behind it would see it; much radiation is a high value, so MONOCHROME1."""
    made = _begin(CR_STUDY, CR_CLASS, "CR", 1, "Череп, вид слева", 1, JPEGLSLossless)
    made.ImageType = ["ORIGINAL", "PRIMARY"]
    made.BodyPartExamined = "SKULL"
    made.ViewPosition = "LL"
    made.PatientOrientation = ["P", "F"]
    made.KVP = "70"
    made.ImagerPixelSpacing = [f"{CR_SPACING:g}"] * 2
    y, z = -110 + CR_SPACING * np.arange(CR_COLUMNS), 95 - CR_SPACING * np.arange(CR_ROWS)
    thickness = np.zeros((CR_ROWS, CR_COLUMNS))
    random = np.random.default_rng(5)
    for x in np.arange(-80.0, 81.0, 2.5):
        # Each ray meets its own points: the same for all would draw rings.
        seen = tissue(x + random.uniform(-1.25, 1.25, thickness.shape), y[None, :], z[:, None])
        body = HOUNSFIELD[np.where((y > 95)[None, :] | ((seen >= 16) & (seen <= 25)), 0, seen)]
        thickness += np.clip(body + 1000, 0, None) ** 1.25 / 1000**1.25 * 2.5
    plate = 3900 - 3600 * (1 - np.exp(-_blurred(thickness, 0.9) / 190))
    plate += 14 * _blurred(random.normal(size=plate.shape), 0.6) * np.sqrt(plate / 800)
    _pixels(made, np.clip(np.rint(plate), 0, 4095).astype(np.uint16), 12, "MONOCHROME1")
    made.WindowCenter, made.WindowWidth = "1950", "1700"
    return "skull-cr/001.dcm", made


def us_object() -> tuple[str, Dataset]:
    made = _begin(US_STUDY, US_CLASS, "US", 1, "Four chamber, colour flow", 1, JPEGBaseline8Bit)
    frames = sample_ultrasound.frames()
    encoded = [
        imagecodecs.jpeg8_encode(one, level=88, colorspace="rgb", outcolorspace="ycbcr", subsampling="422") for one in frames
    ]
    made.ImageType = ["ORIGINAL", "PRIMARY"]
    made.SamplesPerPixel = 3
    made.PhotometricInterpretation = "YBR_FULL_422"
    made.PlanarConfiguration = 0
    made.NumberOfFrames = len(frames)
    made.FrameTime = f"{sample_ultrasound.FRAME_TIME:g}"
    made.FrameIncrementPointer = 0x00181063
    made.CineRate = made.RecommendedDisplayFrameRate = 25
    made.Rows, made.Columns = frames.shape[1:3]
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 8, 8, 7, 0
    made.BodyPartExamined = "HEART"
    made.UltrasoundColorDataPresent = 1
    made.BurnedInAnnotation = "NO"
    made.LossyImageCompression = "01"
    made.LossyImageCompressionRatio = f"{frames.nbytes / sum(map(len, encoded)):.2f}"
    made.LossyImageCompressionMethod = "ISO_10918_1"
    made.PatientOrientation = ""
    made.SequenceOfUltrasoundRegions = [_region()]
    made.PixelData = encapsulate(encoded)
    made["PixelData"].VR = "OB"
    return "heart-us/001.dcm", made


def _region() -> Dataset:
    """The sector's place and scale (PS3.3 C.8.5.5)."""
    region = Dataset()
    region.RegionSpatialFormat, region.RegionDataType, region.RegionFlags = 1, 2, 0
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 60, 20
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = 440, 318
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
    region.PhysicalDeltaX = region.PhysicalDeltaY = sample_ultrasound.MM_PER_PIXEL / 10
    return region


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = value, scheme, meaning
    return made


def _text(concept: Dataset, text: str) -> Dataset:
    made = Dataset()
    made.RelationshipType, made.ValueType = "CONTAINS", "TEXT"
    made.ConceptNameCodeSequence = [concept]
    made.TextValue = text
    return made


def sr_object() -> tuple[str, Dataset]:
    """A report on the CT, with the image that shows the finding."""
    made = _begin(CT_STUDY, SR_CLASS, "SR", 99, "Report", 1, ExplicitVRLittleEndian)
    made.ReferencedPerformedProcedureStepSequence = []
    made.PerformedProcedureCodeSequence = []
    made.CompletionFlag, made.VerificationFlag = "COMPLETE", "UNVERIFIED"
    slice_number = int(np.argmin(np.abs(CT_PLACES - BLEEDING_AT[2]))) + 1
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = CT_CLASS, uid(f"ct 2 {slice_number}")
    series = Dataset()
    series.SeriesInstanceUID, series.ReferencedSOPSequence = uid("ct series 2"), [reference]
    evidence = Dataset()
    evidence.StudyInstanceUID, evidence.ReferencedSeriesSequence = uid("ct study"), [series]
    made.CurrentRequestedProcedureEvidenceSequence = [evidence]
    image = Dataset()
    image.RelationshipType, image.ValueType, image.ReferencedSOPSequence = "CONTAINS", "IMAGE", [reference]
    made.ValueType, made.ContinuityOfContent = "CONTAINER", "SEPARATE"
    made.ConceptNameCodeSequence = [_code("18748-4", "LN", "Diagnostic imaging report")]
    findings = "A round, dense area in the left hemisphere, 2 cm wide, with a dark rim. The left ventricle is wider than the right."
    made.ContentSequence = [
        _text(_code("121071", "DCM", "Finding"), findings),
        image,
        _text(_code("121077", "DCM", "Conclusion"), "This head was computed. Nobody is ill."),
    ]
    return "head-ct/report.dcm", made


def pdf_object() -> tuple[str, Dataset]:
    made = _begin(CR_STUDY, PDF_CLASS, "DOC", 2, "Направление", 1, ExplicitVRLittleEndian)
    made.ConversionType = "WSD"
    made.BurnedInAnnotation = "NO"
    made.AcquisitionDateTime = ""
    made.DocumentTitle = "Направление"
    made.ConceptNameCodeSequence = [_code("57133-1", "LN", "Referral note")]
    made.MIMETypeOfEncapsulatedDocument = "application/pdf"
    document = _pdf("Negatoscope sample document", "This page is part of the sample study. It refers nobody to anybody.")
    made.EncapsulatedDocumentLength = len(document)
    made.EncapsulatedDocument = document + b"\0" * (len(document) % 2)
    return "skull-cr/referral.dcm", made


def _pdf(title: str, text: str) -> bytes:
    """One page."""
    stream = f"BT /F1 22 Tf 72 740 Td ({title}) Tj /F1 12 Tf 0 -36 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + end


def every_object() -> Iterator[tuple[str, Dataset]]:
    """(path below the sample's folder, object)."""
    yield from ct_objects()
    yield sr_object()
    yield from mr_objects()
    yield cr_object()
    yield pdf_object()
    yield us_object()
