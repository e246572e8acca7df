"""Screens of the declaration, as data."""
