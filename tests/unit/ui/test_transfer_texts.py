"""Transfers and remote results in words, and what can be done with them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from viewer.model.messages import message
from viewer.model.remote import Direction, RemoteEntity, RemoteLevel, Transfer, TransferState
from viewer.ui.network import transfer_texts as texts
from viewer.ui.network.result_model import Result


@pytest.fixture(autouse=True)
def english_numbers() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


MADE = Transfer("send 1", Direction.SEND, "Archive", "Doe", TransferState.RUNNING, 3, 9, 1, speed=2_500_000.0)


def test_a_running_send_says_where_how_far_and_how_fast() -> None:
    assert texts.line_of(MADE) == "to Archive · under way · 3 of 9, 1 failed · 2.5 MB/s"


def test_a_fetch_without_a_title_or_a_total() -> None:
    made = Transfer("retrieve 1", Direction.RETRIEVE, "A", "", TransferState.QUEUED)
    assert texts.title_of(made) == "Fetched objects"
    assert texts.line_of(made) == "from A · waits for its turn"


def test_reason_advice_and_note_stand_together() -> None:
    made = Transfer(
        "k", Direction.SEND, "A", "", TransferState.FAILED, reason=message("No."), advice=message("Do."), note=message("So.")
    )
    assert texts.reason_text(made) == "No. Do. So."


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        (TransferState.QUEUED, ("pause", "cancel")),
        (TransferState.RUNNING, ("pause", "cancel")),
        (TransferState.WAITING, ("resume", "pause", "cancel")),
        (TransferState.PAUSED, ("resume", "cancel")),
        (TransferState.DONE, ("forget",)),
        (TransferState.FAILED, ("retry", "forget")),
        (TransferState.CANCELLED, ("retry", "forget")),
    ],
)
def test_what_can_be_done_in_each_state(state: TransferState, actions: tuple[str, ...]) -> None:
    assert texts.actions_of(Transfer("k", Direction.SEND, "A", "", state)) == actions


def entity(level: RemoteLevel = RemoteLevel.STUDY, **attributes: str) -> RemoteEntity:
    return RemoteEntity("A", level, attributes)


def test_how_much_is_here() -> None:
    one = entity(NumberOfStudyRelatedInstances="300")
    assert Result(entity=one).presence() == ""
    assert Result(entity=one, here=12).presence() == "12 of 300 here"
    assert Result(entity=one, here=300).presence() == "here"
    assert Result(entity=one, here=300).is_all_here
    unsaid = Result(entity=entity(NumberOfStudyRelatedInstances="many"), here=3)
    assert unsaid.presence() == "3 here"
    assert not unsaid.is_all_here  # nobody says that it is all


def test_values_that_are_none_do_no_harm() -> None:
    odd = entity(RemoteLevel.SERIES, SeriesNumber="1\\2", SeriesDescription="", NumberOfSeriesRelatedInstances="-4")
    assert odd.series().series_number is None
    assert odd.number_of_instances == 0
    assert Result(entity=odd).title() == "Series ?"
    study = entity(ModalitiesInStudy="CT\\\\SR", StudyDescription="a\nb\u202e", StudyDate="x")
    assert study.study().modalities_in_study == ("CT", "SR")
    assert "\n" not in Result(entity=study).title()
    assert Result(entity=study).when()


def test_patients_are_told_apart_by_id_then_by_name() -> None:
    same = [entity(PatientID="1", PatientName=name).patient().patient_key for name in ("DOE^JOHN", "DOE^J")]
    assert same[0] == same[1]
    assert entity(PatientName="DOE").patient().patient_key != entity(PatientName="ROE").patient().patient_key


@pytest.mark.parametrize(
    ("state", "actions"),
    [(TransferState.PAUSED, ("secret", "cancel")), (TransferState.FAILED, ("secret", "retry", "forget"))],
)
def test_what_waits_for_a_password_is_given_one(state: TransferState, actions: tuple[str, ...]) -> None:
    assert texts.actions_of(Transfer("k", Direction.SEND, "A", "", state, needs_secret=True)) == actions
