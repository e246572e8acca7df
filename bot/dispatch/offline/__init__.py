"""Send the whole declaration as files to read offline."""
