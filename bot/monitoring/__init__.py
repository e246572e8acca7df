"""Report whether the bot is healthy: conditions, figures, and the HTTP server that shows them."""
