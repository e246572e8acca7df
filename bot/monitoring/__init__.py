"""Report whether the bot is healthy: over HTTP at /healthz, /readyz and /metrics, and in alerts outside Telegram."""
