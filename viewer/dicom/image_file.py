"""One image file: how many frames, what each of them is, where its bytes lie, and the frame made of what a decoder hands out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.colour_profile import profile_of
from viewer.dicom.data_set import DataSet
from viewer.dicom.decode_request import DecodedPixels, DecodeRequest
from viewer.dicom.dimensions import all_dimensions
from viewer.dicom.frame_attributes import FrameAttributes, frame_attributes
from viewer.dicom.frame_facts import DESCRIPTION, facts_of
from viewer.dicom.header_pattern import HeaderMemory
from viewer.dicom.overlay_planes import has_embedded_planes, has_overlay_planes, overlay_planes
from viewer.dicom.palette_tables import palette_tables
from viewer.dicom.pixel_description import describe_pixels
from viewer.dicom.pixel_places import PixelPlaces, find_places
from viewer.dicom.sop_classes import name_of
from viewer.dicom.stored_values import ColourFacts, colour_pixels, stored_values
from viewer.dicom.tile_places import tile_place
from viewer.dicom.whole_header import Room, WholeHeader, read_whole_header
from viewer.model.errors import BrokenFileError, NoPictureError
from viewer.model.frame_place import Dimension, TilePlace
from viewer.model.messages import message
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.text import plain

_Value = TypeVar("_Value")

MAX_KEPT_FACTS = 64
MAX_PLACED_FRAMES = 50_000
_NO_PICTURE = frozenset(("1.2.840.10008.5.1.4.1.1.4.2", "1.2.840.10008.5.1.4.1.1.66"))  # spectra and raw data: they may tell a size
_PIXEL_DATA_PROVIDER, _ORGANIZATION_TYPE = 0x00287FE0, 0x00209311


def open_image(path: str, memory: HeaderMemory | None = None, room: Room | None = None) -> ImageFile:
    """Read all of the file at `path` but its pixels; `memory` makes the next ones of a series quicker. No file stays open.

    With `room` also the pixels may be read, into memory that it gives (`ImageFile.take_pixels`).

    Raises NotDicomError, BrokenFileError, NoPictureError, TooLargeError or MissingFileError with the sentence to show.
    """
    header = read_whole_header(path, memory, room)
    if not header.pixel_tag:
        raise _no_picture(header)
    try:
        image = ImageFile(header)
    except BrokenFileError as error:
        error.path = path
        raise
    if memory is not None and header.pixels is None:  # else it is as it was
        memory.tail = image.tail
    return image


def _no_picture(header: WholeHeader) -> NoPictureError | BrokenFileError:
    data_set = header.data_set
    if _PIXEL_DATA_PROVIDER in data_set:
        return NoPictureError(message("The pixels of this image are on a server (JPIP), not in the file."), path=header.path)
    if 0x00280010 in data_set and 0x00280011 in data_set and data_set.code(0x00080016) not in _NO_PICTURE:
        return BrokenFileError(message("The pixel data are missing: this is only the header of an image."), path=header.path)
    name = name_of(data_set.code(0x00080016))
    if not name:
        return NoPictureError(message("This object has no picture."), path=header.path)
    return NoPictureError(message("{name}: this object has no picture.", name=name), path=header.path)


def _in_common(header: WholeHeader, name: str, compute: Callable[[DataSet], _Value]) -> _Value:
    """What `compute` makes of the header, made once for a series where it can be."""
    return compute(header.data_set) if header.pattern is None else header.pattern.constant(name, compute, header.data_set)


class ImageFile:
    """Safe to use from several threads. Frame numbers start at 1."""

    def __init__(self, header: WholeHeader) -> None:
        self._header = header
        self.description = _in_common(header, DESCRIPTION, lambda top: describe_pixels(top, header.pixel_tag))
        self._places: PixelPlaces = find_places(header, self.description)
        self.number_of_frames = len(self._places)
        self._facts: dict[int, FrameFacts] = {}
        self._lock = threading.Lock()

    @property
    def path(self) -> str:
        return self._header.path

    @property
    def stamp(self) -> tuple[int, int]:
        """When the file was changed last in ns, and its size, as it was opened."""
        return self._header.stamp

    @property
    def tail(self) -> int:
        """Bytes of the pixels, where the file is a header and one frame as it lies in memory; else 0."""
        length = self._header.pixel_element.length
        if self.number_of_frames != 1 or self._header.pixel_element.offset + length != self._header.size:
            return 0
        request = self._places.request(1)
        return length if request.is_plain and request.nbytes == length else 0

    def take_pixels(self) -> NDArray[np.uint8] | None:
        """The pixels as the file has them, where they were read along: they are the caller's, and the next one gets none."""
        pixels, self._header.pixels = self._header.pixels, None
        return pixels

    def facts(self, frame_number: int) -> FrameFacts:
        """Everything about one frame but its pixels. Raises BrokenFileError when there is no such frame."""
        known = self._facts.get(frame_number)
        if known is not None:
            return known
        found = facts_of(self._header, self.description, self._attributes(frame_number), self.number_of_frames)
        if self._places.frame_time_ms is not None:
            found = replace(found, frame_time_ms=self._places.frame_time_ms)
        with self._lock:
            if len(self._facts) >= MAX_KEPT_FACTS:
                self._facts.clear()
            self._facts[frame_number] = found
        return found

    def dimensions(self) -> tuple[tuple[Dimension, ...], ...]:
        """What all frames differ in, frame by frame; () where the file does not say. Takes some 0.1 ms a frame."""
        if self.number_of_frames < 2 or self.number_of_frames > MAX_PLACED_FRAMES:
            return ()
        return all_dimensions([self._attributes(number) for number in range(1, self.number_of_frames + 1)])

    @property
    def is_tiled_full(self) -> bool:
        """Where tiles lie is told by counting."""
        return self._header.data_set.code(_ORGANIZATION_TYPE) == "TILED_FULL"

    def tiles(self) -> list[TilePlace | None]:
        """The place of each frame in the Total Pixel Matrix. Takes some 0.1 ms a frame."""
        return [tile_place(self._attributes(number), self.description) for number in range(1, self.number_of_frames + 1)]

    def decode_request(self, frame_number: int) -> DecodeRequest:
        """What a decoder needs for one frame. Raises BrokenFileError when there is no such frame."""
        self._check(frame_number)
        return self._places.request(frame_number)

    def finish(self, frame_number: int, decoded: DecodedPixels) -> PixelFrame:
        """The frame made of decoded pixels. Raises DecodeError or BrokenFileError."""
        facts, frame = self.facts(frame_number), self._attributes(frame_number)
        warnings = (*self._places.warnings, *decoded.warnings)
        has_planes = _in_common(self._header, "planes", has_overlay_planes)
        overlays = overlay_planes(frame, self.description, decoded.pixels) if has_planes else ()
        if facts.is_colour:
            palette = None
            if self.description.photometric_interpretation == "PALETTE COLOR":
                palette = palette_tables(frame, is_signed=self.description.is_signed)
            colour, more = colour_pixels(decoded, self.description, ColourFacts(palette, profile_of(frame)))
            warnings += more
            if self.description.unknown_colours:
                name = plain(self.description.unknown_colours, 16)
                warnings += (message("{name} is no colour model: red, green and blue are assumed.", name=name),)
            pixels: NDArray[np.generic] = colour.view()
        else:
            has_hidden_bits = has_planes and has_embedded_planes(frame.top)
            pixels = stored_values(decoded, self.description, has_hidden_bits=has_hidden_bits).view()
        if pixels.shape[:2] != (facts.rows, facts.columns):
            facts = replace(facts, rows=pixels.shape[0], columns=pixels.shape[1])
        pixels.flags.writeable = False
        return PixelFrame(facts, pixels, overlays, warnings)

    def _attributes(self, frame_number: int) -> FrameAttributes:
        self._check(frame_number)
        return frame_attributes(self._header.data_set, frame_number)

    def _check(self, frame_number: int) -> None:
        if not 1 <= frame_number <= self.number_of_frames:
            raise BrokenFileError(
                message("There is no frame {number}: the file has {count}.", number=frame_number, count=self.number_of_frames),
                path=self.path,
            )
