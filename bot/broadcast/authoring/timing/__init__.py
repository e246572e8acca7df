"""Let admins choose when an announcement is sent: parse times that they type, and offer usual times."""
