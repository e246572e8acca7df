"""Sign announcements with the campaign's key, and distinguish genuine ones from forged ones."""
