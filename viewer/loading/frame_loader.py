"""Frames in the background: from the cache, else read and decoded by the next free thread, most urgent and newest first.

Uncompressed frames are read on the loader's own threads; compressed ones are decoded by worker processes (`decode_pool`), several
at a time where nobody waits for them. The caller's thread never reads a file.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from viewer.dicom.decode import DecodedPixels, DecodeRequest, decode
from viewer.loading.cache import FrameCache
from viewer.loading.decode_pool import CORES, DecodePool
from viewer.loading.frame_memory import FrameMemory
from viewer.loading.jobs import FrameJob, Waiter
from viewer.loading.lanes import SPARE_THREADS, LaneQueue
from viewer.loading.native_frames import read_native
from viewer.loading.open_files import ImageOpener, ImageSource, OpenFiles, OpenImage
from viewer.loading.pace import DrivePace, Pace
from viewer.loading.preview import Preview, make_preview
from viewer.loading.worker_process import Answer
from viewer.model.errors import MissingFileError, NegatoscopeError, Problem, ProblemKind
from viewer.model.frozen import frozen
from viewer.model.hierarchy import FrameRef
from viewer.model.messages import message
from viewer.model.pixels import PixelFrame
from viewer.model.requests import FrameResult, Lane
from viewer.model.uids import is_usable_uid

log = logging.getLogger(__name__)

CLOSING_SECONDS = 0.5
MORE_READERS = 4  # on a drive that is slow to answer
PREPARE_SECONDS = 0.001  # for looking at the files of one message; the next ones are looked at while it is decoded
AHEAD_SECONDS = 0.005  # for looking at the next files while decoded frames wait to be handed out
PREVIEW_SECONDS = 0.05  # a frame that takes longer is shown coarsely first


@frozen
class _Compressed:
    """A frame ready for a worker process, or the preview of one. `age`: `FrameLoader._age` before its file was looked at."""

    job: FrameJob
    image: ImageSource
    request: DecodeRequest
    age: int
    preview: Preview | None = None


class FrameLoader:
    """Implements ``workspace.services.Frames``. `locate` gives the path of a frame's file and is called on loader threads.

    With `previews`, whoever asks on the Interaction lane may be answered twice: first with a frame that `is_preview`. `give_way` is
    called before each frame that nobody waits for.
    """

    def __init__(
        self,
        locate: Callable[[FrameRef], str | None],
        budget_bytes: int,
        *,
        open_image: OpenImage | None = None,
        cores: int = CORES,
        pool: DecodePool | None = None,
        previews: bool = False,
        give_way: Callable[[], None] = lambda: None,
    ) -> None:
        self._give_way = give_way
        self._locate = locate
        self._cache = FrameCache(budget_bytes)
        self._memory = FrameMemory(budget_bytes, lambda: self._cache.nbytes)
        self._files = OpenFiles(open_image or ImageOpener(self._memory.allocate))
        self._queue = LaneQueue(cores, self._need_not_be_prefetched)
        self._pool = pool or DecodePool(cores + 1 + SPARE_THREADS, allocate=self._memory.allocate)
        self._pace, self._drive = Pace(), DrivePace()
        self._previews = previews
        self._failed: dict[FrameRef, None] = {}
        self._age = 0  # how often all was forgotten
        self._settling = threading.Lock()  # outermost: what was read before `forget` must not become the answer after it
        self._threads: list[threading.Thread] = []
        self._number_of_threads = self._usual_threads = cores + 1 + SPARE_THREADS
        self._starting = threading.Lock()

    # What the window calls

    def cached(self, ref: FrameRef) -> PixelFrame | None:
        return self._cache.get(ref)

    def request(
        self, ref: FrameRef, done: Callable[[FrameResult], None], *, lane: Lane = Lane.INTERACTION, generation: int = 0
    ) -> None:
        """Bring `ref`; `done` runs on a loader thread (on the caller's only when the loader is closed)."""
        if not self._queue.submit(ref, lane, Waiter(done, generation, looks=lane is Lane.INTERACTION)):
            done(FrameResult(ref, generation, None, _closing()))
            return
        self._start_threads()

    def prefetch(self, owner: object, refs: Sequence[FrameRef]) -> None:
        self._queue.plan(owner, refs)
        if refs:
            self._start_threads()

    def loaded(self, refs: Sequence[FrameRef]) -> bytes:
        return self._cache.loaded(refs)

    # For the rest of the program

    @property
    def cache(self) -> FrameCache:
        return self._cache

    @property
    def pool(self) -> DecodePool:
        return self._pool

    def decode(self, request: DecodeRequest) -> DecodedPixels:
        """Decode at once, on the caller's thread, with the same isolation. Raises NegatoscopeErrors."""
        return self._pool.decode(request)

    def set_budget(self, budget_bytes: int) -> None:
        """Change how much the cache may hold; a smaller budget is kept at once."""
        self._cache.set_budget(budget_bytes)
        self._memory.set_budget(budget_bytes)

    def forget(self) -> None:
        """Read everything anew, also what is on its way: what a FrameRef names may be another image now."""
        with self._settling:
            self._age += 1
            self._cache.clear()
            self._files.clear()
            self._failed.clear()

    def warm_up(self) -> None:
        """Start the decoding processes in the background; the first compressed frame does it otherwise."""
        self._pool.warm_up()

    def close(self) -> None:
        """Drop all work and end the threads; one that hangs in a slow drive is left to end with the program."""
        for ref, waiter in self._queue.close():
            _answer(waiter, FrameResult(ref, waiter.generation, None, _closing()))
        self._pool.close()
        due = time.monotonic() + CLOSING_SECONDS
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, due - time.monotonic()))
        self._files.clear()
        self._cache.clear()
        self._memory.release()

    # The loader's threads

    def _start_threads(self) -> None:
        if len(self._threads) == self._number_of_threads:
            return
        with self._starting:
            while len(self._threads) < self._number_of_threads:
                thread = threading.Thread(target=self._work, name=f"frames-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()

    def _work(self) -> None:
        while (taken := self._queue.take()) is not None:
            lane, job = taken
            if lane is not Lane.INTERACTION:
                self._give_way()
            lent = False
            try:
                lent = self._load(lane, job)
            finally:
                self._queue.done(lane, lent=lent)

    def _load(self, lane: Lane, job: FrameJob) -> bool:
        """Load one frame, and further ones of the same lane along with it where that pays. True when the place was lent."""
        first = self._read_or_prepare(job)
        if first is None:
            return False
        self._pool.warm_up()
        batch = [first]
        if lane is Lane.INTERACTION:
            batch = [*self._preview_of(first), first]
        else:
            batch += self._further(lane, self._pace.frames_for(first.request) - 1)
        return self._decode_batch(lane, batch)

    def _further(self, lane: Lane, number: int) -> list[_Compressed]:
        """Frames to decode along with the first one. The process that will do so is idle meanwhile: what takes long goes back."""
        jobs, due = self._queue.take_more(lane, number), time.monotonic() + PREPARE_SECONDS
        found: list[_Compressed] = []
        for place, job in enumerate(jobs):
            if time.monotonic() > due:
                self._queue.put_back(jobs[place:])
                break
            one = self._read_or_prepare(job)
            if one is not None:
                found.append(one)
        return found

    def _read_or_prepare(self, job: FrameJob) -> _Compressed | None:
        """Do all of a frame that needs no worker process (or fails); else what there is to decode."""
        age = self._age
        kept = self._cache.get(job.ref)
        if kept is not None:
            self._deliver(job, kept, age)
            return None
        try:
            began, worked = time.monotonic(), time.thread_time()
            image, request = self._prepare(job.ref)
            decoded = None if request.needs_worker else self._read(image, request)
            self._learn_drive(time.monotonic() - began - (time.thread_time() - worked), request.nbytes if decoded else 0)
            if decoded is None:
                return _Compressed(job, image, request, age)
            self._finish(job, image, decoded, age)
        except Exception as error:  # whatever a stranger's file provokes is that frame's answer
            self._fail(job, error, age)
        return None

    def _read(self, image: ImageSource, request: DecodeRequest) -> DecodedPixels:
        return read_native(request, self._memory.allocate, image.take_pixels()) or decode(request)

    def _learn_drive(self, waited: float, nbytes: int) -> None:
        if self._drive.learn(waited, nbytes):
            more = MORE_READERS if self._drive.is_slow else 0
            self._number_of_threads = max(self._number_of_threads, self._usual_threads + more)
            self._start_threads()
            self._queue.widen(more)

    def _preview_of(self, one: _Compressed) -> list[_Compressed]:
        """What to decode first of a frame that takes long."""
        known = self._pace.seconds_for(one.request)
        if not self._previews or (known is not None and known < PREVIEW_SECONDS):
            return []
        preview = make_preview(one.request)
        return [] if preview is None else [_Compressed(one.job, one.image, preview.request, one.age, preview)]

    def _show_preview(self, one: _Compressed, preview: Preview, answer: Answer) -> None:
        """Only where the file states a window: one that is computed must be made of the frame itself."""
        if isinstance(answer, NegatoscopeError) or one.age != self._age:
            return
        try:
            frame = one.image.finish(one.job.ref.frame_number, preview.enlarged(answer))
        except Exception as error:
            log.info("a preview could not be made", exc_info=error)
            return
        facts = frame.facts
        if facts.ref.sop_instance_uid == one.job.ref.sop_instance_uid and (facts.is_colour or facts.windows or facts.voi_tables):
            frame = replace(frame, facts=replace(facts, ref=one.job.ref), is_preview=True)
            for waiter in self._queue.looking(one.job):
                _answer(waiter, FrameResult(one.job.ref, waiter.generation, frame))

    def _decode_batch(self, lane: Lane, batch: list[_Compressed]) -> bool:
        """Decode in a worker process. What was not begun, because something more urgent came or a frame hangs, goes back."""
        given_back: set[int] = set()
        lent = False
        clock = self._pace.start()

        def deliver(number: int, answer: Answer) -> None:
            one = batch[number]
            if number in given_back:
                return
            if one.preview is not None:
                self._show_preview(one, one.preview, answer)
                clock.skip()
                return
            if isinstance(answer, NegatoscopeError):
                answer.path = answer.path or one.request.path
                self._fail(one.job, answer, one.age)
                return
            clock.frame(one.request)
            try:
                self._finish(one.job, one.image, answer, one.age)
            except Exception as error:
                self._fail(one.job, error, one.age)
            self._open_ahead(lane, number, len(batch))

        def slow(number: int) -> None:
            nonlocal lent
            lent = lent or self._queue.lend(lane)
            given_back.update(range(number + 1, len(batch)))
            self._queue.put_back([batch[later].job for later in range(number + 1, len(batch))])

        try:
            left = self._pool.decode_many([one.request for one in batch], deliver, lambda: not self._queue.yields(lane), slow)
        except Exception as error:  # no process can be started, or the program is being closed
            for number, one in enumerate(batch):
                if number not in given_back and one.preview is None:
                    self._fail(one.job, error, one.age)
            return lent
        self._queue.put_back([batch[number].job for number in left if number not in given_back and batch[number].preview is None])
        return lent

    def _open_ahead(self, lane: Lane, number: int, size: int) -> None:
        """Look at the next files while the process decodes the rest of this message, so that it need not wait for the next one.

        `number` is the frame that was answered just now, of `size`.
        """
        if number or size < 2 or lane is not Lane.PREFETCH:
            return
        due = time.monotonic() + AHEAD_SECONDS
        for ref in self._queue.ahead(2 * size):
            if time.monotonic() > due or self._queue.yields(lane):
                return
            with contextlib.suppress(Exception):  # it is told when the frame's turn comes
                if ref not in self._cache and (path := self._locate(ref)):
                    self._files.open(path, ahead=True)

    def _prepare(self, ref: FrameRef) -> tuple[ImageSource, DecodeRequest]:
        path = self._locate(ref)
        if not path:
            raise MissingFileError(message("The file of this image is not known any more."))
        image = self._files.open(path)
        return image, image.decode_request(ref.frame_number)

    def _finish(self, job: FrameJob, image: ImageSource, decoded: DecodedPixels, age: int) -> None:
        frame = image.finish(job.ref.frame_number, decoded)
        found, wanted = frame.ref, job.ref
        if found != wanted:
            named = is_usable_uid(found.sop_instance_uid)  # else the library has made up another name
            if named and found.sop_instance_uid != wanted.sop_instance_uid:
                raise MissingFileError(message("The file holds another object now. Open the folder again."))
            frame = replace(frame, facts=replace(frame.facts, ref=wanted))
        frame.pixels.flags.writeable = False
        self._deliver(job, frame, age)

    def _keep(self, job: FrameJob, frame: PixelFrame) -> None:
        """Into the cache, in the place of frames that nobody wants at present."""
        if not job.keeps:
            if self._cache.has_room(frame.nbytes):
                self._cache.put(frame)
            return
        if self._cache.put(frame, self._is_spare):
            return
        self._cache.touch(self._queue.wanted())  # now the oldest are those that are not wanted, if there are any
        if self._cache.put(frame, self._is_spare):
            return
        if job.waiters:
            self._cache.put(frame)
        else:
            self._queue.full()

    def _is_spare(self, ref: FrameRef) -> bool:
        return not self._queue.is_wanted(ref)

    def _need_not_be_prefetched(self, ref: FrameRef) -> bool:
        return ref in self._cache or ref in self._failed

    def _deliver(self, job: FrameJob, frame: PixelFrame, age: int) -> None:
        with self._settling:
            if age != self._age:
                self._queue.put_back([job])
                return
            if job.ref not in self._cache:
                self._keep(job, frame)
            self._failed.pop(job.ref, None)
            waiters = self._queue.finish(job)
        for waiter in waiters:
            _answer(waiter, FrameResult(job.ref, waiter.generation, frame))

    def _fail(self, job: FrameJob, error: Exception, age: int) -> None:
        if isinstance(error, NegatoscopeError):
            problem = error.problem()
        elif isinstance(error, MemoryError):
            problem = Problem("", ProblemKind.TOO_LARGE, message("There is not enough memory to decode this frame."))
        else:
            log.error("a frame could not be loaded: %s", type(error).__name__, exc_info=error)
            problem = Problem("", ProblemKind.BROKEN, message("This image cannot be shown."))
        with self._settling:
            if age != self._age:
                self._queue.put_back([job])
                return
            self._failed[job.ref] = None
            while len(self._failed) > 10_000:
                del self._failed[next(iter(self._failed))]
            waiters = self._queue.finish(job)
        for waiter in waiters:
            _answer(waiter, FrameResult(job.ref, waiter.generation, None, problem))


def _answer(waiter: Waiter, result: FrameResult) -> None:
    """A waiter that raises is its own fault and stops nobody else."""
    try:
        waiter.done(result)
    except Exception:
        log.exception("the receiver of a frame failed")


def _closing() -> Problem:
    return Problem("", ProblemKind.MISSING_FILE, message("The program is being closed."))
