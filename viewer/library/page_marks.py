"""Where pages of answers ended, so that the next page begins there and not at the first row.

Who asks page after page by their offsets (QIDO-RS, PS3.18 8.3.4.4) gets each row once, also when studies are added or removed
between two pages; who begins anew, with offset 0, is not led by old marks.
"""

from __future__ import annotations

import bisect
import threading
from collections import OrderedDict

Place = tuple[int, ...]  # keys of a row
_MOST_QUESTIONS = 64
_MOST_MARKS = 20_000  # of one question


class PageMarks:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._marks: OrderedDict[str, tuple[list[int], dict[int, Place]]] = OrderedDict()

    def nearest(self, question: str, offset: int) -> tuple[int, Place]:
        """(how many rows are before and at the place, the place), the last known one up to `offset`; (0, ()) for the beginning."""
        with self._lock:
            if not offset:
                self._marks.pop(question, None)
            offsets, places = self._marks.get(question, ([], {}))
            at = bisect.bisect_right(offsets, offset)
            return (offsets[at - 1], places[offsets[at - 1]]) if at else (0, ())

    def put(self, question: str, offset: int, place: Place) -> None:
        """Row number `offset`, counted from 1, is at `place`."""
        with self._lock:
            offsets, places = self._marks.setdefault(question, ([], {}))
            self._marks.move_to_end(question)
            if offset not in places:
                bisect.insort(offsets, offset)
            places[offset] = place
            if len(offsets) > _MOST_MARKS:
                del places[offsets.pop(0)]
            if len(self._marks) > _MOST_QUESTIONS:
                self._marks.popitem(last=False)
