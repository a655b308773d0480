"""Names and VRs of tags: those of the standard, and those of the makers whose private blocks are known (PS3.5 7.8)."""

from __future__ import annotations

from functools import lru_cache

from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary
from pydicom._private_dict import private_dictionaries
from pydicom.datadict import mask_match

from viewer.model.frozen import frozen

_KNOWN_ENTRIES = 4096


@frozen
class TagEntry:
    """A dictionary's line. `vr` may be "US or SS" and the like; "UN" where the tag is unknown. `keyword` is "" for private tags."""

    vr: str
    name: str
    keyword: str = ""
    vm: str = "1"
    is_retired: bool = False


_CREATOR = TagEntry("LO", "Private Creator", "PrivateCreator")
_PRIVATE = TagEntry("UN", "Private element")
_UNKNOWN = TagEntry("UN", "Unknown element")
_GROUP_LENGTH = TagEntry("UL", "Group Length", "GroupLength")


def is_private_creator(tag: int) -> bool:
    """True for (gggg,0010-00FF) with an odd group: it names the owner of a block (PS3.5 7.8.1)."""
    return bool(tag >> 16 & 1) and 0x10 <= tag & 0xFFFF <= 0xFF


@lru_cache(_KNOWN_ENTRIES)
def entry_of(tag: int, private_creator: str = "") -> TagEntry:
    """What the dictionaries know of `tag`; `private_creator` owns the block of a private one, "" where nobody does."""
    if tag >> 16 & 1:
        return _private_entry(tag, private_creator)
    found = DicomDictionary.get(tag)
    if found is None:
        if tag & 0xFFFF == 0:
            return _GROUP_LENGTH
        mask = mask_match(tag)
        found = RepeatersDictionary.get(mask) if mask else None
    if found is None:
        return _UNKNOWN
    vr, vm, name, retired, keyword = found
    return TagEntry(vr, name or keyword or _UNKNOWN.name, keyword, vm, bool(retired))


def _private_entry(tag: int, private_creator: str) -> TagEntry:
    if is_private_creator(tag):
        return _CREATOR
    if tag & 0xFFFF == 0:
        return _GROUP_LENGTH
    block = private_dictionaries.get(private_creator) or private_dictionaries.get(private_creator.strip())
    if not block:
        return _PRIVATE
    digits = f"{tag:08X}"
    for key in (digits, f"{digits[:4]}xx{digits[6:]}", f"{digits[:2]}xxxx{digits[6:]}"):
        if key in block:
            vr, vm, name, *_ = block[key]
            return TagEntry(vr or "UN", f"[{name}]" if name else _PRIVATE.name, "", vm)
    return _PRIVATE
