"""Opening what another node has: what is shown comes first, then the rest of the study, the likeliest next, while it is looked at.

The rest is fetched one series at a time, when nobody waits for anything else; it stops when the study has left the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from viewer.model.remote import QueryEnd, RemoteEntity, RemoteLevel, RemoteQuery
from viewer.workspace.arrivals import Arrivals
from viewer.workspace.layout import Layout
from viewer.workspace.network_services import Call, Queries, Transfers
from viewer.workspace.services import Catalogue
from viewer.workspace.viewport import ViewportState

# What is no stack of images: small, and looked at last (PS3.3 C.7.3.1.1.1).
_NO_IMAGES = frozenset(("SR", "PR", "KO", "DOC", "SEG", "RTSTRUCT", "RTPLAN", "RTRECORD", "REG", "FID", "PLAN", "HD", "ECG", "AU"))


@dataclass(eq=False)
class _Hung:
    """A study of a source that is looked at. `titles`: what its transfers are called; `rest`: what is still to be fetched."""

    source: str
    study_instance_uid: str
    title: str
    series: list[RemoteEntity] = field(default_factory=list)
    rest: list[RemoteEntity] = field(default_factory=list)
    shown: str = ""
    query: Call | None = None
    ahead: Call | None = None


class RemoteOpening:
    """One study of another node is followed at a time: the one that was opened last."""

    def __init__(self, layout: Layout, arrivals: Arrivals, catalogue: Catalogue, queries: Queries, transfers: Transfers) -> None:
        self._layout, self._arrivals, self._catalogue = layout, arrivals, catalogue
        self._queries, self._transfers = queries, transfers
        self._hung: _Hung | None = None
        for viewport in layout.all_viewports:
            viewport.display_set_changed.connect(self._on_shown)

    def open(self, entity: RemoteEntity, title: str, viewport: ViewportState) -> None:
        """Show a study or series in `viewport` as soon as its first image is here, and fetch what is missing of its study."""
        self._leave()
        study, series = entity.study_instance_uid, entity.series_instance_uid
        hung = _Hung(entity.source, study, title, shown=series)
        self._hung = hung
        self._arrivals.expect(study, series, viewport)
        if series and not self._is_here(entity):
            self._transfers.retrieve(entity, title)
        query = RemoteQuery(entity.source, RemoteLevel.SERIES, {"StudyInstanceUID": study})
        hung.query = self._queries.find(query, hung.series.extend, lambda end: self._on_series(hung, entity, end))

    def _on_series(self, hung: _Hung, entity: RemoteEntity, end: QueryEnd) -> None:
        hung.query = None
        if hung is not self._hung:
            return
        if not end.complete or not hung.series:  # it cannot be told what comes first
            if not entity.series_instance_uid:
                self._transfers.retrieve(entity, hung.title)
            return
        if not entity.series_instance_uid:
            first = self._first(hung)
            hung.shown = first.series_instance_uid
            if not self._is_here(first):
                self._transfers.retrieve(first, self._title(hung, first))
        hung.rest = [one for one in hung.series if one.series_instance_uid != hung.shown]
        self._go_on(hung)

    def _first(self, hung: _Hung) -> RemoteEntity:
        """What to show of a study: what is on screen of it already, else the first series of images."""
        shown = self._shown_series(hung)
        ordered = in_order(hung.series)
        return next((one for one in ordered if one.series_instance_uid in shown), ordered[0])

    def _go_on(self, hung: _Hung) -> None:
        while hung.rest and hung.ahead is None and hung is self._hung:
            following = likely_next(hung.series, hung.shown)
            wanted = {one.series_instance_uid for one in hung.rest}
            one = next((one for one in following if one.series_instance_uid in wanted), hung.rest[0])
            hung.rest.remove(one)
            if not self._is_here(one):
                title = self._title(hung, one)
                hung.ahead = self._transfers.fetch_ahead(one, title, lambda complete: self._on_fetched(hung, complete))

    def _on_fetched(self, hung: _Hung, complete: bool) -> None:
        hung.ahead = None
        if not complete:  # the user stopped it, or the node does not give it: asking for more helps nobody
            hung.rest = []
        self._go_on(hung)

    def _on_shown(self) -> None:
        hung = self._hung
        if hung is None:
            return
        shown = self._shown_series(hung)
        if not shown and not self._arrivals.waits_for(hung.study_instance_uid):
            self._leave()
        elif shown and hung.shown not in shown:
            hung.shown = shown[0]  # what is fetched next is its neighbour

    def _shown_series(self, hung: _Hung) -> list[str]:
        """Series of the study in viewports, that of the active one first."""
        active = self._layout.active
        viewports = [active, *(one for one in self._layout.viewports if one is not active)]
        sets = [one.display_set for one in viewports if one.display_set is not None]
        return [one.series_instance_uid for one in sets if one.study_instance_uid == hung.study_instance_uid]

    def _is_here(self, entity: RemoteEntity) -> bool:
        """As many objects as the node says there are."""
        wanted = entity.number_of_instances
        series = self._catalogue.series(entity.study_instance_uid)
        here = next((one for one in series if one.series_instance_uid == entity.series_instance_uid), None)
        return here is not None and here.number_of_instances >= wanted > 0

    def _title(self, hung: _Hung, series: RemoteEntity) -> str:
        described = series.text("SeriesDescription").strip() or series.text("Modality")
        return " · ".join(part for part in (hung.title, described) if part)

    def _leave(self) -> None:
        """Fetch nothing more ahead of the study that was followed. What was asked for comes all the same."""
        hung, self._hung = self._hung, None
        if hung is not None:
            for call in (hung.query, hung.ahead):
                if call is not None:
                    call.stop()

    def close(self) -> None:
        """The network ends."""
        self._leave()
        for viewport in self._layout.all_viewports:
            viewport.display_set_changed.disconnect(self._on_shown, missing_ok=True)


def in_order(series: Sequence[RemoteEntity]) -> list[RemoteEntity]:
    """Images before what is none, each by Series Number."""
    return sorted(series, key=lambda one: (one.text("Modality") in _NO_IMAGES, _number(one), one.series_instance_uid))


def likely_next(series: Sequence[RemoteEntity], shown: str) -> list[RemoteEntity]:
    """What is looked at next, the likeliest first: the series after the one shown, then those before it, the nearest first.

    Within that, images come before what is none.
    """
    ordered = in_order(series)
    place = next((number for number, one in enumerate(ordered) if one.series_instance_uid == shown), -1)
    after, before = ordered[place + 1 :], ordered[: max(place, 0)][::-1]
    return sorted((*after, *before), key=lambda one: one.text("Modality") in _NO_IMAGES)


def _number(one: RemoteEntity) -> float:
    number = one.series().series_number
    return float("inf") if number is None else number
