"""``negatoscope scan``: what files and folders hold, as patients, studies, series, display sets and instances."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields

from viewer.library.library import Library
from viewer.library.scan import ScanReport, scan_once
from viewer.model.display_set import DisplaySet
from viewer.model.errors import Problem, ProblemKind
from viewer.model.hierarchy import Instance, Patient, Series, Study
from viewer.model.locked_archive import is_refused
from viewer.model.requests import StudyFilter
from viewer.model.text import person_name, plain

_ALL = StudyFilter()
_PAGE = 500
_OUR_OWN = ("patient_key", "extra")  # not DICOM's


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder, DICOMDIR or zip archive")
    parser.add_argument("--json", action="store_true", help="print JSON: patients, and skipped with path, kind and reason")
    parser.epilog = (
        "Exit code 1: something failed, named on stderr. That is a PATH that is missing or not DICOM, and anywhere what is DICOM"
        " but broken, locked, too large or gone. Other files in folders and archives are listed, but are no failure."
    )


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 some inputs failed."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # paths may be no text
    with scan_once(arguments.paths, ask_password if sys.stdin.isatty() else None) as report:
        if arguments.json:
            print_json(report)
        else:
            print_tree(report)
        failed = failures(report.problems, arguments.paths)
    for problem in failed:
        print(f"negatoscope: {plain(problem.path, 4096)}: {problem.reason} {problem.advice}".rstrip(), file=sys.stderr)
    return 1 if failed else 0


def ask_password(name: str) -> str | None:
    """Ask at the terminal; nothing typed means no."""
    try:
        said = "This password was wrong. " if is_refused(name) else ""
        return getpass.getpass(f"{said}Password of {name}: ") or None
    except (EOFError, KeyboardInterrupt):
        return None


def failures(problems: Sequence[Problem], paths: Sequence[str]) -> list[Problem]:
    """What counts as failed: everything but files beside the DICOM ones that nobody named."""
    named = {os.path.abspath(path) for path in paths}
    harmless = (ProblemKind.NOT_DICOM, ProblemKind.NO_PICTURE)
    return [problem for problem in problems if problem.kind not in harmless or problem.path in named]


# JSON


def print_json(report: ScanReport) -> None:
    """Written patient by patient: a large folder is not held as one text."""
    print('{"patients": [', end="")
    for number, patient in enumerate(patients_of(report.library)):
        print("," if number else "", json.dumps(_patient(report.library, patient), indent=1), sep="\n", end="")
    skipped = [{"path": one.path, "kind": one.kind.value, "reason": str(one.reason)} for one in report.problems]
    print(f'\n], "skipped": {json.dumps(skipped, indent=1)}}}')


def patients_of(library: Library) -> Iterator[Patient]:
    """All of them, page by page."""
    for offset in range(0, library.count_patients(_ALL), _PAGE):
        yield from library.patients(_ALL, offset, _PAGE)


def _plain(value: Patient | Study | Series | Instance) -> dict[str, object]:
    """The fields of a model value; tuples become lists in JSON."""
    return {one.name: getattr(value, one.name) for one in fields(value) if one.name not in _OUR_OWN}


def _patient(library: Library, patient: Patient) -> dict[str, object]:
    studies = library.studies(patient.patient_key, _ALL)
    return _plain(patient) | {"studies": [_study(library, study) for study in studies]}


def _study(library: Library, study: Study) -> dict[str, object]:
    sets: dict[str, list[DisplaySet]] = {}
    for one in library.display_sets(study.study_instance_uid):
        sets.setdefault(one.series_instance_uid, []).append(one)
    series = [
        _plain(one)
        | {
            "display_sets": [_display_set(found) for found in sets.get(one.series_instance_uid, [])],
            "instances": [_plain(instance) for instance in _instances(library, one)],
        }
        for one in library.series(study.study_instance_uid)
    ]
    return _plain(study) | {"study_instance_uid": uid_of(study), "series": series}


def uid_of(study: Study) -> str:
    """The Study Instance UID as the files have it: two patients under one UID are told apart by a mark after it."""
    return study.study_instance_uid.partition("#")[0]


def _instances(library: Library, series: Series) -> Iterator[Instance]:
    offset = 0
    while page := library.instances(series.series_instance_uid, offset, _PAGE):
        yield from (one for one in page if one.study_instance_uid == series.study_instance_uid)
        offset += len(page)


def _display_set(one: DisplaySet) -> dict[str, object]:
    return {
        "kind": one.kind.value,
        "label": one.label,
        "split_reason": str(one.split_reason),
        "notes": [str(note) for note in one.notes],
        "sop_class_uid": one.sop_class_uid,
        "sop_class_name": one.sop_class_name,
        "rows": one.rows,
        "columns": one.columns,
        "number_of_instances": one.number_of_instances,
        "number_of_frames": len(one.frames),
        "frames": _frames(one),
    }


def _frames(one: DisplaySet) -> list[dict[str, object]]:
    """In the order they are shown; the frames of one instance as a run."""
    runs: list[dict[str, object]] = []
    for ref in one.frames:
        last = runs[-1] if runs else {}
        if last.get("sop_instance_uid") == ref.sop_instance_uid and last.get("copy", 0) == ref.copy:
            last["last_frame"] = ref.frame_number
            continue
        run: dict[str, object] = {"sop_instance_uid": ref.sop_instance_uid}
        if ref.copy:
            run["copy"] = ref.copy
        runs.append(run | {"first_frame": ref.frame_number, "last_frame": ref.frame_number})
    return runs


# Text


def print_tree(report: ScanReport) -> None:
    """Patients, studies, series and display sets, indented; then what was skipped."""
    library = report.library
    for patient in patients_of(library):
        print(f"{plain(person_name(patient.patient_name), 80) or '(no name)'}  [{plain(patient.patient_id, 64)}]")
        for study in library.studies(patient.patient_key, _ALL):
            modalities = "/".join(study.modalities_in_study)
            print(f"  {study.study_date or '(no date)'}  {modalities}  {plain(study.study_description, 80)}".rstrip())
            for one in library.display_sets(study.study_instance_uid):
                print(f"    {_line_of(one)}")
    if report.problems:
        print(f"skipped: {len(report.problems)}")
        for problem in report.problems:
            print(f"  {problem.kind.value}  {plain(problem.path, 4096)}  {problem.reason}")


def _line_of(one: DisplaySet) -> str:
    number = "-" if one.series_number is None else str(one.series_number)
    frames = len(one.frames)
    count = f"{frames} frame{'' if frames == 1 else 's'}" if one.kind == "image" else one.kind.value
    reason = f"  ({one.split_reason})" if one.split_reason else ""
    notes = "".join(f"  ! {note}" for note in one.notes)
    return f"{number:>4}  {one.modality:<4}{plain(one.label, 80)}  {count}{reason}{notes}"
