"""The attributes of one frame: its own functional group, else the shared one, else the top level (PS3.3 C.7.6.16)."""

from __future__ import annotations

from collections.abc import Sequence

from viewer.dicom.data_set import DataSet
from viewer.model.frozen import frozen

_SHARED, _PER_FRAME = 0x52009229, 0x52009230


@frozen(eq=False)
class FrameAttributes:
    """`top` is the whole data set, `own` and `shared` the items of the functional groups sequences where there are any."""

    top: DataSet
    shared: DataSet | None
    own: DataSet | None
    number: int

    def macro(self, sequence: int) -> DataSet | None:
        """First item of a functional group macro, e.g. Pixel Measures Sequence."""
        for level in (self.own, self.shared):
            if level is not None and sequence in level:
                found = level.item(sequence)
                if found is not None:
                    return found
        return None

    def items(self, sequence: int) -> Sequence[DataSet]:
        """All items of a functional group macro."""
        for level in (self.own, self.shared):
            if level is not None and sequence in level:
                return level.items(sequence)
        return ()

    def holder(self, sequence: int, tag: int) -> DataSet:
        """The data set to ask for `tag`: the macro's item where it has it, else the top level."""
        found = self.macro(sequence)
        return found if found is not None and tag in found else self.top


def frame_attributes(top: DataSet, number: int) -> FrameAttributes:
    """Attributes of frame `number` (from 1). A file with fewer items than frames has shared ones only for the rest."""
    if _SHARED not in top and _PER_FRAME not in top:
        return FrameAttributes(top, None, None, number)
    items = top.items(_PER_FRAME)
    own = items[number - 1] if 0 < number <= len(items) else None
    return FrameAttributes(top, top.item(_SHARED), own, number)
