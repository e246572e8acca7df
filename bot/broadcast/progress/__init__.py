"""Show admins the progress of broadcasts, and send them reports and notices."""
