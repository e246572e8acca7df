"""Send requests to the Bot API over HTTP, and check its responses."""
