"""Choose when an announcement is sent: read typed times, and offer the usual ones."""
