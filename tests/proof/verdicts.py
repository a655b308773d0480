"""Which differences are within what was promised, and those that are not, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.proof.made_files import ANY
from tests.proof.record import FAULT, Record

JPEG = "1.2.840.10008.1.2.4."
# Largest difference of a lossy decoder from a reference one; 1 where nothing is said. Written down with the reason in the page.
TOLERANCES = {
    JPEG + "111": 12,  # the JPEG in it is decoded by libjxl in floating point, chrominance smoothed otherwise than by libjpeg
}
TOLERANCE_TEXT = {
    JPEG + "111": "libjxl decodes the JPEG inside in floating point and smooths its chrominance otherwise than libjpeg: at most 12 "
    "levels on single edge pixels, 0.2 in the mean",
}
# name: (what differs, the section of the standard, who is right)
EXCEPTIONS = {
    "fo-dicom+fo-dicom/Tests/FO-DICOM.Tests/Test Data/GH195.dcm": (
        "Photometric Interpretation is RGB, the JPEG stream has a JFIF marker",
        "PS3.5 8.2.1; ITU-T T.871",
        "ours: the components are YCbCr. DCMTK and GDCM believe the header and show teeth in orange",
    ),
    "fo-dicom+fo-dicom/Tests/FO-DICOM.Benchmark/Data/multiframe.dcm": (
        "some JPEG frames are smaller than Rows and Columns",
        "PS3.3 C.7.6.17.3, C.7.6.3",
        "the file is wrong: frames of one image have one size. We show what the stream holds, with a warning; DCMTK fills it up",
    ),
    "pydicom+pydicom/src/pydicom/data/test_files/SC_rgb_rle_16bit.dcm": (
        "GDCM takes the two bytes of a sample apart wrongly",
        "PS3.5 G.2",
        "ours, with pydicom and DCMTK",
    ),
    "pydicom+pydicom/src/pydicom/data/test_files/SC_rgb_rle_32bit.dcm": (
        "GDCM takes the four bytes of a sample apart wrongly",
        "PS3.5 G.2",
        "ours, with pydicom and DCMTK",
    ),
    "made/jpeg-ls/dcmcjpls+in/rgb-planar-0.dcm": (
        "three components in scans of their own (interleave mode 0): GDCM mixes them up",
        "ISO/IEC 14495-1 B.2",
        "ours: equal to the pixels that were encoded, and to DCMTK",
    ),
}


# Where both sides were brought to the same footing before they were compared.
COMPARED_OTHERWISE = (
    (
        "Rescale Slope or Intercept not whole (suyashkumar/dicom: testdata/3.dcm and others)",
        "dcm2pnm cuts the output of the Modality LUT to whole numbers; compared with the same window in stored values",
        "PS3.3 C.11.1",
        "ours",
    ),
    (
        "fo-dicom/fo-dicom: Tests/FO-DICOM.Tests/Test Data/RI6XDosiGap.dcm",
        "Window Width below 1 with the function LINEAR: dcm2pnm refuses it, we take LINEAR_EXACT; not compared",
        "PS3.3 C.11.2.1.2.1",
        "the file is wrong",
    ),
    (
        "supplemental palettes (cornerstonejs/dicomParser: CT0012.* and others)",
        "dcm2pnm shows the grey part only; compared without colour on either side",
        "PS3.3 C.7.6.23",
        "ours shows more",
    ),
    (
        "pixel padding and shutters",
        "dcm2pnm shows what they cover; compared without them",
        "PS3.3 C.7.5.1.1.2, C.7.6.11",
        "ours",
    ),
)


@dataclass(frozen=True, slots=True)
class DrawnOtherwise:
    """Where dcm2pnm draws otherwise: in all files that `applies` to, by no more than `most` levels."""

    applies: Callable[[Record], bool]
    most: int
    what: str
    section: str
    who: str


DRAWN_OTHERWISE = (
    DrawnOtherwise(
        lambda record: record.photometric.startswith("YBR_FULL"),
        2,
        "YBR_FULL and YBR_FULL_422 without a JPEG around them: dcm2pnm is up to 2 levels off",
        "PS3.3 C.7.6.3.1.2",
        "ours: the equations in floating point; DCMTK has tables of whole numbers",
    ),
    DrawnOtherwise(
        lambda record: record.transfer_syntax_uid == "1.2.840.10008.1.2.2" and "of 32" in record.bits,
        255,
        "32-bit pixels in OW, big endian: dcm2pnm exchanges bytes within 16-bit words only, pydicom and we in 32-bit words",
        "PS3.5 6.2 (OW), 7.3",
        "open: by the letter of OW DCMTK; yet the only such files met (rtdose_expb.dcm) are written our way, equal to rtdose.dcm",
    ),
)


def tolerance_of(record: Record) -> float:
    """How far stored values may be from those of a reference decoder."""
    if record.is_lossy:
        return TOLERANCES.get(record.transfer_syntax_uid, 1)
    return 1 if record.photometric.startswith("YBR") else 0


def faults_of(record: Record) -> list[str]:
    """What is outside what was promised; empty for most."""
    if record.sentence.startswith(FAULT):
        return [record.sentence]
    faults = [f"{name}: {apart:g} apart" for name, apart in record.oracles.items() if apart > tolerance_of(record)]
    if record.original > record.original_tolerance:
        faults.append(f"original: {record.original:g} apart")
    if not record.drawn.agrees and otherwise(record) is None:
        faults.append(f"dcm2pnm: {record.drawn.share:.2%} of the pixels, up to {record.drawn.most} levels")
    return faults


def otherwise(record: Record) -> DrawnOtherwise | None:
    """The rule that explains a picture of dcm2pnm which is not ours."""
    if record.drawn.agrees:
        return None
    return next((one for one in DRAWN_OTHERWISE if one.applies(record) and record.drawn.most <= one.most), None)


def verdict_of(record: Record) -> str:
    """One word or two for the page."""
    if faults_of(record):
        return "exception" if record.name in EXCEPTIONS else "WRONG"
    bound = record.original_tolerance
    if not record.oracles and not 0 <= bound < ANY:
        return "no oracle"
    if record.is_lossy and not record.oracles:
        return f"within {record.original:g} of the original"
    if record.is_lossy:
        worst = max(record.oracles.values(), default=0)
        return "equal" if worst == 0 else f"within {worst:g}"
    return "exact"
