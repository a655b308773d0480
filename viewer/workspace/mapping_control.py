"""Real World Value Mappings in objects of their own reach the images they name: looked for once a picture has stood a moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from viewer.model.display_set import DisplaySetKind
from viewer.model.luts import SeparateMaps
from viewer.workspace.layout import Layout
from viewer.workspace.services import Services
from viewer.workspace.viewport import ViewportState

STANDS_MS = 250  # a series that is only leafed through is not asked about


class MappingControl:
    """Gives viewports their `mappings`. Lives on the GUI thread."""

    def __init__(self, layout: Layout, services: Services) -> None:
        self._layout = layout
        self._services = services
        self._asked: dict[ViewportState, str] = {}
        self._waiting: dict[ViewportState, Callable[[], None]] = {}
        for viewport in layout.all_viewports:
            viewport.display_set_changed.connect(partial(self._forget, viewport))
            viewport.frame_changed.connect(partial(self._ask_soon, viewport))

    def look_again(self) -> None:
        """There may be other mapping objects than before. What is known stays until there is an answer."""
        self._asked.clear()
        for viewport in self._layout.all_viewports:
            self._ask_soon(viewport)

    def close(self) -> None:
        """The window closes: nothing is asked any more."""
        for call_off in self._waiting.values():
            call_off()
        self._waiting.clear()

    def _forget(self, viewport: ViewportState) -> None:
        if viewport.frame is None:  # newly mounted, not grown
            self._asked.pop(viewport, None)
            viewport.set_mappings(None)

    def _ask_soon(self, viewport: ViewportState) -> None:
        if viewport not in self._waiting and self._is_to_be_asked(viewport):
            self._waiting[viewport] = self._services.later(STANDS_MS, partial(self._ask, viewport))

    def _is_to_be_asked(self, viewport: ViewportState) -> bool:
        display_set, frame = viewport.display_set, viewport.frame
        return (
            self._services.mappings is not None
            and display_set is not None
            and display_set.kind is DisplaySetKind.IMAGE
            and frame is not None
            and not frame.is_preview
            and not frame.facts.is_colour
            and self._asked.get(viewport) != display_set.key
        )

    def _ask(self, viewport: ViewportState) -> None:
        self._waiting.pop(viewport, None)
        display_set, frame, reader = viewport.display_set, viewport.frame, self._services.mappings
        if display_set is None or frame is None or reader is None or not self._is_to_be_asked(viewport):
            return
        key = self._asked[viewport] = display_set.key

        def arrived(found: SeparateMaps) -> None:
            if self._asked.get(viewport) == key:
                viewport.set_mappings(found if found.by_image else None)

        reader.request(display_set.study_instance_uid, frame.facts, lambda found: self._services.post(partial(arrived, found)))
