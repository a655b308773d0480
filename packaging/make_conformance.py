"""Writes the DICOM conformance statement, resources/guide/conformance.md, from the tables the program works with (PS3.2).

    python packaging/make_conformance.py            write the file
    python packaging/make_conformance.py --check    change nothing; 1 when the file is not what the tables say

Sentences stand here; UIDs, names, keys, status codes, limits and ciphers come from the code. Over 400 lines: one document, in
the order of PS3.2.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from conformance_configuration import rows

from viewer import __version__
from viewer.app.send_jobs import PATIENT, PER_NODE, WORKERS
from viewer.dicom.charset import defined_terms
from viewer.dicom.sop_classes import storage_classes
from viewer.dicom.transfer_syntaxes import is_video, name_of_transfer_syntax, transfer_syntaxes
from viewer.library.peer_columns import INSTANCE_ATTRIBUTES, PATIENT_ATTRIBUTES, SERIES_ATTRIBUTES, STUDY_ATTRIBUTES
from viewer.model.nodes import ApplicationEntity, NodeTimeouts, RemoteNode
from viewer.network import tls, worklist
from viewer.network.association import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from viewer.network.association_pdu import MAXIMUM_CONTEXTS
from viewer.network.audit import LARGEST, AuditEvent
from viewer.network.audit_syslog import PORT as SYSLOG_PORT
from viewer.network.commitment import STORAGE_COMMITMENT, failure_meaning
from viewer.network.commitment_scp import MOST_REFERENCES
from viewer.network.dicomweb.origin.web_listener import DEFAULT_SERVER_LIMITS, WebPlace
from viewer.network.dicomweb.qido import PAGE
from viewer.network.dicomweb.resources import RESOURCES
from viewer.network.dicomweb.stow import BATCH_BYTES, BATCH_COUNT, SYNTAX_REFUSED
from viewer.network.dicomweb.web_limits import DEFAULT_WEB_LIMITS
from viewer.network.identifier import SYNTAXES, tag_of
from viewer.network.limits import DEFAULT_LIMITS, GIB, KIB, MIB
from viewer.network.mpps import MODALITY_PERFORMED_PROCEDURE_STEP, StartedStep, creation
from viewer.network.query_retrieve_scp import MOST_ANSWERS, MOST_INSTANCES
from viewer.network.query_scu import FIND, GET, MOVE, Level, Query, Root, request_identifier
from viewer.network.report_delivery import PATIENT_REPORT
from viewer.network.retrieve_scu import BATCH, COMMON_CLASSES
from viewer.network.status import known_statuses, may_pass
from viewer.network.verification import VERIFICATION

PATH = Path(__file__).resolve().parent.parent / "resources" / "guide" / "conformance.md"
_SERVICES = {"FIND": FIND, "MOVE": MOVE, "GET": GET}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def tag(keyword: str) -> str:
    number = tag_of(keyword)
    return f"({number >> 16:04X},{number & 0xFFFF:04X})"


def keys(keywords: Iterable[str]) -> list[tuple[str, str]]:
    return [(keyword, tag(keyword)) for keyword in keywords]


def information_models() -> list[tuple[str, str, str]]:
    return [
        (f"{root.value.title()} Root Query/Retrieve Information Model - {name}", uids[root], name)
        for root in Root
        for name, uids in _SERVICES.items()
    ]


def overview() -> str:
    rows = [("Verification", VERIFICATION, "yes", "yes")]
    rows += [(f"Storage: {len(storage_classes())} classes, see below", "", "yes", "yes")]
    rows += [(name, uid, "yes", "yes") for name, uid, _ in information_models()]
    rows += [
        ("Modality Worklist Information Model - FIND", worklist.MODALITY_WORKLIST_FIND, "yes", "no"),
        ("Modality Performed Procedure Step", MODALITY_PERFORMED_PROCEDURE_STEP, "yes", "no"),
        ("Storage Commitment Push Model", STORAGE_COMMITMENT, "yes", "yes"),
    ]
    return "## 1. Overview\n\n" + table(("SOP class", "UID", "as SCU", "as SCP"), rows)


def implementation() -> str:
    return f"""## 2. Implementation

Implementation Class UID {IMPLEMENTATION_CLASS_UID}, Implementation Version Name {IMPLEMENTATION_VERSION_NAME}.

One Application Entity, titled {ApplicationEntity().ae_title} unless the user gives another title. It calls other nodes when
the user, a
queued job or a routing rule asks for it. It listens only when the user has switched that on; then on
{ApplicationEntity().interface} and port
{ApplicationEntity().port} unless the user chooses another interface and port. Listener and jobs run in a process of their
own, with or without
the window (`negatoscope node`).

Data flow: what arrives becomes a file, then an entry of the library, then the peer is told of success. Queries of peers are
answered from
the library. What the user or a rule sends is queued in a file that survives the end of the process, however it comes."""


def association_policy() -> str:
    limits, node = DEFAULT_LIMITS, RemoteNode("X", "x")
    times = NodeTimeouts()
    rows = [
        ("Application context", "1.2.840.10008.3.1.1.1"),
        ("Maximum length received, announced", f"{limits.maximum_pdu} bytes (per node: {node.maximum_pdu})"),
        ("Longest PDU put up with", f"{limits.largest_pdu // MIB} MiB; longer ones end the association before they are read"),
        ("Presentation contexts in one proposal", f"at most {MAXIMUM_CONTEXTS}; more classes take several associations"),
        ("Associations accepted at once", f"{limits.associations}, {limits.associations_per_address} from one address; then 2/3/2"),
        ("Connections waiting to agree", f"{limits.waiting}"),
        ("Associations opened at once", f"{WORKERS} for queued jobs, {PER_NODE} of them to one node"),
        ("Asynchronous operations", "a proposed window is answered with 1, 1; none is proposed"),
        ("User identity", "name, name and password, JSON Web Token: shown to nodes that want it, checked when the node is told to"),
        (
            "SOP Class Extended Negotiation",
            "relational queries and fuzzy matching of names: asked for when the user wants, granted to peers",
        ),
        (
            "Time to connect, to agree, for an answer",
            f"{times.connect:g} s, {times.association:g} s, {times.response:g} s; per node",
        ),
        ("Time for the next answer to a C-MOVE", f"{times.move:g} s; per node"),
        ("Accepted association without a message", f"ended after {limits.idle_seconds:g} s"),
        ("One PDU", f"{limits.pdu_seconds:g} s, and not slower than {limits.slowest_rate // KIB} KiB/s"),
        ("Identifier, data set", f"at most {limits.largest_identifier // MIB} MiB, {limits.largest_object // GIB} GiB"),
    ]
    return f"""## 3. Associations

{table(("What", "How"), rows)}

Rejections given: called AE title not recognized 1/1/7, calling AE title (or its address) not in the user's list 1/1/3, user
identity not
accepted 1/2/1, application context not supported 1/1/2, protocol version not supported 1/2/2, local limit exceeded 2/3/2.
Rejections of peers that are transient (2/x/x) are tried again, permanent ones
are not."""


def verification() -> str:
    return f"""## 4. Verification

As SCU and SCP, class {VERIFICATION}, transfer syntaxes Implicit VR Little Endian and Explicit VR Little Endian."""


def storage() -> str:
    offered = [(uid, name, "as it is" if not is_video(uid) else "as it is, never re-encoded") for uid, name in transfer_syntaxes()]
    return f"""## 5. Storage

### 5.1 As SCU

Any object with a SOP Class UID and a SOP Instance UID is sent, private classes too. For each class one context is proposed
for each
transfer syntax its objects are written in, alone, and one with Explicit and Implicit VR Little Endian. An object goes out as
it is when its
own syntax was accepted, else uncompressed without loss. Nothing is ever compressed, no video is ever re-encoded; what the
peer does not
take is left out and said. Element values are not changed.

| Status | What we do |
| --- | --- |
| 0000 | stored |
| Bxxx | stored, with a remark that is shown |
| A7xx | tried again: up to {PATIENT.attempts} times, after {PATIENT.first:g} s and then each time {
        PATIENT.factor:g} times longer, at most {PATIENT.longest:g} s |
| A9xx, Cxxx, 01xx, 02xx | failed; shown, not tried again by itself |

What broke with its association or found nobody there is tried again in the same way. What was acknowledged is not sent again.

### 5.2 As SCP

Level 2 (full): all elements are kept, private ones too, byte by byte as they came. All classes and transfer syntaxes below
are accepted; of
several syntaxes in one context Explicit VR Little Endian is chosen first, then Implicit VR Little Endian, then the first
that is known.
Private classes and syntaxes are accepted when the user has switched that on. There is no coercion.

Success is answered only when the object is on the disk (file and folder synchronised) and in the library. The same object
again is success and
not stored twice. Other content under a known SOP Instance UID is kept beside the first and shown to the user.

{
        table(
            ("Status", "When"),
            [
                ("0000", "stored, or here already with the same content"),
                ("A700", f"less than {DEFAULT_LIMITS.free_space // MIB} MiB would be free, or disk or library refuse"),
                ("A900", "SOP Class or Instance UID in the data set are not those of the request, or of the context"),
                ("C000", "the data set cannot be read, or inflates beyond all bounds"),
                ("0124", "during our own C-GET: an object nobody asked for"),
                ("0211", "a request that is no C-STORE"),
            ],
        )
    }

### 5.3 Storage SOP classes

{table(("Name", "UID"), [(name, uid) for uid, name in storage_classes()])}

### 5.4 Transfer syntaxes

{table(("UID", "Name", "Received and sent"), offered)}"""


def query_retrieve() -> str:
    syntaxes = " and ".join(name_of_transfer_syntax(uid) for uid in SYNTAXES)
    asked = []
    for level in Level:
        root = Root.PATIENT if level is Level.PATIENT else Root.STUDY
        asked += [(level.value, *key) for key in keys(key for key in request_identifier(Query(level, root=root)))]
    answered = [
        (level.value, *key)
        for level, keywords in zip(
            Level, (PATIENT_ATTRIBUTES, STUDY_ATTRIBUTES, SERIES_ATTRIBUTES, INSTANCE_ATTRIBUTES), strict=True
        )
        for key in keys(keywords)
    ]
    return f"""## 6. Query/Retrieve

{table(("Information model", "UID", "Service"), information_models())}

Transfer syntaxes of the identifiers: {syntaxes}.

### 6.1 As SCU

Single value, list of UIDs, wildcard, range, sequence and universal matching. Return keys that are asked for:

{table(("Level", "Key", "Tag"), asked)}

Answers that contradict the keys are left out. C-FIND is cancelled when the limit of answers is reached or the user stops it.
C-GET proposes the
classes that the peer said it has, else {len(COMMON_CLASSES)} common ones, as SCP, each in as many original transfer syntaxes as
{
        MAXIMUM_CONTEXTS
    } contexts allow. What has arrived is compared with what an IMAGE level query said; what is missing is asked for again, at most
{BATCH} SOP Instance UIDs in one request. C-MOVE names our own AE title or another; to our own it is counted and asked again in the
same way. What nobody waits for yet, the rest of a study that is looked at, is asked for with LOW priority.

### 6.2 As SCP

Keys are matched by the rules of PS3.4 C.2.2.2; names in any case, with or without accents: that is all that fuzzy matching
adds, there is no phonetic search. Below the first level the unique
keys of the levels
above are needed unless relational queries were negotiated. At most {MOST_ANSWERS} answers, {
        MOST_INSTANCES
    } instances in one retrieve, then
A700. Known attributes, each matching and returned; lower levels return those above them too:

{table(("Level", "Attribute", "Tag"), answered)}

Answers are written in ISO_IR 192 when they need more than ASCII. Retrieve AE Title (0008,0054) is ours. C-MOVE goes to nodes
of the user's list
and to those named at the start of the node.

{
        table(
            ("Status", "When"),
            [
                ("FF00", "pending"),
                ("0000", "done"),
                ("FE00", "cancelled by the peer"),
                ("B000", "some sub-operations failed"),
                ("A700", "over the limits above"),
                ("A702", "all sub-operations failed"),
                ("A801", "the move destination is not known"),
                ("A900", "the identifier does not fit the level or the model"),
                ("C000", "the library could not answer"),
                ("0211", "a request that is not of the service of its context"),
            ],
        )
    }"""


def worklist_and_steps() -> str:
    identifier = worklist.request_identifier({})
    steps = identifier[worklist.STEPS]
    outer = [("", *key) for key in keys(key for key in identifier if key != worklist.STEPS)]
    inner = [("Scheduled Procedure Step Sequence", *key) for key in keys(steps[0] if not isinstance(steps, str) else ())]
    step = creation(StartedStep("CT", "X", "1", datetime(2026, 1, 1)))
    return f"""## 7. Modality Worklist

As SCU, class {worklist.MODALITY_WORKLIST_FIND}. Every key may carry a value to match; dates may be words (today,
yesterday-today, week).

{table(("Inside", "Key", "Tag"), [*outer, *inner])}

## 8. Modality Performed Procedure Step

As SCU, class {MODALITY_PERFORMED_PROCEDURE_STEP}: N-CREATE with the state IN PROGRESS, N-SET with COMPLETED or DISCONTINUED.
Attributes of
the N-CREATE:

{table(("Attribute", "Tag"), keys(step))}

The N-SET holds Performed Procedure Step Status, End Date, End Time, Performed Protocol Code Sequence and Performed Series
Sequence."""


def commitment() -> str:
    reasons = [(f"{code:04X}", failure_meaning(code)) for code in (0x0110, 0x0112, 0x0119, 0x0122, 0x0131, 0x0213)]
    return f"""## 9. Storage Commitment

As SCU: N-ACTION 1; the report is taken on the same association or, while we listen, on another. What the node of the window
asked for is asked again after a restart, under a new Transaction UID; a report to any earlier one is taken, however late.

As SCP: answered from the library; an object
is committed when it is indexed under the class that was named and its file is there. A peer of the user's list gets the
report on an association
of our own, tried again after {", ".join(f"{pause:.0f}" for pause in PATIENT_REPORT.pauses[1:])} s and then at the last pause
for {PATIENT_REPORT.longest / 3600:.0f} hours, also after a restart; another gets it on the same association. Objects stay
until the user removes them.

{table(("Failure reason", "Meaning"), reasons)}

An N-ACTION is answered with 0000, or 0106 (more than {MOST_REFERENCES} references, or one without UIDs), 0110 (the library
could not answer), 0112 (another instance than the well-known one), 0120 (no Transaction UID or no references), 0123 (another
action), 0211 (not offered)."""


def statuses() -> str:
    rows = [(f"{code:04X}", text, "yes" if may_pass(code) else "") for code, text in known_statuses()]
    return "## 10. Status codes of peers, in words\n\n" + table(("Status", "Shown as", "Tried again"), rows)


def network() -> str:
    return f"""## 11. Network and security

TCP/IP, IPv4 and IPv6. TLS for calling and for being called, 1.2 or newer (BCP 195), with certificates of both sides where
the user gives them;
chain and host name are checked unless the user gives that up for one node. TLS 1.2 suites (OpenSSL): `{
        tls._CIPHERS
    }`; TLS 1.3: those of OpenSSL.
Callers can be limited to AE titles, each with the address it calls from, and to users. Passwords and tokens are kept in the
system's key store
alone. The association log holds no patient text.

JSON Web Tokens of callers are checked when they are signed with HS256; other algorithms are not accepted. The listener
announces its TLS by BCP 195 alone: no Basic or AES profile of older editions.

Audit trail (PS3.15 A.5) in files of chained hashes, each put aside at {LARGEST // MIB} MiB and never deleted. Studies that
are opened, taken in from files or exported are written down unless the user switches that off. Where a
repository is named (`--audit-to`, or `audit.json`) every message is also sent to it as syslog over TLS (PS3.15 A.6, RFC 5425,
port {SYSLOG_PORT} unless another is given), in order, and again after a cut:

{
        table(
            ("Event", "Code (DCM)", "Type"),
            [
                (event.value[1], event.value[0], f"{event.value[4]} ({event.value[3]})" if event.value[3] else "")
                for event in AuditEvent
            ],
        )
    }"""


def characters() -> str:
    return f"""## 12. Character sets

Read, with code extensions where the standard has them: {", ".join(defined_terms())}. Queries are written in the node's own set
(ISO_IR 192 unless the user chooses another) where they need more than ASCII."""


def media() -> str:
    return """## 13. Media

File-set reader: DICOMDIR and any folder of DICOM files. No file-set is written."""


def dicomweb() -> str:
    web, server = DEFAULT_WEB_LIMITS, DEFAULT_SERVER_LIMITS
    rows = [
        (one.transaction, f"{one.method} `{one.path}`", one.media_types, "yes" if one.asked else "no", "yes" if one.given else "no")
        for one in RESOURCES
    ]
    return f"""## 14. DICOMweb

{table(("Transaction", "Resource", "Media types", "as user agent", "as origin server"), rows)}

HTTP/1.1, plain or over TLS as in section 11. As user agent: instances are asked for in the transfer syntax they are stored in
(`transfer-syntax=*`), whole studies or series in one request; after a cut only what is missing by SOP Instance UID. Searches
ask for {PAGE} answers at a time, and answers are compared with the keys again. The user is shown by Basic, by a bearer token,
or by a login at an OpenID provider (authorization code with PKCE). STOW-RS: at most {BATCH_COUNT} objects or
{BATCH_BYTES // MIB} MiB in one request, in the transfer syntax they are stored in; one that is refused for it (failure reason
{SYNTAX_REFUSED:04X}, HTTP 409 or 415) is sent once more in Explicit VR Little Endian, without loss, and reported so.
At most {web.parts} parts, {web.largest_response // GIB} GiB in one answer,
{web.dicom.largest_object // GIB} GiB in one part; {web.redirects} redirects, within one host.

As origin server (`negatoscope web`, `negatoscope node --web-port`): off until switched on, then on {WebPlace().interface},
port {WebPlace().port}, root `/{WebPlace().root}`, unless the user chooses otherwise; reads alone unless storing is allowed.
Callers show a token, or name and password, where that is asked for. At most {server.connections} connections,
{server.answers} answers to one search (then with Warning 299), {server.largest_head // KIB} KiB of headers. Keys are matched
as in C-FIND; fuzzymatching is answered by literal matching and Warning 299. Without a transfer syntax in Accept, instances
and frames are given in Explicit VR Little Endian where a decoder is known."""


def configuration() -> str:
    return f"""## 15. Configuration

In the window's dialogs, by the options of the command line, or in files that the program exports and imports:

{table(("Of", "Parameter", "By itself"), rows())}"""


def statement() -> str:
    """The whole file."""
    head = f"""# DICOM conformance statement

Negatoscope {__version__}. Made from the program's own tables; the order is that of PS3.2. Not a medical device."""
    parts = (
        head, overview(), implementation(), association_policy(), verification(), storage(), query_retrieve(), worklist_and_steps(),
        commitment(), statuses(), network(), characters(), media(), dicomweb(), configuration(),
    )  # fmt: skip
    return "\n\n".join(flowing(block) for part in parts for block in part.split("\n\n")) + "\n"


def flowing(block: str) -> str:
    """A paragraph in lines of even length; tables and headings stay."""
    return block if block.startswith(("|", "#")) else textwrap.fill(block, 120, break_long_words=False, break_on_hyphens=False)


def main(arguments: Sequence[str]) -> int:
    text = statement()
    if "--check" in arguments:
        if PATH.exists() and PATH.read_text(encoding="utf-8") == text:
            return 0
        print(f"{PATH.name} is not what the tables say; run python packaging/make_conformance.py", file=sys.stderr)
        return 1
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
