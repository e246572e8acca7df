"""Freeze the bot in an emergency, or destroy the keys so that nobody can read the subscriber list."""
