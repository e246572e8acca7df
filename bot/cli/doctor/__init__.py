"""Check the bot's settings, files, keys and connection to Telegram for the operator: `python -m bot doctor`."""
