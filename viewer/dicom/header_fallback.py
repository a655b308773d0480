"""Headers that the quick walk does not understand: pydicom, then the walk of the tag list, within limits of size and time."""

from __future__ import annotations

import logging
import warnings
from io import BytesIO

from viewer.dicom.byte_sources import FileBytes
from viewer.dicom.detect import Layout

MAX_BYTES = 1024 * 1024  # pydicom takes about a second for a megabyte of empty elements
_log = logging.getLogger(__name__)


def read_with_pydicom(source: FileBytes, layout: Layout, tags: frozenset[int], out: dict[int, bytes]) -> None:
    """Add the raw values of `tags` that pydicom finds to `out`. A file that pydicom cannot read either adds nothing."""
    if layout.encoding.deflated:  # pydicom inflates without a limit
        return
    import pydicom  # only odd files need it, and its import takes longer than a thousand of ours
    from pydicom.dataelem import RawDataElement

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = pydicom.dcmread(BytesIO(source.read(0, MAX_BYTES)), stop_before_pixels=True, force=True)
            for tag in tags:
                element = found._dict.get(pydicom.tag.BaseTag(tag))  # get_item would convert
                if isinstance(element, RawDataElement):
                    out[tag] = element.value or b""
                elif element is not None and tag not in out and tag == 0x00080005:
                    out[tag] = _as_bytes(element.value)
    except Exception as error:  # pydicom raises nearly anything on damaged files, RecursionError included
        _log.debug("pydicom gave up on a header: %s", type(error).__name__)


def _as_bytes(value: object) -> bytes:
    values = [str(one) for one in value] if isinstance(value, list | tuple) or hasattr(value, "append") else [str(value or "")]  # type: ignore[attr-defined]
    return "\\".join(values).encode("ascii", "replace")


def mend(source: FileBytes, layout: Layout, tags: frozenset[int], out: dict[int, bytes]) -> None:
    """Add what of `tags` is still missing in `out` and can be read after damage, as the list of tags does (`tag_walk`)."""
    if layout.encoding.deflated:
        return
    from viewer.dicom.tag_walk import ElementTable, TagWalk
    from viewer.model.tags import ROOT

    table = ElementTable()
    TagWalk(source, table).run(layout.offset, layout.encoding, min(source.size, MAX_BYTES))
    for tag, parent, raw in zip(table.tags, table.parents, table.raw, strict=True):
        if parent == ROOT and tag in tags and raw:
            out.setdefault(tag, raw)
