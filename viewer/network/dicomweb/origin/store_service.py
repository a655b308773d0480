"""Store as provider: STOW-RS into the instance store, with the same checks and the same order of steps as C-STORE (PS3.18 10.5)."""

from __future__ import annotations

from collections.abc import Callable

from viewer.network.dicomweb.json_model import to_json
from viewer.network.dicomweb.media_types import DICOM, MULTIPART, OCTETS, boundary_of, parse_media_type
from viewer.network.dicomweb.multipart import MultipartReader, Part
from viewer.network.dicomweb.origin.http_message import RefusalError, WebReply, WebRequest, json_reply
from viewer.network.dicomweb.part10_stream import Part10Stream
from viewer.network.dicomweb.web_errors import not_dicom
from viewer.network.dicomweb.web_limits import DEFAULT_WEB_LIMITS, WebLimits
from viewer.network.errors import ProtocolError, RefusedError
from viewer.network.identifier import Identifier, Value
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.status import CANNOT_UNDERSTAND, NOT_AUTHORIZED

_WRONG_STUDY = 0xA900


class StoreService:
    """`received` is told of each instance that is safe."""

    def __init__(
        self, store: InstanceStore, received: Callable[[ReceivedInstance], None], limits: WebLimits = DEFAULT_WEB_LIMITS
    ) -> None:
        self._store, self._received, self._limits = store, received, limits

    def serve(self, request: WebRequest, study: str = "") -> WebReply:
        """Store every part of the request. Raises RefusalError when it is none."""
        try:
            kind = parse_media_type(request.headers.get("content-type", ""))
            if kind.name != MULTIPART or kind.parameters.get("type", DICOM) != DICOM:
                raise RefusalError(415, f'Objects come as {MULTIPART}; type="{DICOM}".')
            stored: list[Identifier] = []
            failed: list[Identifier] = []
            for part in MultipartReader(request.body, boundary_of(kind), self._limits).parts():
                self._take(part, request, study, stored, failed)
        except ProtocolError as error:
            raise RefusalError(400, str(error.reason)) from error
        if not stored and not failed:
            raise RefusalError(400, "The request holds no object.")
        answer: dict[str, Value] = {"RetrieveURL": f"{request.root}/studies/{study}"} if study else {}
        answer |= {"ReferencedSOPSequence": tuple(stored)} if stored else {}
        answer |= {"FailedSOPSequence": tuple(failed)} if failed else {}
        return json_reply(to_json(answer), status=200 if not failed else 202 if stored else 409)

    def _take(self, part: Part, request: WebRequest, study: str, stored: list[Identifier], failed: list[Identifier]) -> None:
        name = parse_media_type(part.content_type or DICOM).name
        stream = Part10Stream(self._store, lambda instance: study in ("", instance.study_instance_uid), request.address)
        try:
            if name not in (DICOM, OCTETS):
                raise RefusedError(not_dicom(name).reason, status=CANNOT_UNDERSTAND)
            instance = stream.take(part.pieces())
        except RefusedError as error:
            status = _WRONG_STUDY if error.status == NOT_AUTHORIZED else error.status
            failed.append(
                {
                    "ReferencedSOPClassUID": stream.sop_class_uid,
                    "ReferencedSOPInstanceUID": stream.sop_instance_uid,
                    "FailureReason": str(status),
                }
            )
            return
        self._received(instance)
        path = f"studies/{instance.study_instance_uid}/series/{instance.series_instance_uid}/instances"
        stored.append(
            {
                "ReferencedSOPClassUID": instance.sop_class_uid,
                "ReferencedSOPInstanceUID": instance.sop_instance_uid,
                "RetrieveURL": f"{request.root}/{path}/{instance.sop_instance_uid}",
            }
        )
