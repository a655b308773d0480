"""What the defined terms of a few attributes stand for, for tool tips (PS3.3; the terms themselves stay as they are)."""

from __future__ import annotations

_TABLE = """
Modality|AR=Autorefraction BDUS=Bone densitometry (ultrasound) BMD=Bone densitometry (X-ray) CR=Computed radiography
Modality|CT=Computed tomography DOC=Document DX=Digital radiography ECG=Electrocardiography EPS=Cardiac electrophysiology
Modality|ES=Endoscopy GM=General microscopy HD=Hemodynamic waveform IO=Intra-oral radiography IVOCT=Intravascular OCT
Modality|IVUS=Intravascular ultrasound KO=Key object selection MG=Mammography MR=Magnetic resonance NM=Nuclear medicine
Modality|OCT=Optical coherence tomography OP=Ophthalmic photography OPT=Ophthalmic tomography OT=Other PR=Presentation state
Modality|PT=Positron emission tomography PX=Panoramic X-ray REG=Registration RF=Radio fluoroscopy RTDOSE=Radiotherapy dose
Modality|RTIMAGE=Radiotherapy image RTPLAN=Radiotherapy plan RTRECORD=Radiotherapy treatment record
Modality|RTSTRUCT=Radiotherapy structure set RWV=Real world value map SC=Secondary capture SEG=Segmentation
Modality|SM=Slide microscopy SR=Structured report US=Ultrasound XA=X-ray angiography XC=External-camera photography
PatientSex|M=male F=female O=other
PatientPosition|HFP=head first, prone HFS=head first, supine HFDR=head first, decubitus right HFDL=head first, decubitus left
PatientPosition|FFP=feet first, prone FFS=feet first, supine FFDR=feet first, decubitus right FFDL=feet first, decubitus left
PixelRepresentation|0=unsigned 1=two's complement
PlanarConfiguration|0=colour by pixel 1=colour by plane
LossyImageCompression|00=no lossy compression 01=lossy compression
Laterality|R=right L=left B=both
ImageLaterality|R=right L=left B=both U=unpaired
ViewPosition|AP=anterior to posterior PA=posterior to anterior LL=left lateral RL=right lateral CC=cranio-caudal
ViewPosition|MLO=medio-lateral oblique ML=medio-lateral LM=latero-medial
ScanningSequence|SE=spin echo IR=inversion recovery GR=gradient recalled EP=echo planar RM=research mode
MRAcquisitionType|2D=frequency by phase 3D=frequency by phase by phase
RescaleType|HU=Hounsfield units US=unspecified OD=optical density PCT=per cent Z_EFF=effective atomic number
Units|BQML=becquerel per millilitre CNTS=counts CPS=counts per second GML=grams per millilitre (SUV) PROPCNTS=proportional to counts
CorrectedImage|DECY=decay ATTN=attenuation SCAT=scatter DTIM=dead time NORM=normalised RADL=non-uniform sampling
PresentationLUTShape|IDENTITY=as it is INVERSE=inverted
"""


def _read(table: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in table.split("\n"):
        keyword, _, terms = line.partition("|")
        if not terms:
            continue
        words = found.setdefault(keyword, {})
        last = ""
        for word in terms.split(" "):
            if "=" in word:
                last, _, start = word.partition("=")
                words[last] = start
            else:
                words[last] += f" {word}"
    return found


_MEANINGS = _read(_TABLE)


def meaning_of_code(keyword: str, value: str) -> str:
    """What a value stands for, value by value; "" when nothing is known."""
    terms = _MEANINGS.get(keyword)
    if not terms or not value:
        return ""
    found = [terms.get(one, "") for one in value.split("\\")]
    return ", ".join(part for part in found if part)
