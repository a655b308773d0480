"""Composition root, settings, command line."""
