"""Communicate with Telegram's Bot API: HTTP connections, rate limits, incoming updates and outgoing messages."""
