"""The attributes that corner text, read-outs and uptake values need, as text by keyword."""

from __future__ import annotations

from viewer.dicom.data_set import DataSet
from viewer.dicom.frame_attributes import FrameAttributes

# keyword, tag, how it is read: C code, T text, N number of a binary VR
_TOP: tuple[tuple[str, int, str], ...] = (
    ("ImageType", 0x00080008, "C"),
    ("AcquisitionDate", 0x00080022, "C"),
    ("SeriesDate", 0x00080021, "C"),
    ("SeriesTime", 0x00080031, "C"),
    ("AcquisitionTime", 0x00080032, "C"),
    ("ContentTime", 0x00080033, "C"),
    ("Manufacturer", 0x00080070, "T"),
    ("ManufacturerModelName", 0x00081090, "T"),
    ("PatientSize", 0x00101020, "C"),
    ("PatientWeight", 0x00101030, "C"),
    ("ContrastBolusAgent", 0x00180010, "T"),
    ("ScanningSequence", 0x00180020, "C"),
    ("KVP", 0x00180060, "C"),
    ("RepetitionTime", 0x00180080, "C"),
    ("EchoTime", 0x00180081, "C"),
    ("InversionTime", 0x00180082, "C"),
    ("EchoNumbers", 0x00180086, "C"),
    ("MagneticFieldStrength", 0x00180087, "C"),
    ("TriggerTime", 0x00181060, "C"),
    ("GantryDetectorTilt", 0x00181120, "C"),
    ("ExposureTime", 0x00181150, "C"),
    ("XRayTubeCurrent", 0x00181151, "C"),
    ("Exposure", 0x00181152, "C"),
    ("ConvolutionKernel", 0x00181210, "C"),
    ("FlipAngle", 0x00181314, "C"),
    ("PatientPosition", 0x00185100, "C"),
    ("ViewPosition", 0x00185101, "C"),
    ("DiffusionBValue", 0x00189087, "N"),
    ("InstanceNumber", 0x00200013, "C"),
    ("AcquisitionNumber", 0x00200012, "C"),
    ("TemporalPositionIdentifier", 0x00200100, "C"),
    ("SliceLocation", 0x00201041, "C"),
    ("ImageComments", 0x00204000, "T"),
    ("Laterality", 0x00200060, "C"),
    ("ImageLaterality", 0x00200062, "C"),
    ("BurnedInAnnotation", 0x00280301, "C"),
    ("PixelSpacingCalibrationDescription", 0x00280A04, "T"),
    ("LossyImageCompressionRatio", 0x00282112, "C"),
    ("Units", 0x00541001, "C"),
    ("CountsSource", 0x00541002, "C"),
    ("SUVType", 0x00541006, "C"),
    ("DecayCorrection", 0x00541102, "C"),
    ("RTImageLabel", 0x30020002, "T"),
    ("DoseType", 0x30040004, "C"),
    ("DoseSummationType", 0x3004000A, "C"),
)
# keyword, macro, tag, how it is read; from the functional groups
_MACROS: tuple[tuple[str, int, int, str], ...] = (
    ("FrameType", 0x00189341, 0x00089007, "C"),
    ("KVP", 0x00189325, 0x00180060, "C"),
    ("ConvolutionKernel", 0x00189314, 0x00181210, "C"),
    ("ExposureTime", 0x00189321, 0x00189328, "N"),
    ("XRayTubeCurrent", 0x00189321, 0x00189330, "N"),
    ("Exposure", 0x00189321, 0x00189332, "N"),
    ("RepetitionTime", 0x00189112, 0x00180080, "C"),
    ("FlipAngle", 0x00189112, 0x00181314, "C"),
    ("EchoTime", 0x00189114, 0x00189082, "N"),
    ("DiffusionBValue", 0x00189117, 0x00189087, "N"),
    ("TriggerTime", 0x00189118, 0x00209153, "N"),
    ("FrameLaterality", 0x00209071, 0x00209072, "C"),
    ("FrameComments", 0x00209111, 0x00209158, "T"),
    ("FrameLabel", 0x00209111, 0x00209453, "T"),
    ("FrameAcquisitionDateTime", 0x00209111, 0x00189074, "C"),
    ("StackID", 0x00209111, 0x00209056, "T"),
    ("InStackPositionNumber", 0x00209111, 0x00209057, "N"),
    ("TemporalPositionIndex", 0x00209111, 0x00209128, "N"),
    ("ReferencedSegmentNumber", 0x0062000A, 0x0062000B, "N"),
    ("OpticalPathIdentifier", 0x00480207, 0x00480106, "T"),
)
_SEGMENTS, _SEGMENT_NUMBER, _SEGMENT_LABEL = 0x00620002, 0x00620004, 0x00620005
_BINARY = {2: b"US", 4: b"UL", 8: b"FD"}  # by length, where the file does not state a VR
_RADIOPHARMACEUTICAL = 0x00540016
_RADIOPHARMACEUTICAL_TAGS = (
    ("Radiopharmaceutical", 0x00180031, "T"),
    ("RadiopharmaceuticalStartTime", 0x00181072, "C"),
    ("RadionuclideTotalDose", 0x00181074, "C"),
    ("RadionuclideHalfLife", 0x00181075, "C"),
    ("RadiopharmaceuticalStartDateTime", 0x00181078, "C"),
)


def corner_attributes(frame: FrameAttributes) -> tuple[tuple[str, str], ...]:
    """(keyword, value) of all that are there; several values keep their backslash. The frame's own stand before the file's."""
    top, elements = frame.top, frame.top.elements
    found = _from_macros(frame) if frame.shared is not None or frame.own is not None else []
    found += [(keyword, _read(top, tag, how)) for keyword, tag, how in _TOP if tag in elements]
    found += _radiopharmaceutical(top)
    return tuple([pair for pair in found if pair[1]])


class CornerPattern:
    """`corner_attributes` of headers with the same elements, of which those with the tags `changing` differ: they are read anew.

    Made of one of the headers. Functional groups are not looked into.
    """

    def __init__(self, top: DataSet, changing: frozenset[int]) -> None:
        present = [one for one in _TOP if one[1] in top.elements]
        self._pairs = [(keyword, "" if tag in changing else _read(top, tag, how)) for keyword, tag, how in present]
        self._anew = [(place, *one) for place, one in enumerate(present) if one[1] in changing]
        self._has_other_drug = _RADIOPHARMACEUTICAL in changing
        self._drug = [] if self._has_other_drug else _radiopharmaceutical(top)

    def of(self, top: DataSet) -> tuple[tuple[str, str], ...]:
        """What `corner_attributes` gives for a header of one frame."""
        found = self._pairs.copy()
        for place, keyword, tag, how in self._anew:
            found[place] = (keyword, _read(top, tag, how))
        found += _radiopharmaceutical(top) if self._has_other_drug else self._drug
        return tuple([pair for pair in found if pair[1]])


def _radiopharmaceutical(top: DataSet) -> list[tuple[str, str]]:
    item = top.item(_RADIOPHARMACEUTICAL) if _RADIOPHARMACEUTICAL in top.elements else None
    return (
        [] if item is None else [(keyword, _read(item, tag, how)) for keyword, tag, how in _RADIOPHARMACEUTICAL_TAGS if tag in item]
    )


def _read(data_set: DataSet, tag: int, how: str) -> str:
    if how == "C":
        return data_set.code(tag)[:256]
    if how == "T":
        return data_set.text(tag)[:256]
    value = data_set.number(tag, _BINARY.get(data_set.elements[tag].length, b"FD"))
    return "" if value is None else f"{value:g}"


def _from_macros(frame: FrameAttributes) -> list[tuple[str, str]]:
    found = []
    for keyword, sequence, tag, how in _MACROS:
        item = frame.macro(sequence)
        if item is not None and tag in item:
            found.append((keyword, _read(item, tag, how)))
    label = _segment_label(frame)
    return [*found, ("SegmentLabel", label)] if label else found


def _segment_label(frame: FrameAttributes) -> str:
    identification = frame.macro(0x0062000A)
    if identification is None or _SEGMENTS not in frame.top:
        return ""
    number = identification.integer(0x0062000B)
    for item in frame.top.items(_SEGMENTS):
        if item.integer(_SEGMENT_NUMBER) == number:
            return item.text(_SEGMENT_LABEL)
    return ""
