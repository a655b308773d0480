"""Where the bytes of each frame lie in a file, native or encapsulated; how many frames are really there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from viewer.dicom.codestream import sniff_transfer_syntax
from viewer.dicom.decode_request import RLE, DecodeRequest, is_encapsulated, is_native
from viewer.dicom.detect import Encoding
from viewer.dicom.encapsulation import Segment, file_reader, group_frames, scan_fragments
from viewer.dicom.header import cannot_open
from viewer.dicom.pixel_description import PixelDescription
from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, is_video, name_of_transfer_syntax
from viewer.dicom.video_stream import VideoBytes
from viewer.dicom.video_times import count_of_container, frame_time_of_container
from viewer.dicom.whole_header import InflatedFile, WholeHeader
from viewer.model.errors import BrokenFileError
from viewer.model.messages import Message, message

_UNDEFINED = 0xFFFFFFFF
_BIG_ENDIAN_PIXELS = "1.2.840.113619.5.2"  # GE, private: a little endian header, big endian pixels
_EXTENDED_OFFSETS = 0x7FE00001
_TIMES = (0x00181063, 0x00181065, 0x00180040, 0x00082144)  # Frame Time, its vector, Cine Rate, Recommended Display Frame Rate
MAX_FRAMES = 10_000_000


@dataclass(slots=True, eq=False)
class PixelPlaces:
    """The frames of one file. `template` is the request of any frame but for its place, of the only one with it."""

    count: int
    template: DecodeRequest
    place: Callable[[int], tuple[tuple[Segment, ...], int]]  # index of the frame from 0: its segments, its first bit
    warnings: tuple[Message, ...] = ()
    inflated: InflatedFile | None = None
    is_stream: bool = False  # all frames are in one stream
    frame_time_ms: float | None = None  # what the stream says, where the header says nothing

    def __len__(self) -> int:
        return self.count

    def request(self, frame_number: int) -> DecodeRequest:
        if self.template.segments:
            return self.template
        segments, bit = self.place(frame_number - 1)
        if self.is_stream:
            return replace(self.template, segments=segments, frame_index=frame_number - 1, number_of_frames=self.count)
        if self.inflated is None:
            return replace(self.template, segments=segments, bit_offset=bit)
        data = self.inflated.data()
        content = b"".join(data[offset : offset + length] for offset, length in segments)
        return replace(self.template, segments=(), bit_offset=bit, data=content)


def find_places(header: WholeHeader, description: PixelDescription) -> PixelPlaces:
    """Where the frames are. Raises BrokenFileError when there is not one byte of them."""
    element = header.pixel_element
    uid = header.transfer_syntax_uid
    if is_video(uid):
        return _video(header, description, uid)
    if element.length == _UNDEFINED or (is_encapsulated(uid) and _begins_with_item(header, element.offset)):
        return _encapsulated(header, description, uid)
    warnings: tuple[Message, ...] = ()
    if is_encapsulated(uid):
        warnings = (message("The pixel data are not compressed, though the file says so."),)
        uid = EXPLICIT_VR_LITTLE_ENDIAN
    return _native(header, description, _effective(uid, header.encoding), warnings)


def _effective(uid: str, encoding: Encoding) -> str:
    """The native transfer syntax whose byte order the pixels have."""
    if uid == _BIG_ENDIAN_PIXELS:
        return EXPLICIT_VR_BIG_ENDIAN
    if not encoding.little:
        return EXPLICIT_VR_BIG_ENDIAN
    return EXPLICIT_VR_LITTLE_ENDIAN if uid == EXPLICIT_VR_BIG_ENDIAN or not uid else uid


def _begins_with_item(header: WholeHeader, offset: int) -> bool:
    return header.data_set.read is not None and header.data_set.read(offset, 4) == b"\xfe\xff\x00\xe0"


def _template(
    header: WholeHeader, description: PixelDescription, uid: str, segments: tuple[Segment, ...] = (), *, is_halved: bool = False
) -> DecodeRequest:
    return DecodeRequest(
        path=header.path,
        segments=segments,
        transfer_syntax_uid=uid,
        rows=description.rows,
        columns=description.columns,
        samples_per_pixel=description.samples_per_pixel,
        bits_allocated=description.bits_allocated,
        bits_stored=description.bits_stored,
        high_bit=description.high_bit,
        is_signed=description.is_signed,
        photometric_interpretation=description.photometric_interpretation,
        planar_configuration=description.planar_configuration,
        is_float=description.is_float,
        is_halved=is_halved,
    )


# Native


def _native(header: WholeHeader, description: PixelDescription, uid: str, warnings: tuple[Message, ...]) -> PixelPlaces:
    element = header.pixel_element
    start, there = element.offset, max(0, min(element.length, header.size - element.offset))
    if not there:
        raise BrokenFileError(message("The pixel data are missing: the file ends before them."), path=header.path)
    stated = max(1, description.number_of_frames)
    bits = description.frame_bits
    is_halved = description.is_halved and there * 8 < stated * bits
    if is_halved:
        bits = bits * 2 // 3
    swapped = uid == EXPLICIT_VR_BIG_ENDIAN and element.vr == b"OW" and description.bits_allocated in (1, 8)
    count = min(stated, max(1, there * 8 // bits))
    if count < stated:
        warnings += (_fewer(stated, count),)

    def place(index: int) -> tuple[tuple[Segment, ...], int]:
        first, last = index * bits // 8, ((index + 1) * bits + 7) // 8
        if swapped:  # whole words, so that their bytes can be put in order
            first, last = first // 2 * 2, (last + 1) // 2 * 2
        return ((start + first, max(0, min(last, there) - first)),), index * bits - first * 8

    only = place(0)[0] if count == 1 and header.inflated is None else ()
    template = _template(header, description, uid, only, is_halved=is_halved)
    if swapped:
        template = replace(template, swaps_bytes=True)
    return PixelPlaces(count, template, place, warnings, header.inflated)


def _fewer(stated: int, count: int) -> Message:
    return message("The header speaks of {stated} frames; the pixel data of {count} are there.", stated=stated, count=count)


# Encapsulated


def _frames_of(header: WholeHeader, stated: int, uid: str) -> tuple[tuple[tuple[Segment, ...], ...], tuple[Message, ...]]:
    if header.inflated is not None:
        data = header.inflated.data()
        return _grouped(header, stated, uid, lambda offset, length: data[offset : offset + length])
    try:
        read, close = file_reader(header.path)
    except OSError as error:
        raise cannot_open(header.path, error) from error
    try:
        return _grouped(header, stated, uid, read)
    except OSError as error:
        raise cannot_open(header.path, error) from error
    finally:
        close()


def _grouped(
    header: WholeHeader, stated: int, uid: str, read: Callable[[int, int], bytes]
) -> tuple[tuple[tuple[Segment, ...], ...], tuple[Message, ...]]:
    fragments = scan_fragments(read, header.pixel_element.offset, header.size)
    extended = header.data_set.raw(_EXTENDED_OFFSETS)
    return group_frames(fragments, stated, extended, read, one_each=uid == RLE), fragments.warnings


def _video(header: WholeHeader, description: PixelDescription, uid: str) -> PixelPlaces:
    """One stream of all frames, in one or several fragments (PS3.5 8.2.7), or, against the standard, in none."""
    element = header.pixel_element
    segments: tuple[Segment, ...] = ((element.offset, min(element.length, header.size - element.offset)),)
    warnings: tuple[Message, ...] = ()
    if element.length == _UNDEFINED or _begins_with_item(header, element.offset):
        frames, warnings = _frames_of(header, 1, uid)
        segments = tuple(segment for segment in (frames[0] if frames else ()) if segment[1])
    if not segments or segments[0][1] <= 0:
        raise BrokenFileError(message("The pixel data are missing: the file ends before them."), path=header.path)
    stated = min(max(1, description.number_of_frames), MAX_FRAMES)
    template = _template(header, description, uid)
    with contextlib.closing(VideoBytes(replace(template, segments=segments))) as stream:
        count = min(count_of_container(stream.at, stream.size), MAX_FRAMES) or stated
        timed = any(tag in header.data_set for tag in _TIMES)
        frame_time = None if timed else frame_time_of_container(stream.at, stream.size)
    if count < stated:
        warnings += (_fewer(stated, count),)
    return PixelPlaces(count, template, lambda _: (segments, 0), warnings, is_stream=True, frame_time_ms=frame_time)


def _encapsulated(header: WholeHeader, description: PixelDescription, uid: str) -> PixelPlaces:
    stated = min(description.number_of_frames, MAX_FRAMES)
    frames, warnings = _frames_of(header, stated, uid)
    if not frames:
        raise BrokenFileError(message("The pixel data are missing: the file ends before them."), path=header.path)
    count = len(frames)
    if count < stated:
        warnings += (_fewer(description.number_of_frames, count),)
    if is_native(uid) and not is_encapsulated(uid):
        uid, more = _guessed(header, frames[0][0], uid)
        warnings += more
    halves = is_native(uid) and description.is_halved and sum(length for _, length in frames[0]) * 8 < description.frame_bits
    only = frames[0] if count == 1 and header.inflated is None else ()
    template = _template(header, description, uid, only, is_halved=halves)
    return PixelPlaces(count, template, lambda index: (frames[index], 0), warnings, header.inflated)


def _guessed(header: WholeHeader, first: Segment, uid: str) -> tuple[str, tuple[Message, ...]]:
    """The file calls its pixel data native, but they are in fragments: what they are is told by their first bytes."""
    read = header.data_set.read
    guess = sniff_transfer_syntax(read(first[0], min(first[1], 65536))) if read is not None else ""
    if not guess:
        return _effective(uid, header.encoding), ()
    name = name_of_transfer_syntax(guess)
    return guess, (message("The pixel data are compressed ({name}), though the file says they are not.", name=name),)
