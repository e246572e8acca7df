"""List all announcements for an admin, from drafts to sent ones, and open each of them."""
