"""Let admins write and preview announcements, and approve those of other admins."""
