"""What WADO-RS and WADO-URI give besides whole instances: metadata, frames, rendered pictures, bulk data (PS3.18 10.4, 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlencode

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.network.dicomweb.json_model import read_document
from viewer.network.dicomweb.media_types import DICOM, DICOM_JSON, JSON, MULTIPART, OCTETS, boundary_of, parse_media_type
from viewer.network.dicomweb.multipart import MultipartReader
from viewer.network.dicomweb.resources import is_uid
from viewer.network.dicomweb.web_errors import not_dicom
from viewer.network.dicomweb.web_session import Answer, WebSession
from viewer.network.errors import ProtocolError
from viewer.network.identifier import QueryKeyError, Value

_PICTURES = ("image/png", "image/jpeg")


@frozen
class WebTarget:
    """A study, a series or an instance of an archive, by UIDs."""

    study: str
    series: str = ""
    instance: str = ""

    def __post_init__(self) -> None:
        uids = [uid for uid in (self.study, self.series, self.instance) if uid]
        if not self.study or (self.instance and not self.series) or not all(map(is_uid, uids)):
            raise QueryKeyError(
                message("This names no study, series or instance."),
                advice=message("Write it as STUDY, STUDY/SERIES or STUDY/SERIES/INSTANCE, each a UID."),
            )

    @property
    def path(self) -> str:
        """Below the root of the archive (PS3.18 table 10.1-1)."""
        parts = ["studies", self.study]
        if self.series:
            parts += ["series", self.series]
        if self.instance:
            parts += ["instances", self.instance]
        return "/".join(parts)

    def __str__(self) -> str:
        return "/".join(uid for uid in (self.study, self.series, self.instance) if uid)


def parse_target(text: str) -> WebTarget:
    """Read "STUDY[/SERIES[/INSTANCE]]". Raises QueryKeyError."""
    parts = text.strip("/").split("/")
    return WebTarget(*parts) if len(parts) <= 3 else WebTarget("")


@frozen
class Picture:
    """A rendered picture as the archive encoded it."""

    media_type: str
    content: bytes


@frozen
class FrameBytes:
    """The bytes of one frame: native pixels, or a compressed bit stream of `transfer_syntax_uid`."""

    content: bytes
    media_type: str
    transfer_syntax_uid: str


def metadata(session: WebSession, target: WebTarget) -> list[dict[str, Value]]:
    """Every attribute of each instance, without bulk data. Raises NetworkError."""
    with session.get(f"{target.path}/metadata", DICOM_JSON) as answer:
        answer.expect(DICOM_JSON, JSON)
        return read_document(answer.read(session.caller.limits.largest_document * 4))


def frames(session: WebSession, target: WebTarget, numbers: Sequence[int], *, transfer_syntax: str = "*") -> list[FrameBytes]:
    """Frames by number, from 1, in the order asked for. Raises NetworkError."""
    _need_instance(target)
    accept = f'{MULTIPART}; type="{OCTETS}"' + (f"; transfer-syntax={transfer_syntax}" if transfer_syntax else "")
    path = f"{target.path}/frames/{','.join(map(str, numbers))}"
    limit = session.caller.limits.largest_frame
    with session.get(path, accept) as answer:
        found = [
            FrameBytes(content, kind.name, kind.parameters.get("transfer-syntax", ""))
            for content, kind in ((content, parse_media_type(kind or OCTETS)) for kind, content in _parts(session, answer, limit))
        ]
    if len(found) != len(numbers):
        raise ProtocolError(
            message("The archive gave {count} frames where {asked} were asked for.", count=len(found), asked=len(numbers))
        )
    return found


def rendered(
    session: WebSession,
    target: WebTarget,
    *,
    frame: int = 0,
    media_type: str = "image/png",
    window: tuple[float, float] | None = None,
) -> Picture:
    """A picture of an instance, or of one of its frames. Raises NetworkError."""
    _need_instance(target)
    path = f"{target.path}/frames/{frame}/rendered" if frame else f"{target.path}/rendered"
    query = f"window={window[0]:g},{window[1]:g},linear" if window else ""
    with session.get(path, media_type, query=query) as answer:
        kind = answer.expect(*_PICTURES)
        return Picture(kind.name, answer.read(session.caller.limits.largest_document))


def bulk_data(session: WebSession, uri: str) -> bytes:
    """What a BulkDataURI of the same archive names. Raises NetworkError."""
    limit = session.caller.limits.largest_frame
    with session.get(uri, f'{MULTIPART}; type="{OCTETS}", {OCTETS};q=0.9') as answer:
        return b"".join(content for _, content in _parts(session, answer, limit))


def wado_uri(session: WebSession, target: WebTarget, *, media_type: str = DICOM, frame: int = 0) -> Answer:
    """One instance over WADO-URI, as a file or as a picture (PS3.18 9). Raises NetworkError."""
    _need_instance(target)
    keys = {
        "requestType": "WADO",
        "studyUID": target.study,
        "seriesUID": target.series,
        "objectUID": target.instance,
        "contentType": media_type,
    }
    if frame:
        keys["frameNumber"] = str(frame)
    answer = session.get(
        session.archive.wado_uri or session.archive.url, media_type, query=urlencode(keys, safe="/", quote_via=quote)
    )
    try:
        answer.expect(media_type)
    except BaseException:
        answer.close()
        raise
    return answer


def _need_instance(target: WebTarget) -> None:
    if not target.instance:
        raise QueryKeyError(message("This is asked of one instance; name study, series and instance."))


def _parts(session: WebSession, answer: Answer, limit: int) -> Iterator[tuple[str, bytes]]:
    """(content type, content) of every part of a multipart answer, or of an answer that is one part."""
    kind = answer.media_type
    if kind.name == MULTIPART:
        for part in MultipartReader(answer.pieces(), boundary_of(kind), session.caller.limits).parts():
            yield part.content_type, part.read(limit)
        return
    if kind.name.startswith("text/") or kind.name in (DICOM_JSON, JSON):
        raise not_dicom(kind.name)
    yield answer.headers.get("content-type", ""), answer.read(limit)
