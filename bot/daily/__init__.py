"""Send each subscriber one clause a day."""
