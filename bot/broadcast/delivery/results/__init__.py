"""Classify results of calls to Telegram, and draw conclusions from them."""
