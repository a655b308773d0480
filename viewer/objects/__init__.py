"""One file or folder per family of Information Object Definitions."""
