"""Send requests to the Bot API over HTTP, and read its responses."""
