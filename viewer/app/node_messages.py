"""What the window and the node say to each other through a pipe: one frozen value a line, as JSON with the name of its type.

Orders go to the node, events come from it. A line that is none is passed over: neither side ends because of the other.
Over 400 lines: one small type for each thing that is said, side by side.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, field, fields
from typing import TYPE_CHECKING, Any, TypeAlias

from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message

if TYPE_CHECKING:  # the window reads the queue only where there is one
    from viewer.library.commitment_store import Commitment
    from viewer.library.fetch_store import Fetch
    from viewer.library.job_store import Job

_LARGEST = 64 * 1024 * 1024
SECRET_MARK = "needs_secret"  # beside a sentence that the queue keeps: a password or token is missing or wrong


@frozen
class Listen:
    """Begin to listen, anew when it does. `settings`: NodeSettings as `settings_to_plain` writes them."""

    settings: Mapping[str, Any]


@frozen
class StopListening:
    pass


@frozen
class CallAs:
    """Our AE title while we do not listen."""

    ae_title: str


@frozen
class Send:
    """Queue files for a node or an archive, given as its list writes it.

    `ticket` comes back in `Queued`; the same ticket again is the same job: an order may be given twice when the node died.
    `commit`: when all is sent, the node is asked to answer for it; told of by `Committed` with the number of the job.
    """

    node: Mapping[str, Any]
    paths: tuple[str, ...]
    ticket: str
    commit: bool = False


@frozen
class ChangeJob:
    """`action`: pause, resume, cancel, retry or forget."""

    job: int
    action: str


@frozen
class ListJobs:
    """Answered by a `JobNow` or `FetchNow` for each, the oldest first, and a `Committed` for what is known of their objects."""


@frozen
class KeepSecret:
    """For this run: a password the user typed. It is never written anywhere."""

    name: str
    secret: str

    def __repr__(self) -> str:
        return f"KeepSecret({self.name!r})"


@frozen
class Commit:
    """Ask a node to answer for objects: (SOP Class UID, SOP Instance UID) each. `ticket` comes back in `Committed`."""

    node: Mapping[str, Any]
    references: tuple[tuple[str, str], ...]
    seconds: float
    ticket: str


@frozen
class Ask:
    """C-FIND: `level` and `root` as ``network.query_scu`` names them, `keys` as identifiers are. Answered by `Answers`, `Ended`.

    The first `offset` answers are left out: an archive does that itself, a node gives them again.
    """

    node: Mapping[str, Any]
    level: str
    root: str
    keys: Mapping[str, Any]
    ticket: str
    limit: int = 0
    offset: int = 0


@frozen
class Retrieve:
    """Queue an entity, named by its unique keys, to be fetched into the library; answered by `Queued` once it is written down.

    The same ticket again is the same job. Told of by `FetchNow`, `Fetching`, `Received` for each object, and by `Ended` when
    nothing is tried by itself any more. `is_ahead`: nobody waits for it. `holder`: which running program wants it.
    """

    node: Mapping[str, Any]
    level: str
    root: str
    keys: Mapping[str, str]
    ticket: str
    title: str = ""
    is_ahead: bool = False
    holder: str = ""


@frozen
class ChangeFetch:
    """`action`: pause, resume, cancel, retry or forget."""

    ticket: str
    action: str


@frozen
class Stop:
    """Stop an `Ask` or a `Check`, or cancel a `Retrieve`; the peer is told."""

    ticket: str


@frozen
class Check:
    """Test a node step by step. Answered by a `Checked` for each step and `Ended`."""

    node: Mapping[str, Any]
    ticket: str


@frozen
class ListObjects:
    """Of a job; answered by `Objects`."""

    job: int


@frozen
class ReadRules:
    """The routing rules were changed."""


@frozen
class WantPictures:
    """Small pictures of series of an archive: (Study, Series Instance UID, instances) each, those in sight; the rest no more.

    Answered by a `SeriesPicture` for each that was not given up.
    """

    archive: Mapping[str, Any]
    wishes: tuple[tuple[str, str, int], ...]
    size: int


@frozen
class Ready:
    """The node runs and takes orders."""

    process: int


@frozen
class Listening:
    """`port` 0: it does not listen; `reason` says why when it should.

    `is_guest`: another node has our folder; this one asks others, and what needs the folder is done by that one.
    """

    ae_title: str
    interface: str
    port: int
    reason: str = ""
    advice: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)  # reason and advice as `plain_message` writes them
    hint: Mapping[str, Any] = field(default_factory=dict)
    is_guest: bool = False


@frozen
class Received:
    """An object that is stored and in the index. `copy` 1 and up: other content under a known UID, to be shown to the user."""

    path: str
    sop_instance_uid: str
    sop_class_uid: str
    series_instance_uid: str
    study_instance_uid: str
    transfer_syntax_uid: str
    size: int
    copy: int
    is_known: bool
    calling_ae_title: str
    calling_address: str


@frozen
class Arrived:
    """Objects of a series were stored by another node of ours."""

    study_instance_uid: str
    series_instance_uid: str


@frozen
class Queued:
    ticket: str
    job: int


@frozen
class JobNow:
    """A job as it is now; the fields of ``library.job_store.Job``. `state` "forgotten": it is off the list."""

    id: int
    node: str
    origin: str
    state: str
    attempts: int
    next_try: float
    reason: str
    created: float
    total: int
    done: int
    failed: int
    said: Mapping[str, Any] = field(default_factory=dict)  # the reason as `plain_message` writes it, where it is known
    needs_secret: bool = False


@frozen
class ObjectNow:
    """What became of one object of a job. `size` of its file in bytes."""

    job: int
    path: str
    outcome: str
    reason: str
    size: int = 0


@frozen
class Objects:
    """The objects of a job: path, outcome ("" none yet) and reason of each, in order."""

    job: int
    rows: tuple[tuple[str, str, str], ...]


@frozen
class Committed:
    """The answer to `Commit`: UIDs answered for, not (and why), not named at all; or the reason why nothing could be asked.

    `job`: the send job it is about, 0 none; `is_over` False: it was asked for, and the answer is waited for.
    """

    ticket: str
    committed: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    unanswered: tuple[str, ...] = ()
    reason: str = ""
    job: int = 0
    is_over: bool = True


@frozen
class Answers:
    """Some answers of a C-FIND."""

    ticket: str
    rows: tuple[Mapping[str, Any], ...]


@frozen
class FetchNow:
    """A fetch as it is now; the fields of ``library.fetch_store.Fetch``. `said`, `hint` as `plain_message` writes them."""

    ticket: str
    source: str
    title: str
    level: str
    keys: Mapping[str, str]
    is_ahead: bool
    state: str
    next_try: float
    here: int
    total: int
    missing: tuple[str, ...]
    said: Mapping[str, Any]
    hint: Mapping[str, Any]
    created: float
    needs_secret: bool = False


@frozen
class Fetching:
    """How far a retrieve is: stored here, and what the peer says is left and failed (None where it says nothing).

    `total`: how many the peer says there are in all.
    """

    ticket: str
    stored: int
    remaining: int | None
    failed: int | None
    total: int | None = None


@frozen
class Ended:
    """An `Ask`, `Check` or `Retrieve` is over. `complete`: nothing is missing; else `reason`, `advice` and the
    UIDs that did not come.
    """

    ticket: str
    complete: bool
    stored: int = 0
    missing: tuple[str, ...] = ()
    reason: str = ""
    advice: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)  # reason and advice as `plain_message` writes them
    hint: Mapping[str, Any] = field(default_factory=dict)
    needs_secret: bool = False


@frozen
class Checked:
    """One step of a `Check`; reason and advice as `plain_message` writes them."""

    ticket: str
    step: str
    passed: bool
    milliseconds: float
    said: Mapping[str, Any]
    hint: Mapping[str, Any]


@frozen
class Died:
    """The node ended without being asked to; what it was asked and has not answered is lost, unless it is asked again by itself."""


@frozen
class SeriesPicture:
    """`pixels`: rows × columns × 3 bytes in Base64; no rows: there is none."""

    series_instance_uid: str
    rows: int = 0
    columns: int = 0
    pixels: str = ""


@frozen
class Refused:
    """A caller that was not let in."""

    calling_ae_title: str
    address: str
    reason: str


@frozen
class LogLine:
    """A line of the association log."""

    text: str


Order: TypeAlias = (
    CallAs | Listen | StopListening | Send | ChangeJob | ListJobs | ListObjects | ReadRules | KeepSecret | Commit | Ask | Retrieve
    | ChangeFetch | Stop | Check | WantPictures
)  # fmt: skip
Event: TypeAlias = (
    Ready | Listening | Received | Arrived | Queued | JobNow | ObjectNow | Objects | Committed | Answers | FetchNow | Fetching
    | Ended | Checked | SeriesPicture | Died | Refused | LogLine
)  # fmt: skip
_TYPES: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        CallAs, Listen, StopListening, Send, ChangeJob, ListJobs, ListObjects, ReadRules, KeepSecret, Commit, Ask, Retrieve,
        ChangeFetch, Stop, Check, WantPictures,
        Ready, Listening, Received, Arrived, Queued, JobNow, ObjectNow, Objects, Committed, Answers, FetchNow, Fetching, Ended,
        Checked, SeriesPicture, Died, Refused, LogLine,
    )
}  # fmt: skip


def plain_message(said: Message) -> dict[str, Any]:
    """A sentence with its values, so that the window can say it in the user's language; {} for none."""
    if not said:
        return {}
    values = {key: plain_message(value) if isinstance(value, Message) else _plain(value) for key, value in said.values}
    return {"source": said.source, "values": values}


def message_from(plain: object) -> Message:
    """The sentence that `plain_message` wrote; none for what is none."""
    if not isinstance(plain, Mapping) or not isinstance(plain.get("source"), str):
        return NO_MESSAGE
    values = plain.get("values")
    if not isinstance(values, Mapping):
        return NO_MESSAGE
    read = {str(key): message_from(value) if isinstance(value, Mapping) else value for key, value in values.items()}
    return Message(plain["source"], tuple(sorted(read.items())))


def _plain(value: object) -> object:
    return value if isinstance(value, (int, float, str)) else str(value)


def plain_text(text: str) -> dict[str, Any]:
    """What `plain_message` wrote, from the text in which a queue keeps it; {} for what is none."""
    try:
        read = json.loads(text) if text else {}
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def job_now(job: Job) -> JobNow:
    """A job of the queue as the window is told."""
    said = plain_text(job.said) if job.reason else {}
    return JobNow(**asdict(job) | {"state": job.state.value, "said": said, "needs_secret": needs_secret(job.said)})


def needs_secret(said: str) -> bool:
    """Whether what the queue keeps of a job says that a password or token is missing or wrong."""
    return bool(plain_text(said).get(SECRET_MARK))


def fetch_now(fetch: Fetch) -> FetchNow:
    """A fetch as the window is told."""
    wanted = fetch.wanted
    return FetchNow(
        wanted.ticket, wanted.source, wanted.title, wanted.level, dict(wanted.keys), wanted.is_ahead, fetch.state.value,
        fetch.next_try, fetch.here, fetch.total, fetch.missing, plain_text(fetch.said), plain_text(fetch.hint), fetch.created,
        needs_secret(fetch.said),
    )  # fmt: skip


def committed_now(commitment: Commitment) -> Committed:
    """A commitment as the window is told."""
    answer = plain_text(commitment.answer)
    failed = tuple((str(uid), str(why)) for uid, why in answer.get("failed", ()))
    return Committed(
        commitment.ticket,
        tuple(answer.get("committed", ())),
        failed,
        tuple(answer.get("unanswered", ())),
        str(answer.get("reason", "")),
        commitment.job,
        commitment.state == "over",
    )


def to_line(value: Order | Event) -> bytes:
    """One line, with its end."""
    return json.dumps({"type": type(value).__name__, **asdict(value)}).encode() + b"\n"


def from_line(line: bytes) -> Order | Event | None:
    """The value, None when the line is none."""
    try:
        document: dict[str, Any] = json.loads(line) if len(line) <= _LARGEST else {}
        kind = _TYPES[document.pop("type")]
        names = {one.name for one in fields(kind)}
        value: Order | Event = kind(**{key: _frozen(one) for key, one in document.items() if key in names})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return value


def _frozen(value: object) -> object:
    """Lists as tuples."""
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
