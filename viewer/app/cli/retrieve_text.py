"""Sentences that ``get`` and ``move`` share."""

from __future__ import annotations

from viewer.model.messages import Message, message
from viewer.network.retrieve_scu import RetrieveResult
from viewer.network.status import meaning

NOTHING_FOUND = message("The node has nothing that matches.")


def incomplete(result: RetrieveResult) -> Message:
    """Why a retrieve is not complete."""
    if result.missing:
        return message("{count} instances did not arrive. {status}", count=len(result.missing), status=meaning(result.status))
    if result.refused:
        return message("{count} instances were refused here.", count=result.refused)
    return message("{failed} instances failed. {status}", failed=result.operations.failed or 0, status=meaning(result.status))
