"""Sign announcements with the campaign's key, and tell genuine ones from forged ones."""
