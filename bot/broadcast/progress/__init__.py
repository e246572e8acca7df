"""Report the progress of broadcasts to admins."""
