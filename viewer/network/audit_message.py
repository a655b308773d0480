"""Lines of the audit trail as audit messages (PS3.15 A.5.1), and those as syslog messages (RFC 5424, PS3.15 A.6)."""

from __future__ import annotations

import ipaddress
import json
import re
from xml.etree import ElementTree

from viewer.network.audit import AuditEvent

_PRIORITY = 10 * 8 + 5  # facility: security and authorization messages; severity: notice
_MESSAGE_ID = "DICOM+RFC3881"
_PROGRAM = "negatoscope"
_MEDIA = {"EXPORT": ("110154", "Destination Media"), "IMPORT": ("110155", "Source Media")}  # PS3.15 A.5.3.6, A.5.3.7
_NO_NAME = re.compile(r"[^!-~]")


def to_xml(line: bytes, source: str) -> bytes:
    """One line of the trail as an audit message (PS3.15 A.5.1), for a repository. `source`: the name of this system."""
    found = json.loads(line)
    code, meaning, action, type_code, type_meaning = AuditEvent[found["event"]].value
    root = ElementTree.Element("AuditMessage")
    identification = ElementTree.SubElement(
        root,
        "EventIdentification",
        EventActionCode=action,
        EventDateTime=found["time"],
        EventOutcomeIndicator=str(found["outcome"]),
    )
    _code(identification, "EventID", code, meaning)
    if type_code:
        _code(identification, "EventTypeCode", type_code, type_meaning)
    if found.get("detail"):
        ElementTree.SubElement(identification, "EventOutcomeDescription").text = found["detail"]
    peer_is_source = bool(found.get("peer_is_source", False))
    _participant(root, found.get("local_title") or source, "", not peer_is_source, is_source=not peer_is_source)
    if found.get("peer_title") or found.get("peer_address"):
        _participant(root, found.get("peer_title", ""), found.get("peer_address", ""), peer_is_source, is_source=peer_is_source)
    if found.get("user"):
        ElementTree.SubElement(root, "ActiveParticipant", UserID=found["user"], UserIsRequestor="true")
    if found["event"] in _MEDIA and found.get("detail"):
        media = ElementTree.SubElement(root, "ActiveParticipant", UserID=found["detail"], UserIsRequestor="false")
        _code(media, "RoleIDCode", *_MEDIA[found["event"]])
    ElementTree.SubElement(root, "AuditSourceIdentification", AuditSourceID=source)
    for uid, count in found.get("studies", {}).items():
        _study(root, uid, count, found.get("sop_class_uid", ""))
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _code(parent: ElementTree.Element, name: str, code: str, meaning: str) -> None:
    ElementTree.SubElement(parent, name, {"csd-code": code, "codeSystemName": "DCM", "originalText": meaning})


def _participant(root: ElementTree.Element, title: str, address: str, is_requestor: bool, *, is_source: bool) -> None:
    attributes = {
        "UserID": title or address,
        "AlternativeUserID": f"AETITLES={title}",
        "UserIsRequestor": str(is_requestor).lower(),
    }
    if address:
        attributes |= {"NetworkAccessPointID": address, "NetworkAccessPointTypeCode": "2" if _is_address(address) else "1"}
    participant = ElementTree.SubElement(root, "ActiveParticipant", attributes)
    _code(participant, "RoleIDCode", *(("110153", "Source Role ID") if is_source else ("110152", "Destination Role ID")))


def _study(root: ElementTree.Element, uid: str, count: int, sop_class_uid: str) -> None:
    """A study by its UID, which stands for its name, too: names are patients'. `count` 0 is not known yet."""
    attributes = {"ParticipantObjectID": uid, "ParticipantObjectTypeCode": "2", "ParticipantObjectTypeCodeRole": "3"}
    study = ElementTree.SubElement(root, "ParticipantObjectIdentification", attributes)
    _code(study, "ParticipantObjectIDTypeCode", "110180", "Study Instance UID")
    ElementTree.SubElement(study, "ParticipantObjectName").text = uid
    if count:
        description = ElementTree.SubElement(study, "ParticipantObjectDescription")
        of_class = {"UID": sop_class_uid} if sop_class_uid else {}
        ElementTree.SubElement(description, "SOPClass", {**of_class, "NumberOfInstances": str(count)})


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def to_syslog(line: bytes, host: str, process: int) -> bytes:
    """One line of the trail as a syslog message, counted by octets as TLS transport wants it (RFC 5425 4.3)."""
    document = to_xml(line, f"{_PROGRAM}@{host}")
    name = _NO_NAME.sub("_", host)[:255] or "-"
    head = f"<{_PRIORITY}>1 {json.loads(line)['time']} {name} {_PROGRAM} {process} {_MESSAGE_ID} - \ufeff"
    body = head.encode() + document
    return str(len(body)).encode() + b" " + body
