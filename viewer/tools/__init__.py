"""Mouse and keyboard interactions on the canvas, fed plain events. No Qt."""
