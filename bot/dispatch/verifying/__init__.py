"""Answer /verify, and send signed copies of announcements."""
