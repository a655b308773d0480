"""The decoding process: frames in, pixels out, nothing else. It may be killed at any moment.

Started as ``python -I -S`` with nothing but the folders it needs on its path; imports no Qt and no pydicom. A bundle starts itself
with ``--decode-worker`` instead (``app/main.py``). Its limits: address space, processor time for each frame, no core files; the
wall clock is the parent's. It ends when its parent does: the lifeline, a pipe on which nothing is ever written, breaks.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import select
import sys
import threading
from typing import TYPE_CHECKING, Any

from viewer.dicom.decode import MAX_FRAME_BYTES, DecodedPixels, DecodeRequest, decode
from viewer.dicom.transfer_syntaxes import is_video
from viewer.loading.decode_messages import (
    BEGUN,
    BEGUN_OFFSET,
    HEADER,
    OUT_OF_MEMORY,
    READY,
    STOP_AT,
    Slot,
    put_error,
    put_result,
    put_skipped,
)
from viewer.loading.shared_block import WorkerBlock
from viewer.model.errors import DecodeError, NegatoscopeError, TooLargeError, UnsupportedSyntaxError
from viewer.model.messages import message

if TYPE_CHECKING:
    from viewer.dicom.video import VideoSessions

NICENESS = 10  # the window comes first: steps of the wheel waited for a whole turn of a worker
WATCH_SECONDS = 0.05
CODECS = ("jpeg8_decode", "jpegls_decode", "jpeg2k_decode", "htj2k_decode", "packbits_decode")


def main(arguments: str) -> None:
    """Serve until the pipe is closed. `arguments` is a JSON object: block, lifeline, memory_bytes, cpu_seconds, watch_memory."""
    options: dict[str, Any] = json.loads(arguments)
    asked, answers = _own_pipes()
    _limit(options)
    _start_watch(options)
    block = WorkerBlock(int(options["block"]))
    _write(answers, READY)
    _import_codecs(asked)
    decoder = _Decoder()
    while header := _read_exactly(asked, HEADER.size):
        number, size, at, length, place = HEADER.unpack(header)
        try:
            view = block.at(place.rstrip(b"\0").decode(), size)
        except (OSError, MemoryError):  # over the limit of address space
            sys.exit(OUT_OF_MEMORY)
        frames: list[tuple[DecodeRequest, Slot]] = pickle.loads(view[at : at + length])
        for index, (request, slot) in enumerate(frames):
            if STOP_AT.unpack_from(view, 0)[0] >= number:
                _write(answers, put_skipped(index))
                continue
            BEGUN.pack_into(view, BEGUN_OFFSET, number, index)
            _allow_processor_time(float(options["cpu_seconds"]))
            _write(answers, _answer(decoder, index, request, slot, view))


class _Decoder:
    """Decodes frames; a video stays open from one to the next."""

    def __init__(self) -> None:
        self._videos: VideoSessions | None = None

    def decode(self, request: DecodeRequest) -> DecodedPixels:
        if not is_video(request.transfer_syntax_uid) or request.nbytes > MAX_FRAME_BYTES:
            return decode(request)
        if self._videos is None:
            from viewer.dicom.video import VideoSessions

            self._videos = VideoSessions()
        return self._videos.decode(request)


def _answer(decoder: _Decoder, index: int, request: DecodeRequest, slot: Slot, view: object) -> bytes:
    try:
        return put_result(index, decoder.decode(request), slot, view)
    except NegatoscopeError as error:
        return put_error(index, error)
    except ImportError:
        return put_error(
            index, UnsupportedSyntaxError(message("The library that decodes this image (imagecodecs) cannot be loaded."))
        )
    except MemoryError:
        return put_error(index, _no_memory())
    except Exception:  # this frame's answer, and the next one is tried
        return put_error(index, DecodeError(message("This frame is damaged: it cannot be decoded.")))


def _no_memory() -> TooLargeError:
    return TooLargeError(message("There is not enough memory to decode this frame."))


def _own_pipes() -> tuple[int, int]:
    """Keep the two pipes to ourselves: a codec that prints must not speak for us."""
    asked, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    if sys.platform == "win32":
        import msvcrt

        for pipe in (asked, answers):
            msvcrt.setmode(pipe, os.O_BINARY)
    return asked, answers


def _limit(options: dict[str, Any]) -> None:
    if hasattr(os, "nice"):  # not on Windows
        os.nice(NICENESS)
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    memory = int(options["memory_bytes"])
    if memory:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        with contextlib.suppress(ValueError, OSError):  # macOS knows the name and not the thing
            resource.setrlimit(resource.RLIMIT_AS, (memory, hard))


def _allow_processor_time(seconds: float) -> None:
    """So many seconds more; the kernel ends a worker that takes them all, even when no parent is left to do it."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    if hard == resource.RLIM_INFINITY or soft < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _start_watch(options: dict[str, Any]) -> None:
    """A thread that ends the process with its parent and, where the system does not bound its memory, when it grows too large.

    Codecs let other threads run, so it acts in the middle of a frame.
    """
    lifeline, memory = int(options["lifeline"]), int(options["watch_memory"])
    if lifeline < 0:
        return

    def watch() -> None:
        while True:
            broken, _, _ = select.select([lifeline], [], [], WATCH_SECONDS if memory else None)
            if broken:
                os._exit(0)
            if memory and _peak_bytes() > memory:
                os._exit(OUT_OF_MEMORY)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def _peak_bytes() -> int:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _import_codecs(asked: int) -> None:
    """While there is nothing else to do."""
    with contextlib.suppress(Exception):
        from viewer.loading.budget import keep_memory

        keep_memory()
        import imagecodecs

        for name in CODECS:
            if sys.platform != "win32" and select.select([asked], [], [], 0)[0]:
                return
            getattr(imagecodecs, name, None)


def _read_exactly(descriptor: int, length: int) -> bytes:
    """`length` bytes, or nothing at the end."""
    data = b""
    while len(data) < length:
        more = os.read(descriptor, length - len(data))
        if not more:
            return b""
        data += more
    return data


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
