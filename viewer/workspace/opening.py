"""Opening paths, and walking through what is open: frames, series, studies."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.errors import ProblemKind
from viewer.model.hierarchy import FrameRef
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.requests import ScanUpdate, StudyFilter
from viewer.model.tasks import Progress
from viewer.workspace.frame_requests import FrameRequests
from viewer.workspace.layout import Layout
from viewer.workspace.services import ScanJob, Services
from viewer.workspace.viewport import ViewportState

STUDY_PAGE = 200


@dataclass(eq=False)
class ScanRun:
    """One scan: what it shows and whether the program may still change its mind about it."""

    job: ScanJob | None = None
    progress: Progress = field(default_factory=lambda: Progress(0))
    shown: DisplaySet | None = None
    viewport: ViewportState | None = None
    generation: int = -1
    shows: bool = True  # what it finds, when nothing better is on screen

    @property
    def untouched(self) -> bool:
        """True while the viewport shows what this scan put there and the user did nothing with it."""
        viewport, shown = self.viewport, self.shown
        return (
            viewport is not None
            and shown is not None
            and viewport.display_set is not None
            and viewport.display_set.key == shown.key
            and viewport.generation == self.generation
            and viewport.data_is_initial
            and not viewport.data.inverted
            and viewport.view == type(viewport.view)(smooth=viewport.view.smooth)
        )


class Opening:
    """Starts scans, shows the first series as soon as one file is read, lets display sets on screen grow, walks.

    `ask_password` is set by the window; the scan calls it, from its own thread, with the name of a locked archive.
    """

    def __init__(
        self,
        layout: Layout,
        services: Services,
        scan_updated: Callable[[ScanUpdate], None],
        notify: Callable[[Message], None],
    ) -> None:
        self._layout = layout
        self._services = services
        self._scan_updated = scan_updated
        self._notify = notify
        self._requests = FrameRequests(services)
        self._requests.on_missing = self._unpack_again
        self._unpacked: dict[str, bool] = {}  # archives that were opened again because of a missing file; True once that is over
        self._runs: list[ScanRun] = []
        self.ask_password: Callable[[str], str | None] | None = None

    # Opening

    def open_paths(self, paths: Sequence[str]) -> None:
        """Scan `paths` in the background and show the first series of images found there."""
        if paths:
            self._start(ScanRun(), paths)

    def _start(self, run: ScanRun, paths: Sequence[str]) -> None:
        self._runs.append(run)

        def update(news: ScanUpdate) -> None:
            self._services.post(partial(self._on_update, run, news))

        run.job = self._services.scanner.open_paths(list(paths), update, self.ask_password)

    def rebuilding(self, news: ScanUpdate, cancel: ScanJob) -> None:
        """The library reads again, by itself, what it lost. Called on any thread."""
        self._services.post(partial(self._on_rebuilding, news, cancel))

    def _on_rebuilding(self, news: ScanUpdate, cancel: ScanJob) -> None:
        run = next((one for one in self._runs if one.job is cancel), None)
        if run is None:
            run = ScanRun(cancel)
            self._runs.append(run)
        run.progress = news.progress
        if news.progress.finished:
            self._runs.remove(run)
        untold = tuple(one for one in news.problems if one.kind is ProblemKind.LOCKED)  # the rest was told when it was opened
        self._scan_updated(replace(news, problems=untold))
        self.grow(news.studies)

    @property
    def scanning(self) -> bool:
        return bool(self._runs)

    def cancel(self) -> None:
        """Stop all scans; what they found stays."""
        for run in self._runs:
            if run.job is not None:
                run.job.cancel()

    @property
    def progress(self) -> Progress | None:
        """Of all running scans together."""
        running = [run.progress for run in self._runs]
        if not running:
            return None
        known = all(progress.total for progress in running)
        total = sum(progress.total for progress in running) if known else 0
        return Progress(sum(progress.done for progress in running), total, running[-1].text)

    def _on_update(self, run: ScanRun, news: ScanUpdate) -> None:
        run.progress = news.progress
        if news.progress.finished and run in self._runs:
            self._runs.remove(run)
        self._scan_updated(news)
        self.grow(news.studies)
        if run.shows:
            self._back_to_first(run)
            self._show_first(run, news)
        elif news.progress.finished:
            self._after_unpacking()

    def _back_to_first(self, run: ScanRun) -> None:
        """A stack opens at its first image, also where the first file read was another; once the user is there, it stays put."""
        viewport = run.viewport
        if viewport is not None and viewport.index > 0 and run.untouched:
            self._requests.turn_to(viewport, 0)
            run.generation = viewport.generation

    def _show_first(self, run: ScanRun, news: ScanUpdate) -> None:
        """Show the best series known so far. One that is on screen already gives way only to a picture, and only untouched."""
        if run.shown is not None and (not _is_poor(run.shown) or not run.untouched):
            return
        studies = [news.first_study] if news.first_study else []
        studies += [uid for uid in sorted(news.studies) if uid not in studies]
        if run.shown is not None:
            studies = [uid for uid in studies if uid == run.shown.study_instance_uid] or studies
        best: DisplaySet | None = None
        for uid in studies:
            best = best_of(self._services.catalogue.display_sets(uid), best)
            if best is not None and not _is_poor(best):
                break
        if best is None or (run.shown is not None and _rank(best) >= _rank(run.shown)):
            return
        viewport = run.viewport or self._layout.active
        self.show(viewport, best)
        run.shown, run.viewport, run.generation = best, viewport, viewport.generation

    def grow(self, studies: frozenset[str]) -> None:
        """Give display sets on screen the frames that were found meanwhile, and slides their coarser levels."""
        self._requests.levels_found(studies)
        catalogue = self._services.catalogue
        for viewport in self._layout.all_viewports:
            mounted = viewport.display_set
            if mounted is None or mounted.study_instance_uid not in studies:
                continue
            fresh = catalogue.display_set(mounted.key) or self._holding(viewport, mounted)
            if fresh is not None and fresh != mounted:
                self._requests.grown(viewport, fresh)

    def shrink(self, studies: frozenset[str]) -> None:
        """Frames of these studies may have left the library: so they leave the screen."""
        self.grow(studies)
        catalogue = self._services.catalogue
        for viewport in self._layout.all_viewports:
            mounted = viewport.display_set
            if mounted is None or mounted.study_instance_uid not in studies or catalogue.display_set(mounted.key) is not None:
                continue
            self._requests.mount(viewport, self._holding(viewport, mounted))

    def _holding(self, viewport: ViewportState, mounted: DisplaySet) -> DisplaySet | None:
        """The display set that holds the frame on screen, when the one it was in has been split."""
        ref = viewport.reference
        candidates = self._services.catalogue.display_sets(mounted.study_instance_uid)
        return next((one for one in candidates if ref is not None and ref in one.frames), None)

    # Showing

    def show(self, viewport: ViewportState, display_set: DisplaySet | None, index: int | None = None) -> None:
        """Mount `display_set` in `viewport` and bring its frame `index` (the first when not given)."""
        self._unpacked = {archive: is_over for archive, is_over in self._unpacked.items() if not is_over}
        self._requests.mount(viewport, display_set, index or 0)

    def _unpack_again(self, ref: FrameRef) -> Message:
        """Files out of archives live only as long as the program: open the archive again. Says what goes on."""
        instance = self._services.catalogue.instance(ref)
        archive = instance.archive if instance is not None else ""
        if not archive:
            return NO_MESSAGE
        name = os.path.basename(archive)
        if self._unpacked.get(archive):
            return message("This came out of the archive {name}, which could not be unpacked again.", name=name)
        if archive not in self._unpacked:
            self._unpacked[archive] = False
            self._start(ScanRun(shows=False), [archive])
        return message("Unpacking {name} again …", name=name)

    def _after_unpacking(self) -> None:
        self._unpacked = dict.fromkeys(self._unpacked, True)
        shown = {one.display_set.study_instance_uid for one in self._layout.all_viewports if one.display_set is not None}
        self._requests.retry(frozenset(shown))

    def close_study(self, study_instance_uid: str) -> None:
        """Empty every viewport that shows something of this study."""
        for viewport in self._layout.all_viewports:
            if viewport.display_set is not None and viewport.display_set.study_instance_uid == study_instance_uid:
                self._requests.mount(viewport, None)

    # Walking. Methods without a viewport act on the active one.

    def step(self, n: int, viewport: ViewportState | None = None) -> None:
        """Scroll by `n` frames; playing stops."""
        viewport = viewport or self._layout.active
        index = viewport.index + n
        if viewport.axes is not None:  # within the present values of its dimensions
            run = viewport.axes.run(viewport.index)
            index = min(max(index, run.start), run.stop - 1)
        self.go(index, viewport)

    def go(self, index: int, viewport: ViewportState | None = None) -> None:
        """Scroll to frame `index` (clamped); playing stops."""
        viewport = viewport or self._layout.active
        viewport.set_cine_rate(None)
        self._requests.turn_to(viewport, index)

    def turn_to(self, viewport: ViewportState, index: int) -> None:
        """Scroll to frame `index` while playing goes on."""
        self._requests.turn_to(viewport, index)

    def step_series(self, n: int) -> None:
        """Show the next (or previous) display set of the study."""
        viewport = self._layout.active
        mounted = viewport.display_set
        if mounted is None:
            return
        siblings = self._services.catalogue.display_sets(mounted.study_instance_uid)
        place = next((i for i, one in enumerate(siblings) if one.key == mounted.key), -1)
        if place < 0:
            return
        if not 0 <= place + n < len(siblings):
            self._notify(message("This is the last series.") if n > 0 else message("This is the first series."))
            return
        self.show(viewport, siblings[place + n])

    def step_study(self, n: int) -> None:
        """Show the first series of the next (or previous) study: of this patient first, then of the next patient."""
        viewport = self._layout.active
        if viewport.display_set is None:
            return
        uid = self._neighbour(viewport.display_set.study_instance_uid, n)
        best = best_of(self._services.catalogue.display_sets(uid), None) if uid else None
        if best is None:
            self._notify(message("This is the last study.") if n > 0 else message("This is the first study."))
        else:
            self.show(viewport, best)

    def _neighbour(self, study_instance_uid: str, n: int) -> str | None:
        catalogue = self._services.catalogue
        study = catalogue.study(study_instance_uid)
        if study is None:
            return None
        opened = StudyFilter(opened_only=True)
        uids = [one.study_instance_uid for one in catalogue.studies(study.patient_key, opened)]
        place = (uids.index(study_instance_uid) if study_instance_uid in uids else 0) + n
        if 0 <= place < len(uids):
            return uids[place]
        patients = [one.patient_key for one in catalogue.patients(opened, 0, STUDY_PAGE)]
        if study.patient_key not in patients:
            return None
        at = patients.index(study.patient_key) + (1 if n > 0 else -1)
        if not 0 <= at < len(patients):
            return None
        others = catalogue.studies(patients[at], opened)
        return others[0 if n > 0 else -1].study_instance_uid if others else None

    def close(self) -> None:
        """Stop scans and playing."""
        self.cancel()
        for viewport in self._layout.all_viewports:
            viewport.set_cine_rate(None)


def _rank(display_set: DisplaySet) -> int:
    """What is worth showing first: a stack of images, then a scout, then anything else."""
    if display_set.kind is DisplaySetKind.DOCUMENT:
        return 2
    return 1 if display_set.is_scout or display_set.kind is DisplaySetKind.VIDEO else 0


def _is_poor(display_set: DisplaySet) -> bool:
    return _rank(display_set) > 0


def best_of(candidates: Sequence[DisplaySet], so_far: DisplaySet | None) -> DisplaySet | None:
    """The first display set of the best kind; an earlier find wins a tie."""
    best = so_far
    for one in candidates:
        if best is None or _rank(one) < _rank(best):
            best = one
    return best
