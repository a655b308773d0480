"""What is to be sent: which object a file holds, how it is written, and the presentation contexts a set of files needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from viewer.dicom.detect import Encoding, assumed_transfer_syntax
from viewer.dicom.header import is_directory_record_file, read_header
from viewer.dicom.transfer_syntaxes import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
)
from viewer.model.errors import BrokenFileError, NotDicomError
from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.network.association_pdu import MAXIMUM_CONTEXTS

UNCOMPRESSED = frozenset(
    (IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN)
)
_FALLBACKS = (EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN)


@frozen
class StorageItem:
    """One object in one file; its data set is all from `offset` on, written in `transfer_syntax_uid`."""

    path: str
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    offset: int
    study_instance_uid: str = ""
    series_instance_uid: str = ""


def read_item(path: str) -> StorageItem:
    """Look into a file that is to be sent. Raises NegatoscopeError subclasses: not DICOM, gone, not an object that can be sent."""
    header = read_header(path)
    if is_directory_record_file(header):
        raise NotDicomError(message("A DICOMDIR is a list of files, not an object that can be sent."), path=path)
    class_uid, instance_uid = header.code(0x00080016), header.code(0x00080018)
    if not class_uid or not instance_uid:
        raise BrokenFileError(message("The file has no SOP Class UID or no SOP Instance UID; no peer could take it."), path=path)
    syntax = header.transfer_syntax_uid
    encoding = header.layout.encoding
    if syntax in UNCOMPRESSED:
        if not encoding.deflated:
            syntax = assumed_transfer_syntax(encoding)  # what the bytes are, whatever the file says
    elif encoding != Encoding():
        raise BrokenFileError(message("The file is not written in the transfer syntax it names."), path=path)
    study, series = header.code(0x0020000D), header.code(0x0020000E)
    return StorageItem(path, class_uid, instance_uid, syntax, header.layout.offset, study, series)


Contexts = tuple[tuple[str, tuple[str, ...]], ...]


def contexts_of(class_uid: str, syntaxes: Iterable[str], offered: Sequence[str] = ()) -> Contexts:
    """One context for each original syntax alone, so that the peer cannot choose another; one to fall back on, without loss.

    `offered`: the compressed syntaxes that may be proposed; empty is any.
    """
    originals = sorted(uid for uid in set(syntaxes) if not offered or uid in offered or uid in UNCOMPRESSED)
    contexts: list[tuple[str, tuple[str, ...]]] = [(class_uid, (syntax,)) for syntax in originals]
    rest = tuple(syntax for syntax in _FALLBACKS if syntax not in originals)
    if rest:
        contexts.append((class_uid, rest))
    return tuple(contexts)


def plan(items: Sequence[StorageItem], offered: Sequence[str] = ()) -> list[tuple[list[StorageItem], Contexts]]:
    """The fewest associations: items, in their order, with contexts that fit into one association (PS3.8 9.3.2.2: 128)."""
    groups: dict[str, list[StorageItem]] = {}
    for item in items:
        groups.setdefault(item.sop_class_uid, []).append(item)
    batches: list[tuple[list[StorageItem], Contexts]] = []
    for class_uid, group in groups.items():
        contexts = contexts_of(class_uid, (item.transfer_syntax_uid for item in group), offered)
        if batches and len(batches[-1][1]) + len(contexts) <= MAXIMUM_CONTEXTS:
            batches[-1] = (batches[-1][0] + group, batches[-1][1] + contexts)
        else:
            batches.append((group, contexts))
    order = {id(item): place for place, item in enumerate(items)}
    return [(sorted(batch, key=lambda item: order[id(item)]), contexts) for batch, contexts in batches]
