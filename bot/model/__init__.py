"""Define the plain data that all parts of the bot share; nothing here imports another part."""
