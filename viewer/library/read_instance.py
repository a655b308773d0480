"""From a header to Patient, Study, Series and Instance; nothing readable is lost for want of a UID."""

from __future__ import annotations

import hashlib
import math
import struct
from functools import lru_cache

from viewer.dicom import charset
from viewer.dicom.detect import Encoding, Layout
from viewer.dicom.header import GE_B_VALUE, PHILIPS_B_VALUE, SIEMENS_B_VALUE, read_header
from viewer.dicom.header_values import Header
from viewer.dicom.sop_classes import kind_of
from viewer.dicom.transfer_syntaxes import is_video
from viewer.library.normalise import name_words
from viewer.library.single_frame_groups import with_groups
from viewer.model.display_set import DisplaySetKind
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.hierarchy import Instance, Patient, Series, Study
from viewer.model.uids import is_usable_uid

_MANY_FRAMES = 4096  # a Number of Frames beyond it must be possible for a file of that size
_HASHED = 1024 * 1024


@frozen
class FoundInstance:
    """One readable file. `header` is kept only until the library has taken what it needs."""

    instance: Instance
    header: Header


def read_instance(path: str, source: str = "") -> FoundInstance:
    """Read one file. Raises the NegatoscopeErrors of `read_header`."""
    return describe(read_header(path), source)


def describe(header: Header, source: str = "") -> FoundInstance:
    """`header` as an Instance. UIDs that are absent or unusable are made up from content, the same at each reading."""
    code, integer, number = header.code, header.integer, header.number
    elements = header.elements
    common = _common(tuple(map(elements.get, _COMMON_TAGS)), header.layout.encoding.little)
    study_uid, series_uid = common.study_instance_uid, common.series_instance_uid
    sop_uid = code(0x00080018)
    if not study_uid:
        study_uid = _made_up_study(header, code(0x0020000D))
    if not series_uid:
        series_uid = _made_up_series(header, study_uid, code(0x0020000E))
    if not is_usable_uid(sop_uid):
        sop_uid = _made_up_instance(header)
    instance = Instance(
        sop_instance_uid=sop_uid,
        sop_class_uid=common.sop_class_uid,
        series_instance_uid=series_uid,
        study_instance_uid=study_uid,
        path=header.path,
        source=source,
        file_size=header.file_size,
        file_mtime_ns=header.file_mtime_ns,
        transfer_syntax_uid=header.transfer_syntax_uid,
        instance_number=integer(0x00200013),
        number_of_frames=_number_of_frames(header),
        rows=common.rows,
        columns=common.columns,
        samples_per_pixel=common.samples_per_pixel,
        bits_allocated=common.bits_allocated,
        photometric_interpretation=common.photometric_interpretation,
        image_type=common.image_type,
        image_position=header.numbers(0x00200032, 3),  # type: ignore[arg-type]  # the count is checked there
        image_orientation=common.image_orientation,
        pixel_spacing=common.pixel_spacing,
        slice_thickness=common.slice_thickness,
        frame_of_reference_uid=common.frame_of_reference_uid,
        acquisition_number=integer(0x00200012),
        acquisition_time=code(0x00080032) or (code(0x0008002A)[8:] if 0x0008002A in elements else ""),
        content_time=code(0x00080033),
        temporal_position=number(0x00200100) if 0x00200100 in elements else None,
        trigger_time=number(0x00181060) if 0x00181060 in elements else None,
        echo_number=common.echo_number,
        echo_time=common.echo_time,
        b_value=b_value(header) if common.is_mr else None,
        content_label=_content_label(header) if common.is_document else "",
    )
    return FoundInstance(with_groups(instance), header)


_COMMON_TAGS = (
    0x00080016, 0x00280010, 0x00280011, 0x00280002, 0x00280100, 0x00280004, 0x00080008, 0x00200037, 0x00280030, 0x00180050,
    0x00200052, 0x00180086, 0x00180081, 0x0020000D, 0x0020000E,
    0x00080060,
)  # fmt: skip


@frozen
class _Common:
    """What mostly reads the same in all files of a series."""

    sop_class_uid: str
    rows: int
    columns: int
    samples_per_pixel: int
    bits_allocated: int
    photometric_interpretation: str
    image_type: tuple[str, ...]
    image_orientation: tuple[float, float, float, float, float, float] | None
    pixel_spacing: tuple[float, float] | None
    slice_thickness: float | None
    frame_of_reference_uid: str
    echo_number: int | None
    echo_time: float | None
    is_document: bool
    study_instance_uid: str  # empty: absent or unusable
    series_instance_uid: str
    is_mr: bool


@lru_cache(maxsize=256)
def _common(raw: tuple[bytes | None, ...], little: bool) -> _Common:
    """The values of `_COMMON_TAGS`; remembered, so that a series shares them and its files cost less."""
    elements = {tag: value for tag, value in zip(_COMMON_TAGS, raw, strict=True) if value is not None}
    header = Header(elements, Layout(0, Encoding(little=little)))
    code, unsigned = header.code, header.unsigned
    study_uid, series_uid = code(0x0020000D), code(0x0020000E)
    sop_class, rows, columns = code(0x00080016), unsigned(0x00280010), unsigned(0x00280011)
    bits = unsigned(0x00280100)
    return _Common(
        sop_class,
        rows,
        columns,
        unsigned(0x00280002) or 1,
        bits,
        code(0x00280004),
        header.codes(0x00080008),
        header.numbers(0x00200037, 6),  # type: ignore[arg-type]  # the count is checked there
        header.numbers(0x00280030, 2),  # type: ignore[arg-type]
        header.number(0x00180050),
        code(0x00200052),
        header.integer(0x00180086),
        header.number(0x00180081),
        kind_of(sop_class, describes_pixels=bool(rows and columns and bits)) is DisplaySetKind.DOCUMENT,
        study_uid if is_usable_uid(study_uid) else "",
        series_uid if is_usable_uid(series_uid) else "",
        code(0x00080060) == "MR",
    )


def patient_of(header: Header, study_instance_uid: str) -> Patient:
    """The patient a file names. Without any name or ID, a patient of this study alone: strangers are not thrown together.

    The key holds ID, issuer and name: two people who were given the same ID stay two people.
    """
    patient_id, issuer, name = header.text(0x00100020), header.text(0x00100021), header.name(0x00100010)
    birth_date = header.code(0x00100030)
    if patient_id:
        identity: tuple[str, ...] = ("id", patient_id, issuer, " ".join(name_words(name)))
    elif name_words(name):
        identity = ("name", " ".join(name_words(name)), birth_date)
    else:
        identity = ("study", study_instance_uid)
    key = hashlib.sha256("\0".join(identity).encode("utf-8", "replace")).hexdigest()[:24]
    return Patient(key, patient_id, issuer, name, birth_date, header.code(0x00100040))


def study_of(header: Header, study_instance_uid: str, patient_key: str) -> Study:
    """The study a file belongs to, as this file describes it."""
    return Study(
        study_instance_uid,
        patient_key,
        study_date=header.code(0x00080020),
        study_time=header.code(0x00080030),
        study_description=header.text(0x00081030),
        study_id=header.text(0x00200010),
        accession_number=header.text(0x00080050),
        referring_physician_name=header.name(0x00080090),
        institution_name=header.text(0x00080080),
        patient_age=header.code(0x00101010),
    )


def series_of(header: Header, series_instance_uid: str, study_instance_uid: str) -> Series:
    """The series a file belongs to, as this file describes it."""
    code = header.code
    return Series(
        series_instance_uid,
        study_instance_uid,
        modality=code(0x00080060),
        series_number=header.integer(0x00200011),
        series_description=header.text(0x0008103E),
        protocol_name=header.text(0x00181030),
        body_part_examined=code(0x00180015),
        laterality=code(0x00200060) or code(0x00200062),
        series_date=code(0x00080021) or code(0x00080022) or code(0x00080023),
        series_time=code(0x00080031) or code(0x00080032) or code(0x00080033),
    )


def b_value(header: Header) -> float | None:
    """Diffusion b-value in s/mm²: (0018,9087), else where three makers keep it."""
    elements = header.elements
    order = "<" if header.layout.encoding.little else ">"
    if 0x00189087 in elements:
        return _binary_float(elements[0x00189087], order)
    if SIEMENS_B_VALUE in elements and elements.get(0x00080070, b"")[:7].upper() == b"SIEMENS":
        return header.number(SIEMENS_B_VALUE)
    if GE_B_VALUE in elements:
        value = header.number(GE_B_VALUE)
        return None if value is None else value % 100000 if value >= 1e6 else value
    if PHILIPS_B_VALUE in elements:
        return _binary_float(elements[PHILIPS_B_VALUE], order)
    return None


def _binary_float(raw: bytes, order: str) -> float | None:
    if len(raw) not in (4, 8):
        return None
    value = float(struct.unpack(order + ("f" if len(raw) == 4 else "d"), raw)[0])
    return value if math.isfinite(value) and 0 <= value < 1e6 else None


def made_up_uid(*parts: str | bytes) -> str:
    """A UID under 2.25 (PS3.5 B.2) from the content of `parts`: the same each time."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "replace") if isinstance(part, str) else part)
        digest.update(b"\0")
    return f"2.25.{int.from_bytes(digest.digest()[:15], 'big')}"


def _made_up_study(header: Header, unusable: str) -> str:
    names = (0x00100020, 0x00100010, 0x00100030, 0x00080020, 0x00080030, 0x00080050, 0x00200010)
    return made_up_uid("study", unusable, *(header.elements.get(tag, b"") for tag in names))


def _made_up_series(header: Header, study_uid: str, unusable: str) -> str:
    names = (0x00080060, 0x00200011, 0x0008103E, 0x00080021, 0x00080031)
    return made_up_uid("series", study_uid, unusable, *(header.elements.get(tag, b"") for tag in names))


def _made_up_instance(header: Header) -> str:
    try:
        with open(header.path, "rb") as file:
            content = file.read(_HASHED)
    except OSError:
        content = b"".join(header.elements.values())
    return made_up_uid("instance", content, str(header.file_size))


def _number_of_frames(header: Header) -> int:
    """Number of Frames (0028,0008) as far as a file of this size can hold it; a lie must not fill the memory."""
    if is_video(header.transfer_syntax_uid):
        declared = _frames_of_video(header)
    elif 0x00280008 not in header.elements:
        return 1
    else:
        declared = max(header.integer(0x00280008) or 1, 1)
    if declared <= _MANY_FRAMES:
        return declared
    size = header.file_size * (1000 if header.layout.encoding.deflated else 1)
    return min(declared, max(size // 8, _MANY_FRAMES))


def _frames_of_video(header: Header) -> int:
    """What its container says is truer than the header."""
    from viewer.dicom.image_file import open_image  # few collections hold a video

    try:
        return open_image(header.path).number_of_frames
    except NegatoscopeError:
        return max(header.integer(0x00280008) or 1, 1)


_TITLES = (0x00420010, 0x00700081, 0x00700080, 0x30060002, 0x30060004, 0x300A0002, 0x300A0003)


def _content_label(header: Header) -> str:
    """What a document tile says: its title, the label of the structure set, plan or presentation state."""
    for tag in _TITLES:
        if header.elements.get(tag):
            return header.text(tag)[:128]
    return _code_meaning(header)


def _code_meaning(header: Header) -> str:
    """Code Meaning of the Concept Name Code Sequence: the title of a report (PS3.3 C.17.3)."""
    raw = header.elements.get(0x0040A043, b"")
    mark = b"\x08\0\x04\x01" if header.layout.encoding.little else b"\0\x08\x01\x04"
    at = raw.find(mark)
    if at < 0 or not header.layout.encoding.little:
        return ""
    length = raw[at + 6] | raw[at + 7] << 8 if header.layout.encoding.explicit else raw[at + 4] | raw[at + 5] << 8
    return charset.decode(raw[at + 8 : at + 8 + length], header.encodings).strip(" \0")[:128]
