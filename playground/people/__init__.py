"""Carry out what people do in their Telegram apps, and send bots the updates about it."""
