"""Deliver announcements: the engine, its jobs, retries and the service that controls them."""
