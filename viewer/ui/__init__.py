"""Widgets, item models, canvas."""
