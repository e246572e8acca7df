"""Report whether the bot is healthy: readiness, figures, and the HTTP server for them."""
