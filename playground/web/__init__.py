"""The HTTP server: the Bot API, the simulator's own API and the web chat."""
