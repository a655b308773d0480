"""From the instances of a series to its display sets: what makes one stack, what is split off and why.

Pure functions. A key is made of the values a set was split by, never of counts, so that it survives while a scan adds files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from itertools import repeat

from viewer.dicom.sop_classes import WHOLE_SLIDES, kind_of, name_of
from viewer.library.phases import split_repeated, time_key
from viewer.library.slice_geometry import group_by_orientation, positions_along_normal
from viewer.library.study_doctor import FindingKind, examine, slice_of
from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.frozen import frozen
from viewer.model.hierarchy import FrameRef, Instance, Series
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.planes import Orientation, normal_to, plane_name

MAX_IMAGE_TYPES = 12  # more kinds of Image Type in one series number its images (ultrasound does), they do not sort them
MANY_ORIENTATIONS = 4  # more than these, each with an image or two, are a turn around an axis: one stack
_SCOUT_WORDS = ("localizer", "localiser", "scout", "topogram", "surview", "scanogram", "survey")
_TYPED_MODALITIES = ("CT", "MR", "PT", "NM", "OT", "")


@frozen
class _Group:
    """Images on the way to a display set."""

    instances: tuple[Instance, ...]
    kind: DisplaySetKind
    values: tuple[str, ...] = ()
    reasons: tuple[Message, ...] = ()
    orientation: Orientation | None = None

    def finer(self, instances: Sequence[Instance], value: str, reason: Message, orientation: Orientation | None = None) -> _Group:
        reasons = (*self.reasons, reason) if reason else self.reasons
        return _Group(tuple(instances), self.kind, (*self.values, value), reasons, orientation or self.orientation)


def split_series(series: Series, instances: Sequence[Instance]) -> tuple[DisplaySet, ...]:
    """The display sets of one series, in reading order. `instances` in any order, each image once."""
    groups: list[_Group] = []
    stackable: list[Instance] = []
    for instance in sorted(instances, key=_number_key):
        kind = _kind(instance)
        if kind is DisplaySetKind.IMAGE and instance.number_of_frames == 1:
            stackable.append(instance)
        else:
            groups.append(_alone(instance, kind, len(instances) > 1))
    groups.extend(_stacks(stackable, series.modality))
    groups.sort(key=_tiles, reverse=True)  # the finest level of a slide first
    return tuple(_display_set(series, group) for group in groups)


def _kind(instance: Instance) -> DisplaySetKind:
    """Private objects may state rows and columns, of what they belong to, and have no pixels."""
    describes = bool(instance.rows and instance.columns and instance.bits_allocated)
    return kind_of(instance.sop_class_uid, instance.transfer_syntax_uid, describes_pixels=describes)


def _number_key(instance: Instance) -> tuple[int, str, int]:
    number = instance.instance_number if instance.instance_number is not None else 2**31
    return number, instance.sop_instance_uid, instance.copy


def _alone(instance: Instance, kind: DisplaySetKind, has_company: bool) -> _Group:
    """A document, a video or a multi-frame image: each is its own display set."""
    reason = NO_MESSAGE
    if has_company and kind is DisplaySetKind.IMAGE:
        reason = message("multi-frame image {number}", number=_shown(instance.instance_number))
    elif has_company:
        reason = message("object {number}", number=_shown(instance.instance_number))
    if instance.copy:
        reason = _copy_reason(instance.copy)
    return _Group((instance,), kind, (instance.sop_instance_uid, str(instance.copy)), (reason,) if reason else ())


def _tiles(group: _Group) -> int:
    """How many tiles a whole slide has; 0 for all else, whose order stays."""
    first = group.instances[0]
    return first.number_of_frames if first.sop_class_uid in WHOLE_SLIDES else 0


def _shown(number: int | None) -> str:
    return "?" if number is None else str(number)


def _copy_reason(copy: int) -> Message:
    return message("other file with the same UID ({number})", number=copy)


def _stacks(instances: Sequence[Instance], modality: str) -> list[_Group]:
    if not instances:
        return []
    groups = [_Group(tuple(instances), DisplaySetKind.IMAGE)]
    groups = [finer for group in groups for finer in _by_copy(group)]
    groups = [finer for group in groups for finer in _by_size(group)]
    if modality in _TYPED_MODALITIES:
        groups = [finer for group in groups for finer in _by_image_type(group)]
    groups = [finer for group in groups for finer in _by_orientation(group)]
    return [finer for group in groups for finer in _by_repetition(group)]


def _by_copy(group: _Group) -> list[_Group]:
    return _partition(group, lambda one: str(one.copy), lambda one: _copy_reason(one.copy) if one.copy else NO_MESSAGE)


def _size_value(instance: Instance) -> str:
    return f"{instance.sop_class_uid}|{instance.columns}x{instance.rows}x{instance.samples_per_pixel}"


def _by_size(group: _Group) -> list[_Group]:
    """By size, and by SOP Class; the class is named where the size does not tell two parts apart."""

    def reason(one: Instance) -> Message:
        classes = {other.sop_class_uid for other in group.instances if _size(other) == _size(one)}
        if len(classes) > 1:
            return message("{text}", text=name_of(one.sop_class_uid).removesuffix(" Storage"))
        if one.samples_per_pixel > 1:
            return message("{columns} × {rows} pixels, colour", columns=one.columns, rows=one.rows)
        return message("{columns} × {rows} pixels", columns=one.columns, rows=one.rows)

    return _partition(group, _size_value, reason)


def _size(one: Instance) -> tuple[int, int, bool]:
    return one.columns, one.rows, one.samples_per_pixel > 1


def _type_value(instance: Instance) -> str:
    return "/".join(instance.image_type[2:] or instance.image_type)


def _by_image_type(group: _Group) -> list[_Group]:
    if len({_type_value(one) for one in group.instances}) > MAX_IMAGE_TYPES:
        return [group]

    def reason(one: Instance) -> Message:
        return message("image type {kind}", kind=_type_value(one) or "?")

    return _partition(group, _type_value, reason)


def _partition(group: _Group, value: Callable[[Instance], str], reason: Callable[[Instance], Message]) -> list[_Group]:
    """Split by `value`; the reason is said only where there is more than one. The value always goes into the key."""
    parts: dict[str, list[Instance]] = {}
    for instance in group.instances:
        parts.setdefault(value(instance), []).append(instance)
    several = len(parts) > 1
    return [group.finer(found, key, reason(found[0]) if several else NO_MESSAGE) for key, found in parts.items()]


def _by_orientation(group: _Group) -> list[_Group]:
    found = group_by_orientation(group.instances)
    turning = len(found) > MANY_ORIENTATIONS and max(len(members) for _, members in found) <= 2
    if turning:
        return [group.finer(group.instances, "turning", NO_MESSAGE)]
    if len(found) == 1:
        return [group.finer(group.instances, _rounded(found[0][0]), NO_MESSAGE, found[0][0])]
    taken: dict[str, int] = {}
    finer = []
    for orientation, members in found:
        value = _rounded(orientation)
        taken[value] = taken.get(value, 0) + 1
        unique = value if taken[value] == 1 else f"{value}#{taken[value]}"
        plane = message("unknown orientation") if orientation is None else plane_name(normal_to(orientation))
        reason = message("{plane} orientation", plane=plane)
        finer.append(group.finer(members, unique, reason, orientation))
    return finer


def _rounded(orientation: Orientation | None) -> str:
    return "-" if orientation is None else ",".join(f"{part + 0.0:.1f}".replace("-0.0", "0.0") for part in orientation)


def _by_repetition(group: _Group) -> list[_Group]:
    if group.orientation is None:
        return [group]
    parts = split_repeated(group.instances, group.orientation)
    return [group.finer(part.instances, part.value, part.reason) for part in parts]


def _sorted(group: _Group) -> list[Instance]:
    """By position along the normal, then time, then number; without positions by number. Never by file name."""
    if group.orientation is None:
        return sorted(group.instances, key=_number_key)
    ranks = positions_along_normal(group.instances, group.orientation)
    order = sorted(range(len(ranks)), key=lambda index: (ranks[index], time_key(group.instances[index])))
    return [group.instances[index] for index in order]


def _frames(instances: Sequence[Instance]) -> tuple[FrameRef, ...]:
    frames = []
    for instance in instances:
        uid, copy = instance.sop_instance_uid, instance.copy
        if instance.sop_class_uid in WHOLE_SLIDES:  # one image, whatever the number of its tiles
            frames.append(FrameRef(uid, 1, copy))
            continue
        frames.extend(map(FrameRef, repeat(uid), range(1, instance.number_of_frames + 1), repeat(copy)))
    return tuple(frames)


def _display_set(series: Series, group: _Group) -> DisplaySet:
    instances = _sorted(group)
    first = instances[0]
    digest = hashlib.sha256("\0".join(group.values).encode("utf-8", "replace")).hexdigest()[:12]
    class_name = name_of(first.sop_class_uid)
    text = series.series_description or series.protocol_name
    is_image = group.kind is DisplaySetKind.IMAGE
    is_scout = is_image and _is_scout(series, instances)
    return DisplaySet(
        key=f"{series.study_instance_uid}/{series.series_instance_uid}/{digest}",
        kind=group.kind,
        study_instance_uid=series.study_instance_uid,
        series_instance_uid=series.series_instance_uid,
        modality=series.modality,
        frames=_frames(instances),
        series_number=series.series_number,
        series_description=series.series_description,
        label=text if is_image else first.content_label or text or class_name,
        split_reason=_joined(group.reasons),
        sop_class_uid=first.sop_class_uid,
        sop_class_name=class_name,
        rows=first.rows,
        columns=first.columns,
        series_date=series.series_date,
        series_time=series.series_time,
        number_of_instances=len(instances),
        is_scout=is_scout,
        notes=() if is_scout or not is_image else _notes(series, instances),
    )


def _joined(reasons: Sequence[Message]) -> Message:
    joined = NO_MESSAGE
    for reason in reasons:
        joined = message("{first}, {second}", first=joined, second=reason) if joined else reason
    return joined


def _is_scout(series: Series, instances: Sequence[Instance]) -> bool:
    if all("LOCALIZER" in one.image_type for one in instances):
        return True
    text = f"{series.series_description} {series.protocol_name}".casefold()
    return len(instances) <= 30 and any(word in text for word in _SCOUT_WORDS)


_SILENT = (FindingKind.NO_PIXEL_SPACING,)  # the view has a badge of its own for it


def _notes(series: Series, instances: Sequence[Instance]) -> tuple[Message, ...]:
    """What the study doctor warns of."""
    if len(instances) < 2 or any(one.number_of_frames > 1 for one in instances):
        return ()
    found = examine([slice_of(one) for one in instances], series.modality)
    return tuple([one.text for one in found if one.is_warning and one.kind not in _SILENT])
