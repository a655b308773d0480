"""Commands of the window and the program itself: panels, dialogs, language, theme."""

from __future__ import annotations

from collections.abc import Callable

from viewer.model.messages import Message, message
from viewer.workspace.commands.file import has_window, on_window
from viewer.workspace.commands.registry import Command, CommandRegistry
from viewer.workspace.workspace import Workspace

LANGUAGE_TITLES = {
    "system": message("As the system"),
    "en": Message("English"),
    "ru": Message("Русский"),
}
MOUSE_TITLES = {
    "window_level": message("Window"),
    "pan": message("Pan"),
    "zoom": message("Zoom"),
    "scroll": message("Scroll"),
}
THEME_TITLES = {
    "dark": message("Dark"),
    "light": message("Light"),
    "high_contrast": message("High contrast"),
}


def _panel(name: str) -> Callable[[Workspace], bool]:
    return lambda workspace: workspace.window is not None and workspace.window.is_panel_visible(name)


def _is_full_screen(workspace: Workspace) -> bool:
    return workspace.window is not None and workspace.window.is_full_screen()


def _prefers(name: str, value: object) -> Callable[[Workspace], bool]:
    return lambda workspace: workspace.window is not None and workspace.window.preference(name) == value


def _choice(name: str, value: str, title: Message, menu: str, icon: str) -> Command:
    return Command(
        f"application.{name}_{value}",
        title,
        on_window(lambda window: window.set_preference(name, value)),
        menu=menu,
        group=name,
        icon=icon,
        enabled_when=has_window,
        checked_when=_prefers(name, value),
    )


def _dialog(name: str, title: Message, menu: str, group: str, icon: str, keys: tuple[str, ...] = ()) -> Command:
    return Command(
        f"application.{name}",
        title,
        on_window(lambda window: window.show_dialog(name)),
        menu=menu,
        group=group,
        keys=keys,
        icon=icon,
        enabled_when=has_window,
    )


def _panels() -> tuple[Command, ...]:
    return (
        Command(
            "application.browser",
            message("Browser"),
            on_window(lambda window: window.toggle_panel("browser")),
            menu="Window",
            group="panels",
            keys=("Ctrl+B",),
            icon="panel-left",
            enabled_when=has_window,
            checked_when=_panel("browser"),
        ),
        Command(
            "application.inspector",
            message("Tags"),
            on_window(lambda window: window.toggle_panel("inspector")),
            menu="Window",
            group="panels",
            keys=("Ctrl+T",),
            icon="panel-right",
            enabled_when=has_window,
            checked_when=_panel("inspector"),
        ),
        Command(
            "application.full_screen",
            message("Reading mode"),
            on_window(lambda window: window.toggle_full_screen()),
            menu="Window",
            group="panels",
            keys=("F11",),
            icon="maximize-2",
            tip=message("Full screen: nothing but the images"),
            enabled_when=has_window,
            checked_when=_is_full_screen,
        ),
        Command(
            "application.next_pane",
            message("Next pane"),
            on_window(lambda window: window.focus_next_pane()),
            menu="Window",
            group="focus",
            keys=("F6",),
            icon="arrow-right",
            enabled_when=has_window,
        ),
        Command(
            "application.search",
            message("Search patients and studies"),
            on_window(lambda window: window.focus_panel("browser")),
            menu="Window",
            group="focus",
            keys=("Ctrl+F", "/"),
            icon="search",
            enabled_when=has_window,
        ),
        _dialog("palette", message("Find a command"), "Window", "focus", "search", ("Ctrl+K",)),
    )


def register(registry: CommandRegistry) -> None:
    """Add the commands of this file."""
    registry.register(*_panels())
    registry.register(
        *(_choice("theme", value, title, "Window/Theme", "sun-moon") for value, title in THEME_TITLES.items()),
        *(_choice("language", value, title, "Window/Language", "languages") for value, title in LANGUAGE_TITLES.items()),
        _dialog("preferences", message("Preferences …"), "Window", "preferences", "settings", ("Ctrl+,",)),
        _dialog("guide", message("User guide"), "Help", "help", "book-open", ("F1",)),
        _dialog("keys", message("Keys"), "Help", "help", "keyboard", ("Ctrl+/", "?")),
        _dialog("about", message("About Negatoscope"), "Help", "about", "info"),
    )
