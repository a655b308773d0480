"""A million studies behind our own node: how long a peer waits for a page of answers, and for the ways to ask that hurt."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from tests.benchmarks.table import Left, Line, Part
from viewer.app.library_source import LibrarySource
from viewer.app.web_server import WebServer, WebSettings
from viewer.library.library import Library
from viewer.model.nodes import ApplicationEntity, RemoteNode
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.origin.web_listener import WebPlace
from viewer.network.dicomweb.qido import WebQuery, search
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.errors import CancelledError
from viewer.network.identifier import parse_keys
from viewer.network.listener import Listener
from viewer.network.query_retrieve_scp import QueryRetrieveService
from viewer.network.query_scu import Level, Query, find
from viewer.network.requestor import Caller

STUDIES = 1_000_000
PAGE = 100
CALLER = Caller("BENCHMARK")
_FAMILIES = ("Okafor", "Nilsson", "Petrov", "Suzuki", "Garcia", "Brown", "Müller", "Novak", "Silva", "Haddad", "Kowalski")
_GIVEN = ("Ada", "Boris", "Chen", "Dana", "Emil", "Fatima", "Georg", "Hana", "Ivan", "Jana", "Kofi", "Lena", "Milos")
_MODALITIES = ("CT", "MR", "CR", "US", "DX", "XA", "MG")
_FIRST = date(2012, 1, 1)


def fill(database: Path, studies: int = STUDIES) -> None:
    """Enter studies, two of each patient, one series of one image each, as an index holds them; no files."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executemany(
            "INSERT INTO patients (id, patient_key, patient_id, issuer_of_patient_id, patient_name, patient_birth_date,"
            " patient_sex, id_key, name_key, number_of_studies, latest) VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, 2, ?)",
            (_patient(number) for number in range(studies // 2)),
        )
        connection.executemany(
            "INSERT INTO studies (id, study_instance_uid, patient, study_date, study_time, study_description, study_id,"
            " accession_number, referring_physician_name, institution_name, patient_age, modalities, number_of_series,"
            " number_of_instances, date_key, accession_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'Doe^J', '', '', ?, 1, 1, ?, ?)",
            (_study(number) for number in range(studies)),
        )
        connection.execute(
            "INSERT INTO series (id, study, series_instance_uid, modality, series_number, series_description, protocol_name,"
            " body_part_examined, laterality, series_date, series_time, number_of_instances)"
            " SELECT id, id, study_instance_uid || '.1', trim(modalities, '\\'), 1, 'Axial', '', 'CHEST', '', study_date, '', 1"
            " FROM studies"
        )
        connection.execute(
            "INSERT INTO words (rowid, name, anything) SELECT s.id, p.name_key,"
            " p.name_key || ' ' || p.id_key || ' ' || s.accession_key || ' ' || s.study_date || ' doe j'"
            " FROM studies s JOIN patients p ON p.id = s.patient"
        )
    connection.close()


def _patient(number: int) -> tuple[object, ...]:
    name = f"{_FAMILIES[number % 11]}{number // 3000}^{_GIVEN[number % 13]}"
    key = name.casefold().replace("^", " ").replace("ü", "u")
    return (
        number + 1, f"k{number}", f"P{number:07}", name, f"19{number % 90 + 10}0{number % 9 + 1}1{number % 9}", "MF"[number % 2],
        f"p{number:07}", key, _day(number * 2 + 1),
    )  # fmt: skip


def _study(number: int) -> tuple[object, ...]:
    return (
        number + 1, f"1.2.826.0.1.{number + 1}", number // 2 + 1, _day(number), f"{number % 24:02}1500", f"Study {number % 50}",
        str(number % 100), f"A{number:08}", f"\\{_MODALITIES[number % 7]}\\",
        f"{_day(number)}{number % 24:02}1500", f"a{number:08}",
    )  # fmt: skip


def _day(number: int) -> str:
    """Spread over 13 years, out of order."""
    return (_FIRST + timedelta(days=number * 7919 % 4750)).strftime("%Y%m%d")


@contextmanager
def serving(library: Library) -> Iterator[RemoteNode]:
    service = QueryRetrieveService(LibrarySource(library), lambda title: None, "ARCHIVE", CALLER)
    listener = Listener(ApplicationEntity("ARCHIVE", 0), [service])
    try:
        yield RemoteNode("ARCHIVE", "127.0.0.1", listener.port)
    finally:
        listener.close()


KEYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("everything", ()),
    ("one accession number", ("AccessionNumber=A00654321",)),
    ("one patient ID", ("PatientID=P0312345",)),
    ("the beginning of a name", ("PatientName=Petrov77*",)),
    ("a family name, 90,000 studies", ("PatientName=petrov*",)),
    ("accession numbers that end in 777", ("AccessionNumber=*777",)),
    ("a word in the description", ("StudyDescription=*dy 7",)),
    ("what nobody has", ("StudyDescription=nobody",)),
    ("one day", ("StudyDate=20200229",)),
    ("one day, MR", ("StudyDate=20200229", "ModalitiesInStudy=MR")),
    ("a Study Instance UID", ("StudyInstanceUID=1.2.826.0.1.777777",)),
    ("who referred, all of them", ("ReferringPhysicianName=doe*",)),
    ("who referred, nobody", ("ReferringPhysicianName=nobody",)),
    ("a name that holds what none does", ("PatientName=*nobody*",)),
    ("a time of day that no study has", ("StudyTime=1455",)),
    ("birth dates before all", ("PatientBirthDate=-18991231",)),
)
OFFSETS = (0, 100, 500_000, 500_100, 999_900)
WEB_KEYS: tuple[tuple[str, dict[str, str]], ...] = (
    ("everything", {}),
    ("a family name", {"PatientName": "petrov*"}),
    ("any name with ada", {"PatientName": "*ada"}),
    ("a year, MR", {"StudyDate": "20200101-20201231", "ModalitiesInStudy": "MR"}),
)


def page(
    node: RemoteNode, keys: tuple[str, ...], stop: Callable[[], bool] | None = None, level: Level = Level.STUDY
) -> tuple[float, int]:
    """Milliseconds to the first page, from no connection at all, and how many came."""
    began = time.perf_counter()
    caller = Caller("BENCHMARK", stop=stop)
    found = sum(1 for _ in find(node, Query(level, parse_keys(list(keys)), limit=PAGE, relational=level is Level.SERIES), caller))
    return (time.perf_counter() - began) * 1000, found


def web_page(session: WebSession, keys: dict[str, str], offset: int) -> tuple[float, int]:
    """Milliseconds to a page of answers of QIDO-RS, and how many came."""
    began = time.perf_counter()
    found = sum(1 for _ in search(session, WebQuery(Level.STUDY, keys, limit=PAGE, offset=offset, page=PAGE)))
    return (time.perf_counter() - began) * 1000, found


def web_walk(session: WebSession, keys: dict[str, str], pages: int) -> tuple[float, int]:
    """The slowest page, in milliseconds, of a user who goes on from page to page, and how many studies he saw."""
    took, seen = 0.0, 0
    for number in range(pages):
        milliseconds, found = web_page(session, keys, number * PAGE)
        took, seen = max(took, milliseconds), seen + found
    return took, seen


def over_the_web(library: Library) -> Iterator[Line]:
    """QIDO-RS over the same library: a page near and far, at once or one after the other."""
    server = WebServer(library, WebSettings(WebPlace(port=0)))
    try:
        with WebSession(WebArchive(f"http://127.0.0.1:{server.port}/dicom-web"), WebCaller()) as session:
            for offset in OFFSETS:
                took, found = web_page(session, {}, offset)
                yield Line(f"1,000,000 studies, QIDO-RS: 100 from {offset:,} on", took, 1000, False, f"{found} answers", "", "ms")
            for name, keys in WEB_KEYS:
                took, found = web_walk(session, keys, 30)
                text = f"{found} answers"
                yield Line(f"1,000,000 studies, QIDO-RS: {name}, slowest of 30 pages", took, 1000, False, text, "", "ms")
    finally:
        server.close()


def cancel(node: RemoteNode) -> float:
    """Milliseconds from the user's stop to the end, while the peer looks for what nobody has."""
    stop = threading.Event()
    stopped = [0.0]

    def pull() -> None:
        stopped[0] = time.perf_counter()
        stop.set()

    timer = threading.Timer(0.1, pull)
    timer.start()
    try:
        page(node, ("SeriesDescription=nobody",), stop.is_set, Level.SERIES)  # compared one by one
    except CancelledError:
        pass
    timer.join()
    return (time.perf_counter() - stopped[0]) * 1000


def million(home: Path) -> Iterator[Line | Left]:
    """C-FIND and QIDO-RS over a library of a million studies: 100 answers from no connection at all, and any page."""
    folder = home / "million"
    Library(folder).close()
    (database,) = folder.glob("*.sqlite")
    fill(database)
    library = Library(folder)
    try:
        with serving(library) as node:
            for name, keys in KEYS:
                took, found = page(node, keys)
                yield Line(f"1,000,000 studies, C-FIND: {name}", took, 1000, False, f"{found} answers", "", "ms")
            yield Line("1,000,000 studies, C-FIND: stopped", cancel(node), 500, False, "", "", "ms")
        yield from over_the_web(library)
    finally:
        library.close()


PARTS: Mapping[str, Part] = {"million": million}
