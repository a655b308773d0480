"""Small providers built on pynetdicom: an independent stack for services that no program of Debian offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pydicom.dataset import Dataset
from pynetdicom import AE, evt

from viewer.model.nodes import RemoteNode


@contextmanager
def pynetdicom_provider(
    sop_class_uids: list[str], handlers: list[tuple[Any, Callable[..., Any]]], title: str = "PEER"
) -> Iterator[RemoteNode]:
    """Listens on a free port of loopback while the block runs."""
    entity = AE(ae_title=title)
    for uid in sop_class_uids:
        entity.add_supported_context(uid)
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    try:
        yield RemoteNode(title, "127.0.0.1", server.socket.getsockname()[1])
    finally:
        server.shutdown()


class StepRegister:
    """Performed procedure steps as a RIS keeps them: created once, changed until they are final."""

    def __init__(self) -> None:
        self.steps: dict[str, Dataset] = {}

    def handlers(self) -> list[tuple[Any, Callable[..., Any]]]:
        return [(evt.EVT_N_CREATE, self._create), (evt.EVT_N_SET, self._set)]

    def _create(self, event: Any) -> tuple[int, Dataset | None]:
        uid = str(event.request.AffectedSOPInstanceUID)
        if uid in self.steps:
            return 0x0111, None
        attributes = event.attribute_list
        if attributes.PerformedProcedureStepStatus != "IN PROGRESS" or not attributes.PerformedProcedureStepID:
            return 0x0106, None
        self.steps[uid] = attributes
        return 0x0000, attributes

    def _set(self, event: Any) -> tuple[int, Dataset | None]:
        step = self.steps.get(str(event.request.RequestedSOPInstanceUID))
        if step is None:
            return 0x0112, None
        if step.PerformedProcedureStepStatus != "IN PROGRESS":
            return 0x0110, None
        step.update(event.modification_list)
        return 0x0000, step
