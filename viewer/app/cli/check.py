"""``negatoscope check``: the study doctor. What is odd about series, and what it means for measuring and for 3D."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from viewer.app.cli.scan import ask_password, failures, patients_of, uid_of
from viewer.library.library import Library
from viewer.library.scan import scan_once
from viewer.library.series_check import Told, check_series
from viewer.library.study_doctor import Finding
from viewer.model.display_set import DisplaySet
from viewer.model.hierarchy import Instance, Series, Study
from viewer.model.requests import StudyFilter
from viewer.model.text import plain

_PAGE = 2000


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder, DICOMDIR or zip archive")
    parser.add_argument("--json", action="store_true", help="print JSON: series with their findings, and skipped")
    parser.epilog = "Findings do not change the exit code; 1 means that inputs failed, as for scan."


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 some inputs failed."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    with scan_once(arguments.paths, ask_password if sys.stdin.isatty() else None) as report:
        checked = [(study, one, sets, told) for study, one, sets, told in _checked(report.library)]
        failed = failures(report.problems, arguments.paths)
        if arguments.json:
            skipped = [{"path": one.path, "kind": one.kind.value, "reason": str(one.reason)} for one in report.problems]
            print(json.dumps({"series": [_plain(*one) for one in checked], "skipped": skipped}, indent=1))
        else:
            _print(checked)
    for problem in failed:
        print(f"negatoscope: {plain(problem.path, 4096)}: {problem.reason} {problem.advice}".rstrip(), file=sys.stderr)
    return 1 if failed else 0


_Checked = tuple[Study, Series, tuple[DisplaySet, ...], tuple[Told, ...]]


def _checked(library: Library) -> Iterator[_Checked]:
    for patient in patients_of(library):
        for study in library.studies(patient.patient_key, StudyFilter()):
            sets: dict[str, list[DisplaySet]] = {}
            for one in library.display_sets(study.study_instance_uid):
                sets.setdefault(one.series_instance_uid, []).append(one)
            for series in library.series(study.study_instance_uid):
                mine = tuple(sets.get(series.series_instance_uid, ()))
                yield study, series, mine, check_series(series, _instances(library, series), mine)


def _instances(library: Library, series: Series) -> list[Instance]:
    """Every instance once, with the first of its files."""
    found: dict[tuple[str, int], Instance] = {}
    offset = 0
    while page := library.instances(series.series_instance_uid, offset, _PAGE):
        for one in page:
            if one.study_instance_uid == series.study_instance_uid:
                found.setdefault((one.sop_instance_uid, one.copy), one)
        offset += len(page)
    return list(found.values())


def _plain(study: Study, series: Series, sets: tuple[DisplaySet, ...], told: tuple[Told, ...]) -> dict[str, object]:
    return {
        "study_instance_uid": uid_of(study),
        "series_instance_uid": series.series_instance_uid,
        "modality": series.modality,
        "series_number": series.series_number,
        "series_description": series.series_description,
        "number_of_instances": series.number_of_instances,
        "number_of_display_sets": len(sets),
        "findings": [
            {
                "kind": one.finding.kind.value,
                "is_warning": one.finding.is_warning,
                "text": str(one.finding.text),
                "meaning": str(one.finding.meaning),
                "display_set": str(one.display_set.split_reason) if one.display_set is not None else None,
            }
            for one in told
        ],
    }


def _together(told: tuple[Told, ...]) -> dict[Finding, str]:
    """What several display sets share is said once, with where."""
    places: dict[Finding, list[str]] = {}
    for one in told:
        places.setdefault(one.finding, []).append(str(one.display_set.split_reason) if one.display_set is not None else "")
    return {
        finding: (f" [{found[0]}" + (f" and {len(found) - 1} more]" if len(found) > 1 else "]")) if found[0] else ""
        for finding, found in places.items()
    }


def _print(checked: list[_Checked]) -> None:
    odd = [one for one in checked if one[3]]
    for _, series, _, told in odd:
        number = "-" if series.series_number is None else series.series_number
        print(f"series {number}  {series.modality}  {plain(series.series_description, 80)}  {series.series_instance_uid}")
        for finding, where in _together(told).items():
            print(f"  {'!' if finding.is_warning else '-'} {finding.text}{where}")
            print(f"    {finding.meaning}")
    print(f"{len(checked)} series checked, {len(odd)} with findings")
