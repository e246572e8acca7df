"""Read what the bot says in each language, and check it."""
