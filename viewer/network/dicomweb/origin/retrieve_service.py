"""Retrieve as provider: instances, metadata, frames, rendered pictures and bulk data (PS3.18 10.4, 9)."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Protocol

from viewer.dicom.dicom_json import bulk_pieces, dicom_json
from viewer.dicom.image_file import open_image
from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_LITTLE_ENDIAN
from viewer.model.errors import MissingFileError, NegatoscopeError, NoPictureError, UnsupportedSyntaxError
from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.network.dicomweb.media_types import DICOM, DICOM_JSON, JSON, MULTIPART, OCTETS, MediaType
from viewer.network.dicomweb.multipart import multipart_end, part_head
from viewer.network.dicomweb.origin.frame_parts import frame_part
from viewer.network.dicomweb.origin.http_message import RefusalError, WebReply, WebRequest, chosen_type
from viewer.network.instance_store import ReceivedInstance, file_head
from viewer.network.reencode import Decode, reencoded
from viewer.network.storage_item import UNCOMPRESSED, StorageItem

_BLOCK = 256 * 1024
PICTURES = ("image/jpeg", "image/png")
_MOST_FRAMES = 10_000
_GONE = message("The file is not there any more.")


@frozen
class PictureWish:
    """How a frame is to be drawn. `window` is (center, width) after the Modality LUT; `viewport` (width, height) in pixels."""

    frame: int = 1
    media_type: str = "image/jpeg"
    window: tuple[float, float] | None = None
    viewport: tuple[int, int] | None = None
    quality: int = 90
    overlays: bool = False


class Pictures(Protocol):
    """Who draws. Raises NegatoscopeError."""

    def picture(self, path: str, wish: PictureWish) -> bytes:
        """The frame of the file as a PNG or JPEG file, drawn as the canvas draws it."""


Finished = Callable[[list[StorageItem]], None]


def instances(items: Sequence[StorageItem], request: WebRequest, decode: Decode, finished: Finished) -> WebReply:
    """Whole instances as parts, each as it is stored or, when the caller wants no other, uncompressed.

    `finished` is told at the end, early or not, which went out.
    """
    accept = request.accept
    as_stored = _takes_as_stored(accept)
    if len(items) == 1 and accept and accept[0].name == DICOM:
        item = items[0]
        head, size, data = _file(item, as_stored, decode)
        return WebReply(200, DICOM, _counted(chain((head,), data), item, finished), {"Content-Length": str(len(head) + size)})
    chosen_type(accept, DICOM)
    boundary = uuid.uuid4().hex

    def pieces() -> Iterator[bytes]:
        sent: list[StorageItem] = []
        try:
            for item in items:
                try:
                    head, size, data = _file(item, as_stored, decode)
                except NegatoscopeError:
                    continue  # its file is gone or unreadable; the caller compares with what a search says
                yield part_head(boundary, DICOM, len(head) + size, is_first=not sent) + head
                yield from data
                sent.append(item)
            yield multipart_end(boundary)
        finally:
            finished(sent)

    return WebReply(200, f'{MULTIPART}; type="{DICOM}"; boundary={boundary}', pieces())


def _takes_as_stored(accept: Sequence[MediaType]) -> Callable[[str], bool]:
    """Whether a transfer syntax suits: "*" takes all, none named is Explicit VR Little Endian (PS3.18 8.7.3.5.2)."""
    wanted: set[str] = set()
    for kind in accept:
        syntax = kind.parameters.get("transfer-syntax", "")
        if kind.name in (DICOM, MULTIPART) and kind.parameters.get("type", DICOM) == DICOM:
            wanted.add(syntax or EXPLICIT_VR_LITTLE_ENDIAN)
    if not wanted:
        wanted = {EXPLICIT_VR_LITTLE_ENDIAN}
    return lambda uid: "*" in wanted or uid in wanted


def _file(item: StorageItem, as_stored: Callable[[str], bool], decode: Decode) -> tuple[bytes, int, Iterator[bytes]]:
    """(head, size of the data set, data set). Raises NegatoscopeError when the file cannot be given."""
    syntax = item.transfer_syntax_uid
    if not item.path:
        raise MissingFileError(_GONE)
    if not as_stored(syntax):
        try:
            data = reencoded(item, EXPLICIT_VR_LITTLE_ENDIAN, decode)
            return _head(item, EXPLICIT_VR_LITTLE_ENDIAN), len(data), iter((data,))
        except NegatoscopeError:
            if syntax in UNCOMPRESSED:
                raise
            # a video, or what no codec reads: better in its own syntax than not at all
    try:
        size = os.stat(item.path).st_size - item.offset
    except OSError as error:
        raise MissingFileError(_GONE, path=item.path) from error
    return _head(item, syntax), size, _data_set(item, size)


def _head(item: StorageItem, syntax: str) -> bytes:
    return file_head(ReceivedInstance(item.sop_class_uid, item.sop_instance_uid, syntax))


def _data_set(item: StorageItem, size: int) -> Iterator[bytes]:
    """Raises OSError; then the connection is cut, so that the caller sees that something is missing."""
    left = size
    with open(item.path, "rb", buffering=0) as stream:
        stream.seek(item.offset)
        while left:
            block = stream.read(min(left, _BLOCK))
            if not block:
                raise OSError("the file has become shorter")
            left -= len(block)
            yield block


def _counted(pieces: Iterator[bytes], item: StorageItem, finished: Finished) -> Iterator[bytes]:
    yield from pieces
    finished([item])


def metadata(items: Sequence[StorageItem], request: WebRequest) -> WebReply:
    """Every attribute of each instance as DICOM JSON; what is large is named by a URI of ours."""
    chosen_type(request.accept, DICOM_JSON, JSON)

    def pieces() -> Iterator[bytes]:
        separator = b"["
        for item in items:
            root = f"{request.root}/{_path_of(item)}/bulkdata"
            try:
                document, _ = dicom_json(item.path, bulk_root=root)
                whole = "".join(document)
            except (NegatoscopeError, OSError):
                continue
            yield separator + whole.encode()
            separator = b","
        yield b"]" if separator == b"," else b"[]"

    return WebReply(200, DICOM_JSON, pieces())


def _path_of(item: StorageItem) -> str:
    return f"studies/{item.study_instance_uid}/series/{item.series_instance_uid}/instances/{item.sop_instance_uid}"


def frames(item: StorageItem, numbers: str, request: WebRequest, decode: Decode) -> WebReply:
    """Frames as they are stored or, when the caller wants no other, as native pixels. Raises RefusalError."""
    wanted = _numbers(numbers)
    with answered():
        image = open_image(item.path)
        if not all(1 <= number <= image.number_of_frames for number in wanted):
            raise RefusalError(404, f"The instance has {image.number_of_frames} frames.")
        first = frame_part(image, wanted[0], request.accept, decode)
    if first is None:
        raise RefusalError(406, "The frames cannot be given in a form that is asked for.")
    if request.accept and request.accept[0].name == OCTETS and len(wanted) == 1:
        return WebReply(200, first.content_type, first.content)
    boundary = uuid.uuid4().hex

    def pieces() -> Iterator[bytes]:
        for number in wanted:
            part = first if number == wanted[0] else frame_part(image, number, request.accept, decode)
            if part is None:
                raise OSError("a frame is not like the first")
            yield part_head(boundary, part.content_type, len(part.content), is_first=number == wanted[0]) + part.content
        yield multipart_end(boundary)

    return WebReply(200, f'{MULTIPART}; type="{first.content_type.partition(";")[0]}"; boundary={boundary}', pieces())


def _numbers(text: str) -> list[int]:
    parts = text.split(",")
    if len(parts) > _MOST_FRAMES or not all(part.isascii() and part.isdigit() and len(part) < 9 for part in parts):
        raise RefusalError(400, "Frames are numbers from 1, with commas between.")
    numbers = [int(part) for part in parts]
    if 0 in numbers:
        raise RefusalError(400, "Frames are numbers from 1, with commas between.")
    return numbers


def rendered(item: StorageItem, frame: int, request: WebRequest, pictures: Pictures) -> WebReply:
    """A picture of one frame. Raises RefusalError."""
    wish = PictureWish(
        frame, chosen_type(request.accept, *PICTURES), _window(request), _viewport(request), _quality(request),
        overlays="image-annotation" in request.value("annotation"),
    )  # fmt: skip
    return picture_reply(item, wish, pictures)


def picture_reply(item: StorageItem, wish: PictureWish, pictures: Pictures) -> WebReply:
    """Raises RefusalError."""
    with answered():
        return WebReply(200, wish.media_type, pictures.picture(item.path, wish))


def _window(request: WebRequest) -> tuple[float, float] | None:
    parts = request.value("window").split(",")
    if parts == [""]:
        return None
    try:
        center, width = float(parts[0]), float(parts[1])
    except (ValueError, IndexError) as error:
        raise RefusalError(400, "window is CENTER,WIDTH,FUNCTION.") from error
    if not width > 0 or not abs(center) < 1e9 or width > 1e9 or (len(parts) > 2 and parts[2].lower() not in ("linear", "")):
        raise RefusalError(400, "window is CENTER,WIDTH,linear.")
    return center, width


def _viewport(request: WebRequest) -> tuple[int, int] | None:
    text = request.value("viewport")
    if not text:
        return None
    parts = text.split(",")
    if len(parts) < 2 or not all(part.isascii() and part.isdigit() and 0 < int(part) <= 8192 for part in parts[:2]):
        raise RefusalError(400, "viewport is WIDTH,HEIGHT, each at most 8192.")
    return int(parts[0]), int(parts[1])


def _quality(request: WebRequest) -> int:
    text = request.value("quality")
    return min(max(int(text), 1), 100) if text.isascii() and text.isdigit() and len(text) < 4 else 90


def bulk_data(item: StorageItem, request: WebRequest) -> WebReply:
    """What a BulkDataURI of `metadata` names. Raises RefusalError."""
    chosen_type(request.accept, OCTETS)
    texts = request.value("offset"), request.value("length")
    if not all(text.isascii() and text.isdigit() and len(text) < 16 for text in texts):
        raise RefusalError(400, "The address of the bulk data is malformed.")
    offset, length = map(int, texts)
    with answered():
        content = bulk_pieces(item.path, offset, length, inflated=request.value("inflated") == "true")
    if request.accept[0].name == OCTETS:
        return WebReply(200, OCTETS, content, {"Content-Length": str(length)})
    boundary = uuid.uuid4().hex
    body = chain((part_head(boundary, OCTETS, length, is_first=True),), content, (multipart_end(boundary),))
    return WebReply(200, f'{MULTIPART}; type="{OCTETS}"; boundary={boundary}', body)


@contextmanager
def answered() -> Iterator[None]:
    """What is wrong with a file becomes an answer about it."""
    try:
        yield
    except MissingFileError as error:
        raise RefusalError(410, str(error.reason)) from error
    except (NoPictureError, UnsupportedSyntaxError) as error:
        raise RefusalError(406, str(error.reason)) from error
    except NegatoscopeError as error:
        raise RefusalError(500, str(error.reason)) from error
