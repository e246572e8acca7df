"""Decide in which order broadcasts reach recipients who have waited, and which of them makes a sound."""
