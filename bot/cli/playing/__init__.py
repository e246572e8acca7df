"""Run the bot on the playground, a local Telegram, with invented people if asked for."""
