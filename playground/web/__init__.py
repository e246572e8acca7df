"""Serve the Bot API, the simulator API and the web chat over HTTP."""
