"""Freeze the bot in an emergency, and destroy the keys of the list."""
