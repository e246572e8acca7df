"""Send the whole text as files."""
