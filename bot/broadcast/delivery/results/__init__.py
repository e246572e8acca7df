"""Classify results of calls to Telegram, and decide what follows for the broadcast and the subscriber list."""
