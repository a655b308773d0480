"""A small picture of a series from its archive: its thumbnail, or its middle instance rendered (PS3.18 10.4.1.1.3, 10.4.1.1.5)."""

from __future__ import annotations

from viewer.network.dicomweb.qido import WebQuery, search
from viewer.network.dicomweb.wado import WebTarget
from viewer.network.dicomweb.web_errors import WebError
from viewer.network.dicomweb.web_session import WebSession
from viewer.network.identifier import text_of
from viewer.network.query_scu import Level

LARGEST = 4 << 20  # bytes
_JPEG = "image/jpeg"
_NOT_KNOWN = (400, 404, 405, 406, 410, 501)


class SeriesPictures:
    """Of one archive; remembers what it does not know. Thread-safe."""

    def __init__(self, session: WebSession) -> None:
        self._session = session
        self._gives_thumbnails = True

    def jpeg(self, target: WebTarget, count: int, size: int) -> bytes:
        """A JPEG of a series of `count` instances (0: unknown), about `size` pixels wide; b"" where the archive gives none.

        Raises NetworkError.
        """
        if self._gives_thumbnails:
            found = self._picture(f"{target.path}/thumbnail", size)
            if found:
                return found
            self._gives_thumbnails = False
        keys = {"StudyInstanceUID": target.study, "SeriesInstanceUID": target.series}
        offsets = (count // 2, 0) if count > 1 else (0,)  # some archives know no offset
        queries = (WebQuery(Level.IMAGE, dict(keys), limit=1, offset=offset, page=1) for offset in offsets)
        middle = next((row for query in queries for row in search(self._session, query)), None)
        if middle is None:
            return b""
        instance = WebTarget(target.study, target.series, text_of(middle, "SOPInstanceUID"))
        return self._picture(f"{instance.path}/rendered", size) or self._picture(f"{instance.path}/rendered", 0)

    def _picture(self, path: str, size: int) -> bytes:
        query = f"viewport={size},{size}" if size else ""
        try:
            with self._session.get(path, _JPEG, query=query) as answer:
                answer.expect(_JPEG)
                return answer.read(LARGEST)
        except WebError as error:
            if error.status and error.status not in _NOT_KNOWN:
                raise
            return b""
