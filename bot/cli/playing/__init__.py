"""Run the bot on the playground, a local imitation of Telegram, optionally with invented subscribers (the demo)."""
