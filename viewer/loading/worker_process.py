"""One decoding process as the program holds it: started, fed, watched, killed."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from viewer.dicom.decode import DecodedPixels, DecodeRequest
from viewer.loading.answer_pipe import answer_pipe
from viewer.loading.decode_messages import (
    BEGUN,
    BEGUN_OFFSET,
    HEADER,
    OUT_OF_MEMORY,
    READY,
    STOP_AT,
    BadAnswer,
    Slot,
    first_result_offset,
    slots_for,
    take_answer,
)
from viewer.loading.frame_memory import Allocate, plain
from viewer.loading.shared_block import IS_WINDOWS, PAGE, SharedBlock
from viewer.model.errors import DecodeError, NegatoscopeError, TooLargeError
from viewer.model.messages import message

START_SECONDS = 20.0  # a busy machine with a slow disk may need seconds for an interpreter and numpy
SLOW_START_SECONDS = 1.0
LOOK_SECONDS = 0.02
SLOW_SECONDS = 0.5
_START = "import sys; sys.path += {folders!r}; from viewer.loading.decode_worker import main; main({options!r})"

Answer = DecodedPixels | NegatoscopeError


class WorkerGone(Exception):  # noqa: N818  # an event, answered by a fresh worker
    """The process ended, or was ended. It was at frame `at` of its message and `reason` is what to say of that frame.

    `reason` is None when it ended before it was at any frame.
    """

    def __init__(self, at: int = 0, reason: NegatoscopeError | None = None) -> None:
        super().__init__(at, reason)
        self.at = at
        self.reason = reason


def _always() -> bool:
    return True


def _ignore(first: int) -> None:
    pass


class WorkerProcess:
    """Used by one thread at a time; only `kill` may come from another one. Raises OSError when no process can be started."""

    def __init__(self, memory_bytes: int, frame_seconds: float, allocate: Allocate = plain) -> None:
        self._allocate = allocate
        self._memory_bytes = memory_bytes
        self._frame_seconds = frame_seconds
        self._number = 0
        self.video = ""  # the file whose stream it has open
        self._ready = False
        self._block = SharedBlock("negatoscope-frames")
        life, self._lifeline = (-1, -1) if IS_WINDOWS else os.pipe()
        try:
            self.process = self._start(life)
        except BaseException:
            self._free()
            raise
        finally:
            if life >= 0:
                os.close(life)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._requests = self.process.stdin
        self._answers = answer_pipe(self.process.stdout)

    def _start(self, life: int) -> subprocess.Popen[bytes]:
        watched = sys.platform == "darwin"
        options = {
            "block": self._block.descriptor,
            "lifeline": life,
            "memory_bytes": 0 if watched else self._memory_bytes,
            "watch_memory": self._memory_bytes if watched else 0,
            "cpu_seconds": self._frame_seconds + 5,
        }
        return subprocess.Popen(
            _command(json.dumps(options)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            pass_fds=() if IS_WINDOWS else (self._block.descriptor, life),
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def run(
        self,
        requests: Sequence[DecodeRequest],
        deliver: Callable[[int, Answer], None],
        keep_going: Callable[[], bool] = _always,
        slow: Callable[[int], None] = _ignore,
    ) -> list[int]:
        """Decode `requests` in order; `deliver` gets each as it comes. Returns the numbers of those that were left out.

        Frames are left out after `keep_going` said no. `slow` is told the number of the frame that is taking long, once; the later
        ones are left out then. Raises WorkerGone.
        """
        try:
            self._await_ready(slow)
            slots = self._send(list(requests))
            left: list[int] = []
            for index, slot in enumerate(slots):
                if index and not keep_going():
                    self._stop()
                answer = self._await(index, slot, keep_going, slow)
                if answer is None:
                    left.append(index)
                else:
                    deliver(index, answer)
            return left
        except BaseException:  # the conversation cannot be taken up again
            self.kill()
            raise

    def kill(self) -> None:
        """End the process now. The thread that uses it gets WorkerGone."""
        self.process.kill()

    def close(self) -> None:
        """Kill it, wait for it, free everything."""
        self.kill()
        self.process.wait()
        self._answers.close()
        with contextlib.suppress(OSError):
            self._requests.close()
        self._free()

    def _free(self) -> None:
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        self._block.close()

    def _await_ready(self, slow: Callable[[int], None]) -> None:
        if self._ready:
            return
        try:
            line = self._answers.line(SLOW_START_SECONDS)
            if line is None:
                slow(0)
                line = self._answers.line(START_SECONDS)
        except EOFError:
            raise WorkerGone from None
        if line != READY.strip():
            raise WorkerGone
        self._ready = True

    def _send(self, requests: list[DecodeRequest]) -> list[Slot]:
        """Everything but a short header goes through the block: a worker that has stopped reading cannot hold us up."""
        self._number += 1
        guess = sum(200 + len(one.path) * 4 + 24 * len(one.segments) + len(one.data or b"") for one in requests)
        start = first_result_offset(512 + 2 * guess)
        slots, end = slots_for(requests, start)
        pickled = pickle.dumps(list(zip(requests, slots, strict=True)), pickle.HIGHEST_PROTOCOL)
        if PAGE + len(pickled) > start:
            raise DecodeError(message("This frame is damaged: it cannot be decoded."))
        self._block.resize(end)
        self._block.view[PAGE : PAGE + len(pickled)] = pickled
        header = HEADER.pack(self._number, self._block.size, PAGE, len(pickled), self._block.place.encode())
        try:
            os.write(self._requests.fileno(), header)
        except OSError:
            raise WorkerGone from None
        return slots

    def _await(self, index: int, slot: Slot, keep_going: Callable[[], bool], slow: Callable[[int], None]) -> Answer | None:
        begun, told = time.monotonic(), False
        while True:
            try:
                line = self._answers.line(LOOK_SECONDS)
                if line is not None:
                    return take_answer(line, index, slot, self._block.view, self._allocate)
            except (EOFError, BadAnswer):
                raise WorkerGone(index, self._obituary(index)) from None
            waited = time.monotonic() - begun
            if waited > self._frame_seconds:
                raise WorkerGone(index, _too_slow(self._frame_seconds) if self._has_begun(index) else None)
            if waited > SLOW_SECONDS and not told:
                told = True
                self._stop()
                slow(index)
            elif not keep_going():
                self._stop()

    def _stop(self) -> None:
        """Leave out the frames of this message that were not begun."""
        STOP_AT.pack_into(self._block.view, 0, self._number)

    def _has_begun(self, index: int) -> bool:
        return BEGUN.unpack_from(self._block.view, BEGUN_OFFSET) == (self._number, index)

    def _obituary(self, index: int) -> NegatoscopeError | None:
        """What to say of the frame that the process died of; None when it had not begun it."""
        self.kill()  # if it still lives, it has spoken nonsense
        code = self.process.wait()
        if code != OUT_OF_MEMORY and not self._has_begun(index):
            return None
        if code == OUT_OF_MEMORY:
            return TooLargeError(message("Decoding this frame takes more memory than the limit allows."))
        if code == -int(getattr(signal, "SIGXCPU", 0) or 1000):
            return _too_slow(self._frame_seconds)
        return DecodeError(message("The decoder broke down on this frame ({cause}).", cause=_cause(code)))


def _too_slow(seconds: float) -> DecodeError:
    return DecodeError(message("Decoding this frame took longer than {seconds:g} s and was stopped.", seconds=seconds))


def _cause(code: int) -> str:
    """SIGSEGV, or the exit code."""
    if code >= 0:
        return str(code)
    try:
        return signal.Signals(-code).name
    except ValueError:
        return str(code)


def _command(options: str) -> list[str]:
    """An interpreter with only the standard library and the folders of the packages that decode; a bundle starts itself.

    ``-S`` leaves out site-packages with all that may stand in it, ``-I`` the environment and the current folder.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, "--decode-worker", options]
    return [sys.executable, "-I", "-S", "-c", _START.format(folders=_folders(), options=options)]


def _folders() -> list[str]:
    folders: dict[str, None] = {}
    for package in ("viewer", "numpy", "imagecodecs", "cv2"):
        found = importlib.util.find_spec(package)
        if found is not None and found.origin:
            folders[str(Path(found.origin).resolve().parent.parent)] = None
    return list(folders)
