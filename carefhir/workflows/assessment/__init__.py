"""Assessment: the whole picture."""
