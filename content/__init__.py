"""Provide everything that the bot says: load and check campaigns, build screens, and search the declaration."""
