"""Deliver announcements: the engine, the jobs that it runs, and the service with which admins control them."""
