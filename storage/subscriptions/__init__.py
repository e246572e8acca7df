"""Subscribers and daily counts of them."""
