"""Shared by the Bot API methods: the registry, reading parameters, message texts, and sending."""
