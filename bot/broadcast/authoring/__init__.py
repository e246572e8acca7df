"""Write, preview and approve announcements."""
