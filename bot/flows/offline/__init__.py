"""Offer the whole text of the declaration as files."""
