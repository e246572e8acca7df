"""The campaign's Telegram channel: which channel an owner has chosen, and whether the bot can post in it."""
