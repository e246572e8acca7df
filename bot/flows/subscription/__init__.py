"""Decide what subscribers see and change: the settings, their stored data, and the clause a day."""
