"""What is open and how it is shown; commands; undo. No Qt."""
