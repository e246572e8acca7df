"""Deliver announcements: the engine, its jobs, and the service through which admins control them."""
