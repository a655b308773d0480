"""Which resources of PS3.18 are asked for and given: what the conformance statement says, and a test holds true."""

from __future__ import annotations

import re

from viewer.model.frozen import frozen
from viewer.network.dicomweb.media_types import DICOM, DICOM_JSON, OCTETS

_STUDY, _SERIES = "/studies/{study}", "/studies/{study}/series/{series}"
_INSTANCE = _SERIES + "/instances/{instance}"
_PARTS = "multipart/related; type="
_PICTURES = "image/jpeg, image/png"
_UID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,127}")


def is_uid(text: str) -> bool:
    """True for what may stand in a path as a UID: also longer ones, and with letters, as there are; never a path of its own."""
    return _UID.fullmatch(text) is not None


@frozen
class Resource:
    """`path` below the root of the service; `asked` as user agent, `given` as origin server."""

    transaction: str
    method: str
    path: str
    media_types: str
    asked: bool
    given: bool


RESOURCES = (
    *(
        Resource("Search (QIDO-RS)", "GET", path, DICOM_JSON, asked, True)
        for path, asked in (
            ("/studies", True),
            ("/series", True),
            (f"{_STUDY}/series", True),
            ("/instances", True),
            (f"{_STUDY}/instances", True),
            (f"{_SERIES}/instances", True),
        )
    ),
    Resource("Retrieve (WADO-RS)", "GET", _STUDY, f'{_PARTS}"{DICOM}"', True, True),
    Resource("Retrieve (WADO-RS)", "GET", _SERIES, f'{_PARTS}"{DICOM}"', True, True),
    Resource("Retrieve (WADO-RS)", "GET", _INSTANCE, f'{_PARTS}"{DICOM}", {DICOM}', True, True),
    *(Resource("Retrieve metadata", "GET", f"{path}/metadata", DICOM_JSON, True, True) for path in (_STUDY, _SERIES, _INSTANCE)),
    Resource(
        "Retrieve frames", "GET", f"{_INSTANCE}/frames/{{frames}}", f'{_PARTS}"{OCTETS}" or of the compressed frame', True, True
    ),
    Resource("Retrieve rendered", "GET", f"{_INSTANCE}/rendered", _PICTURES, True, True),
    Resource("Retrieve rendered", "GET", f"{_INSTANCE}/frames/{{frame}}/rendered", _PICTURES, True, True),
    Resource("Retrieve bulk data", "GET", f"{_INSTANCE}/bulkdata", f'{_PARTS}"{OCTETS}", {OCTETS}', True, True),
    Resource("Store (STOW-RS)", "POST", "/studies", f'{_PARTS}"{DICOM}"', True, True),
    Resource("Store (STOW-RS)", "POST", _STUDY, f'{_PARTS}"{DICOM}"', True, True),
    Resource("Retrieve (WADO-URI)", "GET", "/wado", f"{DICOM}, {_PICTURES}", True, True),
)
