"""Worker processes that decode what native code must read. A process that dies or stalls costs one frame and is replaced."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence

from viewer.dicom.decode import MAX_FRAME_BYTES, DecodedPixels, DecodeRequest, decode
from viewer.dicom.transfer_syntaxes import is_video
from viewer.loading.frame_memory import Allocate, plain
from viewer.loading.worker_process import Answer, WorkerGone, WorkerProcess
from viewer.model.errors import DecodeError, NegatoscopeError
from viewer.model.messages import message

log = logging.getLogger(__name__)

CORES = max(2, min(os.cpu_count() or 2, 8))
MEMORY_BYTES = 4 * 1024**3  # address space of one worker, libraries included
FRAME_SECONDS = 15.0
CLOSING_SECONDS = 0.5


class DecodePool:
    """Up to `size` processes, started when they are needed (about 0.1 s each) or ahead by `warm_up`.

    Safe to use from any thread. `memory_bytes` bounds each process, `frame_seconds` the wall clock of each frame.
    `allocate` gives the memory of the pixels.
    """

    def __init__(
        self,
        size: int = CORES + 1,
        *,
        memory_bytes: int = MEMORY_BYTES,
        frame_seconds: float = FRAME_SECONDS,
        allocate: Allocate = plain,
    ) -> None:
        self._size = size
        self._allocate = allocate
        self._memory_bytes = memory_bytes
        self._frame_seconds = frame_seconds
        self._changed = threading.Condition()
        self._idle: list[WorkerProcess] = []
        self._busy: set[WorkerProcess] = set()
        self._starting = 0
        self._opening: set[str] = set()  # videos for which a process is being started
        self._warming: threading.Thread | None = None
        self._closed = False

    @property
    def processes(self) -> list[int]:
        """Process ids, for tests and the curious."""
        with self._changed:
            return [worker.process.pid for worker in (*self._idle, *self._busy)]

    def warm_up(self, number: int = CORES) -> None:
        """Start processes in the background so that there are `number`. Returns at once; the first call counts."""
        with self._changed:
            if self._closed or self._warming is not None:
                return
            self._warming = threading.Thread(target=self._warm, args=(min(number, self._size),), name="decoders", daemon=True)
            self._warming.start()

    def decode(self, request: DecodeRequest) -> DecodedPixels:
        """Decode one frame and wait for it. Native frames are read at once. Raises NegatoscopeErrors."""
        if not request.needs_worker:
            return decode(request)
        answers: list[Answer] = []
        self.decode_many([request], lambda _, answer: answers.append(answer))
        answer = answers[0]
        if isinstance(answer, NegatoscopeError):
            raise answer
        return answer

    def decode_many(
        self,
        requests: Sequence[DecodeRequest],
        deliver: Callable[[int, Answer], None],
        keep_going: Callable[[], bool] = lambda: True,
        slow: Callable[[int], None] = lambda at: None,
    ) -> list[int]:
        """Decode `requests` in one process, in order. `deliver` gets each number and its answer on this thread.

        Returns the numbers left out because `keep_going` said no or a frame was slow (`slow` is told which). Raises DecodeError
        when the pool is closed.
        """
        for number, request in enumerate(requests):
            if request.nbytes > MAX_FRAME_BYTES:  # no memory is shared out for what is refused anyway
                deliver(number, _refusal(request))
        batch = _Batch(requests, deliver, keep_going, slow)
        video = requests[0].path if requests and is_video(requests[0].transfer_syntax_uid) else ""
        while batch.todo:
            worker = self._take(video)
            try:
                batch.run_on(worker)
            except WorkerGone as gone:
                self._bury(worker)
                self._raise_if_closed()
                batch.go_on_after(gone)
            except BaseException:
                self._bury(worker)
                raise
            else:
                self._give_back(worker)
        return batch.left

    def close(self) -> None:
        """Kill all processes. Threads that wait for one get DecodeError."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            for worker in self._busy:
                worker.kill()
            self._changed.notify_all()
        for worker in idle:
            worker.close()
        if self._warming is not None:
            self._warming.join(CLOSING_SECONDS)
        with self._changed:
            self._changed.wait_for(lambda: not self._busy and not self._starting, CLOSING_SECONDS)

    # Within

    def _warm(self, number: int) -> None:
        while True:
            with self._changed:
                if self._closed or len(self._idle) + len(self._busy) + self._starting >= number:
                    return
                self._starting += 1
            try:
                self._give_back(self._start())
            except NegatoscopeError:
                return

    def _take(self, video: str) -> WorkerProcess:
        """A process that is free. All frames of one `video` go to the same one, which has its stream open."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._can_take(video))
                self._raise_if_closed()
                worker = self._pop_idle(video)
                if worker is None:
                    self._starting += 1
                    if video:
                        self._opening.add(video)
                else:
                    self._busy.add(worker)
                    worker.video = video or worker.video
            if worker is None:
                return self._start(video)
            if worker.is_alive:
                return worker
            self._bury(worker)

    def _can_take(self, video: str) -> bool:
        if video and (video in self._opening or any(worker.video == video for worker in self._busy)):
            return self._closed
        return self._closed or bool(self._idle) or len(self._busy) + self._starting < self._size

    def _pop_idle(self, video: str) -> WorkerProcess | None:
        """The process that has `video` open; for others rather one that has none."""
        if not self._idle:
            return None
        chosen = next((worker for worker in reversed(self._idle) if worker.video == video), self._idle[-1])
        self._idle.remove(chosen)
        return chosen

    def _start(self, video: str = "") -> WorkerProcess:
        """A new process, counted as busy. `_starting` was raised for it before."""
        worker: WorkerProcess | None = None
        try:
            worker = WorkerProcess(self._memory_bytes, self._frame_seconds, self._allocate)
        except OSError as error:
            raise _cannot_start() from error
        finally:
            with self._changed:
                self._starting -= 1
                self._opening.discard(video)
                if worker is not None:
                    worker.video = video
                    self._busy.add(worker)
                self._changed.notify_all()
        return worker

    def _give_back(self, worker: WorkerProcess) -> None:
        with self._changed:
            if not self._closed:
                self._busy.discard(worker)
                self._idle.append(worker)
                self._changed.notify_all()  # some may wait for the process of one video
                return
        self._bury(worker)

    def _bury(self, worker: WorkerProcess) -> None:
        worker.close()
        with self._changed:
            self._busy.discard(worker)
            self._changed.notify_all()

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise DecodeError(message("The program is being closed."))


class _Batch:
    """Frames on their way through one process, or through a second one when the first is lost."""

    def __init__(
        self,
        requests: Sequence[DecodeRequest],
        deliver: Callable[[int, Answer], None],
        keep_going: Callable[[], bool],
        slow: Callable[[int], None],
    ) -> None:
        self.todo = [number for number, request in enumerate(requests) if request.nbytes <= MAX_FRAME_BYTES]
        self.left: list[int] = []
        self._requests = requests
        self._deliver = deliver
        self._keep_going = keep_going
        self._slow = slow
        self._delivered: set[int] = set()
        self._failures = 0

    def run_on(self, worker: WorkerProcess) -> None:
        numbers = list(self.todo)

        def hand_on(at: int, answer: Answer) -> None:
            self._delivered.add(numbers[at])
            self._deliver(numbers[at], answer)

        requests = [self._requests[number] for number in numbers]
        skipped = worker.run(requests, hand_on, self._keep_going, lambda at: self._slow(numbers[at]))
        self.left += [numbers[at] for at in skipped]
        self.todo = []

    def go_on_after(self, gone: WorkerGone) -> None:
        """Charge the loss to the frame in work; a process that was lost before any frame is tried once more."""
        self.left += [number for number in self.todo[: gone.at] if number not in self._delivered]
        self.todo = self.todo[gone.at :]
        if gone.reason is not None:
            log.warning("a decoding process was lost: %s", gone.reason)
            self._failures = 0
            self._deliver(self.todo.pop(0), gone.reason)
        else:
            self._failures += 1
        if self._failures > 1:
            while self.todo:
                self._deliver(self.todo.pop(0), _cannot_start())
        elif not self._keep_going():
            self.left += self.todo
            self.todo = []


def _refusal(request: DecodeRequest) -> Answer:
    try:
        return decode(request)
    except NegatoscopeError as error:
        return error


def _cannot_start() -> DecodeError:
    return DecodeError(message("The process that decodes compressed images cannot be started."))
