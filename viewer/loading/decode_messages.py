"""What the program and a decoding process say to each other.

The program trusts itself and sends pickles, through the shared block. A worker that a stranger's bytes went through is not trusted:
it answers in JSON, one line a frame, and every number in it is checked before it is used.
"""

from __future__ import annotations

import json
import struct

import numpy as np

from viewer.dicom.decode import DecodedPixels, DecodeRequest
from viewer.loading.frame_memory import Allocate, plain
from viewer.loading.shared_block import PAGE, rounded_up
from viewer.model.errors import DecodeError, MissingFileError, NegatoscopeError, TooLargeError, UnsupportedSyntaxError
from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message, message

HEADER = struct.Struct("<QQQQ64s")  # number of the message, size of the block, place and length of the pickle, name of the block
STOP_AT = struct.Struct("<Q")  # at the start of the block: messages up to this number are not wanted any more
BEGUN = struct.Struct("<QQ")  # behind it, from the worker: the message and the frame it began last
BEGUN_OFFSET = 8
READY = b'{"ready": 1}\n'
OUT_OF_MEMORY = 77  # exit code of a worker that found itself too large
_ERRORS: dict[str, type[NegatoscopeError]] = {
    kind.__name__: kind for kind in (DecodeError, MissingFileError, TooLargeError, UnsupportedSyntaxError)
}


class BadAnswer(Exception):  # noqa: N818  # never shown
    """A worker said something that it cannot have meant."""


@frozen
class Slot:
    """Where in the shared block the pixels of one frame go."""

    offset: int
    capacity: int


def slots_for(requests: list[DecodeRequest], start: int) -> tuple[list[Slot], int]:
    """A slot for each request from `start`, and the end of the last. A codec may give more bits than the data set allots."""
    slots, at = [], rounded_up(start)
    for request in requests:
        pixels = max(1, request.rows * request.columns * request.samples_per_pixel)
        slot = Slot(at, rounded_up(pixels * max(2, request.bits_allocated // 8)))
        slots.append(slot)
        at += slot.capacity
    return slots, at


def put_result(index: int, decoded: DecodedPixels, slot: Slot, block: object) -> bytes:
    """Put the pixels into their slot; the line that says so."""
    pixels = decoded.pixels
    if pixels.nbytes > slot.capacity:
        raise TooLargeError(message("The decoded frame is larger than its header says."))
    target = np.frombuffer(block, np.uint8, pixels.nbytes, slot.offset).view(pixels.dtype).reshape(pixels.shape)  # type: ignore[call-overload]
    np.copyto(target, pixels)
    answer = {
        "i": index,
        "dtype": pixels.dtype.str,
        "shape": pixels.shape,
        "photometric": decoded.photometric_interpretation,
        "bits": decoded.bits,
        "warnings": [_sentence(one) for one in decoded.warnings],
    }
    return _line(answer)


def put_error(index: int, error: NegatoscopeError) -> bytes:
    kind = next((name for name, known in _ERRORS.items() if type(error) is known), "DecodeError")
    return _line(
        {"i": index, "error": kind, "reason": _sentence(error.reason), "advice": _sentence(error.advice), "path": error.path}
    )


def put_skipped(index: int) -> bytes:
    return _line({"i": index, "skipped": True})


def take_answer(
    line: bytes, index: int, slot: Slot, block: object, allocate: Allocate = plain
) -> DecodedPixels | NegatoscopeError | None:
    """What the worker says of frame `index`: its pixels (copied out of the block), why not, or None when it was left out."""
    try:
        answer = json.loads(line)
        if answer["i"] != index:
            raise BadAnswer
        if answer.get("skipped"):
            return None
        if "error" in answer:
            kind = _ERRORS[answer["error"]]
            return kind(_message(answer["reason"]), path=str(answer["path"]), advice=_message(answer["advice"]))
        return _pixels(answer, slot, block, allocate)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadAnswer from error


def _pixels(answer: dict[str, object], slot: Slot, block: object, allocate: Allocate) -> DecodedPixels:
    dtype, shape = np.dtype(str(answer["dtype"])), answer["shape"]
    if dtype.kind not in "buif" or not isinstance(shape, list) or not 2 <= len(shape) <= 3:
        raise BadAnswer
    if not all(isinstance(side, int) and 0 <= side <= 1 << 31 for side in shape):
        raise BadAnswer
    count = 1
    for side in shape:
        count *= side
    if count * dtype.itemsize > slot.capacity:
        raise BadAnswer
    found = np.frombuffer(block, dtype, count, slot.offset).reshape(shape)  # type: ignore[call-overload]
    warnings = answer["warnings"]
    if not isinstance(warnings, list):
        raise BadAnswer
    bits = answer["bits"]
    if not isinstance(bits, int):
        raise BadAnswer
    pixels = allocate(found.nbytes).view(dtype).reshape(found.shape)
    np.copyto(pixels, found)
    return DecodedPixels(pixels, str(answer["photometric"]), tuple(_message(one) for one in warnings), bits)


def _sentence(text: Message) -> list[object]:
    return [text.source, {name: value if isinstance(value, (int, float)) else str(value) for name, value in text.values}]


def _message(sentence: object) -> Message:
    """A sentence from a worker. One that cannot be formed is taken as it stands."""
    if not isinstance(sentence, list) or len(sentence) != 2 or not isinstance(sentence[1], dict):
        raise BadAnswer
    source, values = str(sentence[0]), sentence[1]
    if not source:
        return NO_MESSAGE
    made = Message(source, tuple(sorted(values.items())))
    try:
        str(made)
    except (KeyError, IndexError, ValueError, AttributeError):
        return Message("{text}", (("text", source),))
    return made


def _line(answer: dict[str, object]) -> bytes:
    return json.dumps(answer).encode() + b"\n"


def first_result_offset(pickle_length: int) -> int:
    """The block holds the stop number in its first page, then the pickle, then the results."""
    return rounded_up(PAGE + pickle_length)
