"""Tags, measurements and series facts of what is shown."""
