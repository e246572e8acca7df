"""Fetch Telegram's updates by long polling, and parse them into the events of `bot.model.events`."""
