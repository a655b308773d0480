"""What comes in over the network while the window is open: what was fetched opens by itself, the rest is marked as received."""

from __future__ import annotations

from collections.abc import Callable

from viewer.model.display_set import DisplaySet
from viewer.model.frozen import frozen
from viewer.model.signals import Signal
from viewer.workspace.layout import Layout
from viewer.workspace.opening import Opening, best_of
from viewer.workspace.services import Services
from viewer.workspace.viewport import ViewportState

Fetch = Callable[[ViewportState], None]


@frozen
class Wish:
    """Something to open in `viewport` as soon as its first image is here. `series_instance_uid` "": the best of the study."""

    study_instance_uid: str
    series_instance_uid: str
    viewport: ViewportState
    generation: int


class Arrivals:
    """`fresh`: Study Instance UIDs that were received and not looked at since; `changed` fires when they change."""

    changed = Signal()

    def __init__(self, layout: Layout, services: Services, opening: Opening) -> None:
        self._layout, self._services, self._opening = layout, services, opening
        self._wishes: list[Wish] = []
        self._offers: dict[str, Fetch] = {}
        self.fresh: set[str] = set()
        for viewport in layout.all_viewports:
            viewport.display_set_changed.connect(self._on_shown)

    def expect(self, study_instance_uid: str, series_instance_uid: str, viewport: ViewportState) -> None:
        """Open it in `viewport` once it is here, unless the user opens something else there meanwhile."""
        self._wishes = [one for one in self._wishes if one.viewport is not viewport]
        wish = Wish(study_instance_uid, series_instance_uid, viewport, viewport.generation)
        if not self._show(wish):
            self._wishes.append(wish)

    def waits_for(self, study_instance_uid: str) -> bool:
        """Something of this study is to open as soon as it is here."""
        return any(
            one.study_instance_uid == study_instance_uid and one.viewport.generation == one.generation for one in self._wishes
        )

    def take_in(self, studies: frozenset[str]) -> None:
        """The library has something new of these studies."""
        self._opening.grow(studies)
        self._wishes = [one for one in self._wishes if one.study_instance_uid not in studies or not self._show(one)]
        shown = {one.display_set.study_instance_uid for one in self._layout.all_viewports if one.display_set is not None}
        news = studies - shown - self.fresh
        if news:
            self.fresh |= news
            self.changed.emit()

    def _show(self, wish: Wish) -> bool:
        """True when there is nothing left to wait for."""
        if wish.viewport.generation != wish.generation:
            return True
        found = self.best_here(wish.study_instance_uid, wish.series_instance_uid)
        if found is not None:
            self._opening.show(wish.viewport, found)
        return found is not None

    def best_here(self, study_instance_uid: str, series_instance_uid: str) -> DisplaySet | None:
        """What to show of a study or series as far as it is here."""
        sets = self._services.catalogue.display_sets(study_instance_uid)
        wanted = [one for one in sets if not series_instance_uid or one.series_instance_uid == series_instance_uid]
        return best_of(wanted, None)

    def _on_shown(self) -> None:
        shown = {one.display_set.study_instance_uid for one in self._layout.all_viewports if one.display_set is not None}
        if shown & self.fresh:
            self.fresh -= shown
            self.changed.emit()

    # What is dragged from elsewhere into a viewport

    def offer(self, key: str, fetch: Fetch) -> None:
        """Something is dragged that the library does not have: `fetch` gets the viewport it is dropped on."""
        self._offers = {key: fetch}

    def dropped(self, key: str, viewport: ViewportState) -> bool:
        """False when nothing of this key was offered."""
        fetch = self._offers.pop(key, None)
        if fetch is not None:
            fetch(viewport)
        return fetch is not None
