"""From what the user chose to the files that are sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from viewer.model.frozen import frozen
from viewer.model.hierarchy import FrameRef, Instance, Series
from viewer.model.remote import Outgoing

_PAGE = 500


class Holdings(Protocol):
    """The part of the library that is asked."""

    def series(self, study_instance_uid: str) -> tuple[Series, ...]: ...

    def instances(self, series_instance_uid: str, offset: int = 0, limit: int = 500) -> tuple[Instance, ...]: ...

    def instance(self, ref: FrameRef) -> Instance | None: ...


@frozen
class Collected:
    """Files in order, (SOP Class UID, SOP Instance UID) of each, and how many second contents under a known UID stay here."""

    paths: tuple[str, ...]
    references: tuple[tuple[str, str], ...]
    left_out: int


def collect(what: Outgoing, holdings: Holdings) -> Collected:
    """Every instance once. Of several contents under one UID only the first goes: an archive could keep but one of them."""
    chosen: dict[str, Instance] = {}
    left_out = 0
    for instance in _instances(what, holdings):
        known = chosen.get(instance.sop_instance_uid)
        if known is None or instance.copy < known.copy:
            chosen[instance.sop_instance_uid] = instance
        if known is not None and instance.copy != known.copy:
            left_out += 1
    found = chosen.values()
    references = tuple((one.sop_class_uid, one.sop_instance_uid) for one in found)
    return Collected(tuple(one.path for one in found), references, left_out)


def _instances(what: Outgoing, holdings: Holdings) -> Iterator[Instance]:
    series = [one.series_instance_uid for study in what.study_instance_uids for one in holdings.series(study)]
    for uid in (*series, *(uid for _study, uid in what.series)):
        offset = 0
        while page := holdings.instances(uid, offset, _PAGE):
            yield from page
            offset += len(page)
    for ref in dict.fromkeys(FrameRef(ref.sop_instance_uid, 1, ref.copy) for ref in what.refs):
        instance = holdings.instance(ref)
        if instance is not None:
            yield instance
