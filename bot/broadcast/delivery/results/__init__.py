"""Classify the results of calls to Telegram, and decide what follows for the broadcast and for the subscribers."""
