"""Provide what several Bot API methods need: the registry, parameters, message texts, and sending."""
