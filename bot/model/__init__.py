"""Plain data that every part of the bot shares; it imports nothing above it."""
