"""A viewport with an object that has no picture: its text comes, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from tests.hand_driven import Table, display_set
from viewer.model.display_set import DisplaySetKind
from viewer.model.document import Document, DocumentLine
from viewer.model.errors import Problem, ProblemKind
from viewer.model.hierarchy import FrameRef
from viewer.model.messages import message

REPORT = replace(display_set("R", 2, kind=DisplaySetKind.DOCUMENT), sop_class_uid="1.2.3")
OTHER = replace(display_set("O", 1, kind=DisplaySetKind.DOCUMENT), sop_class_uid="9.9.9", sop_class_name="Raw Data")
TEXT = Document("Report", (DocumentLine("All is well."),))


@dataclass
class HandDrivenDocuments:
    asked: list[tuple[FrameRef, Callable[[Document | Problem], None]]] = field(default_factory=list)

    def handles(self, sop_class_uid: str) -> bool:
        return sop_class_uid == "1.2.3"

    def request(self, ref: FrameRef, sop_class_uid: str, done: Callable[[Document | Problem], None]) -> None:
        self.asked.append((ref, done))


@pytest.fixture
def documents() -> HandDrivenDocuments:
    return HandDrivenDocuments()


@pytest.fixture
def table(documents: HandDrivenDocuments, monkeypatch: pytest.MonkeyPatch) -> Table:
    made = Table(REPORT, OTHER, display_set("1", 3))
    services = replace(made.workspace.services, documents=documents)
    monkeypatch.setattr(made.workspace.opening._requests, "_services", services)
    return made


def test_the_text_arrives(table: Table, documents: HandDrivenDocuments) -> None:
    table.workspace.opening.show(table.viewport, REPORT)
    assert table.viewport.loading
    ref, done = documents.asked.pop()
    assert ref == REPORT.frames[0]
    done(TEXT)
    table.turn()
    assert (table.viewport.document, table.viewport.loading, table.viewport.frame) == (TEXT, False, None)


def test_a_problem_is_said(table: Table, documents: HandDrivenDocuments) -> None:
    table.workspace.opening.show(table.viewport, REPORT)
    documents.asked.pop()[1](Problem("a.dcm", ProblemKind.BROKEN, message("It is broken.")))
    table.turn()
    assert str(table.viewport.notice) == (
        "It is broken. If you can, get the file once more from where it came. Its tags are in the inspector."
    )
    assert table.viewport.document is None


def test_a_late_text_does_not_replace_what_came_after_it(table: Table, documents: HandDrivenDocuments) -> None:
    table.workspace.opening.show(table.viewport, REPORT)
    _, late = documents.asked.pop()
    table.workspace.opening.show(table.viewport, display_set("1", 3))
    late(TEXT)
    table.turn()
    assert table.viewport.document is None


def test_the_next_document_of_a_series(table: Table, documents: HandDrivenDocuments) -> None:
    table.workspace.opening.show(table.viewport, REPORT)
    _, first = documents.asked.pop()
    table.workspace.opening.step(1)
    first(TEXT)
    table.turn()
    assert table.viewport.document is None
    ref, second = documents.asked.pop()
    assert ref == REPORT.frames[1]
    second(TEXT)
    table.turn()
    assert table.viewport.document is TEXT


def test_a_class_nobody_handles_is_named(table: Table, documents: HandDrivenDocuments) -> None:
    table.workspace.opening.show(table.viewport, OTHER)
    assert not documents.asked
    assert "Raw Data" in str(table.viewport.notice)
