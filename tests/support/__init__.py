"""Code that many tests share: test people, processes of the bot, and simulated parts."""
