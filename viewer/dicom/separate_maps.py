"""Real World Value Mapping objects: what the stored values of other images stand for (PS3.3 A.46, C.11.12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from viewer.dicom.data_set import DataSet
from viewer.dicom.grey_tables import maps_of
from viewer.dicom.whole_header import read_whole_header
from viewer.model.errors import NegatoscopeError
from viewer.model.luts import RealWorldMap, SeparateMaps

REAL_WORLD_VALUE_MAPPING = "1.2.840.10008.5.1.4.1.1.67"
_CLASS, _MAPPED_IMAGES, _MAPS = 0x00080016, 0x00409094, 0x00409096
_IMAGES, _UID, _FRAMES, _SEGMENTS = 0x00081140, 0x00081155, 0x00081160, 0x0062000B


def read_separate_maps(paths: Iterable[str], *, is_signed: bool, bits_stored: int) -> SeparateMaps:
    """What the mapping objects at `paths` say of images whose stored values are such; a file that cannot be read says nothing."""
    found: dict[str, list[tuple[frozenset[int], tuple[RealWorldMap, ...]]]] = {}
    for path in paths:
        try:
            top = read_whole_header(path).data_set
        except NegatoscopeError:
            continue
        for item in top.items(_MAPPED_IMAGES) if top.code(_CLASS) == REAL_WORLD_VALUE_MAPPING else ():
            maps = maps_of(item.items(_MAPS), is_signed=is_signed, bits_stored=bits_stored)
            for uid, frames in _named(item) if maps else ():
                found.setdefault(uid, []).append((frames, maps))
    return SeparateMaps({uid: tuple(said) for uid, said in found.items()})


def _named(item: DataSet) -> Iterator[tuple[str, frozenset[int]]]:
    """UID and frame numbers of the images that are mapped; one of which only segments are meant is left out."""
    for image in item.items(_IMAGES):
        uid = image.code(_UID)
        if uid and _SEGMENTS not in image:
            yield uid, frozenset(map(int, image.numbers(_FRAMES, b"IS")))
