"""Keep the calls to Telegram within its rate limits."""
