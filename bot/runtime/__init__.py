"""Protect the running process: logs without secrets, private memory, loops that survive errors, a verified clock."""
