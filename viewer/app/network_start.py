"""Joins the network to the window, once the window has time for it."""

from __future__ import annotations

from viewer.app.audit_desk import AuditDesk
from viewer.app.desk.desk import NetworkDesk
from viewer.app.engine import Engine
from viewer.model.messages import message
from viewer.ui.bridge import Bridge
from viewer.ui.i18n import tr
from viewer.ui.inspector.panel import InspectorPanel
from viewer.ui.main_window import MainWindow
from viewer.ui.network.listener_light import ListenerLight
from viewer.ui.network.panel import NetworkPage
from viewer.ui.theme import Theme
from viewer.workspace.remote_opening import RemoteOpening


class AttachedNetwork:
    """The desk, the listener's light and the network's page. Nothing of the network itself is loaded by them."""

    def __init__(self, engine: Engine, window: MainWindow, bridge: Bridge, theme: Theme) -> None:
        self._workspace, self._window = engine.workspace, window
        folders, workspace = engine.folders, engine.workspace
        self.desk = NetworkDesk(
            folders.config, folders.data, engine.library, bridge.post, bridge.later, lambda text: workspace.notify(text)
        )
        workspace.network = self.desk
        self.remote = RemoteOpening(
            workspace.layout, workspace.arrivals, workspace.services.catalogue, self.desk.queries, self.desk.transfers
        )
        workspace.remote = self.remote
        workspace.audit = AuditDesk(folders, workspace, engine.audit, bridge.post)
        self.desk.received.connect(self._on_received)
        self.desk.listener.changed.connect(self._on_listener)
        self.light = ListenerLight(self.desk.listener, theme)
        self.light.clicked.connect(lambda: window.requests.show_dialog("nodes"))
        window.status.add_last(self.light)
        inspector = window.inspector.content
        if isinstance(inspector, InspectorPanel):
            page = NetworkPage(workspace, self.desk, theme, window.around.state)
            inspector.add_page(page, lambda: tr("Network"))
            window.requests.network_page = page
        window.actions_by_id.refresh()
        self.desk.begin()

    def _on_received(self, studies: frozenset[str]) -> None:
        before = len(self._workspace.arrivals.fresh)
        self._workspace.arrived(studies)
        if len(self._workspace.arrivals.fresh) > before:
            self._workspace.notify(message("Images were received; they are in the browser."))

    def _on_listener(self) -> None:
        self._window.actions_by_id.refresh_one("network.listen")

    def close(self) -> None:
        """End the node's process; the window is gone."""
        self.remote.close()
        self.light.dispose()
        self.desk.listener.changed.disconnect(self._on_listener, missing_ok=True)
        self.desk.received.disconnect(self._on_received, missing_ok=True)
        self.desk.close()
