"""One registry of commands behind menus, toolbars, keys, palette and scripts."""
