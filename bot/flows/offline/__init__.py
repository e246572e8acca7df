"""Offer the whole text as files."""
