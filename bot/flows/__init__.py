"""What the bot decides: pure functions from what happened to what to do."""
