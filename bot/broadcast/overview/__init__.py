"""List all announcements for an admin, from drafts to sent ones, and show each of them."""
