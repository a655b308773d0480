"""Media types with parameters, as they stand in Content-Type and Accept (RFC 9110 8.3, RFC 2046 5.1.1, PS3.18 8.7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.network.errors import ProtocolError

DICOM = "application/dicom"
DICOM_JSON = "application/dicom+json"
JSON = "application/json"
MULTIPART = "multipart/related"
OCTETS = "application/octet-stream"

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TYPE = re.compile(rf"\s*({_TOKEN}/{_TOKEN})\s*")
# Values without quotes are tokens by the letter of the standard; boundaries with "=" or "/" are about all the same.
_PARAMETER = re.compile(rf";\s*(?:({_TOKEN})\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]+)))?\s*")
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_LONGEST = 4096


@frozen
class MediaType:
    """`name` in lower case, parameters with names in lower case."""

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def quality(self) -> float:
        """Its weight in Accept, 0 to 1."""
        try:
            return min(max(float(self.parameters.get("q", "1")), 0.0), 1.0)
        except ValueError:
            return 0.0


def parse_media_type(text: str) -> MediaType:
    """One media type. Raises ProtocolError."""
    found, end = _one(text, 0)
    if end != len(text):
        raise _malformed()
    return found


def parse_accept(text: str) -> tuple[MediaType, ...]:
    """All media types of an Accept header, the most wanted first; those with q=0 are left out. Raises ProtocolError."""
    found: list[MediaType] = []
    at = 0
    while at < len(text):
        one, at = _one(text, at)
        found.append(one)
        if at < len(text):
            if text[at] != ",":
                raise _malformed()
            at += 1
    return tuple(sorted((one for one in found if one.quality > 0), key=lambda one: -one.quality))


def _one(text: str, at: int) -> tuple[MediaType, int]:
    name = _TYPE.match(text, at) if len(text) <= _LONGEST else None
    if name is None:
        raise _malformed()
    at = name.end()
    parameters: dict[str, str] = {}
    while parameter := _PARAMETER.match(text, at):
        key, quoted, plain = parameter.groups()
        if key is not None:
            if key.lower() in parameters:
                raise _malformed()
            parameters[key.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain
        at = parameter.end()
    return MediaType(name[1].lower(), parameters), at


def boundary_of(media_type: MediaType) -> bytes:
    """What separates the parts of a multipart message. Raises ProtocolError when there is none, or it cannot be one."""
    boundary = media_type.parameters.get("boundary", "")
    if not media_type.name.startswith("multipart/") or not _BOUNDARY.fullmatch(boundary):
        raise ProtocolError(message("The answer does not say how its parts are separated."))
    return boundary.encode("ascii")


def _malformed() -> ProtocolError:
    return ProtocolError(message("The peer's media type is malformed."))
