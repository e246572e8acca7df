"""Keep to Telegram's rate limits."""
