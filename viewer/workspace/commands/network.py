"""Commands of the network: search, send, transfers, nodes, the listener."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from viewer.model.display_set import DisplaySet
from viewer.model.messages import Message, message
from viewer.model.text import person_name
from viewer.workspace.commands.file import on_window
from viewer.workspace.commands.registry import Command, CommandRegistry
from viewer.workspace.services import Window
from viewer.workspace.workspace import Workspace

if TYPE_CHECKING:
    from viewer.model.remote import Outgoing


def has_network(workspace: Workspace) -> bool:
    """The window is up and the network is attached to it."""
    return workspace.window is not None and workspace.network is not None


def _shows_something(workspace: Workspace) -> bool:
    return has_network(workspace) and workspace.layout.active.display_set is not None


def _patient_id(workspace: Workspace) -> str:
    display_set = workspace.layout.active.display_set
    catalogue = workspace.services.catalogue
    study = catalogue.study(display_set.study_instance_uid) if display_set is not None else None
    patient = catalogue.patient(study.patient_key) if study is not None else None
    return patient.patient_id if patient is not None else ""


def study_to_send(workspace: Workspace, study_instance_uid: str) -> Outgoing:
    """A whole study, as the send dialog names it."""
    from viewer.model.remote import Outgoing  # not before the first picture

    study = workspace.services.catalogue.study(study_instance_uid)
    if study is None:
        return Outgoing("", (study_instance_uid,))
    patient = workspace.services.catalogue.patient(study.patient_key)
    name = (person_name(patient.patient_name) or patient.patient_id) if patient is not None else ""
    described = study.study_description.strip() or " ".join(study.modalities_in_study)
    title = " · ".join(part for part in (name, described) if part)
    return Outgoing(title, (study_instance_uid,), number_of_instances=study.number_of_instances)


def series_to_send(workspace: Workspace, display_set: DisplaySet) -> Outgoing:
    """What a card of the browser stands for: exactly the instances of its display set."""
    from viewer.model.remote import Outgoing

    whole = study_to_send(workspace, display_set.study_instance_uid)
    described = display_set.label or display_set.series_description or display_set.modality
    title = " · ".join(part for part in (whole.title, described) if part)
    return Outgoing(title, refs=display_set.frames, number_of_instances=display_set.number_of_instances)


def _send_study(workspace: Workspace) -> None:
    display_set = workspace.layout.active.display_set
    if display_set is not None and workspace.window is not None:
        workspace.window.ask_to_send(study_to_send(workspace, display_set.study_instance_uid))


def _send_series(workspace: Workspace) -> None:
    display_set = workspace.layout.active.display_set
    if display_set is not None and workspace.window is not None:
        workspace.window.ask_to_send(series_to_send(workspace, display_set))


def _search_priors(workspace: Workspace) -> None:
    patient_id = _patient_id(workspace)
    if not patient_id:
        workspace.notify(message("The patient on screen has no ID to search for."), warning=True)
    elif workspace.window is not None:
        workspace.window.search_network({"PatientID": patient_id})


def _listens(workspace: Workspace) -> bool:
    return workspace.network is not None and workspace.network.listener.settings.is_on


def _toggle_listener(workspace: Workspace) -> None:
    if workspace.network is not None:
        listener = workspace.network.listener
        listener.change(replace(listener.settings, is_on=not listener.settings.is_on), lambda said: _warn(workspace, said))


def _warn(workspace: Workspace, said: Message) -> None:
    if said:
        workspace.notify(said, warning=True)


def _asking(name: str, title: Message, group: str, icon: str, ask: Callable[[Window], None], keys: tuple[str, ...] = ()) -> Command:
    """A command that asks the window for something."""
    return Command(
        f"network.{name}", title, on_window(ask), menu="Network", group=group, keys=keys, icon=icon, enabled_when=has_network
    )


def _outward() -> tuple[Command, ...]:
    return (
        Command(
            "network.priors",
            message("Search for other studies of this patient"),
            _search_priors,
            menu="Network",
            group="search",
            icon="history",
            enabled_when=_shows_something,
        ),
        Command(
            "network.send",
            message("Send study …"),
            _send_study,
            menu="Network",
            group="transfers",
            keys=("Ctrl+Shift+S",),
            icon="send",
            enabled_when=_shows_something,
        ),
        Command(
            "network.send_series",
            message("Send series …"),
            _send_series,
            menu="Network",
            group="transfers",
            icon="send",
            enabled_when=_shows_something,
        ),
    )


def register(registry: CommandRegistry) -> None:
    """Add the commands of this file."""
    registry.register(
        _asking(
            "search",
            message("Search the network"),
            "search",
            "network",
            lambda window: window.focus_panel("network"),
            ("Ctrl+Shift+F",),
        ),
        *_outward(),
        _asking(
            "transfers",
            message("Transfers"),
            "transfers",
            "inbox",
            lambda window: window.focus_panel("transfers"),
            ("Ctrl+Shift+T",),
        ),
        Command(
            "network.listen",
            message("Listen for other nodes"),
            _toggle_listener,
            menu="Network",
            group="nodes",
            icon="power",
            tip=message("Receive what other nodes send, and answer their queries"),
            enabled_when=has_network,
            checked_when=_listens,
        ),
        _asking("nodes", message("Nodes …"), "nodes", "share-2", lambda window: window.show_dialog("nodes"), ("Ctrl+Shift+N",)),
        _asking("routing", message("Auto-routing …"), "nodes", "repeat", lambda window: window.show_dialog("routing")),
        _asking("log", message("Association log …"), "nodes", "list", lambda window: window.show_dialog("association_log")),
        _asking("audit", message("Audit trail …"), "nodes", "lock", lambda window: window.show_dialog("audit")),
    )
