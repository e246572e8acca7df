"""Fetch updates by long polling, and parse them into events."""
