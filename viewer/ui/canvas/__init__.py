"""The viewports."""
