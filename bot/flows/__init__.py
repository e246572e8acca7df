"""Decide how events are answered: pure functions from an event to replies."""
