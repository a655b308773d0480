"""Units of the numeric attributes whose unit the standard fixes (PS3.3), by keyword."""

from __future__ import annotations

_TABLE = """
mm|SliceThickness SpacingBetweenSlices PixelSpacing ImagerPixelSpacing NominalScannedPixelSpacing SliceLocation ImagePositionPatient
mm|ReconstructionDiameter DataCollectionDiameter DistanceSourceToDetector DistanceSourceToPatient TableHeight TableFeedPerRotation
mm|BodyPartThickness SingleCollimationWidth TotalCollimationWidth FocalSpots DistanceSourceToEntrance FieldOfViewDimensions
mm|ReconstructionTargetCenterPatient DataCollectionCenterPatient CollimatorUpperHorizontalEdge GridThickness
mm|TableTopVerticalPosition TableTopLongitudinalPosition TableTopLateralPosition FocusDepth DepthOfScanField
mm/s|TableSpeed
kV|KVP
mA|XRayTubeCurrent
mAs|Exposure
ms|ExposureTime RepetitionTime EchoTime InversionTime TriggerTime FrameTime FrameDelay ActualFrameDuration FrameTimeVector
ms|FrameReferenceTime EffectiveEchoTime TriggerDelayTime
s|RevolutionTime RadionuclideHalfLife
°|FlipAngle GantryDetectorTilt PositionerPrimaryAngle PositionerSecondaryAngle GantryAngle
°|BeamLimitingDeviceAngle PatientSupportAngle
T|MagneticFieldStrength
MHz|ImagingFrequency TransmitterFrequency
Hz/px|PixelBandwidth
s/mm²|DiffusionBValue
kg|PatientWeight
m|PatientSize
W/kg|SAR
mGy|CTDIvol EntranceDoseInmGy
Bq|RadionuclideTotalDose
fps|CineRate RecommendedDisplayFrameRate
bpm|HeartRate
ml|ContrastBolusVolume
N|CompressionForce
"""


def _read(table: str) -> dict[str, str]:
    rows = (line.split("|") for line in table.split("\n") if line)
    return {keyword: unit for unit, keywords in rows for keyword in keywords.split()}


_UNITS = _read(_TABLE)


def unit_of(keyword: str) -> str:
    """The unit, "" where there is none or it varies."""
    return _UNITS.get(keyword, "")
