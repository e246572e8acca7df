"""Seal stored rows, which means to encrypt them under pseudonyms. The keys change every 30 days, with each epoch."""
