"""Transfers in words."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale

from viewer.model.remote import Direction, Transfer, TransferState
from viewer.model.text import plain
from viewer.ui.i18n import tr, translated

_HALF_KILOBYTE = 512


def title_of(transfer: Transfer) -> str:
    return plain(transfer.title, 200) or (tr("Sent objects") if transfer.direction is Direction.SEND else tr("Fetched objects"))


def route_of(transfer: Transfer) -> str:
    """Where to, or where from."""
    node = plain(transfer.node, 60)
    return tr("to {node}", node=node) if transfer.direction is Direction.SEND else tr("from {node}", node=node)


def state_text(transfer: Transfer) -> str:
    if transfer.state is TransferState.WAITING:
        when = QDateTime.fromSecsSinceEpoch(round(transfer.next_try)).time()
        return tr("tries again at {time}", time=when.toString("HH:mm:ss"))
    return {
        TransferState.QUEUED: tr("waits for its turn"),
        TransferState.RUNNING: tr("under way"),
        TransferState.PAUSED: tr("paused"),
        TransferState.DONE: tr("done"),
        TransferState.FAILED: tr("not complete"),
        TransferState.CANCELLED: tr("cancelled"),
    }[transfer.state]


def count_text(transfer: Transfer) -> str:
    """ "12 of 300"; what failed is counted too."""
    locale = QLocale()
    done, total = locale.toString(transfer.done), locale.toString(transfer.total)
    text = tr("{done} of {total}", done=done, total=total) if transfer.total else done if transfer.done else ""
    failed = tr("{count} failed", count=locale.toString(transfer.failed)) if transfer.failed else ""
    return ", ".join(part for part in (text, failed) if part)


def speed_text(transfer: Transfer) -> str:
    """Bytes per second while it runs."""
    if transfer.speed < _HALF_KILOBYTE:
        return ""
    size = QLocale().formattedDataSize(round(transfer.speed), 1, QLocale.DataSizeFormat.DataSizeSIFormat)
    return tr("{size}/s", size=size)


def reason_text(transfer: Transfer) -> str:
    """Why it is not done, or what the node says of what it got."""
    return " ".join(part for part in map(translated, (transfer.reason, transfer.advice, transfer.note)) if part)


def line_of(transfer: Transfer) -> str:
    ahead = tr("ahead of need") if transfer.is_ahead else ""
    parts = (route_of(transfer), ahead, state_text(transfer), count_text(transfer), speed_text(transfer))
    return " · ".join(part for part in parts if part)


def outcome_text(outcome: str) -> str:
    """What became of one object."""
    return {
        "": tr("waits"),
        "stored": tr("done"),
        "warning": tr("done, with a remark"),
        "missing": tr("did not come"),
        "skipped": tr("left out"),
    }.get(outcome, tr("failed"))


def actions_of(transfer: Transfer) -> tuple[str, ...]:
    """What can be done with it now."""
    if transfer.needs_secret:
        return ("secret", "retry", "forget") if transfer.state.is_over else ("secret", "cancel")
    if transfer.state is TransferState.PAUSED:
        return ("resume", "cancel")
    if transfer.state is TransferState.WAITING:
        return ("resume", "pause", "cancel")
    if not transfer.state.is_over:
        return ("pause", "cancel")
    return ("forget",) if transfer.state is TransferState.DONE else ("retry", "forget")
