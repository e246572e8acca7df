"""Decide how events are answered. A flow is a pure function from an event to replies."""
