"""Report whether the bot is healthy: track conditions such as a failing database, and serve them at /healthz."""
