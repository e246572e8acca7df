"""The HTTP server: Bot API, simulator API and web chat."""
