"""The study doctor's report on a series: each stack by itself, multi-frame images by their functional groups, and all together."""

from __future__ import annotations

from collections.abc import Sequence

from viewer.dicom.image_file import open_image
from viewer.library.study_doctor import Finding, FindingKind, Slice, examine, slice_of
from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.errors import NegatoscopeError
from viewer.model.frame_place import SPACE
from viewer.model.frozen import frozen
from viewer.model.hierarchy import Instance, Series
from viewer.model.messages import Message, message
from viewer.model.pixels import FrameFacts

MAX_FRAMES = 20_000  # of one object that are looked at
_OF_THE_SERIES = (FindingKind.MIXED_ORIENTATIONS, FindingKind.MIXED_SIZES)
_OF_SPACING = (FindingKind.GAPS, FindingKind.UNEVEN_SPACING, FindingKind.SLICE_GAPS)
_SEGMENTATIONS = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
_VOLUMES = ("CT", "MR", "PT")


@frozen
class Told:
    """A finding and the display set it is about; None: the whole series."""

    finding: Finding
    display_set: DisplaySet | None = None


def check_series(series: Series, instances: Sequence[Instance], display_sets: Sequence[DisplaySet]) -> tuple[Told, ...]:
    """Everything the doctor has to say of a series. Opens multi-frame files; one that cannot be read is left to others to tell."""
    by_key = {(one.sop_instance_uid, one.copy): one for one in instances}
    found: list[Told] = []
    everything: list[Slice] = []
    for one in display_sets:
        if one.kind is not DisplaySetKind.IMAGE:
            continue
        members = dict.fromkeys((ref.sop_instance_uid, ref.copy) for ref in one.frames)
        slices = [part for key in members if key in by_key for part in _slices_of_instance(by_key[key])]
        everything.extend(slices)
        found.extend(Told(finding, one) for finding in _found_in(slices, one.sop_class_uid, series.modality))
    found.extend(Told(finding) for finding in examine(everything, "") if finding.kind in _OF_THE_SERIES)
    found.extend(_other_contents(instances))
    told_of_sets = {told.finding.kind for told in found if told.display_set is not None}
    return tuple(told for told in found if told.display_set is not None or told.finding.kind not in told_of_sets)


def notes_of_frames(path: str, sop_class_uid: str, modality: str) -> tuple[Message, ...]:
    """What the doctor warns of in the multi-frame image at `path`; nothing where its frames make no volume by their nature."""
    if modality not in _VOLUMES:
        return ()
    found = _found_in(_slices_of(path), sop_class_uid, modality)
    return tuple(one.text for one in found if one.is_warning and one.kind is not FindingKind.NO_PIXEL_SPACING)


def _found_in(slices: Sequence[Slice], sop_class_uid: str, modality: str) -> list[Finding]:
    """A segmentation leaves out what is empty (PS3.3 C.8.20.2): it has no gaps."""
    is_sparse = sop_class_uid in _SEGMENTATIONS
    return [one for one in examine(slices, modality) if not (is_sparse and one.kind in _OF_SPACING)]


def _slices_of_instance(instance: Instance) -> list[Slice]:
    return [slice_of(instance)] if instance.number_of_frames == 1 else _slices_of(instance.path)


def _slices_of(path: str) -> list[Slice]:
    try:
        image = open_image(path)
        facts = [image.facts(number) for number in range(1, min(image.number_of_frames, MAX_FRAMES) + 1)]
    except NegatoscopeError:
        return []
    slices = []
    for number, one in enumerate(facts, 1):
        geometry = one.geometry
        axes = geometry.row_axis, geometry.column_axis
        orientation = None if axes[0] is None or axes[1] is None else (*axes[0], *axes[1])
        slices.append(
            Slice(
                geometry.position, orientation, number, (one.columns, one.rows), geometry.spacing, geometry.slice_thickness,
                geometry.frame_of_reference_uid, _run_of(one),
            )
        )  # fmt: skip
    return slices


def _run_of(facts: FrameFacts) -> tuple[tuple[str, int], ...]:
    """The time, echo ... of a frame: what scrolls through space is one of these at a time."""
    return tuple((one.keyword, one.value) for one in facts.dimensions if one.keyword not in SPACE)


def _other_contents(instances: Sequence[Instance]) -> list[Told]:
    copies = len({(one.sop_instance_uid, one.copy) for one in instances if one.copy})
    if not copies:
        return []
    text = message("Files with a UID that another file with other content has: {number}.", number=copies)
    meaning = message("Both are kept and shown apart. An archive may drop one of them.")
    return [Told(Finding(FindingKind.SAME_UID, text, meaning))]
